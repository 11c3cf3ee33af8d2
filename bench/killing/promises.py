"""What gateway and worker acknowledged: heard at the broker, and read in a dead one's spool."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from dashboards.mqtt import ROOT
from sensor_gateway.uplink_message import DONE, UplinkAck, UplinkMessage
from transport.spool import Spool


@dataclass(kw_only=True)
class Promises:
    """What was acknowledged, by session and number of the chunk."""

    chunks: dict[str, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    wanted: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def heard(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        """Take what the broker carries."""
        if message.topic.endswith("/ack"):
            ack = UplinkAck.from_bytes(bytes(message.payload))
            done = len(self.chunks[ack.session]) if ack.wanted == DONE else ack.wanted
            self.wanted[ack.session] = max(self.wanted[ack.session], done)
        else:
            self.spooled(UplinkMessage.from_bytes(bytes(message.payload)))

    def spooled(self, message: UplinkMessage) -> None:
        """Take what was in a spool."""
        self.chunks[message.session][message.number] = message.chunk

    def spool_of_the_dead(self, path: Path) -> None:
        """Take what a killed gateway's spool holds; from a copy, as opening one mends it."""
        copy = path.with_suffix(".copy")
        shutil.copy(path, copy)
        spool = Spool(copy)
        for payload in spool.head(len(spool))[1]:
            self.spooled(UplinkMessage.from_bytes(payload))
        spool.close()


@contextmanager
def listening(port: int) -> Iterator[Promises]:
    """Hear all that gateway and worker say to each other."""
    promises = Promises()
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.on_message = promises.heard
    topics = [(f"{ROOT}/+/+/imu", 1), (f"{ROOT}/+/+/imu/ack", 1)]

    def begin(*_: object) -> None:
        client.subscribe(topics)

    client.on_connect = begin
    client.connect_async("127.0.0.1", port)
    client.loop_start()
    try:
        yield promises
    finally:
        client.loop_stop()
