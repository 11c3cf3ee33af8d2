from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.form_stage import FormStage
from analytics.load.longest import LONGEST_RUN
from analytics.load.records import LoadEntry, LoadHistory
from analytics.load.stage import LoadStage
from analytics.records import (
    Activity,
    Alert,
    Conditions,
    Distance,
    FormMetrics,
    Side,
    SpeedSource,
    Surface,
)
from tests.analytics.load.runs import DAY, NOON_NS, entry, history
from tests.analytics.paces import paces, reading, seconds
from tests.analytics.runners import RUNNER, SESSION, Runner, stride
from tests.laws.law import run


def stage(past: LoadHistory | None = None) -> LoadStage:
    return LoadStage(runner=RUNNER, session=SESSION, history=past)


def kinds(found: list[object], kind: type) -> list[object]:
    return [record for record in found if isinstance(record, kind)]


def test_a_run_that_passes_110_percent_of_the_longest_warns_once() -> None:
    steps = seconds(300, strides=paces(Side.LEFT, from_s=0, until_s=300))
    past = history(entry(3, km=0.5), entry(40, km=9.0), entry(5, km=None))
    found = run(stage(past), steps)
    [alert] = kinds(found, Alert)
    assert isinstance(alert, Alert)
    assert alert.kind == LONGEST_RUN
    # 550 m at 3 m/s is 183 s; told on the next full ten seconds.
    assert alert.time_s == 190.0
    assert alert.why.from_value == 500.0
    assert alert.why.to_value == pytest.approx(570.0, abs=3)
    assert alert.why.confidence == 0.5
    assert "0.6 km: more than 110 % of the longest run" in alert.text
    assert "1 of 2 runs known" in alert.text
    assert alert.about in {record.id for record in kinds(found, Distance)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("past", [None, history(), history(entry(31, km=0.1))])
def test_without_a_run_in_thirty_days_nothing_is_warned_of(past: LoadHistory | None) -> None:
    found = run(stage(past), seconds(300, strides=paces(Side.LEFT, from_s=0, until_s=300)))
    assert kinds(found, Alert) == []
    assert all(d.longest_m is None for d in kinds(found, Distance))  # type: ignore[attr-defined]


def test_the_entry_says_what_the_run_was() -> None:
    left = paces(Side.LEFT, from_s=0, until_s=280)
    left[3] = replace(left[3], clipped=True)
    right = paces(Side.RIGHT, from_s=0.35, until_s=140, length_m=None)
    past = replace(history(), shoe="blue", surface=Surface.ASPHALT)
    usual = Conditions(runner=RUNNER, session=SESSION, time_s=0.0, surface=past.surface)
    items = seconds(285, strides=[*left, *right], activity=[(280, Activity.STILL)])
    items[0] = replace(items[0], conditions=[usual])
    grass = Conditions(runner=RUNNER, session=SESSION, time_s=100.0, surface=Surface.GRASS)
    items[100] = replace(items[100], conditions=[grass])
    [found] = kinds(run(stage(past), items), LoadEntry)
    assert isinstance(found, LoadEntry)
    assert (found.start_utc_ns, found.day) == (NOON_NS, DAY)
    assert found.distance_m == pytest.approx(840.0)
    assert found.source is SpeedSource.FOOT_IMU
    assert found.covered == pytest.approx(1.0)
    assert found.speed_mps == pytest.approx(3.0)
    assert (found.duration_s, found.running_s) == (285.0, 280.0)
    assert found.left is not None
    assert found.right is not None
    assert (found.left.n_strides, found.left.n_clipped, found.left.coverage) == (400, 1, 1.0)
    assert found.right.n_strides == 200
    assert (found.shoe, found.surface) == ("blue", Surface.GRASS)


def test_a_lost_leg_has_the_coverage_it_has() -> None:
    items = seconds(100, strides=paces(Side.LEFT, from_s=0, until_s=100))
    right = [stride(Side.RIGHT, t) for t in range(20)]
    items[30] = replace(items[30], strides=[*items[30].strides, *right])
    only_left = {Side.LEFT: Activity.RUNNING}
    items = [replace(s, activity=only_left) if s.until_s > 40 else s for s in items]
    [found] = kinds(run(stage(history()), items), LoadEntry)
    assert isinstance(found, LoadEntry)
    assert found.left is not None
    assert found.right is not None
    assert (found.left.coverage, found.right.coverage) == (1.0, 0.4)


def test_who_does_not_run_leaves_no_entry() -> None:
    found = run(stage(history()), seconds(60, activity=[(0, Activity.WALKING)]))
    assert [record.id for record in found] == [f"{RUNNER}/{SESSION}/facts-start"]


def test_a_runner_s_usual_ground_is_what_every_stage_hears() -> None:
    usual = replace(history(), surface=Surface.TRACK, shoe="blue")
    form = FormStage(runner=RUNNER, session=SESSION, sides=list(Side), history=usual)
    found = run(form, Runner(seed=5, minutes=1.0).items())
    windows = [w for w in kinds(found, FormMetrics) if isinstance(w, FormMetrics)]
    assert {w.surface for w in windows} == {Surface.TRACK}
    [load] = kinds(found, LoadEntry)
    assert isinstance(load, LoadEntry)
    assert (load.surface, load.shoe) == (Surface.TRACK, "blue")


def test_every_stride_of_a_session_is_in_its_entry() -> None:
    runner = Runner(seed=5, minutes=1.51)
    form = FormStage(runner=RUNNER, session=SESSION, sides=list(Side), history=history())
    found = run(form, runner.items())
    [load] = kinds(found, LoadEntry)
    assert isinstance(load, LoadEntry)
    strides = runner.strides()
    for side, leg in ((Side.LEFT, load.left), (Side.RIGHT, load.right)):
        assert leg is not None
        assert leg.n_strides == len(strides[side])
        total_g = sum(s.peak_accel_resultant_g for s in strides[side])
        assert leg.resultant.dose_g == pytest.approx(total_g)


def test_a_foot_pod_gives_a_run_without_lengths_its_distance() -> None:
    form = FormStage(runner=RUNNER, session=SESSION, sides=list(Side), history=history())
    items = Runner(seed=5, minutes=1.0).items()
    found: list[object] = []
    for i, item in enumerate(items):
        found += form.push(item)
        if i % 4 == 0:
            found += form.push(reading(i * 60.0 / len(items), 3.0, SpeedSource.FOOT_POD))
    found += form.finish()
    [load] = kinds(found, LoadEntry)
    assert isinstance(load, LoadEntry)
    assert load.source is SpeedSource.FOOT_POD
    assert load.distance_m == pytest.approx(180.0, abs=6.0)
