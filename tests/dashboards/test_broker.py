"""The broker inside ends without complaint, whoever knocks at that moment."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import pytest

from dashboards.broker import EmbeddedBroker


# A server that closes with a connection half accepted leaves the socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("turns", range(6))
async def test_a_client_that_comes_while_the_broker_stops_is_let_go_quietly(turns: int) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with socket.socket() as client:
        async with EmbeddedBroker(port=0) as broker:
            client.connect((broker.host, broker.port))  # the kernel's part; ours has yet to come
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        gc.collect()  # now, not in somebody else's test
    assert complaints == []
