"""Kilometres and impact dose of one runner, week by week."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from analytics.load.dose import dose_of, leg_of, peak_kind
from analytics.load.longest import is_whole
from analytics.load.records import LoadEntry
from analytics.records import PeakKind, Side
from dashboards.plots.picture import (
    BLUE,
    ORANGE,
    STRIPES,
    Picture,
    Trace,
    columns,
    dots,
)

_MOST_TICKS = 10
_DAY_MS = 86_400_000.0
TRADITIONAL = 1.10  # the upper end of the "5-10 % a week" rule
_KM = 1000.0
_LOOKS: Mapping[Side, Mapping[str, object]] = {
    Side.LEFT: {"color": BLUE},
    Side.RIGHT: {"color": ORANGE, "pattern": STRIPES},
}


def week_of(day: str) -> str:
    """Return the Monday of a day's week.

    Examples
    --------
    >>> week_of("2025-11-26")
    '2025-11-24'

    """
    when = date.fromisoformat(day)
    return (when - timedelta(days=when.weekday())).isoformat()


def weeks(entries: Sequence[LoadEntry], *, day: str) -> dict[str, list[LoadEntry]]:
    """Return the runs by week (its Monday) up to that of `day`, weeks without a run among them.

    A run that is dated after `day` (a watch's clock that is ahead) has its week, too.
    """
    if not entries:
        return {}
    mondays = sorted(week_of(entry.day) for entry in entries)
    monday = date.fromisoformat(mondays[0])
    last = date.fromisoformat(max(mondays[-1], week_of(day)))
    out: dict[str, list[LoadEntry]] = {}
    while monday <= last:
        out[monday.isoformat()] = []
        monday += timedelta(days=7)
    for entry in entries:
        out[week_of(entry.day)].append(entry)
    return out


def week_axis(mondays: Iterable[str]) -> Mapping[str, object]:
    """Return an axis of weeks with its ticks on Mondays, ten at most.

    Examples
    --------
    >>> week_axis(["2025-11-24", "2025-12-01"])["dtick"] / 86_400_000
    7.0

    """
    days = sorted(map(date.fromisoformat, mondays))
    n_weeks = (days[-1] - days[0]).days // 7 + 1
    apart_ms = 7 * _DAY_MS * math.ceil(n_weeks / _MOST_TICKS)
    return {"type": "date", "tick0": days[0].isoformat(), "dtick": apart_ms}


def distance_picture(entries: Sequence[LoadEntry], *, day: str) -> Picture:
    """Draw kilometres a week up to today's, and 110 % of the week before: the traditional rule."""
    title = "Distance a week"
    by_week = weeks(entries, day=day)
    if not by_week:
        return Picture(name="weeks", title=title, text="No data: no run is kept.")
    km = {week: _km(runs) for week, runs in by_week.items()}
    least = [week for week, runs in by_week.items() if not all(map(is_whole, runs))]
    lines = [None, *(TRADITIONAL * value or None for value in list(km.values())[:-1])]
    pattern = {**STRIPES, "shape": ["/" if week in least else "" for week in km]}
    data: list[Trace] = [
        columns(
            "km",
            list(km),
            [round(value, 2) for value in km.values()],
            marker={"color": BLUE, "pattern": pattern},
            hover="week of %{x}: %{y:.1f} km",
        ),
        dots(
            "110 % of the week before (traditional)",
            list(km),
            lines,
            marker={"symbol": "line-ew-open", "size": 22, "color": ORANGE, "line": {"width": 3}},
            hover="110 % of the week before: %{y:.1f} km",
        ),
    ]
    this = week_of(day)
    text = f"This week {km.get(this, 0.0):.1f} km so far"
    past = [value for week, value in km.items() if week < this]
    if past:
        text += f"; {math.fsum(past) / len(past):.1f} km on average of {len(past)} weeks before"
    if least:
        text += f"; striped weeks ({len(least)}) have runs of unknown distance: at least so much"
    layout = {"yaxis": {"title": {"text": "km"}}, "xaxis": week_axis(by_week)}
    return Picture(name="weeks", title=title, text=f"{text}.", data=tuple(data), layout=layout)


def _km(runs: Iterable[LoadEntry]) -> float:
    return math.fsum(run.distance_m or 0.0 for run in runs) / _KM


def week_dose_picture(entries: Sequence[LoadEntry], *, day: str) -> Picture:
    """Draw the impact dose (sum of peaks) of each leg a week."""
    title = "Impact dose a week"
    measured = [e for e in entries if e.left is not None or e.right is not None]
    if not measured:
        text = "No data: no run was measured with a sensor."
        return Picture(name="week-dose", title=title, text=text)
    kind = peak_kind(measured)
    data: list[Trace] = []
    for side, look in _LOOKS.items():
        by_week = weeks(measured, day=day)
        doses = {week: _dose_g(runs, side, kind) for week, runs in by_week.items()}
        if any(doses.values()):
            data.append(
                columns(
                    str(side),
                    list(doses),
                    [round(g, 1) for g in doses.values()],
                    marker=look,
                    hover="week of %{x}: %{y:.0f} g",
                )
            )
    layout = {
        "barmode": "group",
        "yaxis": {"title": {"text": f"g, {kind} peaks"}},
        "xaxis": week_axis(weeks(measured, day=day)),
    }
    places = {e.placement for e in measured}
    mixed = "; sensors were worn in different places, which do not compare" * (len(places) > 1)
    text = f"Sum of {kind} peaks of {len(measured)} measured runs of {len(entries)}{mixed}."
    return Picture(name="week-dose", title=title, text=text, data=tuple(data), layout=layout)


def _dose_g(runs: Iterable[LoadEntry], side: Side, kind: PeakKind) -> float:
    legs = [leg for run in runs if (leg := leg_of(run, side)) is not None]
    return math.fsum(d.dose_g for leg in legs if (d := dose_of(leg, kind)) is not None)
