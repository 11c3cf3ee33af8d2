"""What came of each cue: half a minute before it and half a minute after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analytics.records import Verdict
from dashboards.plots.picture import (
    BLUE,
    FRAME_PX,
    GREY,
    ORANGE,
    TWO_LINES_PX,
    Picture,
    Row,
    Trace,
    clock,
    dots,
)
from dashboards.words import metric_name

# By verdict: how it is called, marker, colour.
VERDICTS = {
    Verdict.WORKED: ("worked", "star", BLUE),
    Verdict.PARTLY: ("worked partly", "diamond", BLUE),
    Verdict.NOT: ("did not work", "x", ORANGE),
    Verdict.UNKNOWN: ("cannot be judged", "circle-open", GREY),
}
_POINTS = "asymmetry"


def cue_picture(cues: Sequence[Row]) -> Picture:
    """Draw how far each judged cue's metric was from where it should be, before and after."""
    title = "What came of the cues"
    shown = sorted((cue for cue in cues if cue["shown"]), key=lambda cue: cue["time_s"])
    judged = [cue for cue in shown if _ends(cue) is not None]
    text = _text(cues, shown)
    if not judged:
        return Picture(name="cues", title=title, text=text)
    labels = {cue["id"]: _label(cue) for cue in judged}
    data: list[Trace] = [_ways(judged, labels), _before(judged, labels)]
    for verdict, (called, symbol, colour) in VERDICTS.items():
        mine = [cue for cue in judged if cue["outcome"] == verdict]
        if mine:
            data.append(
                dots(
                    f"after: {called}",
                    [after for _, after in filter(None, map(_ends, mine))],
                    [labels[cue["id"]] for cue in mine],
                    marker={"symbol": symbol, "color": colour},
                    hover="after: %{x:+.1f}",
                )
            )
    layout = {
        "height": FRAME_PX + TWO_LINES_PX * len(judged),
        "xaxis": {
            "title": {"text": "% from the goal (left-right: points)"},
            "rangemode": "tozero",
        },
        "yaxis": {
            "categoryorder": "array",
            "categoryarray": list(reversed(list(labels.values()))),
        },
    }
    return Picture(name="cues", title=title, text=text, data=tuple(data), layout=layout)


def _ends(cue: Row) -> tuple[float, float] | None:
    """Return how far before and after were from the target (or the runner's usual)."""
    goal = cue["target"] if cue["target"] is not None else cue["from_value"]
    before, after = cue["outcome_before"], cue["outcome_after"]
    if before is None or after is None or goal is None:
        return None
    if cue["metric"] == _POINTS:
        return before - goal, after - goal
    return (100.0 * (before / goal - 1.0), 100.0 * (after / goal - 1.0)) if goal else None


def _label(cue: Row) -> str:
    return f"{clock(cue['time_s'])} {cue['text']}<br>{metric_name(cue['metric'])}"


def _ways(judged: Sequence[Row], labels: dict[str, str]) -> Trace:
    """Return the lines from before to after, as one trace with breaks."""
    x: list[float | None] = []
    y: list[str | None] = []
    for cue in judged:
        x += [*(_ends(cue) or ()), None]
        y += [labels[cue["id"]]] * 2 + [None]
    line = {"color": GREY, "width": 2}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _before(judged: Sequence[Row], labels: dict[str, str]) -> Trace:
    return dots(
        "before",
        [before for before, _ in filter(None, map(_ends, judged))],
        [labels[cue["id"]] for cue in judged],
        marker={"symbol": "line-ns-open", "color": GREY, "line": {"width": 3}},
        hover="before: %{x:+.1f}",
    )


def _text(cues: Sequence[Row], shown: Sequence[Row]) -> str:
    held = len(cues) - len(shown)
    back = f"; {held} more were held back" if held else ""
    if not shown:
        return f"No cue was shown{back}."
    found = Counter(cue["outcome"] or Verdict.UNKNOWN for cue in shown)
    parts = [f"{found[v]} {called}" for v, (called, _, _) in VERDICTS.items() if found[v]]
    return f"{len(shown)} {'cue' if len(shown) == 1 else 'cues'} shown: {', '.join(parts)}{back}."
