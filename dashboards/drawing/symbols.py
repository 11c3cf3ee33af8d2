"""The shapes of single points, and the stripes of bars: colour never stands alone."""

from __future__ import annotations

import math

_WIDTH_PX = 2.0
_CORNERS = [(math.sin(n * math.pi / 5.0), -math.cos(n * math.pi / 5.0)) for n in range(10)]
_INNER = 0.45  # of a star, how far its inner corners are from its middle


def symbol(name: str, *, size_px: float, color: str, width_px: float = _WIDTH_PX) -> str:
    """Return a point's shape about the origin, under its name in plotly.

    Examples
    --------
    >>> symbol("circle", size_px=8.0, color="#000000")
    '<circle r="4" fill="#000000"/>'

    """
    r = size_px / 2.0
    line = f'fill="none" stroke="{color}" stroke-width="{width_px:g}"'
    if name == "circle":
        return f'<circle r="{r:g}" fill="{color}"/>'
    if name == "circle-open":
        return f'<circle r="{r:g}" {line}/>'
    lines = {
        "line-ns-open": f"M0,{-r:g}V{r:g}",
        "line-ew-open": f"M{-r:g},0H{r:g}",
        "x": f"M{-r:g},{-r:g}L{r:g},{r:g}M{-r:g},{r:g}L{r:g},{-r:g}",
    }
    if name in lines:
        return f'<path d="{lines[name]}" {line}/>'
    return f'<polygon points="{_points(name, r)}" fill="{color}"/>'


def _points(name: str, r: float) -> str:
    corners = {
        "diamond": [(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)],
        "triangle-up": [(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
        "star": [
            (x * 1.3 * (_INNER if n % 2 else 1.0), y * 1.3 * (_INNER if n % 2 else 1.0))
            for n, (x, y) in enumerate(_CORNERS)
        ],
    }[name]
    return " ".join(f"{x * r:.2f},{y * r:.2f}" for x, y in corners)


def stripes(name: str) -> str:
    """Return the pattern that is laid over striped bars; `name` is its own within the page."""
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="stripe" d="M1,0V6"/></pattern>'
    )
