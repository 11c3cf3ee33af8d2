"""A runner's own correction of speed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from analytics.records import Side, SpeedModel, SpeedReading, SpeedSource, Stride
from analytics.speed import SpeedStage
from tests.analytics.paces import paces, reading
from tests.analytics.runners import RUNNER

SHORT = 0.96  # what the sensor reads of the truth


def strides(*, until_s: float, speed_mps: float = 3.0, side: Side = Side.LEFT) -> list[Stride]:
    return [
        replace(s, speed_mps=SHORT * speed_mps, stride_length_m=SHORT * speed_mps * 0.7)
        for s in paces(side, from_s=0.0, until_s=until_s)
    ]


def pod(*, until_s: float, speed_mps: float = 3.0) -> list[SpeedReading]:
    return [reading(float(t), speed_mps, SpeedSource.FOOT_POD) for t in range(int(until_s))]


def in_order(items: Iterable[Stride | SpeedReading]) -> list[Stride | SpeedReading]:
    return sorted(items, key=lambda i: i.contact_s if isinstance(i, Stride) else i.time_s)


def run(stage: SpeedStage, items: Iterable[Stride | SpeedReading]) -> list[Stride]:
    return [out for item in items for out in stage.push(item)]


def later(stride: Stride, *, by_s: float) -> Stride:
    return replace(stride, contact_s=stride.contact_s + by_s)


def last_speed(out: list[Stride]) -> float:
    assert out[-1].speed_mps is not None
    return out[-1].speed_mps


def test_without_a_reading_nothing_is_changed() -> None:
    mine = strides(until_s=120.0)
    stage = SpeedStage(runner=RUNNER)
    assert run(stage, mine) == mine
    assert stage.model == SpeedModel(runner=RUNNER, legs={})


def test_a_sensor_that_reads_4_percent_short_is_right_after_two_minutes_with_a_pod() -> None:
    stage = SpeedStage(runner=RUNNER)
    out = run(stage, in_order([*strides(until_s=120.0), *pod(until_s=120.0)]))
    assert last_speed(out) == pytest.approx(3.0, rel=0.01)
    assert out[-1].stride_length_m == pytest.approx(2.1, rel=0.01)


def test_what_one_run_has_taught_holds_from_the_first_stride_of_the_next() -> None:
    first = SpeedStage(runner=RUNNER)
    run(first, in_order([*strides(until_s=300.0), *pod(until_s=300.0)]))
    out = run(SpeedStage(runner=RUNNER, model=first.model), strides(until_s=2.0))
    assert last_speed(out) == pytest.approx(3.0, rel=0.01)


def test_an_error_that_changes_with_speed_is_learned_at_both_speeds() -> None:
    stage = SpeedStage(runner=RUNNER)
    for k, (speed, share) in enumerate([(2.5, 0.94), (4.0, 1.0)] * 6):
        mine = [
            replace(later(s, by_s=60.0 * k), speed_mps=share * speed) for s in strides(until_s=60.0)
        ]
        told = [replace(r, time_s=r.time_s + 60.0 * k, speed_mps=speed) for r in pod(until_s=60.0)]
        out = run(stage, in_order([*mine, *told]))
        if k >= 10:
            assert last_speed(out) == pytest.approx(speed, rel=0.01)


def test_one_leg_teaches_nothing_about_the_other() -> None:
    stage = SpeedStage(runner=RUNNER)
    run(stage, in_order([*strides(until_s=120.0), *pod(until_s=120.0)]))
    right = strides(until_s=5.0, side=Side.RIGHT)
    assert run(stage, right) == right


def test_a_reading_that_is_wildly_wrong_teaches_nothing() -> None:
    stage = SpeedStage(runner=RUNNER)
    run(stage, in_order([*strides(until_s=123.0), *pod(until_s=120.0)]))
    before = stage.model
    after = [later(s, by_s=130.0) for s in strides(until_s=30.0)]
    wrong = [replace(r, time_s=r.time_s + 130.0, speed_mps=5.0) for r in pod(until_s=30.0)]
    run(stage, in_order([*after, *wrong]))
    assert stage.model == before


def test_readings_that_come_a_second_late_teach_the_same() -> None:
    both: list[Stride | SpeedReading] = [*strides(until_s=100.0), *pod(until_s=100.0)]
    late = sorted(both, key=lambda i: i.contact_s if isinstance(i, Stride) else i.time_s + 1.0)
    one, other = SpeedStage(runner=RUNNER), SpeedStage(runner=RUNNER)
    assert run(one, in_order(both)) == run(other, late)
    assert one.model == other.model
