"""The network of a world: one broker in memory, and places from which it is out of reach at times.

It stands in for sockets where time is simulated. What is published is kept, so that a test or a
bench can look at what a team's broker was told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from aiomqtt import Topic

from transport.backoff import Backoff
from transport.mqtt_link import KEEP_ALIVE_S, Broker, Message
from transport.outbox import SinkUnavailable

Span: TypeAlias = tuple[float, float]  # loop times

_HOP_S = 0.005  # from one end to the broker, on a local network


@dataclass(kw_only=True)
class Network:
    """A broker and all its clients.

    Attributes
    ----------
    kept : list of Message
        Everything that was ever published, in order.
    """

    kept: list[Message] = field(default_factory=list)
    _links: list[MemoryLink] = field(default_factory=list)

    def place(self, *, reached_from_s: float = 0.0, outages: Sequence[Span] = ()) -> Place:
        """Return a place without network until a loop time, and again during outages."""
        return Place(network=self, away=[(0.0, reached_from_s), *outages])

    def join(self, link: MemoryLink) -> None:
        """Take in a client."""
        self._links.append(link)

    def carry(self, message: Message) -> None:
        """Keep a message and hand it to whoever listens."""
        self.kept.append(message)
        for link in self._links:
            link.hear(message)

    def forget(self, link: MemoryLink) -> None:
        """Let go of a client that is no more."""
        if link in self._links:
            self._links.remove(link)


class Place:
    """Where clients are; called, it connects one (see `transport.link.Connect`)."""

    def __init__(self, *, network: Network, away: Sequence[Span]) -> None:
        self.cut_off = False
        self._network = network
        self._away = away

    def __call__(
        self,
        *,
        broker: Broker,
        identifier: str,
        backoff: Backoff,
        hello: Message | None = None,
        will: Message | None = None,
        keep_alive_s: int = KEEP_ALIVE_S,
    ) -> MemoryLink:
        """Return a client that is not running yet."""
        del broker, identifier, backoff, will, keep_alive_s
        link = MemoryLink(network=self._network, place=self, hello=hello, away=self._away)
        self._network.join(link)
        return link


class MemoryLink:
    """One client of a `Network`."""

    def __init__(
        self, *, network: Network, place: Place, hello: Message | None, away: Sequence[Span]
    ) -> None:
        self.connections = 0
        self._place = place
        self.trouble: str | None = "no network"
        self._network = network
        self._hello = hello
        self._away = away
        self._ears: list[tuple[str, Callable[[bytes], None]]] = []

    @property
    def connected(self) -> bool:
        """Whether messages can go out now."""
        return self.trouble is None and not self._place.cut_off

    def listen(self, topic: str, hear: Callable[[bytes], None]) -> None:
        """Have every payload on a topic handed to `hear` at once."""
        self._ears.append((topic, hear))

    async def run(self) -> NoReturn:
        """Connect whenever the network is there, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            for gone_s, back_s in self._away:
                await asyncio.sleep(max(0.0, gone_s - loop.time()))
                self.trouble = "no network"
                await asyncio.sleep(max(0.0, back_s - loop.time()))
                await self._connect()
            await asyncio.Event().wait()  # for ever
        finally:
            self.trouble = "no network"
            self._network.forget(self)
        message = "the connection ended by itself"
        raise RuntimeError(message)

    async def _connect(self) -> None:
        self.trouble = None
        self.connections += 1
        if self._hello is not None:
            await self.publish(self._hello)

    async def publish(self, message: Message) -> None:
        """Hand over one message; if the network goes meanwhile, nobody knows whether it came."""
        if not self.connected:
            raise SinkUnavailable(self.trouble)
        await asyncio.sleep(_HOP_S)
        self._network.carry(message)
        if not self.connected:
            raise SinkUnavailable(self.trouble)

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand over messages in order."""
        for message in messages:
            await self.publish(message)

    def hear(self, message: Message) -> None:
        """Take a message, if we have an ear for it and are within reach."""
        for topic, hear in self._ears if self.connected else ():
            if Topic(message.topic).matches(topic):
                hear(message.payload)
