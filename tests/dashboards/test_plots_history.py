"""Pictures of weeks and months: what they say, and that they can be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from analytics.load.days import days_before
from analytics.load.records import ImpactDose, LegLoad, LoadEntry, Shoe
from analytics.load.shoes import shoe_reports
from analytics.records import SpeedSource
from dashboards.plots.history import history_pictures, longest_picture
from dashboards.plots.months import calendar_picture
from dashboards.plots.weeks import distance_picture, week_dose_picture, weeks
from tests.dashboards import loads, people
from tests.dashboards.drawing import figure_of

_DAY_NS = 86_400 * 10**9


def entries(n: int) -> list[LoadEntry]:
    """Runs of 5 km every third day, the last of 9 km."""
    leg = LegLoad(
        n_strides=2000,
        n_clipped=0,
        coverage=1.0,
        resultant=ImpactDose(
            dose_g=12_000.0, dose_g4=3e6, n_low=900, n_medium=1100, n_high=0,
            mean_peak_g=6.0, mean_log_peak=math.log(6.0),
        ),
        axial=None,
    )  # fmt: skip
    runs: Iterable[int] = range(n)
    return [
        replace(
            loads.load_entry(session=f"r{i}", day=f"2025-{9 + i // 10:02d}-{1 + 3 * (i % 10):02d}"),
            start_utc_ns=people.STARTED_UTC_NS + 3 * i * _DAY_NS,
            distance_m=9000.0 if i == n - 1 else 5000.0,
            left=leg,
            right=leg,
            shoe="blue" if i % 2 else "red",
        )
        for i in runs
    ]


def test_the_history_is_drawn_with_the_run_over_the_line() -> None:
    runs = entries(24)
    shoes = [
        Shoe(
            id=i,
            name=i.title(),
            runner=people.RUNNER,
            before_m=b,
            retire_from_m=480e3,
            retire_to_m=800e3,
        )
        for i, b in (("blue", 450e3), ("red", 0.0))
    ]
    pictures = {
        p.name: p for p in history_pictures(runs, shoe_reports(shoes, runs), day=runs[-1].day)
    }
    for picture in pictures.values():
        if picture.data:
            figure_of(picture)
    assert pictures["longest"].text.startswith("1 of 24 runs went over 110 %")
    assert "Blue 514 km (due)" in pictures["shoes"].text
    assert pictures["surfaces"].data == ()
    assert pictures["shoe-effects"].data


def test_weeks_without_a_run_are_there_and_unknown_distances_are_told() -> None:
    early, late = entries(2)
    late = replace(late, day="2025-09-25", distance_m=None, covered=0.0, source=None, parts_m={})
    assert [len(runs) for runs in weeks([early, late], day=late.day).values()] == [1, 0, 0, 1]
    assert "at least so much" in distance_picture([early, late], day=late.day).text


def test_the_last_bar_is_this_week_even_where_nobody_ran() -> None:
    (run,) = entries(1)
    today = days_before(run.day, -14)
    picture = distance_picture([run], day=today)
    assert figure_of(picture)["data"][0]["y"] == [9.0, 0.0, 0.0]
    assert picture.text == "This week 0.0 km so far; 4.5 km on average of 2 weeks before."


def test_a_run_of_a_clock_that_is_ahead_is_not_this_week() -> None:
    (run,) = entries(1)
    picture = distance_picture([run], day=days_before(run.day, 14))
    assert len(figure_of(picture)["data"][0]["y"]) == 1
    assert picture.text == "This week 0.0 km so far."


@pytest.mark.parametrize("n_runs", [1, 24])
def test_weeks_have_their_ticks_on_mondays_and_few_of_them(n_runs: int) -> None:
    runs = entries(n_runs)
    day = runs[-1].day
    drawn = (distance_picture(runs, day=day), week_dose_picture(runs, day=day))
    for picture in (*drawn, calendar_picture(runs, [], day=day)):
        axis = figure_of(picture)["layout"]["xaxis"]
        first = date.fromisoformat(axis["tick0"])
        apart = timedelta(milliseconds=axis["dtick"])
        assert first.weekday() == 0
        assert apart.days % 7 == 0
        assert first + 10 * apart > date.fromisoformat(day)


def test_a_distance_that_was_only_told_has_an_open_mark() -> None:
    runs = entries(3)
    runs[0] = replace(runs[0], source=SpeedSource.MANUAL)
    figure = figure_of(longest_picture(runs))
    assert figure["data"][1]["marker"]["symbol"] == ["circle-open", "circle", "triangle-up"]


def test_no_history_is_no_data() -> None:
    assert all(not picture.data for picture in history_pictures([], [], day="2025-09-25"))
