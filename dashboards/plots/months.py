"""Pictures of how a runner's months went: days of rest and pain, cadence, surfaces, programme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean

from analytics.load.days import days_before
from analytics.load.records import LoadEntry
from analytics.pain import Pain
from analytics.records import Programme, Slope
from analytics.slopes import slope_of
from dashboards.plots.picture import (
    BLUE,
    FRAME_PX,
    GREY,
    ORANGE,
    ROW_PX,
    Picture,
    Row,
    Trace,
    dots,
    signed,
)
from dashboards.plots.weeks import week_axis, week_of

CALENDAR_WEEKS = 17  # pain is remembered for 120 days (dashboards/body_shelf.py)
_KM = 1000.0
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DOT_PX, _PER_KM_PX, _MOST_PX = 7.0, 0.9, 26.0
_LEAST_RUNS = 3  # fewer have no trend
_MEAN_RUNS = 6  # about ten days of most people's running


def calendar_picture(entries: Sequence[LoadEntry], pains: Sequence[Pain], *, day: str) -> Picture:
    """Draw every day: a dot as large as the run, a small one for rest, a triangle for pain."""
    title = "Running, rest and pain"
    first = min((e.day for e in entries), default=day)
    first = max(days_before(week_of(day), 7 * (CALENDAR_WEEKS - 1)), first)
    km: dict[str, float] = {}
    for entry in entries:
        km[entry.day] = km.get(entry.day, 0.0) + (entry.distance_m or 0.0) / _KM
    worst = _worst(pains, since=first)
    days = _days(first, day)
    run = [d for d in days if d in km]
    rest, hurt = [d for d in days if d not in km], sorted(worst)
    data = [
        _on_days("rest", rest, [f"{d}: rest" for d in rest], {"color": GREY, "size": 4}),
        _on_days(
            "run",
            run,
            [f"{d}: {km[d]:.1f} km" for d in run],
            {"color": BLUE, "size": [min(_MOST_PX, _DOT_PX + _PER_KM_PX * km[d]) for d in run]},
        ),
        _on_days(
            "pain",
            hurt,
            [f"{d}: {worst[d].side} {worst[d].place} {worst[d].score} of 10" for d in hurt],
            {"color": ORANGE, "size": 11, "symbol": "triangle-up"},
        ),
    ]
    said = f"pain on {len(hurt)} days, last on {hurt[-1]}" if hurt else "no pain was said"
    text = f"{len(run)} days with a run, {len(rest)} of rest since {first}; {said}."
    layout = {
        "yaxis": {"categoryorder": "array", "categoryarray": list(reversed(_WEEKDAYS))},
        "xaxis": {"title": {"text": "week from"}, **week_axis(map(week_of, days))},
    }
    shown = tuple(trace for trace in data if trace["x"])
    return Picture(name="calendar", title=title, text=text, data=shown, layout=layout)


def _worst(pains: Sequence[Pain], *, since: str) -> dict[str, Pain]:
    """Return the worst pain of every day on which there was any."""
    out: dict[str, Pain] = {}
    for pain in pains:
        if pain.score and pain.day >= since:
            kept = out.get(pain.day)
            out[pain.day] = pain if kept is None or pain.score > kept.score else kept
    return out


def _on_days(
    name: str, days: Sequence[str], said: Sequence[str], marker: Mapping[str, object]
) -> Trace:
    weeks = [week_of(d) for d in days]
    weekdays = [_WEEKDAYS[date.fromisoformat(d).weekday()] for d in days]
    return dots(name, weeks, weekdays, marker=marker, hover="%{customdata}", customdata=said)


def _days(first: str, last: str) -> list[str]:
    start = date.fromisoformat(first)
    length = (date.fromisoformat(last) - start).days + 1
    return [(start + timedelta(days=n)).isoformat() for n in range(length)]


def cadence_picture(
    runs: Sequence[Row], entries: Sequence[LoadEntry], *, known: Mapping[str, Slope]
) -> Picture:
    """Draw each run's cadence as it would have been at the runner's usual speed.

    Parameters
    ----------
    runs : sequence of rows
        With `session` and `cadence_spm`.
    known : mapping of str to Slope
        How this runner's cadence follows speed; people's where it is not known.

    """
    title = "Cadence at the runner's usual speed"
    said = {row["session"]: row["cadence_spm"] for row in runs}
    both = [(e.day, e.speed_mps, said.get(e.session)) for e in entries]
    found = [(day, speed, spm) for day, speed, spm in both if speed and spm]
    if len(found) < _LEAST_RUNS:
        text = "No data: fewer than three runs have a cadence and a speed."
        return Picture(name="cadence", title=title, text=text)
    days, speeds, _ = zip(*found, strict=True)
    usual = fmean(speeds)
    per_mps = slope_of("cadence", known).per_mps
    level = [round(spm * math.exp(-per_mps * (speed - usual)), 2) for _, speed, spm in found]
    means = [fmean(level[max(0, n - _MEAN_RUNS) : n]) for n in range(1, len(level) + 1)]
    mean: Trace = {
        "type": "scatter",
        "mode": "lines",
        "name": f"mean of {_MEAN_RUNS} runs",
        "x": list(days),
        "y": [round(value, 2) for value in means],
        "line": {"color": ORANGE, "width": 2},
        "hoverinfo": "skip",
    }
    hover = "%{x}: %{y:.1f} steps/min"
    points = dots("run", days, level, marker={"color": BLUE, "size": 7}, hover=hover)
    text = (
        f"{means[-1]:.1f} steps/min over the last runs at {usual:.2f} m/s,"
        f" {signed(means[-1] - fmean(level[:_MEAN_RUNS]), digits=1)} since the first ones."
    )
    layout = {"xaxis": {"type": "date"}, "yaxis": {"title": {"text": "steps a minute"}}}
    return Picture(name="cadence", title=title, text=text, data=(points, mean), layout=layout)


def share_picture(entries: Sequence[LoadEntry]) -> Picture:
    """Draw on what the runner has run how far; what was not told is a surface of its own."""
    title = "Surfaces, by distance"
    metres: dict[str, float] = {}
    for entry in entries:
        on = "not told" if entry.surface is None else str(entry.surface)
        metres[on] = metres.get(on, 0.0) + (entry.distance_m or 0.0)
    total = math.fsum(metres.values())
    if not total:
        return Picture(name="surface-share", title=title, text="No data: no distance is known.")
    shares = sorted(((100.0 * m / total, on) for on, m in metres.items()), reverse=True)
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "name": "share of the distance",
        "y": [on for _, on in shares],
        "x": [round(share, 1) for share, _ in shares],
        "marker": {"color": [GREY if on == "not told" else BLUE for _, on in shares]},
        "hovertemplate": "%{y}: %{x:.0f} %<extra></extra>",
    }
    layout = {
        "height": FRAME_PX + ROW_PX * len(shares),
        "xaxis": {"title": {"text": "% of the distance"}},
        "yaxis": {"autorange": "reversed"},
    }
    text = f"{', '.join(f'{on} {share:.0f} %' for share, on in shares)} of the distance."
    return Picture(name="surface-share", title=title, text=text, data=(trace,), layout=layout)


def programme_picture(programme: Programme | None) -> Picture:
    """Draw the change by session of the programme, with cues and without them apart."""
    title = "Programme: change against its baseline"
    sessions = () if programme is None else programme.sessions
    if not sessions:
        text = "No data: this runner is in no programme, or it has not begun."
        return Picture(name="programme", title=title, text=text)
    metric = "cadence" if any("cadence" in s.guided for s in sessions) else "peak_accel"
    name = metric.replace("peak_accel", "impact")
    numbers = list(range(1, len(sessions) + 1))
    data = tuple(
        dots(
            how,
            numbers,
            [values.get(metric) for values in found],
            marker={"color": color, "symbol": symbol},
            hover=f"session %{{x}}, {how}: %{{y:+.1f}} %",
        )
        for how, found, color, symbol in (
            ("with cues", [s.guided for s in sessions], BLUE, "circle"),
            ("without", [s.silent for s in sessions], ORANGE, "triangle-up"),
        )
    )
    stays = sessions[-1].silent.get(metric)
    worked, cues = sum(s.worked for s in sessions), sum(s.cues for s in sessions)
    text = (
        f"{len(sessions)} sessions, {sessions[-1].guidance_pct:.0f} % guided in the last;"
        f" {worked} of {cues} cues helped"
    )
    text += "." if stays is None else f"; {name} {signed(stays, digits=1)} % without cues."
    layout = {
        "xaxis": {"title": {"text": "session"}, "dtick": 1},
        "yaxis": {"title": {"text": f"{name}, %"}},
    }
    return Picture(name="programme", title=title, text=text, data=data, layout=layout)
