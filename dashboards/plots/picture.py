"""What a picture is: traces and layout as plotly has them, and the same in one sentence.

Pure data, which `dashboards.drawing` turns into SVG and a page gives to plotly where somebody wants
to zoom. Blue and orange always come with a shape or a pattern of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from dashboards.drawing.figure import drawing

Row: TypeAlias = Mapping[str, Any]
Trace: TypeAlias = dict[str, Any]

# Each has a contrast of at least 3:1 to the light and to the dark ground (WCAG 2.2, 1.4.11).
BLUE: Final = "#3b82c4"
ORANGE: Final = "#d9730d"
GREY: Final = "#7d8896"
BAND: Final = "rgba(125, 136, 150, 0.28)"
STRIPES: Final = {"shape": "/", "solidity": 0.35}
ROW_PX, TWO_LINES_PX = 34, 42  # of a row whose name has one line, two lines
FRAME_PX = 110  # of a picture, beside its rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One figure; without data it is its sentence alone, which then says why.

    Attributes
    ----------
    name : str
        Stands for it in a page: `thirds`, `drift`.
    title : str
        What it shows, a few words.
    text : str
        What is to be seen in it, one sentence.
    data : tuple of dict
        Traces in plotly's words; empty where there is nothing to draw.
    layout : mapping
        A layout in plotly's words, without colours of ground and text.

    """

    name: str
    title: str
    text: str
    data: tuple[Trace, ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `drawing` and `figure` are None where there is no data."""
        figure = {"data": list(self.data), "layout": dict(self.layout)} if self.data else None
        return {
            "name": self.name,
            "title": self.title,
            "text": self.text,
            "drawing": self.drawn(),
            "figure": figure,
        }

    def drawn(self) -> str | None:
        """Return the picture as a piece of a page; None where there is no data."""
        return drawing(self.name, self.data, self.layout) if self.data else None


def minutes(seconds: float) -> float:
    """Return session seconds as the minutes that axes show."""
    return round(seconds / 60.0, 3)


def clock(seconds: float) -> str:
    """Return session seconds as people read them.

    Examples
    --------
    >>> clock(754.0), clock(4000.0)
    ('12:34', '1:06:40')

    """
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def signed(value: float, *, digits: int = 0) -> str:
    """Return a number with its sign, a minus as wide as a plus.

    Examples
    --------
    >>> signed(4.2), signed(0.31, digits=1)
    ('+4', '+0.3')

    """
    text = f"{value:+.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def bars(
    name: str,
    rows: Sequence[str],
    spans: Sequence[tuple[float, float]],
    *,
    marker: Mapping[str, Any],
) -> Trace:
    """Return horizontal bars of a timeline: one span of seconds in each row, drawn in minutes."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(rows),
        "base": [minutes(start) for start, _ in spans],
        "x": [minutes(end - start) for start, end in spans],
        "customdata": [f"{clock(start)}-{clock(end)}" for start, end in spans],
        "hovertemplate": f"%{{customdata}} {name}<extra></extra>",
        "marker": dict(marker),
    }


def dots(
    name: str,
    x: Sequence[Any],
    y: Sequence[Any],
    *,
    marker: Mapping[str, Any],
    hover: str,
    customdata: Sequence[Any] | None = None,
) -> Trace:
    """Return single points; `hover` is plotly's template (`%{y:.1f} km`) of what each says."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"size": 12, **marker},
        "hovertemplate": f"{hover}<extra></extra>",
        **({} if customdata is None else {"customdata": list(customdata)}),
    }


def columns(
    name: str, x: Sequence[Any], y: Sequence[Any], *, marker: Mapping[str, Any], hover: str
) -> Trace:
    """Return upright bars."""
    return {
        "type": "bar",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": dict(marker),
        "hovertemplate": f"{hover}<extra></extra>",
    }


def line(name: str, x: Sequence[Any], y: Sequence[Any], **look: str) -> Trace:
    """Return a dashed line that says nothing when touched."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"dash": "dash", "width": 2, **look},
        "hoverinfo": "skip",
    }


def timeline(rows: Sequence[str], *, until_s: float) -> dict[str, Any]:
    """Return the layout of a timeline with these rows, the first on top."""
    return {
        "barmode": "overlay",
        "height": FRAME_PX + ROW_PX * len(rows),
        "xaxis": {"title": {"text": "minutes"}, "range": [0, minutes(until_s)]},
        "yaxis": {"categoryorder": "array", "categoryarray": list(reversed(rows))},
    }


def known(rows: Iterable[Row], name: str) -> list[float]:
    """Return the values of a column that are there."""
    return [row[name] for row in rows if row[name] is not None]


def within(name: str, base: Sequence[float], x: Sequence[float], y: Sequence[str]) -> Trace:
    """Return grey bands of lying bars: from `base` on, `x` wide."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(y),
        "base": list(base),
        "x": list(x),
        "marker": {"color": BAND, "line": {"color": GREY, "width": 1}},
        "hoverinfo": "skip",
    }
