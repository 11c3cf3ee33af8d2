"""From notification callbacks to one ordered stream of events in session seconds."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from sensor_gateway.events import LinkChange, Notification, RadioEvent, Told, time_of

Emit: TypeAlias = Callable[[RadioEvent], None]
# How long the samples of a notification took to collect; None if it brings none.
BatchDuration: TypeAlias = Callable[[Notification], float | None]

_QUEUE = 4096  # events: 20 s of 8 sensors
# What comes within so long is handed on together. From a busy radio that is several notifications,
# and each costs half of one by itself: what it needs is in the processor's cache. The first event
# that comes after the one time takes all with it, so that nobody has to wake for them; where none
# comes they go at the other.
_GATHER_S = 0.010
_AT_THE_LATEST_S = 0.014
_HELD = 256  # events from before the session's first sample


class Mailbox:
    """Takes events with loop times, hands them on with session times.

    Session second 0 is when the first sample of the first motion notification was taken. What
    came before it is kept until then, and then has a negative time.
    """

    def __init__(self, *, batch_duration_s: BatchDuration) -> None:
        self._batch_duration_s = batch_duration_s
        self._queue: deque[RadioEvent] = deque()
        self._early: deque[RadioEvent] = deque(maxlen=_HELD)
        self._emit: Emit | None = None  # while somebody empties the mailbox
        self._failed: asyncio.Future[None] | None = None
        self._due_s = math.inf  # loop time from which what waits goes with the next event
        self._latest: asyncio.TimerHandle | None = None
        self.zero_s: float | None = None
        self.dropped = 0

    def put(self, event: RadioEvent) -> None:
        """Take an event; where nobody empties the mailbox, the newest is dropped and counted."""
        if len(self._queue) >= _QUEUE:
            self.dropped += 1
            return
        if self._emit is not None:
            self._gather(time_of(event))
        self._queue.append(event)

    async def run(self, emit: Emit) -> None:
        """Hand events to `emit` in order, until cancelled."""
        self._emit, self._failed = emit, asyncio.get_running_loop().create_future()
        try:
            self._hand_on()
            await self._failed
        except asyncio.CancelledError:
            self._empty(emit)
            raise
        finally:
            self._emit = None
            if self._latest is not None:
                self._latest.cancel()

    def _gather(self, now_s: float) -> None:
        """See to it that what waits is handed on in time, with what is about to be put in."""
        if self._latest is None:
            self._due_s = now_s + _GATHER_S
            loop = asyncio.get_running_loop()
            self._latest = loop.call_later(_AT_THE_LATEST_S, self._hand_on)
        elif now_s >= self._due_s:
            self._due_s = math.inf
            self._latest.cancel()
            # Not at once: there may be more to be stamped first.
            asyncio.get_running_loop().call_soon(self._hand_on)

    def _hand_on(self) -> None:
        """Empty the mailbox; what fails on the way ends `run`."""
        self._latest = None
        emit, failed = self._emit, self._failed
        if emit is None or failed is None or failed.done():
            return
        try:
            self._empty(emit)
        except Exception as error:  # noqa: BLE001 - raised anew by `run`
            failed.set_exception(error)

    def _empty(self, emit: Emit) -> None:
        while self._queue:
            self._tell(self._queue.popleft(), emit)

    def _tell(self, event: RadioEvent, emit: Emit) -> None:
        if self.zero_s is not None:
            emit(in_session(event, self.zero_s))
            return
        self._early.append(event)
        if isinstance(event, Notification):
            batch_s = self._batch_duration_s(event)
            self.zero_s = None if batch_s is None else event.arrival_s - batch_s
        while self.zero_s is not None and self._early:
            emit(in_session(self._early.popleft(), self.zero_s))


def in_session(event: RadioEvent, zero_s: float) -> RadioEvent:
    """Return the event with session times, given the loop time of session second 0."""
    match event:
        case Notification():
            asked_s = None if event.asked_s is None else event.asked_s - zero_s
            return Notification(  # hundreds a second: `replace` costs three times as much
                sensor=event.sensor,
                arrival_s=event.arrival_s - zero_s,
                channel=event.channel,
                payload=event.payload,
                asked_s=asked_s,
            )
        case LinkChange():
            return replace(event, at_s=event.at_s - zero_s)
        case Told():
            at_s = event.at_s - zero_s
            return replace(event, at_s=at_s, item=replace(event.item, time_s=at_s))
