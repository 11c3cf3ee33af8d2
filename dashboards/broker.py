"""An MQTT 3.1.1 broker inside this process, for those who run no other."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import NoReturn, Self

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType

from dashboards.ports import listen, port_of

LOOPBACK = "127.0.0.1"
PORT = 1883
_LISTENER = "default"  # amqtt demands one of this name
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
        if self._server is not None:
            self._server.close()
        self._listener.close()
        if self._broker is not None:
            broker, self._broker = self._broker, None
            async with asyncio.timeout(_STOP_S):
                await broker.shutdown()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._broker is None:  # accepted at the very moment we stopped
            writer.close()
            return
        await self._broker.external_connected(
            StreamReaderAdapter(reader), StreamWriterAdapter(writer), _LISTENER
        )
