"""Windows and load of a session in hindsight, once a leg was looked at again.

Theory of operation
-------------------
The last `KEPT_S` seconds of both legs are kept, and a window stage and a load stage that are so far
behind. When a leg is redone its seconds are put right, and a copy of the window stage runs through
all of them: windows that come out otherwise than live are given again. It goes on beside the live
one until the redone seconds have left its windows. At the end the load stage reads what is left,
so that distance and load have every stride, early or late, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import msgspec

from analytics.again import KEPT_S
from analytics.codec import dump_state, load_state
from analytics.load.stage import LoadRecord, LoadStage
from analytics.merge import Second
from analytics.records import Alert, FormMetrics, Side
from analytics.redone import Redone
from analytics.window import WindowStage

_VERSION = 1


@dataclass(slots=True, kw_only=True)
class _State:
    log: list[Second] = field(default_factory=list)
    given: list[FormMetrics] = field(default_factory=list)  # of the seconds in the log
    waiting: list[Redone] = field(default_factory=list)
    beside_until_s: float | None = None
    redone: bool = False


class Hindsight:
    """Keeps the recent seconds and puts them right.

    Parameters
    ----------
    make_window : callable
        Makes another window stage of the session.
    load : LoadStage
        Another load stage of the session.

    """

    def __init__(self, *, make_window: Callable[[], WindowStage], load: LoadStage) -> None:
        self._make_window = make_window
        self._behind = make_window()
        self._beside = make_window()  # the copy, while there is something to put right
        self._load = load
        self._s = _State()

    def revise(self, leg: Redone) -> None:
        """Take a leg in hindsight; its seconds are put right once the last of them is over."""
        self._s.waiting.append(leg)

    def second(self, second: Second, windows: Iterable[FormMetrics]) -> Iterator[FormMetrics]:
        """Take a second and the windows it gave live; return windows given again."""
        state = self._s
        state.log.append(second)
        state.given += windows
        if state.beside_until_s is not None:
            yield from self._compared(self._beside.push(second))
            if second.until_s >= state.beside_until_s:
                state.beside_until_s = None
        yield from self._put_right(second.until_s)
        while state.log[0].until_s <= second.until_s - KEPT_S:
            self._behind.push(state.log[0])
            self._load.push(state.log.pop(0))
        oldest_s = state.log[0].until_s
        state.given = [w for w in state.given if w.end_s >= oldest_s]

    def end(self) -> Iterator[FormMetrics]:
        """Return the windows that the last redone legs change."""
        yield from self._put_right(float("inf"))

    def load_of(self, rest: Second) -> list[LoadRecord] | None:
        """Return the session's load with what came late, no alert; None if nothing did."""
        if not self._s.redone:
            return None
        for second in self._s.log:
            self._load.push(second)
        self._load.push(rest)
        return [r for r in self._load.finish() if not isinstance(r, Alert)]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        stages = {
            "behind": self._behind.dump(),
            "beside": self._beside.dump(),
            "load": self._load.dump(),
        }
        return dump_state("hindsight", _VERSION, {"state": self._s, **stages})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        fields = load_state("hindsight", _VERSION, state)
        self._s = msgspec.convert(fields["state"], _State)
        self._behind.load(fields["behind"])
        self._beside.load(fields["beside"])
        self._load.load(fields["load"])

    def _put_right(self, until_s: float) -> Iterator[FormMetrics]:
        """Put the seconds of all legs right that are over, and give their windows again."""
        state = self._s
        due = [leg for leg in state.waiting if leg.until_s <= until_s]
        if not due:
            return
        state.waiting = [leg for leg in state.waiting if leg.until_s > until_s]
        state.redone = True
        for leg in due:
            state.log = [in_hindsight(second, leg) for second in state.log]
        self._beside = self._make_window()
        self._beside.load(self._behind.dump())
        for second in state.log:
            yield from self._compared(self._beside.push(second))
        last_s = max(leg.until_s for leg in due) + self._beside.length_s
        state.beside_until_s = max(last_s, state.beside_until_s or 0.0)

    def _compared(self, windows: Iterable[FormMetrics]) -> Iterator[FormMetrics]:
        """Give again the windows that are not what was given last."""
        for window in windows:
            for k, known in enumerate(self._s.given):
                if known.end_s == window.end_s and replace(known, revision=1) != window:
                    self._s.given[k] = replace(window, revision=2)
                    yield self._s.given[k]


def in_hindsight(second: Second, leg: Redone) -> Second:
    """Return a second with one leg's part in it as it is in hindsight."""
    if not leg.from_s < second.until_s <= leg.until_s:
        return second
    now = leg.seconds[round(second.until_s)]
    strides = [s for s in second.strides if s.worn.side is not leg.side]
    gaps = [g for g in second.gaps if g.worn.side is not leg.side]
    mine, gone = list(now.strides), list(now.gaps)
    is_left = leg.side is Side.LEFT  # whose records stand first
    activity = dict(second.activity)
    if now.activity is not None:
        activity[leg.side] = now.activity
    return replace(
        second,
        activity=activity,
        strides=mine + strides if is_left else strides + mine,
        gaps=gone + gaps if is_left else gaps + gone,
    )
