"""Both sides of a broker: our sink at work, and another program that listens."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt

from dashboards.mqtt import MqttSink
from dashboards.sharing import Sharing
from tests.dashboards import people
from transport.mqtt_link import Broker

HOST = "127.0.0.1"


@dataclass
class Listener:
    """Another program at the broker: every message, in order."""

    messages: list[aiomqtt.Message] = field(default_factory=list)

    def bodies(self, leaf: str) -> list[dict[str, Any]]:
        """The JSON bodies on topics that end so."""
        return [
            json.loads(m.payload)
            for m in self.messages
            if str(m.topic).endswith(leaf) and isinstance(m.payload, bytes)
        ]

    async def until(self, leaf: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many messages on a topic."""
        async with asyncio.timeout(60.0):
            while len(self.bodies(leaf)) < count:  # noqa: ASYNC110 - the list has no event
                await asyncio.sleep(0.01)
        return self.bodies(leaf)


def sink_for(
    port: int,
    *,
    spool: Path | None = None,
    home_assistant: bool = False,
    sharing: Sharing | None = None,
) -> MqttSink:
    sink = MqttSink(
        broker=Broker(host=HOST, port=port),
        team="home",
        gateway="pi",
        runners=[people.INFO],
        rng=random.Random(1),  # noqa: S311 - not for secrets
        spool=spool,
        home_assistant=home_assistant,
        sharing=sharing,
    )
    sink.begin_session(
        session=people.SESSION, started_utc_ns=people.STARTED_UTC_NS, info=people.INFO
    )
    return sink


@asynccontextmanager
async def listening(port: int, topic: str = "stridecue/#") -> AsyncIterator[Listener]:
    async with aiomqtt.Client(HOST, port) as client, asyncio.TaskGroup() as group:
        await client.subscribe(topic, qos=1)
        listener = Listener()

        async def collect() -> None:
            async for message in client.messages:
                listener.messages.append(message)

        collecting = group.create_task(collect())
        yield listener
        collecting.cancel()


@asynccontextmanager
async def at_work(sink: MqttSink) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sink.run())
        yield
        running.cancel()


async def until_connected(sink: MqttSink) -> None:
    async with asyncio.timeout(60.0):
        while not sink.link.connected:  # noqa: ASYNC110 - a link has no event for it
            await asyncio.sleep(0.01)
