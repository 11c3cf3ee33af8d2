"""Strides of one foot, and what it was doing second by second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from analytics.activity import (
    LONGEST_S,
    ActivityTeller,
    Likeness,
    RunningGate,
    Waiting,
    held,
    hides_landing,
    row_of_running,
)
from analytics.blocks import STRAP_MOVED
from analytics.codec import dump_state, load_state
from analytics.records import Activity, Gap, Progress, SampleBlock, SessionEvent, Stride, Worn
from analytics.strikes import Landed, Second, StrikeDetector


class StrideStage:
    """From samples of one sensor to its running strides, one `Progress` a second, and moved straps.

    A stride comes out when its closing contact is confirmed, 170 ms of samples after it at the
    latest in steady running; those of a run's beginning wait until running is sure.

    Parameters
    ----------
    worn : Worn
        Whose sensor it is, and how it is worn.

    """

    VERSION = 4

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._detector = StrikeDetector(worn=worn)
        self._gate = RunningGate(placement=worn.placement)
        self._teller = ActivityTeller()
        self._waiting: list[Waiting] = []
        self._second: int | None = None  # seconds told so far
        self._moved = False  # the strap, in the second under way

    def push(self, item: SampleBlock | Gap) -> Iterable[Stride | Progress | SessionEvent]:
        """Take samples or a gap; return the strides and seconds they completed."""
        out: list[Stride | Progress | SessionEvent] = []
        for event in self._detector.push(item):
            out.extend(self._take(event))
        if isinstance(item, Gap):
            self._drop()
        return out

    def finish(self) -> Iterable[Stride | Progress | SessionEvent]:
        """Return the last stride if its closing contact was seen."""
        return [record for event in self._detector.finish() for record in self._take(event)]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {
            "detector": self._detector.dump(),
            "gate": self._gate.dump(),
            "landings_s": self._teller.landings_s,
            "waiting": self._waiting,
            "second": self._second,
            "moved": self._moved,
        }
        return dump_state("strides", self.VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state."""
        fields: dict[str, Any] = load_state("strides", self.VERSION, state)
        self._detector.load(fields["detector"])
        self._gate = RunningGate(placement=self._worn.placement, **fields["gate"])
        self._teller = ActivityTeller(landings_s=list(fields["landings_s"]))
        self._waiting = msgspec.convert(fields["waiting"], list[Waiting])
        self._second = fields["second"]
        self._moved = fields["moved"]

    def _take(self, event: Landed | Second) -> Iterable[Stride | Progress | SessionEvent]:
        return self._pass_second(event) if isinstance(event, Second) else self._land(event)

    def _pass_second(self, event: Second) -> Iterable[Progress | SessionEvent]:
        """Tell the seconds up to this one; those without samples were a gap."""
        last = int(event.until_s)
        first = last if self._second is None else self._second + 1
        for second in range(first, last):
            yield Progress(worn=self._worn, until_s=float(second), activity=Activity.GAP)
        self._second = last
        if self._moved:
            self._moved = False
            yield self._strap_moved(event.until_s)
        landings = self._teller.landings_s
        if not landings or event.until_s - landings[-1] > LONGEST_S + 1.0:
            self._drop()
        activity = self._teller.tell(
            until_s=event.until_s, energy_g=event.energy_g, running=self._gate.sure
        )
        yield Progress(worn=self._worn, until_s=event.until_s, activity=activity)

    def _land(self, event: Landed) -> Iterable[Stride]:
        """Close a stride, judge it, and give it out once running is sure."""
        self._teller.landed(event.contact_s)
        self._moved = self._moved or event.moved
        if event.stride is None:
            self._drop()
            return
        was_sure = self._gate.sure
        like = self._gate.judge(
            stride_s=event.stride.stride_time_s, energy_g=event.energy_g, quiet_s=event.quiet_s
        )
        if not was_sure and hides_landing(
            event.stride.stride_time_s, frozen=event.frozen, usual_s=self._gate.usual_s
        ):
            like = Likeness.TWO
        if like is Likeness.OTHER:
            self._waiting = []
        else:
            one = Waiting(stride=event.stride, like=like, strength_gps=event.strength_gps)
            self._waiting = held(self._waiting, one)
        if self._gate.sure and like is Likeness.RUNNING:
            waiting, self._waiting = self._waiting, []
            row = waiting if was_sure else row_of_running(waiting, usual_s=self._gate.usual_s)
            yield from (one.stride for one in row)

    def _strap_moved(self, time_s: float) -> SessionEvent:
        """Say it with the second: so both legs' records keep one order."""
        worn = self._worn
        return SessionEvent(
            runner=worn.runner,
            session=worn.session,
            time_s=time_s,
            kind=STRAP_MOVED,
            text=f"The {worn.side} {worn.placement} sensor has turned: check its strap",
            side=worn.side,
        )

    def _drop(self) -> None:
        self._gate.pause()
        self._waiting = []
