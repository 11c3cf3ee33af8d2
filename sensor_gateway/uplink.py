"""Sessions on their way to a worker: cut into chunks, spooled on disk, sent until acknowledged.

Theory of operation. A session's events are sealed into a chunk ten times a second and put into
the spool; what is in it outlives the process. One delivery at a time takes the spool's head,
publishes it and waits for the worker to say that all of it is on the worker's disk; only then is
it forgotten here. The broker between the two may lose, repeat or forget what it likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from sensor_gateway.chunks import RecordingHeader, sealed_events, sealed_header
from sensor_gateway.events import RadioEvent
from sensor_gateway.uplink_message import UplinkMessage, UplinkStop, from_worker
from sensor_gateway.wire import PacketError
from transport.mqtt_link import Message
from transport.outbox import SinkUnavailable

CUT_S = 0.1  # a sample waits this long at most: a third of what feedback on a stride may take
PATIENCE_S = 5.0  # for the worker's answer to a delivery
SPOOL_LIMIT_BYTES = 1 << 30  # some 30 hours of two sensors without any network


class Uplink:
    """One session, from its events to numbered chunks.

    Parameters
    ----------
    offer : callable
        Takes every message: the spool's outbox.
    """

    def __init__(
        self, *, runner: str, header: RecordingHeader, offer: Callable[[UplinkMessage], None]
    ) -> None:
        self.session = header.session
        self._runner = runner
        self._offer = offer
        self._on_stop: Callable[[], None] | None = None
        self._number = 0
        self._events: list[RadioEvent] = []
        self._send(sealed_header(header))

    def heed(self, on_stop: Callable[[], None]) -> None:
        """Have `on_stop` called whenever a worker asks for the session's end."""
        self._on_stop = on_stop

    def stop(self) -> None:
        """Take a worker's word that the runner has ended the session."""
        if self._on_stop is not None:
            self._on_stop()

    def take(self, event: RadioEvent) -> None:
        """Keep an event for the next chunk."""
        self._events.append(event)

    def cut(self) -> None:
        """Send what was kept since the last cut."""
        events, self._events = self._events, []
        if events:
            self._send(sealed_events(events))

    def close(self) -> None:
        """Send what is left, and that the session is over."""
        events, self._events = self._events, []
        self._send(sealed_events(events), last=True)

    def _send(self, chunk: bytes, *, last: bool = False) -> None:
        self._offer(
            UplinkMessage(
                session=self.session,
                runner=self._runner,
                number=self._number,
                chunk=chunk,
                last=last,
            )
        )
        self._number += 1


async def cut_regularly(uplinks: Sequence[Uplink]) -> NoReturn:
    """Cut all sessions' chunks until cancelled."""
    while True:
        await asyncio.sleep(CUT_S)
        for uplink in uplinks:
            uplink.cut()


class Sender:
    """Delivers messages to whichever worker listens, and hears its answers.

    Parameters
    ----------
    publish : coroutine function
        Hands a message to the broker; raises `SinkUnavailable` where it cannot.
    topic_of : callable
        The topic of a runner's messages.
    on_stop : callable
        Gets the name of every session that a worker asks to end, again and again until it has.
    """

    def __init__(
        self,
        *,
        publish: Callable[[Message], Awaitable[None]],
        topic_of: Callable[[str], str],
        on_stop: Callable[[str], None],
    ) -> None:
        self._publish_on = publish
        self._topic_of = topic_of
        self._on_stop = on_stop
        self._wanted: dict[str, int] = {}
        self._answered = asyncio.Event()

    def hear(self, payload: bytes) -> None:
        """Take what came on an answer topic."""
        try:
            ack = from_worker(payload)
        except PacketError:
            return
        if isinstance(ack, UplinkStop):
            self._on_stop(ack.session)
            return
        self._wanted[ack.session] = ack.wanted
        self._answered.set()

    async def deliver(self, messages: Sequence[UplinkMessage]) -> None:
        """Publish the spool's oldest messages and wait until a worker has them all.

        Raises
        ------
        SinkUnavailable
            No broker, or no worker that wants what comes after them.
        """
        awaited: dict[str, int] = {}
        runners: set[str] = set()
        for one in messages:
            follows = awaited.get(one.session) == one.number
            if not follows and one.runner in runners:
                # It ends the runner's session before it, or a full disk took what belongs between:
                # of what is there the worker must have all.
                await self._all_answered(awaited)
            await self._publish(replace(one, oldest=not follows))
            awaited[one.session] = one.number + 1
            runners.add(one.runner)
        await self._all_answered(awaited)
        self._wanted = {session: self._wanted[session] for session in awaited}

    async def _all_answered(self, awaited: Mapping[str, int]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not all(self._wanted.get(s, -1) >= n for s, n in awaited.items()):
                    self._answered.clear()
                    await self._answered.wait()
        except TimeoutError:
            message = "no worker has answered"
            raise SinkUnavailable(message) from None

    async def _publish(self, message: UplinkMessage) -> None:
        topic = self._topic_of(message.runner)
        await self._publish_on(Message(topic=topic, payload=message.to_bytes(), qos=1))
