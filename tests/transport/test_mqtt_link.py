import asyncio
import logging
import random
import socket
import struct
from contextlib import suppress
from typing import Any

import pytest

from transport.backoff import Backoff
from transport.mqtt_link import Broker, Message, MqttLink

WELCOME = b"\x20\x02\x00\x00"  # CONNACK
MANY = 1000


async def test_a_link_cancelled_while_it_connects_leaves_nothing_in_the_loop() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    knocked, leave = asyncio.Event(), asyncio.Event()

    async def silent_broker(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocked.set()
        await leave.wait()
        writer.close()

    server = await asyncio.start_server(silent_broker, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        link = MqttLink(
            broker=Broker(host="127.0.0.1", port=port),
            identifier="link",
            backoff=Backoff(rng=random.Random(0)),  # noqa: S311
        )
        running = asyncio.ensure_future(link.run())
        await knocked.wait()
        await asyncio.sleep(0.05)  # the greeting is on its way, and nobody answers it
        running.cancel()
        await asyncio.sleep(0.05)
        leave.set()
        async with asyncio.timeout(60.0):
            with suppress(asyncio.CancelledError):
                await running
        await asyncio.sleep(0.05)
    assert running.done()
    assert not complaints


async def test_a_socket_closed_before_the_loop_comes_to_it_is_let_alone() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    link = MqttLink(
        broker=Broker(host="127.0.0.1", port=1),
        identifier="link",
        backoff=Backoff(rng=random.Random(0)),  # noqa: S311
    )
    client, (ours, theirs) = link._new_client(), socket.socketpair()  # noqa: SLF001
    client._on_socket_register_write(client._client, None, ours)  # noqa: SLF001 - as the library
    ours.close()
    theirs.close()
    for _ in range(3):
        await asyncio.sleep(0)
    assert not complaints


async def test_a_broker_that_hangs_up_is_told_in_trouble_and_not_as_a_library_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    came_back = asyncio.Event()

    async def rude_broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if link.connections:
            came_back.set()
        await reader.read(MANY)
        writer.write(WELCOME)
        await reader.read(MANY)  # the hello
        reset = struct.pack("ii", 1, 0)  # linger for 0 s: hang up without a goodbye
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        writer.close()

    async with await asyncio.start_server(rude_broker, "127.0.0.1", 0) as server:
        link = MqttLink(
            broker=Broker(host="127.0.0.1", port=server.sockets[0].getsockname()[1]),
            identifier="link",
            backoff=Backoff(rng=random.Random(0)),  # noqa: S311
            hello=Message(topic="status", payload=b"online"),
        )
        running = asyncio.ensure_future(link.run())
        async with asyncio.timeout(60.0):
            await came_back.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert link.trouble
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
