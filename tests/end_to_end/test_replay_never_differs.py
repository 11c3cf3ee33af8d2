"""One recording gives the same files to the byte: any process, speed, block cutting, compiler."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from analytics.pipeline import FormPipeline
from analytics.records import SampleBlock
from firmware_sim.scenarios import scenario
from sensor_gateway.recording import read_recording
from sensor_gateway.stream import SensorStream
from stridecue.files import SessionFiles
from stridecue.replay import plan_of
from stridecue.simulated import simulate
from stridecue.straight import analyze_recording
from tests.end_to_end.running import COMMAND, environment
from tests.laws.law import cut

NAMES = ("strides", "windows", "drift", "cues", "distance")
RUN = scenario("out-of-reach").with_(minutes=0.8)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    simulate(RUN, seed=3, out=folder)
    analyze_recording(folder / "recording.scue", out=folder / "straight")
    return folder / "recording.scue"


def cut_anywhere(block: SampleBlock, rng: random.Random) -> Sequence[SampleBlock]:
    return cut(block, rng.sample(range(len(block)), rng.randint(0, len(block) // 2)))


def assert_same(recording: Path, folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        once = (recording.parent / "straight" / f"{name}.jsonl").read_bytes()
        assert (folder / f"{name}.jsonl").read_bytes() == once, name
    assert (folder / "strides.jsonl").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("speed", "more"),
    [
        ("1", {"PYTHONHASHSEED": "1"}),
        ("max", {"PYTHONHASHSEED": "2"}),
        ("max", {"PYTHONHASHSEED": "3", "NUMBA_DISABLE_JIT": "1"}),
    ],
)
def test_a_replay_is_the_same_in_every_process(
    recording: Path, tmp_path: Path, speed: str, more: dict[str, str]
) -> None:
    subprocess.run(
        [*COMMAND, "replay", str(recording), "--speed", speed, "--out", str(tmp_path / "out")],
        env=environment(tmp_path) | more,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert_same(recording, tmp_path / "out", (*NAMES, "events"))


@pytest.mark.parametrize("seed", range(3))
def test_blocks_cut_anywhere_give_the_same_files(
    recording: Path, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    header, events = read_recording(recording)
    plan = plan_of(header, where=str(recording))
    worn = {sensor.key: sensor.worn(plan.session) for sensor in plan.sensors}
    streams = {s.key: SensorStream(worn=worn[s.key], config=s) for s in plan.sensors}
    pipeline = FormPipeline(
        runner=plan.runner,
        session=plan.session,
        worn={sensor.side: worn[sensor.key] for sensor in plan.sensors},
        settings=plan.analytics,
        baseline=plan.baseline,
        history=plan.history,
    )
    items = [item for event in events for item in streams[event.sensor].push(event)]
    items += [item for stream in streams.values() for item in stream.finish()]
    with SessionFiles(tmp_path) as files:
        for item in items:
            for part in cut_anywhere(item, rng) if isinstance(item, SampleBlock) else [item]:
                for record in pipeline.push(part):
                    files.write(record)
        for record in pipeline.finish():
            files.write(record)
        files.close({})
    assert_same(recording, tmp_path, NAMES)
