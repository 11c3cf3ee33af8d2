from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.load.past import history_of
from analytics.load.records import LoadReport
from analytics.load.report import report, rest_days
from analytics.records import PeakKind, Placement
from tests.analytics.load.runs import DAY, NOON_NS, entry, history, leg, shoe


def told(today: object = None, *before: object, shoes: object = ()) -> LoadReport:
    return report(today or entry(), history(*before, shoes=shoes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days_ago", "longest_m"), [(0, 8000.0), (1, 8000.0), (30, 8000.0), (31, None)]
)
def test_the_longest_run_is_of_this_day_and_the_thirty_before(
    days_ago: int, longest_m: float | None
) -> None:
    assert told(entry(hour=20), entry(days_ago, km=8.0, hour=6)).longest_m.value == longest_m


@pytest.mark.parametrize(("km", "spike"), [(10.0, False), (11.0, False), (11.01, True)])
def test_a_run_is_a_spike_above_110_percent_of_the_longest(km: float, spike: bool) -> None:  # noqa: FBT001
    found = told(entry(km=km), entry(3, km=10.0), entry(9, km=4.0))
    assert found.spike is spike
    assert found.over_longest_pct.value == pytest.approx(10 * km - 100)
    assert (found.longest_m.n, found.longest_m.of) == (2, 2)


def test_a_first_run_has_no_longest_and_no_spike() -> None:
    found = told(entry(left=leg(), right=leg()))
    assert found.longest_m.value is None
    assert found.spike is None
    assert found.week_change_pct.value is None
    assert found.left is not None
    assert found.left.equivalent_m.value is None
    assert found.left.acute_g.value == found.left.dose_g.value


def test_an_unknown_distance_stays_unknown() -> None:
    found = told(entry(km=None), entry(3, km=None), entry(4, km=6.0))
    assert found.distance_m.value is None
    assert found.distance_m.source == "unknown"
    assert found.spike is None
    assert (found.longest_m.value, found.longest_m.n, found.longest_m.of) == (6000.0, 1, 2)
    assert found.longest_m.at_least
    assert found.week_m.at_least
    assert found.week_change_pct.value is None
    assert found.unknown_pct.value == pytest.approx(200 / 3)


def test_what_was_measured_of_a_run_can_say_yes_but_never_no() -> None:
    assert told(entry(km=12.0, covered=0.5), entry(3, km=10.0)).spike is True
    assert told(entry(km=8.0, covered=0.5), entry(3, km=10.0)).spike is None


def test_weeks_are_seven_days_and_the_rule_is_called_traditional() -> None:
    found = told(entry(km=11.0), entry(6, km=11.0), entry(7, km=5.0), entry(13, km=15.0), entry(14))
    assert (found.week_m.value, found.last_week_m.value) == (22_000.0, 20_000.0)
    assert found.week_change_pct.value == pytest.approx(10.0)
    assert "traditional" in found.week_change_pct.source


def test_a_short_history_says_so_in_every_figure() -> None:
    young = told(entry(left=leg()), entry(3, km=8.0, left=leg()))
    assert young.longest_m.at_least
    assert young.last_week_m.value is None
    assert young.left is not None
    assert young.left.acute_g.at_least
    assert young.left.chronic_g.at_least
    older = told(entry(left=leg()), entry(3, km=8.0, left=leg()), entry(30, left=leg()))
    assert not older.longest_m.at_least
    assert (older.last_week_m.value, older.last_week_m.at_least) == (0.0, False)
    assert not older.left.acute_g.at_least  # type: ignore[union-attr]
    assert older.left.chronic_g.at_least  # type: ignore[union-attr]
    partly = told(entry(), entry(9, km=8.0))
    assert (partly.last_week_m.value, partly.last_week_m.at_least) == (8000.0, True)


def test_days_of_rest_are_those_known_to_be() -> None:
    assert rest_days([entry(), entry(2), entry(2, hour=20), entry(40)], day=DAY).value == 5
    young = rest_days([entry(), entry(2)], day=DAY)
    assert (young.value, young.n, young.of) == (1, 3, 7)


def test_usual_running_is_worth_its_own_distance() -> None:
    past = [entry(d, km=5.0, left=leg(n=900), right=leg(n=900)) for d in (2, 5, 9)]
    found = told(entry(km=5.0, left=leg(n=900), right=leg(n=900, peak_g=7.2)), *past)
    assert found.left is not None
    assert found.right is not None
    assert found.left.equivalent_m.value == pytest.approx(5000.0)
    assert found.left.equivalent4_m.value == pytest.approx(5000.0)
    assert found.right.equivalent_m.value == pytest.approx(5000.0 * 6.2 / 5)
    assert found.right.equivalent4_m.value == pytest.approx(5000.0 * (6.2 / 5) ** 4)
    assert (found.left.equivalent_m.n, found.left.equivalent_m.of) == (3, 3)


def test_kinds_of_peak_and_places_of_the_sensor_are_never_mixed() -> None:
    shin, shoes = entry(3, left=leg(axial=False)), entry(4, left=leg(), placement=Placement.SHOE)
    found = told(entry(left=leg()), shin, shoes)
    assert found.peak is PeakKind.RESULTANT
    assert found.left is not None
    assert found.left.acute_g.value == pytest.approx(6000 * (1 + math.exp(-3 / 7)))
    assert told(entry(left=leg()), shoes).peak is PeakKind.AXIAL


def test_the_doses_of_a_day_and_of_seven_days_add_up() -> None:
    past = [entry(0, hour=6, left=leg(n=100)), entry(6, left=leg(n=10)), entry(7, left=leg(n=1))]
    found = told(entry(left=leg(n=1000)), *past).left
    assert found is not None
    assert (found.day_g.value, found.day_g.n) == (5500.0, 2)
    assert (found.week_g.value, found.week_g.n) == (5550.0, 3)


def test_a_clipped_stride_makes_a_dose_a_lower_bound() -> None:
    found = told(entry(left=leg(n=10, clipped=1), right=leg(n=10)))
    assert found.left is not None
    assert found.right is not None
    assert found.left.dose_g.at_least
    assert found.left.acute_g.at_least
    assert not found.right.dose_g.at_least


def test_shoes_go_from_ok_to_due_to_over() -> None:
    def state(before_km: float, **today: float | None) -> str:
        run = entry(shoe="blue", **today)  # type: ignore[arg-type]
        return told(run, shoes=(shoe(before_km=before_km),)).shoe_state

    assert [state(km) for km in (0, 469, 470, 790, 791)] == ["ok", "ok", "due", "due", "over"]
    assert state(0, km=None) == "unknown"
    assert told(entry()).shoe_m is None
    assert told(entry(shoe="red"), shoes=(shoe(),)).shoe_state == "unknown"


def test_runs_older_than_a_year_stay_in_their_shoes() -> None:
    old, new = entry(366, km=7.0, shoe="blue"), entry(365, km=5.0, shoe="blue")
    kept = history_of([old, new], start_utc_ns=NOON_NS, day=DAY, shoes=[shoe(before_km=100)])
    assert kept.entries == (new,)
    found = report(entry(km=1.0, shoe="blue"), kept)
    assert found.shoe_m is not None
    assert found.shoe_m.value == 113_000.0


def test_a_run_is_not_part_of_its_own_history() -> None:
    today = entry(km=10.0)
    again = replace(today, distance_m=20_000.0)
    assert told(today, again, entry(-1, km=30.0)).longest_m.value is None


@given(
    order=st.permutations(
        [
            entry(d, km=k, hour=h, left=leg(n=3, peak_g=p))
            for d, k, h, p in [
                (0, 3.1, 6, 5.3),
                (0, 4.7, 7, 6.1),
                (0, 2.9, 8, 7.7),
                (1, 9.3, 9, 5.9),
                (12, 1.1, 9, 8.3),
            ]
        ]
    )
)
def test_the_order_of_runs_does_not_matter(order: list[object]) -> None:
    today = entry(left=leg(n=5))
    assert told(today, *order) == told(today, *sorted(order, key=str))
