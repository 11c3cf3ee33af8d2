"""A connection to an MQTT broker that comes back by itself."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import aiomqtt
import msgspec

from transport.backoff import Backoff
from transport.cancellation import insist_on_cancellation
from transport.outbox import SinkUnavailable

if TYPE_CHECKING:
    from paho.mqtt import client as mqtt

KEEP_ALIVE_S = 30
PATIENCE_S = 5.0  # for an acknowledgement
_FAREWELL_S = 1.0  # the end of the service waits no longer for the broker
_BREAK_S = 0.02  # a break that happened is known at once
_CLOSED = -1  # a socket's file number then
_LOG = logging.getLogger(__name__)
_LIBRARY_LOG = logging.getLogger(f"{__name__}.library")
_LIBRARY_LOG.setLevel(logging.CRITICAL)  # it calls a break an error; `trouble` tells of it here


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Bytes for a topic."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False

    def to_bytes(self) -> bytes:
        """Return the message as bytes for a spool."""
        return msgspec.msgpack.encode((self.topic, self.payload, self.qos, self.retain))

    @classmethod
    def from_bytes(cls, data: bytes) -> Message:
        """Return the message that `to_bytes` gave."""
        topic, payload, qos, retain = msgspec.msgpack.decode(
            data, type=tuple[str, bytes, int, bool]
        )
        return cls(topic=topic, payload=payload, qos=qos, retain=retain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where a broker is and who we are there."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None

    def __str__(self) -> str:
        """Return where it is, for people."""
        return f"{self.host}:{self.port}"


class MqttLink:
    """Keeps one client connected until cancelled; MQTT 3.1.1.

    Parameters
    ----------
    identifier : str
        The client's name at the broker; two clients of one name throw each other out.
    hello : Message, optional
        Published at every connection: "online".
    will : Message, optional
        Published by the broker when we vanish, and by us when we leave: "offline".
    keep_alive_s : int
        0 where the loop's time is not real time: the library counts real seconds.

    """

    def __init__(
        self,
        *,
        broker: Broker,
        identifier: str,
        backoff: Backoff,
        hello: Message | None = None,
        will: Message | None = None,
        keep_alive_s: int = KEEP_ALIVE_S,
    ) -> None:
        self.connections = 0
        self.trouble: str | None = "not connected yet"
        self._broker = broker
        self._identifier = identifier
        self._backoff = backoff
        self._hello = hello
        self._will = will
        self._ears: list[tuple[str, Callable[[bytes], None]]] = []
        self._keep_alive_s = keep_alive_s
        self._client: aiomqtt.Client | None = None

    @property
    def connected(self) -> bool:
        """Whether messages can go out now."""
        return self._client is not None

    def listen(self, topic: str, hear: Callable[[bytes], None]) -> None:
        """Have every payload on a topic (QoS 1) handed to `hear` at once; say so before `run`."""
        self._ears.append((topic, hear))

    async def run(self) -> NoReturn:
        """Connect, and connect again after every break."""
        while True:
            try:
                await self._hold()
            except aiomqtt.MqttError as error:
                if self.trouble is None or not self.connections:
                    _LOG.info("MQTT %s: %s", self._broker, error)
                self.trouble = str(error)
            insist_on_cancellation()
            await asyncio.sleep(self._backoff.next_s())

    async def publish(self, message: Message) -> None:
        """Hand over one message; with QoS 1 wait until the broker has it.

        Raises
        ------
        SinkUnavailable
            There is no connection, or it broke; the message may or may not have gone out.

        """
        if self._client is None:
            raise SinkUnavailable(self.trouble)
        try:
            await self._client.publish(
                message.topic, message.payload, qos=message.qos, retain=message.retain
            )
        except aiomqtt.MqttError as error:
            raise SinkUnavailable(str(error)) from error

    async def publish_all(self, messages: Sequence[Message]) -> None:
        """Hand over messages in order."""
        for message in messages:
            await self.publish(message)

    async def _hold(self) -> None:
        """Stay connected until the connection breaks (MqttError) or we are cancelled."""
        async with _entered(self._new_client()) as client:
            try:
                for topic, _ in self._ears:
                    await client.subscribe(topic, qos=1)
                await self._say(client, self._hello)
                self._client, self.trouble = client, None
                self.connections += 1
                self._backoff.reset()
                async for message in client.messages:
                    self._hear(message)
            except asyncio.CancelledError:
                self._client = None
                await self._leave(client)
                raise
            finally:
                self._client = None
                await self._hear_of_a_break(client)

    def _hear(self, message: aiomqtt.Message) -> None:
        for topic, hear in self._ears:
            if message.topic.matches(topic) and isinstance(message.payload, bytes):
                hear(message.payload)

    async def _hear_of_a_break(self, client: aiomqtt.Client) -> None:
        """Take note of a break that came while we were leaving.

        The library keeps it as an exception in a future; unread, asyncio complains of it to the
        user. Asking for one more message reads it.
        """
        with suppress(TimeoutError, aiomqtt.MqttError):
            async with asyncio.timeout(_BREAK_S):
                await anext(aiter(client.messages))

    async def _leave(self, client: aiomqtt.Client) -> None:
        """Say goodbye ourselves: a broker keeps the will of a client that leaves politely."""
        try:
            async with asyncio.timeout(_FAREWELL_S):
                await self._say(client, self._will)
        except (TimeoutError, aiomqtt.MqttError) as error:
            _LOG.info("MQTT farewell did not go out: %s", error)

    async def _say(self, client: aiomqtt.Client, message: Message | None) -> None:
        if message is not None:
            await client.publish(message.topic, message.payload, message.qos, message.retain)

    def _new_client(self) -> aiomqtt.Client:
        will = self._will
        return _Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.username,
            password=self._broker.password,
            identifier=self._identifier,
            will=None
            if will is None
            else aiomqtt.Will(will.topic, will.payload, will.qos, will.retain),
            keepalive=self._keep_alive_s,
            timeout=PATIENCE_S,
            logger=_LIBRARY_LOG,
        )


class _Client(aiomqtt.Client):
    """The library's, which would watch a socket that was closed since it asked for that."""

    def _on_socket_register_write(
        self,
        client: mqtt.Client,
        userdata: Any,  # noqa: ANN401, ARG002 - the library's
        sock: mqtt.SocketLike,
    ) -> None:
        def write() -> None:
            try:
                client.loop_write()
            except Exception as error:  # noqa: BLE001 - any of them means that the link broke
                if not self._disconnected.done():
                    self._disconnected.set_exception(error)

        def watch() -> None:
            if sock.fileno() != _CLOSED:
                self._loop.add_writer(sock.fileno(), write)

        self._loop.call_soon_threadsafe(watch)


@asynccontextmanager
async def _entered(client: aiomqtt.Client) -> AsyncIterator[aiomqtt.Client]:
    """Connect and disconnect; a cancellation waits until the connect has come out.

    A client cancelled while it connects leaves its socket in the loop and trips over it later.
    """
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except asyncio.CancelledError:
        with suppress(aiomqtt.MqttError):
            await entering
            await client.__aexit__(None, None, None)
        raise
    try:
        yield client
    finally:
        await client.__aexit__(*sys.exc_info())
