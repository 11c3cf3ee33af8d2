"""What a runner does one after the other: running, walking, standing, stairs, turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from analytics.records import Surface


class Doing(StrEnum):
    """What legs do."""

    STANDING = "standing"
    RUNNING = "running"
    WALKING = "walking"
    STAIRS = "stairs"
    TURN = "turn"


RUNS = frozenset({Doing.RUNNING, Doing.TURN})  # its strides are running strides


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some time of the same doing on the same ground.

    Attributes
    ----------
    pace : float
        Speed as a share of what the runner usually runs or walks.
    grade_pct : float
        Slope, uphill positive; stairs go up or down by its sign.

    """

    doing: Doing = Doing.RUNNING
    lasts_s: float
    pace: float = 1.0
    grade_pct: float = 0.0
    surface: Surface = Surface.ASPHALT


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What really was done from one moment to another."""

    from_s: float
    until_s: float
    activity: Doing
    grade_pct: float = 0.0
    surface: Surface = Surface.ASPHALT

    def later(self, by_s: float) -> Span:
        """Return it on a clock that shows more."""
        return replace(self, from_s=self.from_s + by_s, until_s=self.until_s + by_s)


def activity_by_second(spans: Sequence[Span]) -> list[Doing]:
    """Return what most of each second was, from second 0 to the end of the last span.

    Examples
    --------
    >>> stands = Span(from_s=-0.5, until_s=1.4, activity=Doing.STANDING)
    >>> runs = Span(from_s=1.4, until_s=3.0, activity=Doing.RUNNING)
    >>> [str(second) for second in activity_by_second([stands, runs])]
    ['standing', 'running', 'running']

    """
    if not spans:
        return []
    edges = [float(second) for second in range(int(spans[-1].until_s) + 1)]
    return [
        max(spans, key=lambda span: min(span.until_s, end) - max(span.from_s, begin)).activity
        for begin, end in pairwise(edges)
    ]
