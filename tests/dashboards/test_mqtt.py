from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from analytics.errors import ServiceError
from analytics.records import LinkState
from dashboards.broker import EmbeddedBroker
from dashboards.mqtt import MqttSink
from tests.dashboards import people
from transport.mqtt_link import Broker

HOST = "127.0.0.1"
DOCS = Path(__file__).parents[2] / "docs" / "mqtt.md"


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
        async with asyncio.timeout(10.0):
            while len(self.bodies(leaf)) < count:  # noqa: ASYNC110 - the list has no event
                await asyncio.sleep(0.01)
        return self.bodies(leaf)


def sink_for(port: int, *, spool: Path | None = None) -> MqttSink:
    sink = MqttSink(
        broker=Broker(host=HOST, port=port),
        team="home",
        gateway="pi",
        runners=[people.INFO],
        rng=random.Random(1),  # noqa: S311 - not for secrets
        spool=spool,
    )
    sink.begin_session(session=people.SESSION, started_utc_ns=people.STARTED_UTC_NS)
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
    async with asyncio.timeout(10.0):
        while not sink.link.connected:  # noqa: ASYNC110 - a link has no event for it
            await asyncio.sleep(0.01)


async def test_every_kind_of_message_arrives_with_schema_id_and_time() -> None:
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver(people.one_of_each())
            await other.until("/cue")
            await other.until("/alert")
    found = {str(m.topic): m for m in other.messages}
    assert sorted(found) == [
        "stridecue/v1/home/gateway/pi/status",
        "stridecue/v1/home/mia/alert",
        "stridecue/v1/home/mia/cue",
        "stridecue/v1/home/mia/drift",
        "stridecue/v1/home/mia/form",
        "stridecue/v1/home/mia/state",
        "stridecue/v1/home/mia/strides",
    ]
    for leaf, record in (
        ("strides", people.stride(1)),
        ("form", people.window(30.0)),
        ("drift", people.drift(31.0)),
        ("cue", people.cue(32.0)),
        ("alert", people.alert(31.0)),
    ):
        (body,) = other.bodies(f"/{leaf}")
        kind = leaf.removesuffix("s")
        assert list(body)[:3] == ["schema", "id", "time"]
        assert body["schema"] == f"stridecue/{kind}/1"
        assert body["id"] == record.id
        assert (body["runner"], body["session"]) == ("mia", "s1")
        assert body["time"].startswith("2025-11-24T16:00:")
        assert body["time"].endswith("Z")
    stride = other.bodies("/strides")[0]
    assert (stride["side"], stride["placement"]) == ("right", "shin")
    assert "worn" not in stride
    assert stride["time"] == "2025-11-24T16:00:00.350000Z"
    assert other.bodies("/alert")[0]["about"] == people.drift(31.0).id


async def test_a_cue_held_back_is_not_published() -> None:
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver([people.cue(10.0, shown=False), people.cue(20.0)])
            bodies = await other.until("/cue")
    assert [body["id"] for body in bodies] == [people.cue(20.0).id]


async def test_state_and_status_are_retained_and_only_changes_are_published() -> None:
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as live:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver([people.window(30.0), *(people.stride(n) for n in range(86, 99))])
            await sink.deliver([people.link(35.0, state=LinkState.LOST)])
            await live.until("/state", 2)
            async with listening(broker.port) as late:
                (state,) = await late.until("/state")
                (status,) = await late.until("/status")
    assert len(live.bodies("/state")) == 2
    assert state["schema"] == "stridecue/state/1"
    assert state["word"] == "No signal"
    assert state["sensors"]["left"]["state"] == "lost"
    assert status == {
        "schema": "stridecue/status/1",
        "id": "gateway/pi/status",
        "status": "online",
    }
    assert all(m.retain for m in late.messages)


async def test_a_gateway_that_leaves_says_so() -> None:
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
        bodies = await other.until("/status", 2)
    assert [body["status"] for body in bodies] == ["online", "offline"]


VANISHING = """
import asyncio, os, random, sys
from dashboards.mqtt import MqttSink
from transport.mqtt_link import Broker
async def main():
    sink = MqttSink(broker=Broker(host="127.0.0.1", port=int(sys.argv[1])), team="home",
                    gateway="pi", runners=[], rng=random.Random(1))
    async with asyncio.TaskGroup() as group:
        group.create_task(sink.run())
        while not sink.link.connected:
            await asyncio.sleep(0.01)
        os._exit(1)
asyncio.run(main())
"""


async def test_of_a_gateway_that_vanishes_the_broker_says_so(tmp_path: Path) -> None:
    script = tmp_path / "vanish.py"
    script.write_text(VANISHING)
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        gateway = await asyncio.create_subprocess_exec(
            sys.executable, str(script), str(broker.port)
        )
        assert await gateway.wait() == 1
        bodies = await other.until("/status", 2)
        assert [body["status"] for body in bodies] == ["online", "offline"]
        async with listening(broker.port) as late:
            (status,) = await late.until("/status")
    assert status["status"] == "offline"


async def test_what_must_arrive_waits_for_a_broker_that_is_away(tmp_path: Path) -> None:
    async with EmbeddedBroker(port=0) as broker:
        port = broker.port
    sink = sink_for(port, spool=tmp_path / "mqtt.spool")
    async with at_work(sink):
        await sink.deliver([people.stride(1), people.drift(31.0), people.cue(32.0)])
        await asyncio.sleep(0.2)
        assert not sink.link.connected
        async with EmbeddedBroker(port=port), listening(port) as other:
            await other.until("/drift")
            await other.until("/cue")
            assert not other.bodies("/strides")  # an old stride is worth nothing live
    assert sink.skipped > 0


async def test_what_must_arrive_survives_a_restart_of_ours(tmp_path: Path) -> None:
    async with EmbeddedBroker(port=0) as broker:
        port = broker.port
    spool = tmp_path / "mqtt.spool"
    first = sink_for(port, spool=spool)
    await first.deliver([people.cue(32.0)])  # and the process is gone
    again = sink_for(port, spool=spool)
    async with EmbeddedBroker(port=port), listening(port) as other, at_work(again):
        (body,) = await other.until("/cue")
    assert body["id"] == people.cue(32.0).id


async def test_the_link_comes_back_and_tells_a_new_broker_everything() -> None:
    async with EmbeddedBroker(port=0) as broker:
        sink = sink_for(broker.port)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(sink.run())
            await until_connected(sink)
            await sink.deliver([people.window(30.0)])
            await broker.__aexit__(None, None, None)
            async with EmbeddedBroker(port=broker.port), listening(broker.port) as other:
                async with asyncio.timeout(10.0):
                    while sink.link.connections < 2:  # noqa: ASYNC110 - no event for it
                        await asyncio.sleep(0.01)
                await sink.deliver([people.window(35.0)])
                (state,) = await other.until("/state")
                assert state["running"] is True
                running.cancel()


def test_a_brokers_port_in_use_is_told() -> None:
    first = EmbeddedBroker(port=0)
    with pytest.raises(ServiceError, match=rf"port {first.port} is in use.*with mqtt\.port"):
        EmbeddedBroker(port=first.port)
    first.close()


@pytest.mark.servers
async def test_mosquitto_subscribers_receive_cue_and_alert_with_their_ids() -> None:
    async with EmbeddedBroker(port=0) as broker:
        command = ["mosquitto_sub", "-h", HOST, "-p", str(broker.port), "-q", "1", "-W", "10"]
        topics = ["-t", "stridecue/v1/+/+/cue", "-t", "stridecue/v1/+/+/alert", "-C", "2"]
        other = await asyncio.create_subprocess_exec(
            *command, *topics, "-v", stdout=subprocess.PIPE
        )
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await asyncio.sleep(0.5)  # mosquitto_sub does not say when it has subscribed
            await sink.deliver([people.cue(32.0), people.alert(31.0)])
            out, _ = await other.communicate()
    told = [line.split(" ", 1) for line in out.decode().splitlines()]
    assert [(topic, json.loads(body)["id"]) for topic, body in told] == [
        ("stridecue/v1/home/mia/cue", people.cue(32.0).id),
        ("stridecue/v1/home/mia/alert", people.alert(31.0).id),
    ]


@pytest.mark.servers
async def test_the_sink_talks_to_mosquitto_as_well(tmp_path: Path) -> None:
    free = EmbeddedBroker(port=0)
    port = free.port
    free.close()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} {HOST}\nallow_anonymous true\n")
    server = await asyncio.create_subprocess_exec(
        "mosquitto", "-c", str(config), stderr=subprocess.DEVNULL
    )
    try:
        sink = sink_for(port)
        async with at_work(sink):
            await until_connected(sink)
            async with listening(port) as other:
                await sink.deliver(people.one_of_each())
                for leaf in ("/cue", "/drift", "/alert", "/state", "/status", "/strides"):
                    await other.until(leaf)
        # amqtt delivers at the subscription's QoS; mosquitto shows what was published
        qos = {str(m.topic).rsplit("/", 1)[1]: m.qos for m in other.messages}
        assert {qos[leaf] for leaf in ("strides", "form")} == {0}
        assert {qos[leaf] for leaf in ("drift", "cue", "alert", "state", "status")} == {1}
    finally:
        server.terminate()
        await server.wait()


def test_the_docs_name_every_topic_and_every_field_of_a_state() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for word in ("strides", "form", "drift", "cue", "alert", "state", "gateway/<id>/status"):
        assert f"/{word}`" in text
    for name in ("schema", "id", "time", "word", "tone", "arrow", "sensors", "baseline", "quiet"):
        assert f"`{name}`" in text
