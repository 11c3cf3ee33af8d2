import asyncio
import random
from contextlib import suppress
from typing import Any

from transport.backoff import Backoff
from transport.mqtt_link import Broker, MqttLink


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
        async with asyncio.timeout(8.0):
            with suppress(asyncio.CancelledError):
                await running
        await asyncio.sleep(0.05)
    assert running.done()
    assert not complaints
