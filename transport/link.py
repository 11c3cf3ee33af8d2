"""A connection to a broker as its users see it, whatever carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from transport.backoff import Backoff
from transport.mqtt_link import KEEP_ALIVE_S, Broker, Message


class Link(Protocol):
    """One client of a broker; see `transport.mqtt_link.MqttLink`."""

    connections: int
    trouble: str | None

    @property
    def connected(self) -> bool:
        """Whether messages can go out now."""
        ...

    def listen(self, topic: str, hear: Callable[[bytes], None]) -> None:
        """Have every payload on a topic handed to `hear` at once; say so before `run`."""
        ...

    async def run(self) -> NoReturn:
        """Stay connected until cancelled."""
        ...

    async def publish(self, message: Message) -> None:
        """Hand over one message; `SinkUnavailable` where it cannot be."""
        ...

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand over messages in order."""
        ...


class Connect(Protocol):
    """Makes links: `MqttLink`, or a simulated network's."""

    def __call__(
        self,
        *,
        broker: Broker,
        identifier: str,
        backoff: Backoff,
        hello: Message | None = None,
        will: Message | None = None,
        keep_alive_s: int = KEEP_ALIVE_S,
    ) -> Link:
        """Return a client that is not running yet."""
        ...
