"""A data set of a simulated run: what the sensors sent, samples, the truth, and a card about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from analytics.errors import InputError
from analytics.records import FloatArray, Gap, SampleBlock, Side, Stride
from firmware_sim.scenario import Scenario
from firmware_sim.world import TrueStride, World, run_virtual
from sensor_gateway.recording import RecordingWriter, read_recording
from sensor_gateway.stream import SensorStream
from stridecue.demo import analytics_for
from stridecue.files import writing
from stridecue.held import RECORDING
from stridecue.session import SessionPlan
from stridecue.sources import SimulatedSource
from stridecue.straight import records_of
from stridecue.truth import TRUE_SESSION, TRUE_STRIDES, write_truth

CARD = "README.md"
COLUMNS = ("t_s", "ax_g", "ay_g", "az_g", "gx_dps", "gy_dps", "gz_dps")
_RUNNER = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What a simulated run left behind.

    Attributes
    ----------
    samples : mapping of Side to array, shape (n, 7)
        In the order of `COLUMNS`, on the session's clock, as the gateway assembled them.
    gaps : tuple of Gap
        What never came.
    found : tuple of Stride
        What the analysis made of it, one an id.

    """

    folder: Path
    truth: tuple[TrueStride, ...]
    story: dict[str, Any]
    samples: Mapping[Side, FloatArray]
    gaps: tuple[Gap, ...]
    found: tuple[Stride, ...]


def simulate(scenario: Scenario, *, seed: int, out: Path) -> DataSet:
    """Let a scenario happen in simulated time; keep what the sensors sent, and the truth.

    Raises
    ------
    ServiceError
        The folder cannot be written.

    """
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        truth, story = run_virtual(_happen(scenario, seed, out / RECORDING))
        write_truth(out, truth, story)
    samples, gaps = _received(out / RECORDING)
    _, records = records_of(out / RECORDING)
    found = {record.id: record for record in records if isinstance(record, Stride)}
    return DataSet(
        folder=out,
        truth=tuple(truth),
        story=story,
        samples=samples,
        gaps=gaps,
        found=tuple(found.values()),
    )


def write_csv(data: DataSet) -> list[Path]:
    """Write each leg's samples; the same run gives the same bytes."""
    paths = [data.folder / f"{side}.csv" for side in data.samples]
    for path, samples in zip(paths, data.samples.values(), strict=True):
        with writing(path):
            np.savetxt(path, samples, "%.6f", ",", header=",".join(COLUMNS), comments="")
    return paths


def write_parquet(data: DataSet) -> list[Path]:
    """Write each leg's samples.

    Raises
    ------
    InputError
        pyarrow is not installed.

    """
    try:
        from pyarrow import parquet, table  # noqa: PLC0415 - an extra
    except ImportError as error:
        mend = "pip install 'stridecue[parquet]', or leave --parquet out"
        raise InputError("needs pyarrow", where="--parquet", mend=mend) from error
    paths = [data.folder / f"{side}.parquet" for side in data.samples]
    for path, samples in zip(paths, data.samples.values(), strict=True):
        with writing(path):
            parquet.write_table(table(dict(zip(COLUMNS, samples.T, strict=True))), path)
    return paths


def write_card(data: DataSet, scenario: Scenario) -> Path:
    """Write what the data set is, how it was made and what it is not."""
    path, story = data.folder / CARD, data.story
    received = sum(map(len, data.samples.values()))
    lost_s = math.fsum(gap.end_s - gap.start_s for gap in data.gaps)
    with writing(path):
        path.write_text(
            f"""# {scenario.name}, seed {story["seed"]}: a simulated run

{scenario.about} Made by stridecue {version("stridecue")} with
`{_command(scenario, story["seed"])}`;
the same version, scenario and seed give the same bytes on the same kind of processor. There is no
person behind it.

| | |
| --- | --- |
| worn | {story["placement"]}, {" and ".join(str(side) for side in data.samples)} |
| length | {story["minutes"]:g} min, running from {story["running_from_s"] or 0.0:.2f} s |
| strides | {story["n_strides"]}, mean cadence {story["mean_cadence_spm"] or 0.0:.2f} spm |
| samples | {received} received, {len(data.gaps)} gaps ({lost_s:.2f} s) |
| form changes | {_listed(story["form_changes"])} |
| faults | {_listed(story["faults"])} |

* `{RECORDING}`: what the sensors sent, byte by byte, with arrival times (`stridecue replay`).
* `left.csv`, `right.csv` (or `.parquet`): {", ".join(COLUMNS)}; specific force in g and angular
  rate in degrees per second in the sensor's own, askew axes; session seconds as the gateway
  reckons them from the sensor's drifting clock. What was lost on the way is not there.
* `{TRUE_STRIDES}`: initial contact, toe-off, stride time, peaks, length and speed of every stride
  as it was, in session seconds. `{TRUE_SESSION}`: what changed and what broke, and when.

Simulated motion is not field validity: docs/validation.md says how it compares with real runs.
The data may be used freely (CC0-1.0).
"""
        )
    return path


def _command(scenario: Scenario, seed: int) -> str:
    asked = f"--minutes {scenario.minutes:g} --placement {scenario.placement}"
    return f"stridecue simulate --scenario {scenario.name} --seed {seed} {asked}"


async def _happen(
    scenario: Scenario, seed: int, path: Path
) -> tuple[list[TrueStride], dict[str, Any]]:
    world = World(scenario=scenario, seed=seed, runner=_RUNNER)
    plan = SessionPlan(
        session=f"{scenario.name}-{seed}",
        runner=_RUNNER,
        name="Simulated runner",
        started_utc_ns=0,
        source="simulate",
        simulated=True,
        sensors=tuple(world.sensors),
        analytics=analytics_for(scenario),
        baseline=world.baseline(),
    )
    source = SimulatedSource(world)
    recording = RecordingWriter(path, plan.header(), replace=True)
    try:
        await source.run(recording.write)
    finally:
        recording.close()
    return world.truth(source.zero_s or 0.0)


def _received(path: Path) -> tuple[dict[Side, FloatArray], tuple[Gap, ...]]:
    """Return the samples of each leg in order of time, late ones too, and what never came."""
    header, events = read_recording(path)
    streams = {
        sensor.key: SensorStream(worn=sensor.worn(header.session), config=sensor)
        for sensor in header.sensors
    }
    items = [item for event in events for item in streams[event.sensor].push(event)]
    items += [item for stream in streams.values() for item in stream.finish()]
    samples = {}
    for sensor in header.sensors:
        tables = [
            _table(item)
            for item in items
            if isinstance(item, SampleBlock) and item.worn.side is sensor.side
        ]
        rows = np.concatenate(tables) if tables else np.zeros((0, len(COLUMNS)))
        samples[sensor.side] = rows[np.argsort(rows[:, 0], kind="stable")]
    gaps = {item.id: item for item in items if isinstance(item, Gap)}
    return samples, tuple(gap for gap in gaps.values() if gap.n_samples != 0)


def _table(block: SampleBlock) -> FloatArray:
    gyro = np.full_like(block.accel_g, np.nan) if block.gyro_radps is None else block.gyro_radps
    return np.column_stack([block.time_s, block.accel_g, np.degrees(gyro)])


def _listed(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what happened as words, times in session seconds."""
    told = (
        f"{row.get('metric', row.get('kind'))} "
        + (f"{row['change_pct']:+.1f} %" if "change_pct" in row else row["side"] or "")
        + f" from {row['from_s']:.0f} to {row['until_s']:.0f} s"
        for row in rows
    )
    return "; ".join(told) or "none"
