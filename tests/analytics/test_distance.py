from __future__ import annotations

from collections.abc import Iterable

import pytest

from analytics.distance import HOLD_S, DistanceStage
from analytics.merge import Second
from analytics.records import Activity, Distance, Side, SpeedSource
from tests.analytics.paces import MIXED, paces, reading, seconds
from tests.analytics.runners import RUNNER, SESSION
from tests.laws.law import run


def stage() -> DistanceStage:
    return DistanceStage(runner=RUNNER, session=SESSION, longest_m=5000.0)


def whole(items: Iterable[Second]) -> Distance:
    found = run(stage(), items)[-1]
    assert isinstance(found, Distance)
    return found


def test_left_and_right_cover_the_same_ground() -> None:
    left = paces(Side.LEFT, from_s=0, until_s=70)
    right = paces(Side.RIGHT, from_s=0.35, until_s=69.65, length_m=2.2)
    assert whole(seconds(70, strides=left)).distance_m == pytest.approx(210.0)
    both = whole(seconds(70, strides=[*left, *right]))
    assert both.distance_m == pytest.approx(215.0, abs=0.2)
    assert both.source is SpeedSource.FOOT_IMU
    assert both.covered_s == pytest.approx(70.0)


def test_without_a_source_the_distance_is_unknown() -> None:
    found = whole(seconds(60, strides=paces(Side.LEFT, from_s=0, until_s=60, length_m=None)))
    assert found.distance_m is None
    assert found.source is None
    assert found.running_s == 60.0


def test_who_never_runs_has_no_distance() -> None:
    walk = seconds(40, activity=[(0, Activity.WALKING)])
    assert run(stage(), walk) == []


@pytest.mark.parametrize("hole_s", [0.7, 2.8])
def test_a_short_hole_in_the_strides_is_bridged(hole_s: float) -> None:
    strides = [
        *paces(Side.LEFT, from_s=0, until_s=28),
        *paces(Side.LEFT, from_s=28 + hole_s, until_s=63 + hole_s),
    ]
    found = whole(seconds(70, strides=strides))
    assert found.distance_m == pytest.approx(3 * (63 + hole_s))


def test_a_longer_hole_is_not_filled() -> None:
    strides = [
        *paces(Side.LEFT, from_s=0, until_s=28),
        *paces(Side.LEFT, from_s=28 + HOLD_S + 0.1, until_s=63 + HOLD_S + 0.1),
    ]
    found = whole(seconds(70, strides=strides))
    assert found.distance_m == pytest.approx(3 * 63)
    assert found.covered_s == pytest.approx(63)
    assert found.running_s == 70.0


def test_the_other_foot_covers_a_hole() -> None:
    left = paces(Side.LEFT, from_s=0, until_s=14)
    right = paces(Side.RIGHT, from_s=0, until_s=70)
    assert whole(seconds(70, strides=[*left, *right])).distance_m == pytest.approx(210.0)


def test_a_foot_pod_covers_what_the_feet_do_not() -> None:
    strides = paces(Side.LEFT, from_s=0, until_s=35)
    pod = [reading(float(t), 4.0, SpeedSource.FOOT_POD) for t in range(71)]
    items = seconds(70, strides=strides, readings=pod, activity=[(35, Activity.GAP)])
    stage_ = stage()
    found = run(stage_, items)[-1]
    assert found.distance_m == pytest.approx(35 * 3 + 35 * 4)
    assert stage_.parts_m == pytest.approx(
        {SpeedSource.FOOT_IMU: 105.0, SpeedSource.FOOT_POD: 140.0}
    )
    assert found.source is SpeedSource.FOOT_POD
    assert found.covered_s == pytest.approx(70.0)


def test_readings_more_than_three_seconds_apart_cover_nothing_between() -> None:
    phone = [reading(t, 3.0, SpeedSource.PHONE) for t in (0.0, 3.0, 6.1, 8.0)]
    found = whole(seconds(20, readings=phone))
    assert found.distance_m == pytest.approx(3 * (3.0 + 1.9))


def test_walking_counts_for_no_source() -> None:
    pod = [reading(float(t), 3.0, SpeedSource.FOOT_POD) for t in range(61)]
    items = seconds(60, readings=pod, activity=[(30, Activity.WALKING), (50, Activity.RUNNING)])
    found = whole(items)
    assert found.distance_m == pytest.approx(120.0)
    assert found.running_s == pytest.approx(40.0)


def test_in_a_gap_a_walking_pod_is_not_a_running_one() -> None:
    pod = [reading(float(t), 1.4, SpeedSource.FOOT_POD) for t in range(61)]
    items = seconds(60, readings=pod, activity=[(30, Activity.GAP)])
    assert whole(items).distance_m == pytest.approx(30 * 1.4)


def test_a_belt_counts_while_the_runner_is_seen_running() -> None:
    belt = [reading(0.5, 3.0, SpeedSource.TREADMILL), reading(20.0, 4.0, SpeedSource.TREADMILL)]
    items = seconds(60, readings=belt, activity=[(40, Activity.GAP), (50, Activity.STILL)])
    found = whole(items)
    assert found.distance_m == pytest.approx(19 * 3 + 21 * 4)
    assert found.source is SpeedSource.TREADMILL


def test_the_most_trusted_source_counts_alone() -> None:
    strides = paces(Side.LEFT, from_s=0, until_s=70, source=SpeedSource.SHIN_MODEL)
    phone = [reading(float(t), 2.5, SpeedSource.PHONE) for t in range(71)]
    found = whole(seconds(70, strides=strides, readings=phone))
    assert found.distance_m == pytest.approx(175.0)
    assert found.source is SpeedSource.PHONE


def test_a_pause_is_not_part_of_the_run_but_a_gap_inside_it_is() -> None:
    strides = [*paces(Side.LEFT, from_s=0, until_s=28), *paces(Side.LEFT, from_s=70, until_s=98)]
    rest = [(28, Activity.STILL), (70, Activity.RUNNING)]
    assert whole(seconds(98, strides=strides, activity=rest)).running_s == pytest.approx(56.0)
    gap = [(28, Activity.GAP), (70, Activity.RUNNING), (98, Activity.GAP)]
    found = whole(seconds(120, strides=strides, activity=gap))
    assert found.running_s == pytest.approx(98.0)
    assert found.covered_s == pytest.approx(56.0)


def test_a_distance_never_shrinks() -> None:
    metres = [d.distance_m for d in run(stage(), MIXED)]
    assert len(metres) == 6
    assert metres == sorted(metres)
