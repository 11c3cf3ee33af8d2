"""Did it work: the half minute before a cue against the half minute after it.

A cue worked when form is back within half its band, or at least half way from where it was told.
It helped partly when form is better by more than two windows of a steady runner differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from analytics import form
from analytics.records import Cue, Outcome, Verdict
from analytics.signs import Sign

_UNKNOWN = Outcome(verdict=Verdict.UNKNOWN, before=None, after=None, change_pct=None)


@dataclass(slots=True, kw_only=True)
class Awaited:
    """A cue whose outcome is not known yet, and how far form was off when it was told."""

    cue: Cue
    excess: float


@dataclass(slots=True, kw_only=True)
class OutcomeState:
    """Cues that wait for their outcome, and how often in a row each kind did not work."""

    awaited: list[Awaited] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)


class Outcomes:
    """What came of each cue.

    Parameters
    ----------
    after_s : float
        When it is judged.
    home_share : float
        Share of the band, or of the way back, within which form is back.

    """

    def __init__(self, *, after_s: float, home_share: float) -> None:
        self._after_s = after_s
        self._home_share = home_share
        self.state = OutcomeState()

    def told(self, cue: Cue, sign: Sign) -> None:
        """Wait for the outcome of a cue."""
        self.state.awaited.append(Awaited(cue=cue, excess=sign.excess))

    def due(self, time_s: float) -> list[Awaited]:
        """Return and forget the cues whose outcome is known with this window."""
        waiting = self.state.awaited
        self.state.awaited = [a for a in waiting if time_s < a.cue.time_s + self._after_s]
        return [a for a in waiting if time_s >= a.cue.time_s + self._after_s]

    def judged(
        self,
        due: Iterable[Awaited],
        seen: Mapping[str, Sign],
        own: Mapping[str, tuple[float, float]],
    ) -> Iterator[Cue]:
        """Give the cues that are due with their outcome, as their second revision.

        `seen` is empty where the window cannot be judged; `own` is, by metric, what is usual
        at the window's speed and the window's value.
        """
        for one in due:
            yield self._judged(one, seen.get(one.cue.kind), own)

    def rest(self) -> Iterator[Cue]:
        """Give the cues of which nothing will be known any more."""
        waiting, self.state.awaited = self.state.awaited, []
        for one in waiting:
            yield replace(one.cue, outcome=_UNKNOWN, revision=2)

    def _judged(
        self, one: Awaited, sign: Sign | None, own: Mapping[str, tuple[float, float]]
    ) -> Cue:
        cue, metric = one.cue, one.cue.why.metric
        if sign is None or metric not in own:
            return replace(cue, outcome=_UNKNOWN, revision=2)
        usual, value = own[metric]
        before, home = cue.why.to_value, cue.why.from_value
        # At the speed of before, so that a runner who only slowed down has not changed form.
        after = home + value - usual if metric in form.ADDITIVE else home * value / usual
        verdict = self._verdict(one.excess, sign)
        failed = self.state.failed
        if verdict is Verdict.NOT:
            failed[cue.kind] = failed.get(cue.kind, 0) + 1
        elif verdict is Verdict.WORKED:
            failed[cue.kind] = 0
        outcome = Outcome(
            verdict=verdict,
            before=before,
            after=after,
            change_pct=form.change_pct(metric, after, before),
        )
        return replace(cue, outcome=outcome, revision=2)

    def _verdict(self, before: float, sign: Sign) -> Verdict:
        if sign.excess < self._home_share * max(1.0, before):
            return Verdict.WORKED
        better = before - sign.excess > math.sqrt(2.0) * sign.noise
        return Verdict.PARTLY if better else Verdict.NOT
