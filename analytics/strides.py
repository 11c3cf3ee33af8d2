"""Strides of one foot, and what it was doing second by second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from analytics.activity import LONGEST_S, ActivityTeller, RunningGate
from analytics.codec import dump_state, load_state
from analytics.records import Activity, Gap, Progress, SampleBlock, Stride, Worn
from analytics.strikes import Landed, Second, StrikeDetector

PENDING = 3  # strides kept until running is sure


class StrideStage:
    """From samples of one sensor to its running strides, and one `Progress` a second.

    A stride comes out when its closing contact is confirmed, 80 ms of samples after it at the
    latest in steady running; the first three wait until running is sure.

    Parameters
    ----------
    worn : Worn
        Whose sensor it is, and how it is worn.

    """

    VERSION = 1

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._detector = StrikeDetector(worn=worn)
        self._gate = RunningGate(placement=worn.placement)
        self._teller = ActivityTeller()
        self._pending: list[Stride] = []
        self._second: int | None = None  # seconds told so far
        self._broken = False

    def push(self, item: SampleBlock | Gap) -> Iterable[Stride | Progress]:
        """Take samples or a gap; return the strides and seconds they completed."""
        out: list[Stride | Progress] = []
        for event in self._detector.push(item):
            out.extend(self._take(event))
        if isinstance(item, Gap):
            self._drop()
        return out

    def finish(self) -> Iterable[Stride | Progress]:
        """Return the last stride if its closing contact was seen."""
        return [record for event in self._detector.finish() for record in self._take(event)]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {
            "detector": self._detector.dump(),
            "gate": self._gate.dump(),
            "landings_s": self._teller.landings_s,
            "pending": self._pending,
            "second": self._second,
        }
        return dump_state("strides", self.VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state."""
        fields: dict[str, Any] = load_state("strides", self.VERSION, state)
        self._detector.load(fields["detector"])
        self._gate = RunningGate(placement=self._worn.placement, **fields["gate"])
        self._teller = ActivityTeller(landings_s=list(fields["landings_s"]))
        self._pending = msgspec.convert(fields["pending"], list[Stride])
        self._second = fields["second"]

    def _take(self, event: Landed | Second) -> Iterable[Stride | Progress]:
        return self._pass_second(event) if isinstance(event, Second) else self._land(event)

    def _pass_second(self, event: Second) -> Iterable[Progress]:
        """Tell the seconds up to this one; those without samples were a gap."""
        last = int(event.until_s)
        first = last if self._second is None else self._second + 1
        for second in range(first, last):
            yield Progress(worn=self._worn, until_s=float(second), activity=Activity.GAP)
        self._second = last
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
        if event.stride is None:
            self._drop()
            return
        if event.replaces:
            self._pending = self._pending[:-1]
            return
        good = self._gate.judge(
            stride_s=event.stride.stride_time_s, energy_g=event.energy_g, quiet_s=event.quiet_s
        )
        if self._gate.trust <= 1 and not self._gate.sure:
            self._pending = []
        if good:
            self._pending = [*self._pending, event.stride][-PENDING:]
        if self._gate.sure:
            yield from self._pending
            self._pending = []

    def _drop(self) -> None:
        self._gate.pause()
        self._pending = []
