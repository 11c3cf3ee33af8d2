"""Where values lie along an axis, and which of them are written beside it.

An axis is of numbers, of days (ISO text) or of names, as plotly's figures have them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from dashboards.drawing.ticks import Tick, day_ticks, number_ticks

Spec = Mapping[str, Any]
Trace = Mapping[str, Any]
_PAD = 0.04  # of the axis, so that a mark at its end is whole
_MS_A_DAY = 86_400_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From values to shares of an axis' length, 0 to 1.

    Attributes
    ----------
    place : callable
        From a value to a number: itself, its day's ordinal, or its place among the names.
    low, high : float
        The numbers at the axis' ends.
    ticks : sequence of Tick
        What is written, by those numbers.

    """

    place: Callable[[Any], float]
    low: float
    high: float
    ticks: Sequence[Tick]
    title: str = ""
    is_reversed: bool = False

    def share(self, number: float) -> float:
        """Return where a number lies."""
        share = (number - self.low) / (self.high - self.low)
        return 1.0 - share if self.is_reversed else share

    def at(self, value: object) -> float:
        """Return where a value lies."""
        return self.share(self.place(value))


def axis_of(traces: Sequence[Trace], name: str, spec: Spec) -> Axis:
    """Return the axis `name` (x or y) that takes in all traces.

    Examples
    --------
    >>> axis_of([{"type": "scatter", "x": [0, 50]}], "x", {"range": [0, 100]}).at(25)
    0.25

    """
    values = [value for trace in traces for value in trace[name] if value is not None]
    title = str(spec.get("title", {}).get("text", ""))
    is_reversed = spec.get("autorange") == "reversed"
    if spec.get("type") != "date" and any(isinstance(value, str) for value in values):
        names = spec.get("categoryarray", values)
        return _of_names(names, title=title, is_reversed=is_reversed)
    days = spec.get("type") == "date"
    place = _ordinal if days else float
    low, high = _ends(traces, name, spec, place)
    if days:
        first = _ordinal(spec["tick0"]) if "tick0" in spec else None
        ticks = day_ticks(low, high, first=first, step=spec.get("dtick", 0.0) / _MS_A_DAY)
    else:
        ticks = number_ticks(low, high, step=spec.get("dtick"))
    return Axis(place=place, low=low, high=high, ticks=ticks, title=title, is_reversed=is_reversed)


def lies_along(trace: Trace) -> str | None:
    """Return the axis along which a trace's bars are long; None for points and lines."""
    if trace["type"] != "bar":
        return None
    return "x" if trace.get("orientation") == "h" else "y"


def spacing(numbers: Iterable[float]) -> float:
    """Return the least distance of two different numbers, 1 where there are none."""
    gaps = [b - a for a, b in pairwise(sorted(set(numbers)))]
    return min(gaps, default=1.0)


def _ordinal(day: str) -> float:
    return float(date.fromisoformat(day).toordinal())


def _of_names(names: Iterable[str], *, title: str, is_reversed: bool) -> Axis:
    places = {name: float(n) for n, name in enumerate(dict.fromkeys(names))}
    ticks = [Tick(at=at, text=name) for name, at in places.items()]
    return Axis(
        place=places.__getitem__,
        low=-0.5,
        high=len(places) - 0.5,
        ticks=ticks,
        title=title,
        is_reversed=is_reversed,
    )


def _ends(
    traces: Sequence[Trace], name: str, spec: Spec, place: Callable[[Any], float]
) -> tuple[float, float]:
    """Return the numbers at an axis' ends: those given, else all that is drawn and some room."""
    if "range" in spec:
        low, high = map(place, spec["range"])
        return low, high if high > low else low + 1.0
    found = [number for trace in traces for number in _reach(trace, name, place)]
    if spec.get("rangemode") == "tozero":
        found.append(0.0)
    low, high = min(found, default=0.0), max(found, default=1.0)
    pad = _PAD * (high - low) or 0.5
    of_zero = spec.get("rangemode") == "tozero" or any(lies_along(t) == name for t in traces)
    return (
        low if of_zero and low == 0.0 else low - pad,
        high if of_zero and high == 0.0 > low else high + pad,
    )


def _reach(trace: Trace, name: str, place: Callable[[Any], float]) -> list[float]:
    """Return how far a trace reaches along an axis."""
    known = [place(value) for value in trace[name] if value is not None]
    along = lies_along(trace)
    if along == name:
        base = trace.get("base", [0.0] * len(known))
        return [*base, *map(math.fsum, zip(base, known, strict=True))]
    if along is not None:
        half = spacing(known) / 2.0
        return [number + way for number in known for way in (-half, half)]
    error = trace.get(f"error_{name}")
    if error is None:
        return known
    return [
        *(n - less for n, less in zip(known, error["arrayminus"], strict=True)),
        *(n + more for n, more in zip(known, error["array"], strict=True)),
    ]
