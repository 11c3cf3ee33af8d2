"""Both legs' records in one order of data time, whatever order they arrived in.

Theory of operation
-------------------
Each side's records come in that side's own order, with a `Progress` at every whole second.
A second T is released when every side that is present has told its progress to T; then come
the left records up to that side's Progress(T), then the right ones. What follows downstream
therefore sees the same sequence for any interleaving of the sides, as long as neither is more
than `MAX_LAG_S` behind.

A side does not hold the others up while its link is lost or while it lags more than
`MAX_LAG_S`. After a lost link it is waited for again from `MAX_LAG_S` after its first samples
(until then its records are kept): so the order in which the two sides arrive around the return
does not matter either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import msgspec

from analytics.codec import dump_state, load_state
from analytics.records import (
    Activity,
    Conditions,
    Gap,
    LinkHealth,
    LinkState,
    Progress,
    SessionEvent,
    Side,
    SpeedReading,
    Stride,
)

FormItem: TypeAlias = (
    Stride | Progress | Gap | LinkHealth | SessionEvent | SpeedReading | Conditions
)

Told = TypeVar("Told", SessionEvent, SpeedReading, Conditions)

MAX_LAG_S = 2.0  # a radio's usual resend time; longer waiting would delay a window too much
_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What became known in one second of data, up to `until_s`.

    `activity` has the sides whose samples reach `until_s`. The records are in the order left
    before right, each side in its own order.
    """

    until_s: float
    activity: Mapping[Side, Activity] = field(default_factory=dict)
    strides: Sequence[Stride] = ()
    gaps: Sequence[Gap] = ()
    links: Sequence[LinkHealth] = ()
    events: Sequence[SessionEvent] = ()
    readings: Sequence[SpeedReading] = ()
    conditions: Sequence[Conditions] = ()


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One waiting record: exactly one field is set (a state cannot hold a union of records)."""

    stride: Stride | None = None
    progress: Progress | None = None
    gap: Gap | None = None
    link: LinkHealth | None = None


@dataclass(slots=True, kw_only=True)
class _Lane:
    """One side's records that wait for release."""

    until_s: float = 0.0
    lost: bool = False
    returning: bool = False
    waited_for_from_s: float = 0.0
    queue: list[_Entry] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _State:
    lanes: dict[Side, _Lane]
    events: list[SessionEvent] = field(default_factory=list)
    readings: list[SpeedReading] = field(default_factory=list)
    conditions: list[Conditions] = field(default_factory=list)
    released_s: float = 0.0


class Merge:
    """Release both sides' records second by second of data time.

    Parameters
    ----------
    sides : sequence of Side
        The legs that wear a sensor; one is enough.

    Examples
    --------
    >>> from analytics.records import Placement, Worn
    >>> worn = Worn(runner="ada", session="1", side=Side.LEFT, placement=Placement.SHIN)
    >>> merge = Merge(sides=[Side.LEFT])
    >>> [s.until_s for s in merge.push(Progress(worn=worn, until_s=1, activity=Activity.STILL))]
    [1.0]

    """

    def __init__(self, *, sides: Sequence[Side]) -> None:
        ordered = [side for side in Side if side in sides]
        self._state = _State(lanes={side: _Lane() for side in ordered})

    def push(self, item: FormItem) -> Iterable[Second]:
        """Take one record and return the seconds it completed."""
        match item:
            case Stride():  # by far the most, then progress
                self._lane(item).queue.append(_Entry(stride=item))
                return []
            case Progress():
                self._note_progress(item)
            case SessionEvent():
                self._state.events.append(item)
                return []
            case SpeedReading():
                self._state.readings.append(item)
                return []
            case Conditions():
                self._state.conditions.append(item)
                return []
            case Gap():
                self._lane(item).queue.append(_Entry(gap=item))
                return []
            case LinkHealth():
                self._note_link(item)
        return self._release()

    def finish(self) -> Iterable[Second]:
        """Release what is left up to the last second any side has told of."""
        out = []
        while self._state.released_s + 1 <= self._lead_s():
            out.append(self._next_second())
        return out

    def rest(self) -> Second:
        """Return the strides that no whole second holds, once `finish` has released those."""
        lanes = self._state.lanes.values()
        strides = [e.stride for lane in lanes for e in lane.queue if e.stride]
        return Second(until_s=max([self._lead_s(), *(s.end_s for s in strides)]), strides=strides)

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("merge", _VERSION, {"state": self._state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        self._state = msgspec.convert(load_state("merge", _VERSION, state)["state"], _State)

    def _lane(self, item: Stride | Progress | Gap | LinkHealth) -> _Lane:
        return self._state.lanes[item.worn.side]

    def _note_link(self, link: LinkHealth) -> None:
        lane = self._lane(link)
        lane.queue.append(_Entry(link=link))
        if link.state is LinkState.LOST:
            lane.lost, lane.returning = True, False
        elif link.state is LinkState.CONNECTED and lane.lost:
            lane.returning = True

    def _note_progress(self, progress: Progress) -> None:
        lane = self._lane(progress)
        lane.queue.append(_Entry(progress=progress))
        lane.until_s = progress.until_s
        if lane.returning and progress.activity is not Activity.GAP:
            lane.lost = lane.returning = False
            lane.waited_for_from_s = progress.until_s + MAX_LAG_S

    def _lead_s(self) -> float:
        return max([lane.until_s for lane in self._state.lanes.values()])

    def _release(self) -> Iterable[Second]:
        out = []
        lead_s = self._lead_s()
        while self._state.released_s + 1 <= lead_s and not self._is_waiting(lead_s):
            out.append(self._next_second())
        return out

    def _is_waiting(self, lead_s: float) -> bool:
        """Tell whether a side that is waited for has not told of the next second yet."""
        second_s = self._state.released_s + 1
        return any(
            lane.until_s < second_s
            and not lane.lost
            and lead_s - lane.until_s <= MAX_LAG_S
            and second_s > lane.waited_for_from_s
            for lane in self._state.lanes.values()
        )

    def _next_second(self) -> Second:
        self._state.released_s += 1
        second_s = self._state.released_s
        entries: list[_Entry] = []
        activity: dict[Side, Activity] = {}
        for side, lane in self._state.lanes.items():
            # Coming back: what it gave stays until the second from which it is waited for, so
            # that the result does not depend on which side happened to arrive first.
            if lane.returning or (not lane.lost and second_s <= lane.waited_for_from_s):
                continue
            taken = _take(lane, second_s)
            entries += taken
            last = taken[-1].progress if taken else None
            if last is not None and last.until_s == second_s:
                activity[side] = last.activity
        return Second(
            until_s=second_s,
            activity=activity,
            strides=[entry.stride for entry in entries if entry.stride],
            gaps=[entry.gap for entry in entries if entry.gap],
            links=[entry.link for entry in entries if entry.link],
            events=_take_told(self._state.events, second_s),
            readings=_take_told(self._state.readings, second_s),
            conditions=_take_told(self._state.conditions, second_s),
        )


def _take_told(told: list[Told], second_s: float) -> list[Told]:
    """Return and remove what is of no later time than the second's end."""
    if not told:  # as a rule
        return []
    taken = [item for item in told if item.time_s <= second_s]
    told[:] = [item for item in told if item.time_s > second_s]
    return taken


def _take(lane: _Lane, second_s: float) -> list[_Entry]:
    """Return and remove what the side gave up to and with its Progress at `second_s`."""
    n = 0
    for entry in lane.queue:
        progress = entry.progress
        if progress is not None and progress.until_s > second_s:
            break
        n += 1
        if progress is not None and progress.until_s == second_s:
            break
    taken, lane.queue = lane.queue[:n], lane.queue[n:]
    return taken
