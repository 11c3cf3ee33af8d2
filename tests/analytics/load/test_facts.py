"""The load rules told as a run begins and when it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.load.facts import SHOE
from analytics.load.records import LoadFacts, LoadHistory, Shoe
from analytics.load.stage import LoadStage
from analytics.records import Alert, Side
from tests.analytics.load.runs import entry, history
from tests.analytics.paces import paces, seconds
from tests.analytics.runners import RUNNER, SESSION
from tests.laws.law import run

BLUE = Shoe(
    id="blue", name="Blue", runner=RUNNER, before_m=0.0, retire_from_m=480e3, retire_to_m=800e3
)


def told(past: LoadHistory, *, length_m: float | None = 2.1) -> tuple[list[LoadFacts], list[Alert]]:
    """Run 840 m: what was told of load, and what was alerted."""
    strides = paces(Side.LEFT, from_s=0, until_s=280, length_m=length_m)
    stage = LoadStage(runner=RUNNER, session=SESSION, history=past)
    found = run(stage, seconds(285, strides=strides))
    facts = [record for record in found if isinstance(record, LoadFacts)]
    return facts, [record for record in found if isinstance(record, Alert)]


def worn(km: float, *runs: float) -> LoadHistory:
    """A history in shoes that have run so far, the last runs of them kept."""
    shoe = replace(BLUE, before_m=1000.0 * (km - sum(runs)))
    entries = [replace(entry(n + 1, km=one), shoe="blue") for n, one in enumerate(runs)]
    return replace(history(*entries), shoe="blue", shoes=(shoe,))


def test_the_rules_are_told_as_the_run_begins_and_when_it_ends() -> None:
    past = history(*(entry(n, km=10.0) for n in (1, 2, 8, 9, 13, 40)))
    (start, end), alerts = told(past)
    assert (start.moment, start.time_s, start.distance_m) == ("start", 0.0, 0.0)
    assert (start.week_m, start.last_week_m) == (20_000.0, 30_000.0)
    assert start.longest_m == 10_000.0
    assert start.rest_days == end.rest_days == 4.0  # of 7: today, yesterday and the day before ran
    assert (start.n_runs, start.rest_of_days) == (6, 7)
    assert end.moment == "end"
    assert end.distance_m == pytest.approx(840.0)
    assert end.week_m == pytest.approx(20_840.0)
    assert end.week_change_pct == pytest.approx(100 * (20_840 / 30_000 - 1))
    assert end.spike is False
    assert alerts == []


def test_a_first_run_says_that_nothing_is_known() -> None:
    (start, end), alerts = told(history())
    assert start.n_runs == end.n_runs == 0
    assert (end.longest_m, end.spike, end.last_week_m, end.week_change_pct) == (None,) * 4
    assert (end.shoe, end.shoe_distance_m, end.shoe_state) == (None, None, "unknown")
    assert end.rest_of_days == 1
    assert alerts == []


def test_an_unknown_distance_is_unknown_in_every_rule_it_touches() -> None:
    (_, end), _ = told(history(entry(3, km=5.0), entry(20, km=5.0)), length_m=None)
    assert (end.distance_m, end.spike, end.week_change_pct) == (None, None, None)


@pytest.mark.parametrize(
    ("km", "words"),
    [(479.5, "Blue: 480 km, in the 480-800 km"), (799.5, "Blue: 800 km, beyond the 480-800 km")],
)
def test_the_run_that_makes_shoes_due_or_over_says_so_once(km: float, words: str) -> None:
    (start, end), alerts = told(worn(km, 10.0, 20.0))
    assert start.shoe_state != end.shoe_state
    [alert] = alerts
    assert (alert.kind, alert.why.metric) == (SHOE, "shoe_distance")
    assert alert.text.startswith(words)
    assert "traditional" in alert.text
    assert alert.why.to_value == pytest.approx(1000 * km + 840.0)


@pytest.mark.parametrize("km", [100.0, 500.0, 900.0])
def test_shoes_that_stay_what_they_were_are_not_told_again(km: float) -> None:
    (_, end), alerts = told(worn(km, 10.0))
    assert end.shoe_distance_m == pytest.approx(1000 * km + 840.0)
    assert alerts == []


def test_without_a_history_nothing_is_told_of_load() -> None:
    stage = LoadStage(runner=RUNNER, session=SESSION, history=None)
    found = run(stage, seconds(30, strides=paces(Side.LEFT, from_s=0, until_s=30)))
    assert not [record for record in found if isinstance(record, LoadFacts)]
