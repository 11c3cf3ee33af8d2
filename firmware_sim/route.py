"""A run's stretches one after the other, and what they make of time: who does what when, how fast.

Speeds change over three seconds about a border between stretches: who breaks into a run or falls
into a walk passes through some 2 m/s there (Hreljac 1993, Med Sci Sports Exerc).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray
from firmware_sim.gait.markers import WALK_MPS
from firmware_sim.stretch import Doing, Span, Stretch

CHANGES_S = 3.0  # a change of speed about a border
CLIMB_MPS = 0.41  # along stairs: two treads of 0.29 m in 1.4 s (Riener 2002, Gait Posture)
_TURN_PACE = 0.5  # of the running speed, about a mark
_HALTS_MPS = 1.0  # of the last stride before standing and the first one after


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Stretches from the first landing on; what follows them is plain running to the end.

    Examples
    --------
    >>> walks = Stretch(doing=Doing.WALKING, lasts_s=60.0)
    >>> route = Route(stretches=(walks,), ends_s=300.0)
    >>> str(route.at(59.0).doing), str(route.at(61.0).doing)
    ('walking', 'running')
    >>> route.speed_mps(np.array([30.0, 60.0, 90.0]), usual_mps=3.0).round(2).tolist()
    [1.27, 2.13, 3.0]

    """

    stretches: Sequence[Stretch]
    ends_s: float
    _all: tuple[Stretch, ...] = field(init=False)
    _from_s: list[float] = field(init=False)

    def __post_init__(self) -> None:
        """Reckon when each stretch begins."""
        begins = np.cumsum([0.0, *(stretch.lasts_s for stretch in self.stretches)]).tolist()
        last = Stretch(lasts_s=max(self.ends_s - begins[-1], 1.0))
        object.__setattr__(self, "_all", (*self.stretches, last))
        object.__setattr__(self, "_from_s", begins)

    def at(self, time_s: float) -> Stretch:
        """Return the stretch at one time."""
        return self._all[bisect_right(self._from_s, time_s) - 1]

    def each(self, time_s: FloatArray) -> tuple[NDArray[np.intp], tuple[Stretch, ...]]:
        """Return which stretch each time is in, and all of them."""
        return np.searchsorted(self._from_s, time_s, side="right") - 1, self._all

    def goes_on_s(self, time_s: float) -> float:
        """Return when the runner goes on who stands at a time."""
        first = bisect_right(self._from_s, time_s)
        for begins_s, stretch in zip(self._from_s[first:], self._all[first:], strict=True):
            if stretch.doing is not Doing.STANDING:
                return begins_s
        return self.ends_s

    def speed_mps(self, time_s: FloatArray, *, usual_mps: float) -> FloatArray:
        """Return speeds at times, for somebody who usually runs at a speed."""
        return np.interp(time_s, *self.speeds(usual_mps=usual_mps))

    def speeds(self, *, usual_mps: float) -> tuple[FloatArray, FloatArray]:
        """Return times and the speeds there; in between speed goes in straight lines."""
        speeds = [_speed_mps(stretch, usual_mps) for stretch in self._all]
        at_s, mps = [0.0], [speeds[0]]
        halves = [min(0.5 * CHANGES_S, 0.5 * stretch.lasts_s) for stretch in self._all]
        borders = zip(self._from_s[1:], pairwise(speeds), pairwise(halves), strict=True)
        for border_s, (before, after), (ends, begins) in borders:
            at_s += [border_s - ends, border_s + begins]
            mps += [before, after]
        return np.array(at_s), np.array(mps)

    def speed_at(self, *, usual_mps: float) -> Callable[[float], float]:
        """Return the speed at one time from 0 on, as `speed_mps`: for many times, one by one."""
        at_s, mps = (list[float](part.tolist()) for part in self.speeds(usual_mps=usual_mps))

        def now(time_s: float) -> float:
            k = bisect_right(at_s, time_s) - 1
            if k == len(at_s) - 1 or at_s[k] == time_s:
                return mps[k]
            slope = (mps[k + 1] - mps[k]) / (at_s[k + 1] - at_s[k])
            return slope * (time_s - at_s[k]) + mps[k]

        return now

    def spans(self, *, from_s: float, until_s: float) -> list[Span]:
        """Return what is done between two times."""
        ends_s = [*self._from_s[1:], np.inf]
        return [
            Span(
                from_s=max(from_s, begins_s),
                until_s=min(until_s, end_s),
                activity=stretch.doing,
                grade_pct=stretch.grade_pct,
                surface=stretch.surface,
            )
            for stretch, begins_s, end_s in zip(self._all, self._from_s, ends_s, strict=True)
            if min(until_s, end_s) > max(from_s, begins_s)
        ]


def _speed_mps(stretch: Stretch, usual_mps: float) -> float:
    match stretch.doing:
        case Doing.RUNNING:
            return usual_mps * stretch.pace
        case Doing.TURN:
            return usual_mps * stretch.pace * _TURN_PACE
        case Doing.WALKING:
            return WALK_MPS * stretch.pace
        case Doing.STAIRS:
            return CLIMB_MPS
        case Doing.STANDING:
            return _HALTS_MPS
