"""One leg's strides again, once samples that had gone missing have come late.

Theory of operation
-------------------
Before the first gap that may be filled the stride stage's state is kept, and from then on all of
the leg's samples. When nothing more can come, a second stage starts from that state and reads them
again, the late ones in their places: law 5 makes that what would have been, had nothing gone
missing. It then runs beside the live one until both have given the same three strides in a row.
What differs before these is the leg in hindsight. If the next gap comes first, the second stage
waits in front of it: it knows the runner, the live one may have seen nothing but pieces.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import msgspec

from analytics.codec import dump_state, load_state
from analytics.records import Gap, Progress, SampleBlock, SessionEvent, Stride, Worn
from analytics.redone import Agreement, Redone, Told, agreement, redone, without_agreement
from analytics.stage import Stage

StrideSource: TypeAlias = Stage[SampleBlock | Gap, Stride | Progress | SessionEvent]

PATIENCE_S = 15.0  # for both ways to agree: whoever does not run does not reach it
KEPT_S = 150.0  # late samples are waited for 120 s (the gateway's sequence.py)
_VERSION = 2


@dataclass(slots=True, kw_only=True)
class _State:
    until_s: float = 0.0  # told live so far
    from_s: float = 0.0  # the same, when the first hole began
    before: bytes | None = None
    kept: list[SampleBlock | Gap] = field(default_factory=list)
    passed: list[Gap] = field(default_factory=list)  # those that the second stage has read
    open: list[int] = field(default_factory=list)  # first indices of holes
    end_s: float = 0.0  # of the last hole
    closed_s: float = 0.0  # told live when it closed
    live: list[Told] = field(default_factory=list)  # after `from_s`, or of this second
    again: list[Told] = field(default_factory=list)


class LegAgain:
    """Watches one leg, and looks at it again after a gap was filled.

    Parameters
    ----------
    worn : Worn
        The leg.
    make : callable
        Makes another stride stage of it.
    corrected : callable
        Applies the runner's own correction of speed to a stride.

    """

    def __init__(
        self,
        *,
        worn: Worn,
        make: Callable[[], StrideSource],
        corrected: Callable[[Stride], Stride],
    ) -> None:
        self._worn = worn
        self._make = make
        self._corrected = corrected
        self._second: StrideSource | None = None  # the stage that reads again
        self._s = _State()

    def gap(self, gap: Gap, *, before: Callable[[], bytes]) -> Iterator[Redone]:
        """Take a gap; `before` gives the live stage's state in front of it."""
        if gap.awaited and self._second is not None:
            if gap.end_s - self._s.from_s > KEPT_S:
                yield from self._done(None)
            else:
                self._wait_here(self._second)
        state = self._s
        if gap.awaited and state.kept and gap.end_s - _start_s(state.kept[0]) > KEPT_S:
            self._forget()
        if gap.awaited and self._s.before is None:
            self._s.before, self._s.from_s = before(), self._s.until_s
        if self._s.before is not None:
            self._take(gap)
        if gap.awaited:
            self._s.open.append(gap.first_index)
            self._s.end_s = gap.end_s

    def block(self, block: SampleBlock) -> None:
        """Take live samples."""
        if self._s.before is not None:
            self._take(block)

    def late(self, item: SampleBlock | Gap) -> Iterator[Redone]:
        """Take samples that came late, or what is left of a gap."""
        state = self._s
        if state.before is None or self._second is not None:
            return
        if isinstance(item, SampleBlock) or item.first_index not in state.open:
            insort(state.kept, item, key=_first)
            return
        state.open.remove(item.first_index)
        state.kept = [k for k in state.kept if not _awaited(k, item.first_index)]
        if item.n_samples:
            insort(state.kept, item, key=_first)
        if not state.open:
            yield from self._read_again()

    def given(self, record: Told) -> Iterator[Redone]:
        """Take what the live stage has just given."""
        state = self._s
        if isinstance(record, Progress):
            state.until_s = record.until_s
            if state.before is None:
                state.live = []
                return
        state.live.append(record)
        if self._second is not None:
            yield from self._look()

    def rest(self) -> Iterator[Redone]:
        """Return the leg in hindsight at the end, whether or not all has come."""
        if self._s.before is not None and self._second is None:
            yield from self._read_again()
        if self._second is not None:
            yield from self._done(None)

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {name: getattr(self._s, name) for name in _State.__slots__}
        state["kept"] = [[isinstance(item, Gap), asdict(item)] for item in self._s.kept]
        state["passed"] = [asdict(gap) for gap in self._s.passed]
        for name in ("live", "again"):
            state[name] = [[isinstance(r, Stride), r] for r in state[name]]
        second = None if self._second is None else self._second.dump()
        return dump_state("again", _VERSION, {"state": state, "second": second})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        fields = load_state("again", _VERSION, state)
        kept = fields["state"]
        kept["kept"] = [_item(is_gap, values) for is_gap, values in kept["kept"]]
        kept["passed"] = [msgspec.convert(values, Gap) for values in kept["passed"]]
        for name in ("live", "again"):
            kept[name] = [
                msgspec.convert(values, Stride if is_stride else Progress)
                for is_stride, values in kept[name]
            ]
        self._s = _State(**kept)
        self._second = None
        if fields["second"] is not None:
            self._second = self._make()
            self._second.load(fields["second"])

    def _take(self, item: SampleBlock | Gap) -> None:
        if self._second is not None:
            self._read(self._second, item)
        if self._second is None or isinstance(item, Gap):
            self._s.kept.append(item)

    def _wait_here(self, second: StrideSource) -> None:
        """Let the second stage go on from here once the next hole is filled."""
        self._s.before = second.dump()
        self._s.passed += [item for item in self._s.kept if isinstance(item, Gap)]
        self._s.kept = []
        self._second = None

    def _read_again(self) -> Iterator[Redone]:
        """Start the second stage in front of the first hole and let it catch up."""
        state = self._s
        assert state.before is not None  # noqa: S101 - asked by the callers
        self._second = self._make()
        self._second.load(state.before)
        state.closed_s = state.until_s
        for item in state.kept:
            self._read(self._second, item)
        yield from self._look()

    def _read(self, second: StrideSource, item: SampleBlock | Gap) -> None:
        for record in second.push(item):
            if isinstance(record, Stride):
                self._s.again.append(self._corrected(record))
            elif isinstance(record, Progress):
                self._s.again.append(record)

    def _look(self) -> Iterator[Redone]:
        """Finish once both ways agree, or have not for too long."""
        state = self._s
        agreed = agreement(state.live, state.again, after_s=state.end_s)
        if agreed is not None or state.until_s >= state.closed_s + PATIENCE_S:
            yield from self._done(agreed)

    def _done(self, agreed: Agreement | None) -> Iterator[Redone]:
        state = self._s
        yield redone(
            state.live,
            state.again,
            gaps=[*state.passed, *(item for item in state.kept if isinstance(item, Gap))],
            agreed=agreed or without_agreement(state.end_s),
            side=self._worn.side,
            from_s=round(state.from_s),
        )
        self._forget()

    def _forget(self) -> None:
        self._second = None
        this_second: list[Told] = []
        for record in self._s.live:
            this_second = [] if isinstance(record, Progress) else [*this_second, record]
        self._s = _State(until_s=self._s.until_s, live=this_second)


def _first(item: SampleBlock | Gap) -> int:
    return item.first_index


def _start_s(item: SampleBlock | Gap) -> float:
    return item.start_s if isinstance(item, Gap) else float(item.time_s[0])


def _awaited(item: SampleBlock | Gap, first_index: int) -> bool:
    return isinstance(item, Gap) and item.awaited and item.first_index == first_index


def _item(is_gap: bool, values: dict[str, Any]) -> SampleBlock | Gap:  # noqa: FBT001
    if is_gap:
        return msgspec.convert(values, Gap)
    return SampleBlock(**{**values, "worn": msgspec.convert(values["worn"], Worn)})
