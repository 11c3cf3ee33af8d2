from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

import pytest

from analytics.records import LinkState
from dashboards.broker import EmbeddedBroker
from tests.dashboards import people
from tests.dashboards.at_broker import at_work, listening, sink_for, until_connected
from tests.dashboards.every_kind import one_of_each

DOCS = Path(__file__).parents[2] / "docs" / "mqtt.md"


async def test_every_kind_of_message_arrives_with_schema_id_and_time() -> None:
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver(one_of_each())
            await other.until("/cue")
            await other.until("/alert")
    found = {str(m.topic): m for m in other.messages}
    assert sorted(found) == [
        "stridecue/v1/home/gateway/pi/status",
        "stridecue/v1/home/mia/alert",
        "stridecue/v1/home/mia/cue",
        "stridecue/v1/home/mia/drift",
        "stridecue/v1/home/mia/form",
        "stridecue/v1/home/mia/load",
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


async def test_what_came_of_a_cue_is_published_under_its_id() -> None:
    told = people.cue(32.0)
    async with EmbeddedBroker(port=0) as broker, listening(broker.port) as other:
        sink = sink_for(broker.port)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver([told, people.heeded(told)])
            bodies = await other.until("/cue", 2)
    assert [(body["id"], body["revision"]) for body in bodies] == [(told.id, 1), (told.id, 2)]
    assert bodies[1]["outcome"]["verdict"] == "worked"


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
                async with asyncio.timeout(60.0):
                    while sink.link.connections < 2:  # noqa: ASYNC110 - no event for it
                        await asyncio.sleep(0.01)
                await sink.deliver([people.window(35.0)])
                (state,) = await other.until("/state")
                assert state["running"] is True
                running.cancel()


async def test_broker_and_sink_that_end_together_end_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(5):
        broker = EmbeddedBroker(port=0)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(broker.run())
            sink = sink_for(broker.port)
            sending = group.create_task(sink.run())
            await until_connected(sink)
            await sink.deliver(one_of_each())
            serving.cancel()
            sending.cancel()
        del sink, sending
        gc.collect()  # futures complain when they are let go
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


def test_the_docs_name_every_topic_and_every_field_of_a_state() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for word in ("strides", "form", "drift", "cue", "alert", "state", "gateway/<id>/status"):
        assert f"/{word}`" in text
    for name in ("schema", "id", "time", "word", "tone", "arrow", "sensors", "baseline", "quiet"):
        assert f"`{name}`" in text
