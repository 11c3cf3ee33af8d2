"""A figure as one piece of HTML: its legend, and an SVG with axes, grid and marks.

Pure: a figure in plotly's words (https://plotly.com/javascript/reference/) of which it knows what
this project's pictures use, `KNOWN`. Ground, text and grid have the colours of the page around
them (`drawing.css`), so the same drawing serves light, dark and paper.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from dashboards.drawing.axis import Axis, Trace, axis_of, lies_along
from dashboards.drawing.marks import Field, marks, one_of
from dashboards.drawing.symbols import stripes, symbol

# What is read of a figure; a picture that sets anything else would not be drawn as it means to be.
KNOWN: Final = {
    "trace": {
        "type", "mode", "orientation", "name", "x", "y", "base", "width", "marker", "line",
        "customdata", "hovertemplate", "hoverinfo", "showlegend", "error_x",
    },
    "marker": {"color", "symbol", "size", "line", "pattern"},
    "layout": {"height", "barmode", "xaxis", "yaxis"},
    "axis": {
        "title", "type", "range", "rangemode", "autorange", "categoryarray", "categoryorder",
        "tick0", "dtick",
    },
}  # fmt: skip
HEIGHT_PX = 300.0
_FRAME_PX = 74.0  # of the height: the legend above, ticks and the axis' title below
_TITLE_PX = 20.0
_LETTER_PX, _GAP_PX = 7.3, 10.0
_KEY_PX = 12.0
_UNDER_PX = (17.0, 32.0)  # a tick's two lines, below the field
_TITLE_UNDER_PX = 34.0


def drawing(name: str, data: Sequence[Trace], layout: Mapping[str, Any]) -> str:
    """Return a figure's drawing; `name` is its own within the page.

    Examples
    --------
    >>> dots = {"type": "scatter", "mode": "markers", "name": "run", "x": [1], "y": [2],
    ...         "marker": {"size": 8, "color": "#000000"}, "hovertemplate": "%{y} km"}
    >>> "<title>2 km</title>" in drawing("runs", [dots], {})
    True

    """
    field = Field(
        x=axis_of(data, "x", layout.get("xaxis", {})),
        y=axis_of(data, "y", layout.get("yaxis", {})),
        height_px=layout.get("height", HEIGHT_PX) - _FRAME_PX,
        stripes=f"stripes-{name}",
    )
    beside = layout.get("barmode") == "group"
    bars = [trace for trace in data if lies_along(trace)]
    drawn = "".join(
        marks(trace, field, slot=(bars.index(trace), len(bars)) if beside else (0, 1))
        for trace in data
    )
    height_px = field.height_px + _TITLE_UNDER_PX + _TITLE_PX
    return (
        f'<div class="drawing">{_legend(data)}<div class="frame">{_side(field, height_px)}'
        f'<svg class="field" height="{height_px:g}"><defs>{stripes(field.stripes)}</defs>'
        f"{_grid(field)}{drawn}{_below(field)}</svg></div></div>"
    )


def _legend(data: Sequence[Trace]) -> str:
    """Return what each trace is called, where there are several."""
    named = [trace for trace in data if trace.get("showlegend", True)]
    if len(named) < 2:  # noqa: PLR2004 - one needs no name beside the title
        return ""
    keys = "".join(f"<li>{_key(trace)}{escape(trace['name'])}</li>" for trace in named)
    return f'<ul class="legend">{keys}</ul>'


def _key(trace: Trace) -> str:
    """Return the mark that most of a trace's points have."""
    half = _KEY_PX / 2.0
    if trace.get("mode") == "lines":
        color = trace["line"]["color"]
        shape = symbol("line-ew-open", size_px=_KEY_PX, color=color)
    elif lies_along(trace):
        color = _commonest(trace, "color")
        shape = (
            f'<rect x="{-half}" y="{-half}" width="{_KEY_PX}" height="{_KEY_PX}" fill="{color}"/>'
        )
        if one_of(trace["marker"].get("pattern", {}).get("shape", ""), 0):
            shape += f'<path class="stripe" d="M{-half},{half}L{half},{-half}"/>'
    else:
        shape = symbol(
            _commonest(trace, "symbol", "circle"),
            size_px=_KEY_PX - 2.0,
            color=_commonest(trace, "color"),
        )
    return f'<svg class="key" viewBox="-8 -8 16 16">{shape}</svg>'


def _commonest(trace: Trace, name: str, usual: str = "") -> str:
    value = trace["marker"].get(name, usual)
    return value if isinstance(value, str) else Counter(value).most_common(1)[0][0]


def _side(field: Field, height_px: float) -> str:
    """Return the column beside the field: the upright axis' title and its ticks."""
    lines = {tick.at: tick.text.split("<br>") for tick in field.y.ticks}
    longest = max((len(line) for told in lines.values() for line in told), default=0)
    title_px = _TITLE_PX if field.y.title else 0.0
    width_px = math.ceil(longest * _LETTER_PX + _GAP_PX + title_px)
    texts = []
    for at, told in lines.items():
        y = field.down_px(field.y.share(at)) + 4.0 - 8.0 * (len(told) - 1)
        texts.append(_text(told, [y + 16.0 * n for n in range(len(told))], x=f"{width_px - 6}"))
    title = ""
    if field.y.title:
        middle = field.height_px / 2.0
        title = (
            f'<text class="title" transform="translate(13 {middle:g}) rotate(-90)">'
            f"{escape(field.y.title)}</text>"
        )
    return (
        f'<svg class="side" width="{width_px}" height="{height_px:g}">{title}{"".join(texts)}</svg>'
    )


def _grid(field: Field) -> str:
    """Return lines at the ticks, that of zero the plainest."""
    foot = f"{field.height_px:g}"
    lines = []
    for tick in field.x.ticks:
        x = field.across_pct(field.x.share(tick.at))
        lines.append(_rule((x, x), ("0", foot), is_zero=tick.is_zero))
    for tick in field.y.ticks:
        y = f"{field.down_px(field.y.share(tick.at)):.1f}"
        lines.append(_rule(("0", "100%"), (y, y), is_zero=tick.is_zero))
    return "".join(lines)


def _rule(x: tuple[str, str], y: tuple[str, str], *, is_zero: bool) -> str:
    kind = "grid zero" if is_zero else "grid"
    return f'<line class="{kind}" x1="{x[0]}" x2="{x[1]}" y1="{y[0]}" y2="{y[1]}"/>'


def _below(field: Field) -> str:
    """Return the ticks and the title under the field; every second tick gives way first."""
    ticks = "".join(
        _text(
            tick.text.split("<br>"),
            [field.height_px + under for under in _UNDER_PX],
            x=field.across_pct(field.x.share(tick.at)),
            kind="tick second" if n % 2 else "tick",
        )
        for n, tick in enumerate(field.x.ticks)
    )
    if not field.x.title:
        return ticks
    y = field.height_px + _TITLE_UNDER_PX + (_TITLE_PX / 2.0 if _two_lines(field.x) else 0.0)
    return f'{ticks}<text class="title" x="50%" y="{y:g}">{escape(field.x.title)}</text>'


def _two_lines(axis: Axis) -> bool:
    return any("<br>" in tick.text for tick in axis.ticks)


def _text(lines: Sequence[str], ys: Sequence[float], *, x: str, kind: str = "tick") -> str:
    parts = "".join(
        f'<tspan x="{x}" y="{y:.1f}">{escape(line)}</tspan>'
        for line, y in zip(lines, ys, strict=False)
    )
    return f'<text class="{kind}">{parts}</text>'
