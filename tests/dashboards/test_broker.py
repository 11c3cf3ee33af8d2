"""The broker inside ends without complaint, whoever knocks at that moment."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import pytest

from dashboards.broker import EmbeddedBroker


@pytest.mark.parametrize("turns", range(8))
async def test_a_client_that_comes_while_the_broker_stops_is_let_go_quietly(turns: int) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with socket.socket() as client:
        async with EmbeddedBroker(port=0) as broker:
            client.connect((broker.host, broker.port))  # the kernel's part; ours has yet to come
            for _ in range(turns):
                await asyncio.sleep(0)
        gc.collect()  # a socket left open complains now, not in somebody else's test
    assert complaints == []


async def test_a_client_that_never_speaks_is_cut_when_the_broker_stops() -> None:
    broker = EmbeddedBroker(port=0)
    async with broker:
        reader, writer = await asyncio.open_connection(broker.host, broker.port)
        await until_heard(broker)
    async with asyncio.timeout(60.0):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    del broker
    gc.collect()


async def until_heard(broker: EmbeddedBroker) -> None:
    while not broker.clients:  # noqa: ASYNC110 - no event for it
        await asyncio.sleep(0)
