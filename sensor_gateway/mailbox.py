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
# What comes after a pause is handed on at once; what follows waits and is handed on together, for
# each of several costs half of one by itself: what it needs is in the processor's cache. The first
# event that comes so long after takes all with it, so that nobody has to wake for them; where none
# comes they go a little later. It is less than the time between two looks at sockets
# (`gathering`), so that every look's yield is handed on.
_APART_S = 0.0095
_GRACE_S = 0.002
_WARM_S = 0.001  # what comes so soon after others were handed on, a sensor's second packet, is too
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
        self._warm_until_s = -math.inf  # loop time up to which events are handed on at once
        self._due_s = -math.inf  # and from which on they are again
        self._next: asyncio.Handle | None = None  # of `_hand_on`
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
            self._empty(emit)
            await self._failed
        except asyncio.CancelledError:
            self._empty(emit)
            raise
        finally:
            self._emit, self._due_s = None, -math.inf
            if self._next is not None:
                self._next.cancel()
                self._next = None

    def _gather(self, now_s: float) -> None:
        """See to it that what waits is handed on in time, with what is about to be put in."""
        loop = asyncio.get_running_loop()
        if now_s >= self._due_s:
            self._due_s = math.inf
            if self._next is not None:
                self._next.cancel()
            # Not this moment: there may be more to be stamped first.
            self._next = loop.call_soon(self._hand_on)
        elif self._next is None:
            if now_s < self._warm_until_s:
                self._next = loop.call_soon(self._hand_on)
            else:
                self._next = loop.call_later(self._due_s + _GRACE_S - now_s, self._hand_on)

    def _hand_on(self) -> None:
        """Empty the mailbox; what fails on the way ends `run`."""
        self._next = None
        emit, failed, loop = self._emit, self._failed, asyncio.get_running_loop()
        if emit is None or failed is None or failed.done():
            return
        self._due_s = loop.time() + _APART_S
        try:
            self._empty(emit)
            self._warm_until_s = loop.time() + _WARM_S
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
