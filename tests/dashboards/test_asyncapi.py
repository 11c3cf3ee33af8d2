"""docs/asyncapi.yaml describes what is really published: topic, QoS, retained flag and body."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aiomqtt
import jsonschema
import pytest
import yaml

from dashboards.broker import EmbeddedBroker
from tests.dashboards import people
from tests.dashboards.at_broker import at_work, listening, sink_for, until_connected
from tests.dashboards.every_kind import one_of_each

FILE = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def channel_of(topic: str) -> str:
    """Return the channel whose address a topic fits."""
    for name, channel in DOCUMENT["channels"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", channel["address"]), topic):
            return str(name)
    raise AssertionError(topic)


def valid(body: dict[str, Any], channel: str) -> None:
    """Hold a body against its channel's message."""
    (message,) = DOCUMENT["channels"][channel]["messages"]
    schema = {
        "$ref": f"#/components/schemas/{message}",
        "components": DOCUMENT["components"],
    }
    jsonschema.Draft202012Validator(schema).validate(body)


async def published() -> list[aiomqtt.Message]:
    """One message of every kind, and the last will, as another program gets them."""
    async with EmbeddedBroker(port=0) as broker, listening(broker.port, "#") as other:
        sink = sink_for(broker.port, home_assistant=True)
        async with at_work(sink):
            await until_connected(sink)
            await sink.deliver([*one_of_each(), people.heeded(people.cue(32.0))])
            await other.until("/cue", 2)
            await other.until("/alert")
            await other.until("/config")
        await other.until("/status", 2)  # it says when it leaves
        return [m for m in other.messages if not str(m.topic).startswith("$SYS")]


async def test_real_messages_are_as_the_document_says() -> None:
    found = await published()
    seen = set()
    for message in found:
        assert isinstance(message.payload, bytes)
        channel = channel_of(str(message.topic))
        valid(json.loads(message.payload), channel)
        bound = DOCUMENT["operations"][channel]["bindings"]["mqtt"]
        assert message.qos >= bound["qos"], channel  # the broker inside raises 0 to what is asked
        seen.add(channel)
    assert seen == {*DOCUMENT["channels"]} - {"imu", "ack"}  # those are binary (docs/roles.md)


async def test_what_is_retained_is_there_for_who_comes_later() -> None:
    async with EmbeddedBroker(port=0) as broker:
        sink = sink_for(broker.port, home_assistant=True)
        async with listening(broker.port, "#") as early, at_work(sink):
            await until_connected(sink)
            await sink.deliver(one_of_each())
            await early.until("/alert")
            async with listening(broker.port, "#") as late:
                for leaf in ("/state", "/status", "/config"):
                    await late.until(leaf)
                retained = {channel_of(str(m.topic)) for m in late.messages if m.retain}
    bindings = DOCUMENT["operations"].items()
    assert retained == {name for name, one in bindings if one["bindings"]["mqtt"]["retain"]}


def test_a_body_that_is_not_as_described_is_noticed() -> None:
    body = {"schema": "stridecue/status/1", "id": "gateway/pi/status", "status": "gone"}
    with pytest.raises(jsonschema.ValidationError):
        valid(body, "status")


def test_every_reference_in_the_document_leads_somewhere() -> None:
    for path in re.findall(r"\$ref: '?#/([^'\n]+)", FILE.read_text(encoding="utf-8")):
        place: Any = DOCUMENT
        for part in path.split("/"):
            place = place[part]
        assert place
    assert DOCUMENT["asyncapi"] == "3.0.0"
