"""How a runner's load stands on a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.load.days import days_before
from analytics.load.records import ImpactDose, LegLoad, LoadEntry
from analytics.load.standing import standing
from tests.dashboards import loads

TODAY = "2025-11-24"
_DAY_NS = 86_400 * 10**9


def leg(dose_g: float) -> LegLoad:
    dose = ImpactDose(
        dose_g=dose_g,
        dose_g4=dose_g,
        n_low=1,
        n_medium=0,
        n_high=0,
        mean_peak_g=5.0,
        mean_log_peak=1.6,
    )
    return LegLoad(n_strides=1, n_clipped=0, coverage=1.0, resultant=dose, axial=None)


def run(back: int, *, km: float | None = 5.0, dose_g: float = 100.0) -> LoadEntry:
    entry = loads.load_entry(session=f"s{back}", day=days_before(TODAY, back))
    return replace(
        entry,
        start_utc_ns=entry.start_utc_ns - back * _DAY_NS,
        distance_m=None if km is None else 1000.0 * km,
        covered=0.0 if km is None else 1.0,
        left=leg(dose_g),
        right=leg(dose_g),
    )


def test_a_week_without_a_run_is_nothing_run_and_seven_days_of_rest() -> None:
    now = standing([run(back) for back in (9, 11, 40)], day=TODAY)
    assert now.week_m.value == 0.0
    assert now.last_week_m.value == 10_000.0
    assert now.week_change_pct.value == pytest.approx(-100.0)
    assert now.rest_days.value == 7.0


def test_the_dose_of_the_week_is_held_against_the_mean_of_the_four_before() -> None:
    before = [run(back) for back in (8, 15, 22, 29, 60)]
    now = standing([*before, run(2, dose_g=150.0)], day=TODAY)
    assert now.dose_g.value == 300.0
    assert now.usual_dose_g.value == 200.0
    assert now.dose_change_pct.value == pytest.approx(50.0)


def test_a_run_of_unknown_distance_makes_the_week_a_lower_bound_without_a_change() -> None:
    now = standing([run(1), run(2, km=None), run(9), run(40)], day=TODAY)
    assert now.week_m.value == 5000.0
    assert now.week_m.at_least
    assert now.week_change_pct.value is None


def test_a_leg_that_was_not_heard_makes_the_dose_a_lower_bound() -> None:
    now = standing([replace(run(1), right=None), run(9), run(40)], day=TODAY)
    assert now.dose_g.value == 100.0
    assert now.dose_g.at_least


def test_without_a_week_of_history_nothing_is_usual() -> None:
    now = standing([run(1), run(9)], day=TODAY)
    assert now.usual_dose_g.value is None
    assert now.dose_change_pct.value is None
