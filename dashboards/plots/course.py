"""Timelines of one run: drift, guidance, and where data are missing or came late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from analytics.records import DriftLevel, Side
from dashboards.plots.picture import (
    BAND,
    BLUE,
    GREY,
    ORANGE,
    STRIPES,
    Picture,
    Row,
    Trace,
    bars,
    clock,
    dots,
    line,
    minutes,
    timeline,
)
from dashboards.plots.windows import running
from dashboards.words import WORDS, metric_name, why_row_text

Span = tuple[float, float]
_TOUCHING_S = 3.0  # late strides of one gap follow each other within a stride or two


def drift_picture(drift: Sequence[Row], cues: Sequence[Row], *, until_s: float) -> Picture:
    """Draw from when to when each metric was noticed and alarmed, and when cues were shown.

    Parameters
    ----------
    drift, cues : sequence of rows
        Of the store's tables of these names.
    until_s : float
        The session's end: what is not cleared lasts until then.

    """
    title = "Drift against the runner's own fresh form"
    shown = [cue for cue in cues if cue["shown"]]
    spans = {
        level: _spans(drift, level, until_s) for level in (DriftLevel.NOTICE, DriftLevel.ALARM)
    }
    metrics = _in_order({metric for found in spans.values() for metric, _ in found})
    if not metrics:
        return Picture(name="drift", title=title, text=_no_drift(shown))
    rows = [metric_name(metric).capitalize() for metric in metrics]
    data: list[Trace] = []
    for level, look in _LOOKS.items():
        found = [(metric_name(m).capitalize(), span) for m, span in spans[level]]
        if found:
            names, when = zip(*found, strict=True)
            data.append(bars(str(level), names, when, marker=look))
    if shown:
        rows.append("Cues")
        data.append(_stars(shown))
    return Picture(
        name="drift",
        title=title,
        text=_drift_text(drift, spans[DriftLevel.ALARM]),
        data=tuple(data),
        layout=timeline(rows, until_s=until_s),
    )


def _stars(shown: Sequence[Row]) -> Trace:
    return dots(
        "cue shown",
        [minutes(cue["time_s"]) for cue in shown],
        ["Cues"] * len(shown),
        marker={"symbol": "star", "color": GREY},
        hover="%{customdata}",
        customdata=[f"{clock(cue['time_s'])} {cue['text']}" for cue in shown],
    )


_LOOKS: Mapping[DriftLevel, Mapping[str, object]] = {
    DriftLevel.NOTICE: {"color": BLUE, "pattern": STRIPES},
    DriftLevel.ALARM: {"color": ORANGE},
}


def _spans(drift: Sequence[Row], level: DriftLevel, until_s: float) -> list[tuple[str, Span]]:
    """Return from when to when each metric was at a level, in order of time."""
    by_metric: dict[str, list[Row]] = {}
    for row in sorted(drift, key=lambda row: row["time_s"]):
        by_metric.setdefault(row["metric"], []).append(row)
    out = []
    for metric, rows in by_metric.items():
        out += [(metric, span) for row, span in _lasting(rows, until_s) if row["level"] == level]
    return sorted(out, key=lambda entry: entry[1])


def _lasting(rows: Sequence[Row], until_s: float) -> list[tuple[Row, Span]]:
    """Return what each row says with how long it holds: until the next, the last to the end."""
    starts = [row["time_s"] for row in rows]
    return [
        (row, (start_s, end_s))
        for row, start_s, end_s in zip(rows, starts, [*starts[1:], until_s], strict=False)
    ]


def _in_order(metrics: Iterable[str]) -> list[str]:
    """Return the metrics, the most telling first."""
    order = list(WORDS)
    return sorted(metrics, key=lambda m: (order.index(m) if m in order else len(order), m))


def _no_drift(shown: Sequence[Row]) -> str:
    cues = f"; {len(shown)} cues were shown" if shown else ""
    return f"Form stayed within the runner's own band, or nothing could be judged{cues}."


def _drift_text(drift: Sequence[Row], alarms: Sequence[tuple[str, Span]]) -> str:
    if not alarms:
        return "Form began to move, but no change was large and sure enough for an alarm."
    metric, (start_s, _) = alarms[0]
    row = next(r for r in drift if r["metric"] == metric and r["level"] == DriftLevel.ALARM)
    names = ", ".join(metric_name(m) for m in _in_order({m for m, _ in alarms}))
    return f"Changed: {names}. First at {clock(start_s)}: {why_row_text(row)}."


def guidance_picture(guidance: Sequence[Row], windows: Sequence[Row], *, until_s: float) -> Picture:
    """Draw cadence and impact of guided and of silent time apart, over time."""
    title = "Guided and silent time"
    spans = _guided(guidance, until_s)
    parts: Mapping[bool, list[Row]] = {
        silent: _within(running(windows), [span for quiet, span in spans if quiet is silent])
        for silent in (False, True)
    }
    if not any(parts.values()):
        text = "No data: nobody was guided in this run, and no silent probe was held."
        return Picture(name="guidance", title=title, text=text)
    data = [
        dots(
            "silent" if silent else "guided",
            [minutes(row["time_s"]) for row in rows],
            [row["cadence_spm"] for row in rows],
            marker={
                "color": ORANGE if silent else BLUE,
                "symbol": "triangle-up" if silent else "circle",
                "size": 7,
            },
            hover="%{x:.1f} min: %{y:.1f} steps/min",
        )
        for silent, rows in parts.items()
        if rows
    ]
    targets = [row for row in guidance if row["cadence_spm"] is not None]
    if targets:
        when = [minutes(row["time_s"]) for row in targets] + [minutes(until_s)]
        goal = [row["cadence_spm"] for row in targets] + [targets[-1]["cadence_spm"]]
        data.append(line("target", when, goal, color=GREY, shape="hv"))
    layout = {
        "xaxis": {"title": {"text": "minutes"}, "range": [0, minutes(until_s)]},
        "yaxis": {"title": {"text": "steps a minute"}},
    }
    text = _guidance_text(parts, spans)
    return Picture(name="guidance", title=title, text=text, data=tuple(data), layout=layout)


def _guided(guidance: Sequence[Row], until_s: float) -> list[tuple[bool, Span]]:
    """Return the parts of the run, and whether each was silent."""
    return [
        (bool(row["silent"]), span)
        for row, span in _lasting(guidance, until_s)
        if row["mode"] == "retrain" or row["silent"]
    ]


def _within(windows: Sequence[Row], spans: Sequence[Span]) -> list[Row]:
    """Return the windows that lie wholly in one of the spans."""
    return [
        row
        for row in windows
        if any(a <= row["time_s"] - row["length_s"] and row["time_s"] <= b for a, b in spans)
    ]


def _guidance_text(parts: Mapping[bool, Sequence[Row]], spans: Sequence[tuple[bool, Span]]) -> str:
    out = []
    for silent, name in ((False, "Guided"), (True, "Silent")):
        length_s = sum(end - start for quiet, (start, end) in spans if quiet is silent)
        cadences = [r["cadence_spm"] for r in parts[silent] if r["cadence_spm"] is not None]
        mean = f", mean cadence {fmean(cadences):.0f} steps/min" if cadences else ""
        out.append(f"{name} {clock(length_s)}{mean}")
    return f"{'; '.join(out)}."


def gap_picture(gaps: Sequence[Row], strides: Sequence[Row], *, until_s: float) -> Picture:
    """Draw for each leg what was heard live, what came late, and what never came.

    Parameters
    ----------
    gaps, strides : sequence of rows
        Of the store's tables of these names.
    until_s : float
        The session's end.

    """
    title = "Gaps and late data"
    sides = [side for side in Side if any(r["side"] == side for r in (*strides, *gaps))]
    if not sides:
        return Picture(name="gaps", title=title, text="No data: no sensor gave a stride.")
    lost = {side: _lost(gaps, side) for side in sides}
    late = {side: _late(strides, side) for side in sides}
    rows = [str(side).capitalize() for side in sides]
    data = [bars("heard live", rows, [(0.0, until_s)] * len(rows), marker={"color": BAND})]
    for name, found, look in (
        ("came late", late, {"color": BLUE}),
        ("never came", lost, {"color": ORANGE, "pattern": STRIPES}),
    ):
        entries = [(str(side).capitalize(), span) for side in sides for span in found[side]]
        if entries:
            names, spans = zip(*entries, strict=True)
            data.append(bars(name, names, spans, marker=look))
    return Picture(
        name="gaps",
        title=title,
        text=_gap_text(lost, late, until_s=until_s),
        data=tuple(data),
        layout=timeline(rows, until_s=until_s),
    )


def _lost(gaps: Sequence[Row], side: Side) -> list[Span]:
    return [
        (row["time_s"], row["end_s"])
        for row in gaps
        if row["side"] == side and row["n_samples"] != 0
    ]


def _late(strides: Sequence[Row], side: Side) -> list[Span]:
    """Return the stretches whose strides were made of samples that came late."""
    found = sorted(
        (row["time_s"], row["time_s"] + row["stride_time_s"])
        for row in strides
        if row["side"] == side and row["revision"] > 1
    )
    out: list[Span] = []
    for start_s, end_s in found:
        if out and start_s - out[-1][1] <= _TOUCHING_S:
            out[-1] = (out[-1][0], end_s)
        else:
            out.append((start_s, end_s))
    return out


def _gap_text(
    lost: Mapping[Side, Sequence[Span]], late: Mapping[Side, Sequence[Span]], *, until_s: float
) -> str:
    parts = []
    for side, spans in lost.items():
        missing_s = sum(end - start for start, end in spans)
        late_s = sum(end - start for start, end in late[side])
        share = 100.0 * (1.0 - missing_s / until_s) if until_s else 0.0
        came = f", {clock(late_s)} came late" if late_s else ""
        parts.append(f"{side}: {share:.1f} % there, {clock(missing_s)} missing{came}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
