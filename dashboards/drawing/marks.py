"""Bars, points and lines of a figure, across in shares of the width and upright in pixels.

Widths are in percent, so that a drawing is as wide as its place without being drawn anew, and its
text and points keep their size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboards.drawing.axis import Axis, Trace, spacing
from dashboards.drawing.symbols import symbol

_FILLED = 0.8  # of what a bar has to itself
_CAP_PX = 4.0
_LINE_UNITS = 1000.0  # a line's own width before it is stretched
_FIELD = re.compile(r"%\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where marks are drawn: both axes, the height, and the name of its stripes."""

    x: Axis
    y: Axis
    height_px: float
    stripes: str

    def across_pct(self, share: float) -> str:
        """Return a share of the width."""
        return f"{100.0 * share:.2f}%"

    def down_px(self, share: float) -> float:
        """Return how far below the top a share of the height is."""
        return (1.0 - share) * self.height_px


def one_of(value: Any, n: int) -> Any:  # noqa: ANN401 - a figure's values are of many kinds
    """Return the n-th of what each point has its own of, or what all share."""
    return value[n] if isinstance(value, Sequence) and not isinstance(value, str) else value


def marks(trace: Trace, field: Field, *, slot: tuple[int, int] = (0, 1)) -> str:
    """Return a trace's marks.

    Parameters
    ----------
    slot : tuple of two int
        Which of how many traces this is, whose bars stand beside each other.

    """
    if trace["type"] == "bar":
        draw = _lying if trace.get("orientation") == "h" else _upright
        return "".join(draw(trace, field, slot))
    if trace["mode"] == "lines":
        return _line(trace, field)
    return "".join(_errors(trace, field)) + "".join(_points(trace, field))


def _known(trace: Trace) -> list[int]:
    """Return the numbers of the points that have both values."""
    return [
        n for n, both in enumerate(zip(trace["x"], trace["y"], strict=True)) if None not in both
    ]


def _upright(trace: Trace, field: Field, slot: tuple[int, int]) -> list[str]:
    at = [field.x.place(value) for value in trace["x"]]
    width = _FILLED * spacing(at) / slot[1]
    first = -_FILLED * spacing(at) / 2.0 + slot[0] * width
    zero = field.down_px(field.y.at(0.0))
    out = []
    for n in _known(trace):
        left, right = field.x.share(at[n] + first), field.x.share(at[n] + first + width)
        top = field.down_px(field.y.at(trace["y"][n]))
        upright = (min(top, zero), abs(zero - top))
        out.append(_bar(trace, n, field, (left, right), upright))
    return out


def _lying(trace: Trace, field: Field, slot: tuple[int, int]) -> list[str]:
    at = [field.y.place(value) for value in trace["y"]]
    high = abs(field.y.share(1.0) - field.y.share(0.0)) * field.height_px
    height = trace.get("width", _FILLED) * high / slot[1]
    base = trace.get("base", [0.0] * len(at))
    out = []
    for n in _known(trace):
        ends = sorted((field.x.at(base[n]), field.x.at(base[n] + trace["x"][n])))
        top = field.down_px(field.y.share(at[n])) - height * (slot[1] / 2.0 - slot[0])
        out.append(_bar(trace, n, field, (ends[0], ends[1]), (top, height)))
    return out


def _bar(
    trace: Trace, n: int, field: Field, across: tuple[float, float], upright: tuple[float, float]
) -> str:
    """Return one bar from left to right and from its top down, striped where it is to be."""
    marker = trace["marker"]
    left, right = across
    place = (
        f'x="{field.across_pct(left)}" y="{upright[0]:.1f}" '
        f'width="{field.across_pct(right - left)}" height="{upright[1]:.1f}"'
    )
    edge = one_of(marker.get("line", {}).get("color", "none"), n)
    shape = f'<rect {place} fill="{one_of(marker["color"], n)}" stroke="{edge}"/>'
    if one_of(marker.get("pattern", {}).get("shape", ""), n):
        shape += f'<rect {place} fill="url(#{field.stripes})"/>'
    return _told(shape, trace, n)


def _points(trace: Trace, field: Field) -> list[str]:
    marker = trace["marker"]
    width_px = marker.get("line", {}).get("width", 2.0)
    out = []
    for n in _known(trace):
        x = field.across_pct(field.x.at(trace["x"][n]))
        y = field.down_px(field.y.at(trace["y"][n]))
        shape = symbol(
            one_of(marker.get("symbol", "circle"), n),
            size_px=one_of(marker["size"], n),
            color=one_of(marker["color"], n),
            width_px=width_px,
        )
        out.append(f'<svg x="{x}" y="{y:.1f}">{_told(shape, trace, n)}</svg>')
    return out


def _errors(trace: Trace, field: Field) -> list[str]:
    """Return from where to where each point may lie, as a line with two ends."""
    error = trace.get("error_x")
    if error is None:
        return []
    out = []
    for n in _known(trace):
        value, y = trace["x"][n], field.down_px(field.y.at(trace["y"][n]))
        ends = (value - error["arrayminus"][n], value + error["array"][n])
        low, high = (field.across_pct(field.x.at(end)) for end in ends)
        lines = ((low, high, y, y), *((e, e, y - _CAP_PX, y + _CAP_PX) for e in (low, high)))
        out += [
            f'<line x1="{x1}" x2="{x2}" y1="{y1:.1f}" y2="{y2:.1f}" '
            f'stroke="{error["color"]}" stroke-width="2"/>'
            for x1, x2, y1, y2 in lines
        ]
    return out


def _line(trace: Trace, field: Field) -> str:
    """Return one path, stretched over the width; it breaks where a value is missing."""
    look = trace["line"]
    steps = look.get("shape") == "hv"
    path, before = [], None
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None or y is None:
            before = None
            continue
        across, down = _LINE_UNITS * field.x.at(x), field.down_px(field.y.at(y))
        if before is None:
            path.append(f"M{across:.1f},{down:.1f}")
        else:
            path.append(f"H{across:.1f}V{down:.1f}" if steps else f"L{across:.1f},{down:.1f}")
        before = down
    dash = ' stroke-dasharray="8 5"' if look.get("dash") == "dash" else ""
    return (
        f'<svg width="100%" height="{field.height_px:g}" preserveAspectRatio="none" '
        f'viewBox="0 0 {_LINE_UNITS:g} {field.height_px:g}">'
        f'<path d="{"".join(path)}" fill="none" stroke="{look["color"]}" '
        f'stroke-width="{look["width"]}"{dash} vector-effect="non-scaling-stroke"/></svg>'
    )


def _told(shape: str, trace: Trace, n: int) -> str:
    """Return a mark that says what it is when it is pointed at."""
    if trace.get("hoverinfo") == "skip":
        return shape
    return f"<g>{shape}<title>{escape(_words(trace, n))}</title></g>"


def _words(trace: Trace, n: int) -> str:
    def value(found: re.Match[str]) -> str:
        told = one_of(trace[found[1]], n)
        return format(told, found[2] or ("g" if isinstance(told, float) else ""))

    return _FIELD.sub(value, trace["hovertemplate"].removesuffix("<extra></extra>"))
