"""A whole run of one runner: legs that move, stand still, and move again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from analytics.records import FloatArray, Placement, Side
from firmware_sim.imu import standing
from firmware_sim.landings import Bout
from firmware_sim.route import Route
from firmware_sim.runner import FIRST_SWING_S, make_leg
from firmware_sim.stretch import Doing, Span
from firmware_sim.truth import TrueStride, true_strides


class Journey:
    """Bouts of steps on a route, seen where the sensors are worn; time 0 is the first landing."""

    def __init__(self, bouts: Sequence[Bout], *, route: Route, placement: Placement) -> None:
        self._bouts = bouts
        self._route = route
        self._legs = {
            side: [make_leg(contacts=bout.contacts[side], placement=placement) for bout in bouts]
            for side in (Side.LEFT, Side.RIGHT)
        }
        self._from_s = np.array([bout.first_s for bout in bouts]) - FIRST_SWING_S

    def motion(self, side: Side, time_s: FloatArray) -> FloatArray:
        """Return ideal motion (6, n) of one leg at increasing times."""
        first, last = self._from_s.searchsorted(time_s[[0, -1]], side="right").tolist()
        legs = self._legs[side]
        if first == last:
            return standing(time_s) if first == 0 else legs[first - 1].motion(time_s)
        edges = [0, *time_s.searchsorted(self._from_s[first:last]).tolist(), len(time_s)]
        parts = [
            standing(part) if bout == 0 else legs[bout - 1].motion(part)
            for bout, (begin, end) in enumerate(pairwise(edges), start=first)
            if len(part := time_s[begin:end])
        ]
        return np.concatenate(parts, axis=1)

    def strides(self, *, offset_s: float) -> list[TrueStride]:
        """Return every stride of both legs by contact time, `offset_s` added to our time."""
        found = [
            stride
            for number, bout in enumerate(self._bouts)
            for side, legs in self._legs.items()
            for stride in true_strides(
                side,
                legs[number],
                [self._route.at(time_s).doing for time_s in bout.contacts[side].contact_s.tolist()],
                offset_s=offset_s,
            )
        ]
        return sorted(found, key=lambda stride: stride.contact_s)

    def spans(self, *, from_s: float, until_s: float) -> list[Span]:
        """Return what is done from one time to another, each bout to its last foot's toe-off."""
        spans: list[Span] = []
        at_s = from_s
        for bout in self._bouts:
            spans.append(_stands(at_s, bout.first_s, self._route))
            moves = [
                span
                for span in self._route.spans(from_s=bout.first_s, until_s=bout.last_s)
                if span.activity is not Doing.STANDING
            ]
            spans += [*moves[:-1], replace(moves[-1], until_s=bout.last_s)]
            at_s = bout.last_s
        return [*spans, _stands(at_s, until_s, self._route)]


def _stands(from_s: float, until_s: float, route: Route) -> Span:
    ground = route.at(max(from_s, 0.0))
    return Span(
        from_s=from_s,
        until_s=until_s,
        activity=Doing.STANDING,
        grade_pct=ground.grade_pct,
        surface=ground.surface,
    )
