from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.baseline import BaselineSettings
from analytics.blocks import BlockSettings
from analytics.drift import DriftItem, DriftSettings, DriftStage, FormState
from analytics.merge import Merge, Second
from analytics.records import (
    Baseline,
    Conditions,
    Drift,
    DriftLevel,
    SessionEvent,
    Side,
    Surface,
)
from tests.analytics.runners import (
    RUNNER,
    SESSION,
    Course,
    Runner,
    moved_strap,
    stored_baseline,
)
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change, run

TIRED = Course(start_s=600, full_s=1200, cadence=-0.025, contact=0.05, peak=0.11, cv=0.3)


def seconds(runner: Runner) -> list[Second]:
    merge = Merge(sides=runner.sides)
    return [second for item in runner.items() for second in merge.push(item)]


def make(baseline: Baseline | None = None, settings: DriftSettings | None = None) -> DriftStage:
    return DriftStage(runner=RUNNER, session=SESSION, settings=settings, baseline=baseline)


def drifts(runner: Runner, baseline: Baseline | None = None) -> list[Drift]:
    return [r for r in run(make(baseline), seconds(runner)) if isinstance(r, Drift)]


def alarms(found: Sequence[Drift], metric: str) -> list[float]:
    return [d.time_s for d in found if d.level is DriftLevel.ALARM and d.why.metric == metric]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_steady_runner_raises_no_alarm(seed: int, known: bool) -> None:  # noqa: FBT001
    found = drifts(Runner(seed=seed, minutes=40), stored_baseline() if known else None)
    assert not [d for d in found if d.level is DriftLevel.ALARM]


@pytest.mark.parametrize("seed", range(4))
def test_a_typically_tired_runner_is_found_before_the_run_ends(seed: int) -> None:
    found = drifts(Runner(seed=seed, minutes=25, course=TIRED), stored_baseline())
    assert alarms(found, "form")
    assert alarms(found, "form")[0] > 600


@pytest.mark.parametrize("peak", [0.0, -0.10])
@pytest.mark.parametrize("seed", range(2))
def test_a_runner_whose_impact_stays_or_falls_is_found_too(seed: int, peak: float) -> None:
    found = drifts(Runner(seed=seed, minutes=25, course=replace(TIRED, peak=peak)))
    assert alarms(found, "form")


@pytest.mark.parametrize("contact", [0.10, -0.10])
def test_a_step_in_contact_time_is_found_in_either_direction(contact: float) -> None:
    course = Course(start_s=1200, full_s=1200, contact=contact)
    found = drifts(Runner(seed=5, minutes=26, course=course))
    when = alarms(found, "contact_time")
    assert 1200 < when[0] < 1200 + 240
    drift = next(d for d in found if d.why.metric == "contact_time")
    assert drift.why.change_pct == pytest.approx(100 * contact, abs=4)
    assert drift.why.to_value == pytest.approx(
        drift.why.from_value * (1 + drift.why.change_pct / 100)
    )


def test_one_leg_getting_worse_shows_as_asymmetry() -> None:
    course = Course(start_s=1200, full_s=1200, peak_right=0.5)
    found = drifts(Runner(seed=6, minutes=28, course=course))
    assert alarms(found, "asymmetry")
    assert next(d for d in found if d.why.metric == "asymmetry").why.change_pct < 0


def test_one_sensor_alone_finds_its_legs_change() -> None:
    course = Course(start_s=1200, full_s=1200, contact=0.10)
    found = drifts(Runner(seed=7, minutes=26, course=course, sides=[Side.RIGHT]))
    assert alarms(found, "contact_time_right")


def test_after_recovery_the_change_is_told_to_be_over() -> None:
    course = Course(start_s=1200, full_s=1200, contact=0.10, end_s=1800)
    found = drifts(Runner(seed=8, minutes=40, course=course))
    contact = [d.level for d in found if d.why.metric == "contact_time"]
    assert contact[-1] is DriftLevel.CLEAR


def test_a_first_run_says_so_once_and_a_later_one_does_not() -> None:
    fresh = seconds(Runner(seed=9, minutes=1))
    events = [r for r in run(make(), fresh) if isinstance(r, SessionEvent)]
    assert [(e.kind, e.text) for e in events] == [("learning", "Learning you")]
    assert not run(make(stored_baseline()), fresh)


def test_the_learnt_baseline_is_the_runner_and_is_given_at_the_end() -> None:
    found = run(make(), seconds(Runner(seed=10, minutes=12)))[-1]
    assert isinstance(found, Baseline)
    assert found.usual["cadence"].median == pytest.approx(166.7, rel=0.01)
    assert found.usual["peak_accel_left"].median == pytest.approx(6.3, rel=0.06)
    assert found.usual["contact_time"].median == pytest.approx(0.25, rel=0.02)
    assert 24 <= found.usual["cadence"].n_blocks <= 28


def test_a_run_too_short_to_learn_from_leaves_no_baseline() -> None:
    assert not [
        r for r in run(make(), seconds(Runner(seed=11, minutes=4))) if isinstance(r, Baseline)
    ]


def test_without_fresh_minutes_the_stored_baseline_is_compared_with_at_once() -> None:
    settings = DriftSettings(
        blocks=BlockSettings(strides=10),
        baseline=BaselineSettings(learn_from_s=0.0, learn_until_s=0.0, between_days=0.0),
    )
    course = Course(contact=0.10)
    stage = make(stored_baseline(), settings)
    found = run(stage, seconds(Runner(seed=12, minutes=2, course=course)))
    assert alarms([r for r in found if isinstance(r, Drift)], "contact_time")
    assert not [r for r in found if isinstance(r, Baseline)]


def test_a_faster_runner_is_no_changed_runner_where_the_speed_is_known() -> None:
    steady = Runner(seed=13, minutes=30, speed_mps=3.0)
    faster = Course(start_s=1200, full_s=1200, peak=0.137, contact=-0.053, cadence=0.012)

    def changed(*, tells_speed: bool) -> list[Drift]:
        items = [
            replace(
                second,
                strides=[
                    replace(s, speed_mps=(3.4 if s.contact_s > 1200 else 3.0))
                    if tells_speed
                    else replace(s, speed_mps=None)
                    for s in second.strides
                ],
            )
            for second in seconds(replace(steady, course=faster))
        ]
        return [r for r in run(make(), items) if isinstance(r, Drift)]

    assert not [d for d in changed(tells_speed=True) if d.level is DriftLevel.ALARM]
    assert [d for d in changed(tells_speed=False) if d.level is DriftLevel.ALARM]


def strap_moves_at(time_s: float, seed: int) -> list[DriftItem]:
    """Return what drift says of a run in which the left sensor feels 30 % more from then on."""
    items = []
    for second in seconds(Runner(seed=seed, minutes=40)):
        harder = [
            replace(s, peak_accel_resultant_g=1.3 * s.peak_accel_resultant_g)
            if s.worn.side is Side.LEFT and s.contact_s > time_s
            else s
            for s in second.strides
        ]
        here = second.until_s - 1 <= time_s < second.until_s
        events = [moved_strap(time_s)] if here else []
        items.append(replace(second, strides=harder, events=events))
    return run(make(), items)


@pytest.mark.parametrize("time_s", [300.0, 1200.0])
def test_after_a_strap_has_moved_the_new_minutes_are_the_reference(time_s: float) -> None:
    found = strap_moves_at(time_s, seed=23)
    assert not [r for r in found if isinstance(r, Drift) and r.level is DriftLevel.ALARM]
    told = [r for r in found if isinstance(r, SessionEvent) and r.kind == "rebaselined"]
    states = [r for r in found if isinstance(r, FormState)]
    assert states[-1].fresh["peak_accel_left"].usual == pytest.approx(8.2, rel=0.08)
    if time_s > 600:
        assert [(e.side, e.text) for e in told] == [
            (Side.LEFT, "Left strap moved: impact is compared with the minutes since")
        ]
        waiting = [s for s in states if time_s + 20 < s.time_s < time_s + 120]
        assert waiting
        assert not [s for s in waiting if "peak_accel_left" in s.fresh]
        assert all("peak_accel_right" in s.fresh for s in waiting)
    else:
        assert not told


def test_grass_known_by_its_tag_is_no_change_of_form() -> None:
    def found(*, tagged: bool) -> list[Drift]:
        items = []
        for second in seconds(Runner(seed=22, minutes=40)):
            softer = [
                replace(s, peak_accel_resultant_g=0.85 * s.peak_accel_resultant_g)
                if 1200 <= s.contact_s < 1800
                else s
                for s in second.strides
            ]
            at = {0.0: Surface.ASPHALT, 1200.0: Surface.GRASS, 1800.0: Surface.ASPHALT}
            tags = [
                Conditions(runner=RUNNER, session=SESSION, time_s=time_s, surface=surface)
                for time_s, surface in at.items()
                if tagged and second.until_s - 1 == time_s
            ]
            items.append(replace(second, strides=softer, conditions=tags))
        return [r for r in run(make(), items) if isinstance(r, Drift)]

    assert not [d for d in found(tagged=True) if d.level is DriftLevel.ALARM]
    assert [d for d in found(tagged=False) if d.level is DriftLevel.ALARM]


@settings(deadline=None, max_examples=6)
@given(share=st.floats(0.0, 1.0))
def test_drift_keeps_the_laws(share: float) -> None:
    quick = DriftSettings(
        blocks=BlockSettings(strides=10, settle_s=0.0),
        baseline=BaselineSettings(learn_from_s=10.0, learn_until_s=90.0, min_blocks=5),
    )
    items = seconds(Runner(seed=14, minutes=5, course=Course(start_s=120, full_s=150, contact=0.1)))
    grass = Conditions(runner=RUNNER, session=SESSION, time_s=199, surface=Surface.GRASS)
    items[169] = replace(items[169], events=[moved_strap(170.0)])
    items[199] = replace(items[199], conditions=[grass])
    stop = int(share * len(items))

    def fresh() -> DriftStage:
        return make(None, quick)

    expected: list[DriftItem] = run(fresh(), items)
    assert any(isinstance(r, Drift) for r in expected)
    assert any(isinstance(r, FormState) for r in expected)
    assert_given_records_never_change(fresh, items, stop)
    assert_dump_and_load_go_on(fresh, items, stop)
