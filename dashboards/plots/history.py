"""Runs, shoes and surfaces of one runner, and all pictures of the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.load.effects import surface_effects
from analytics.load.longest import LIMIT, before, longest_m
from analytics.load.records import Effect, LoadEntry, ShoeReport
from analytics.records import SpeedSource
from dashboards.plots.picture import (
    BLUE,
    FRAME_PX,
    GREY,
    ORANGE,
    ROW_PX,
    STRIPES,
    TWO_LINES_PX,
    Picture,
    Trace,
    dots,
    line,
    signed,
    within,
)
from dashboards.plots.weeks import distance_picture, week_dose_picture

_KM = 1000.0
_SAID = (SpeedSource.MANUAL,)


def longest_picture(entries: Sequence[LoadEntry]) -> Picture:
    """Draw every run beside 110 % of the longest of the 30 days before it."""
    title = "Every run and the 110 % line"
    runs = sorted((e for e in entries if e.distance_m is not None), key=lambda e: e.start_utc_ns)
    if not runs:
        return Picture(name="longest", title=title, text="No data: no run's distance is known.")
    lines_m = [_line_m(run, entries) for run in runs]
    over = [
        line is not None and run.distance_m is not None and run.distance_m > line
        for run, line in zip(runs, lines_m, strict=True)
    ]
    said = [run.source in _SAID for run in runs]
    symbols = [
        "triangle-up" if high else "circle-open" if told else "circle"
        for high, told in zip(over, said, strict=True)
    ]
    days = [run.day for run in runs]
    lines_km = [None if line_m is None else round(line_m / _KM, 2) for line_m in lines_m]
    data: list[Trace] = [
        line("110 % of the longest of 30 days", days, lines_km, color=GREY, shape="hv"),
        dots(
            "run (open: distance as told, not measured)",
            days,
            [round((run.distance_m or 0.0) / _KM, 2) for run in runs],
            marker={
                "symbol": symbols,
                "color": [ORANGE if high else BLUE for high in over],
                "size": 10,
            },
            hover="%{x}: %{y:.1f} km (%{customdata})",
            customdata=[str(run.source) for run in runs],
        ),
    ]
    layout = {"yaxis": {"title": {"text": "km"}, "rangemode": "tozero"}, "xaxis": {"type": "date"}}
    text = f"{sum(over)} of {len(runs)} runs went over 110 % of the longest of the 30 days before."
    return Picture(name="longest", title=title, text=text, data=tuple(data), layout=layout)


def _line_m(run: LoadEntry, entries: Sequence[LoadEntry]) -> float | None:
    past = before(entries, start_utc_ns=run.start_utc_ns, session=run.session)
    longest = longest_m(past, day=run.day).value
    return None if longest is None else LIMIT * longest


def shoe_picture(reports: Sequence[ShoeReport]) -> Picture:
    """Draw what each pair has run against the band in which shoes are retired (traditional)."""
    title = "Distance of every pair of shoes"
    if not reports:
        text = "No data: no shoes are registered."
        return Picture(name="shoes", title=title, text=text)
    names = [f"{report.shoe.name}<br>{_SHOE_WORDS[report.state]}" for report in reports]
    run_km = [(report.distance_m.value or 0.0) / _KM for report in reports]
    worn = [report.state in _WORN for report in reports]
    from_km = [r.shoe.retire_from_m / _KM for r in reports]
    wide_km = [(r.shoe.retire_to_m - r.shoe.retire_from_m) / _KM for r in reports]
    run: Trace = {
        "type": "bar",
        "orientation": "h",
        "name": "km run",
        "width": 0.4,
        "y": names,
        "x": [round(km, 1) for km in run_km],
        "marker": {
            "color": [ORANGE if due else BLUE for due in worn],
            "pattern": {**STRIPES, "shape": ["/" if due else "" for due in worn]},
        },
        "hovertemplate": "%{x:.0f} km<extra></extra>",
    }
    layout = {
        "barmode": "overlay",
        "height": FRAME_PX + TWO_LINES_PX * len(reports),
        "xaxis": {"title": {"text": "km"}},
    }
    told = [
        f"{report.shoe.name} {'at least ' * report.distance_m.at_least}{km:.0f} km "
        f"({_SHOE_WORDS[report.state]})"
        for report, km in zip(reports, run_km, strict=True)
    ]
    text = f"{'; '.join(told)}. The band is traditional: no trial stands behind it."
    data = (within("retire band (traditional)", from_km, wide_km, names), run)
    return Picture(name="shoes", title=title, text=text, data=data, layout=layout)


_WORN = ("due", "over")
_SHOE_WORDS = {"ok": "fine", "due": "due", "over": "over", "unknown": "unknown"}


def effect_picture(effects: Sequence[Effect], *, name: str, title: str) -> Picture:
    """Draw the runner's own difference of impact at the same speed, with its 90 % interval.

    Parameters
    ----------
    effects : sequence of Effect
        Of shoes or of surfaces.
    name, title : str
        `surfaces` or `shoe-effects`, and what to call it.

    """
    found = [e for e in effects if e.change_pct is not None]
    if not found:
        why = "not enough runs to compare" if effects else "nothing was told of the runs"
        return Picture(name=name, title=title, text=f"No data: {why}.")
    values = [(e, e.change_pct or 0.0, e.low_pct or 0.0, e.high_pct or 0.0) for e in found]
    clear = [low > 0.0 or high < 0.0 for _, _, low, high in values]
    points = dots(
        "impact, 90 % interval",
        [change for _, change, _, _ in values],
        [e.what for e in found],
        marker={
            "symbol": ["triangle-up" if sure else "circle" for sure in clear],
            "color": [ORANGE if sure else BLUE for sure in clear],
        },
        hover="%{y}: %{x:+.1f} %",
    )
    points["error_x"] = _interval(values)
    layout = {
        "height": FRAME_PX + ROW_PX * len(found),
        "xaxis": {
            "title": {"text": f"% against {found[0].reference}, at the same speed"},
            "rangemode": "tozero",
        },
    }
    told = "; ".join(
        f"{e.what} {signed(c)} % ({signed(low)} to {signed(high)})" for e, c, low, high in values
    )
    text = f"Against {found[0].reference} at the same speed: {told}."
    return Picture(name=name, title=title, text=text, data=(points,), layout=layout)


def _interval(values: Sequence[tuple[Effect, float, float, float]]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - change for _, change, _, high in values],
        "arrayminus": [change - low for _, change, low, _ in values],
        "color": GREY,
    }


def history_pictures(
    entries: Sequence[LoadEntry], shoes: Sequence[ShoeReport], *, day: str
) -> list[Picture]:
    """Return all pictures of one runner's history.

    Parameters
    ----------
    entries : sequence of LoadEntry
        The runner's runs, oldest first.
    shoes : sequence of ShoeReport
        The runner's pairs (`analytics.load.shoes.shoe_reports`).
    day : str
        Today.

    """
    pairs = [report.effect for report in shoes if report.effect is not None]
    surfaces = list(surface_effects(entries).values())
    return [
        distance_picture(entries, day=day),
        longest_picture(entries),
        week_dose_picture(entries, day=day),
        shoe_picture(shoes),
        effect_picture(pairs, name="shoe-effects", title="Impact by shoe"),
        effect_picture(surfaces, name="surfaces", title="Impact by surface"),
    ]
