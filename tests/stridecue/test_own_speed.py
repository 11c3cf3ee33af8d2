"""What a pod taught of a runner's speed is known in the next run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from analytics.codec import Record
from analytics.pipeline import FormPipeline
from analytics.records import Gap, SampleBlock, Side, SpeedModel, SpeedSource, Stride, Worn
from dashboards.store import Store
from sensor_gateway.chunks import RecordingHeader
from stridecue.plans import new_plan
from stridecue.replay import plan_of
from stridecue.roster import RunnerSettings
from stridecue.rows import as_row
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from tests.analytics.paces import paces, reading
from tests.analytics.runners import LEGS, RUNNER, SESSION
from tests.dashboards import people

SHORT = 0.96  # what the sensor reads of the truth
RUN_S = 120.0


class OneStride:
    """A stride stage that gives a leg's next stride, 4 % too slow, for every gap it is told."""

    def __init__(self, worn: Worn) -> None:
        slow = SHORT * 3.0
        self._strides = [
            replace(s, worn=worn, speed_mps=slow, stride_length_m=0.7 * slow)
            for s in paces(worn.side, from_s=0.0, until_s=RUN_S)
        ]

    def push(self, item: SampleBlock | Gap) -> Iterable[Stride]:
        assert isinstance(item, Gap)
        until_s = item.end_s
        while self._strides and self._strides[0].end_s <= until_s:
            yield self._strides.pop(0)

    def finish(self) -> Iterable[Stride]:
        return []

    def dump(self) -> bytes:
        return b""

    def load(self, state: bytes) -> None:
        assert state == b""


def held(model: SpeedModel | None, *, pod: bool) -> list[Record]:
    """Everything that a run of two minutes gives."""
    pipeline = FormPipeline(
        runner=RUNNER, session=SESSION, worn=LEGS, strides=OneStride, speed_model=model
    )
    found: list[Record] = []
    for second in range(int(RUN_S)):
        if pod:
            found += pipeline.push(reading(float(second), 3.0, SpeedSource.FOOT_POD))
        for side in Side:
            gap = Gap(
                worn=LEGS[side],
                first_index=second,
                start_s=float(second),
                end_s=second + 1.0,
                n_samples=1,
                reason="lost",
            )
            found += pipeline.push(gap)
    return [*found, *pipeline.finish()]


def models(found: Iterable[Record]) -> list[SpeedModel]:
    return [record for record in found if isinstance(record, SpeedModel)]


def first_speed(found: Iterable[Record]) -> float | None:
    return next(record for record in found if isinstance(record, Stride)).speed_mps


def plan(store: Store) -> SessionPlan:
    return new_plan(
        Settings(),
        store,
        RunnerSettings(id=RUNNER),
        session="s2",
        started_utc_ns=people.STARTED_UTC_NS,
        source="test",
        simulated=False,
        sensors=(),
    )


def test_the_next_run_begins_with_what_a_pod_taught_in_this_one(tmp_path: Path) -> None:
    found = held(None, pod=True)
    assert first_speed(found) == pytest.approx(SHORT * 3.0)
    with Store(tmp_path / "s.db") as store:
        assert plan(store).speed_model is None
        store.write(models(found))
        known = plan(store).speed_model
    assert [known] == models(found)
    assert first_speed(held(known, pod=False)) == pytest.approx(3.0, rel=0.01)


def test_a_run_without_any_pod_says_nothing_of_the_runners_own_speed() -> None:
    assert not models(held(None, pod=False))


def test_a_recording_keeps_the_own_speed_that_its_run_began_with(tmp_path: Path) -> None:
    (taught,) = models(held(None, pod=True))
    with Store(tmp_path / "s.db") as store:
        store.write([taught])
        begun = plan(store)
    context = msgspec.json.decode(msgspec.json.encode(begun.context()))
    header = RecordingHeader(
        session="s2", started_utc_ns=begun.started_utc_ns, sensors=(), context=context
    )
    assert plan_of(header, where="run.scue").speed_model == taught
    assert as_row(taught)[1]["type"] == "speed"
