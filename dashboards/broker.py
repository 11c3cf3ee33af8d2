"""An MQTT 3.1.1 broker inside this process, for those who run no other."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import NoReturn, Self

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType

from dashboards.ports import listen, port_of

LOOPBACK = "127.0.0.1"
PORT = 1883
_LISTENER = "default"  # amqtt demands one of this name
_ACCEPT_TURNS = 6  # of the loop, from a connection in the kernel to our handler; asyncio takes 4
_STOP_S = 3.0  # clients that do not let go by then are cut


class EmbeddedBroker:
    """Serves MQTT while entered; retained messages live as long.

    Anonymous clients are let in: the broker is meant for loopback. The socket is ours, not
    amqtt's, so that a port in use is known before anything starts, and port 0 can be asked for.

    Parameters
    ----------
    host : str
        Address to listen on.
    port : int
        0 for any free one; see the attribute `port`.

    Raises
    ------
    ServiceError
        The port is in use.

    """

    def __init__(self, *, host: str = LOOPBACK, port: int = PORT) -> None:
        self._listener = listen(host=host, port=port, what="the MQTT broker", setting="mqtt.port")
        self.host = host
        self.port = port_of(self._listener)
        self._broker: Broker | None = None
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def clients(self) -> int:
        """How many are connected, greeted or not."""
        return len(self._clients)

    async def run(self) -> NoReturn:
        """Serve until cancelled."""
        async with self:
            await asyncio.Event().wait()
        message = "the broker stopped by itself"
        raise RuntimeError(message)

    def close(self) -> None:
        """Give the port back without ever having served."""
        self._listener.close()

    async def __aenter__(self) -> Self:
        """Start serving."""
        # Its chatter about clients that come and go is not for the people who run this.
        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        anonymous = "amqtt.plugins.authentication.AnonymousAuthPlugin"
        config = BrokerConfig(
            listeners={_LISTENER: ListenerConfig(type=ListenerType.EXTERNAL)},
            plugins={anonymous: {"allow_anonymous": True}},
        )
        self._broker = Broker(config)
        await self._broker.start()
        self._server = await asyncio.start_server(self._connected, sock=self._listener)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop: no new clients, then let go of those there are."""
        if self._broker is None or self._server is None:
            return
        await self._stop_accepting(self._server)
        broker, self._broker, self._server = self._broker, None, None
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await broker.shutdown()
        for task, writer in self._clients.items():  # amqtt does not know who has not said hello
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _stop_accepting(self, server: asyncio.Server) -> None:
        """Take no new clients; who is on the way in comes in first, or asyncio loses its socket."""
        with suppress(NotImplementedError):  # Windows' loop has no readers
            asyncio.get_running_loop().remove_reader(self._listener)
        for _ in range(_ACCEPT_TURNS):
            await asyncio.sleep(0)
        server.close()
        self._listener.close()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: asyncio's complains aloud when it is cancelled.
        if self._broker is None:
            writer.close()
            return
        serving = self._serve(self._broker, reader, writer)
        task = asyncio.get_running_loop().create_task(serving)
        self._clients[task] = writer
        task.add_done_callback(self._clients.pop)

    @staticmethod
    async def _serve(
        broker: Broker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await broker.external_connected(
                StreamReaderAdapter(reader), StreamWriterAdapter(writer), _LISTENER
            )
        finally:
            writer.close()
            with suppress(OSError):  # what the connection died of is nobody's concern
                await writer.wait_closed()
