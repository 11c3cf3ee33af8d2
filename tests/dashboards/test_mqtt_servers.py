"""Our broker and our sink with programs of other people."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from analytics.errors import ServiceError
from dashboards.broker import EmbeddedBroker
from tests.dashboards import people
from tests.dashboards.at_broker import HOST, at_work, listening, sink_for, until_connected
from tests.dashboards.every_kind import one_of_each


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
                await sink.deliver(one_of_each())
                for leaf in ("/cue", "/drift", "/alert", "/state", "/status", "/strides"):
                    await other.until(leaf)
        # amqtt delivers at the subscription's QoS; mosquitto shows what was published
        qos = {str(m.topic).rsplit("/", 1)[1]: m.qos for m in other.messages}
        assert {qos[leaf] for leaf in ("strides", "form")} == {0}
        assert {qos[leaf] for leaf in ("drift", "cue", "alert", "state", "status")} == {1}
    finally:
        server.terminate()
        await server.wait()
