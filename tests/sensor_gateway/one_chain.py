"""One sensor's chain, what may come to it, and 20 s in which all of that does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from analytics.records import LinkState, SampleBlock
from sensor_gateway.control import DeviceClock, Status
from sensor_gateway.events import LinkChange, Notification, RadioEvent, time_of
from sensor_gateway.stream import SensorStream, StreamItem
from tests.sensor_gateway.signals import LEFT, WORN, Air, Pod, heard


def stream() -> SensorStream:
    return SensorStream(worn=WORN, config=LEFT)


def plain(item: StreamItem) -> Any:  # noqa: ANN401 - whatever compares by value
    """Return a block as values that compare; other records do so already."""
    if not isinstance(item, SampleBlock):
        return item
    values = [getattr(item, field.name) for field in fields(item)]
    return [v.tobytes() if isinstance(v, np.ndarray) else v for v in values]


class Comparable:
    """A stream whose blocks compare by value, as the laws need it."""

    def __init__(self) -> None:
        self._stream = stream()

    def push(self, item: RadioEvent) -> Iterable[Any]:
        return [plain(out) for out in self._stream.push(item)]

    def finish(self) -> Iterable[Any]:
        return [plain(out) for out in self._stream.finish()]

    def dump(self) -> bytes:
        return self._stream.dump()

    def load(self, state: bytes) -> None:
        self._stream.load(state)


def link(at_s: float, state: LinkState, detail: str = "the link dropped") -> LinkChange:
    return LinkChange(sensor=LEFT.key, at_s=at_s, state=state, detail=detail)


def status(at_s: float, battery_pct: int | None = 80) -> Notification:
    payload = Status(
        boot=1,
        streaming=True,
        battery_pct=battery_pct,
        oldest_index=0,
        next_index=10,
        packets_dropped=0,
        rate_hz=200.0,
        accel_range_g=16.0,
        gyro_range_dps=2000,
    ).to_bytes()
    return Notification(sensor=LEFT.key, arrival_s=at_s, channel="status", payload=payload)


def clock_read(pod: Pod, at_s: float) -> Notification:
    us = pod.device_zero_us + round((at_s - pod.from_s) * 1e6)
    payload = DeviceClock(boot=pod.boot, device_time_us=us, next_index=0).to_bytes()
    return Notification(
        sensor=LEFT.key, arrival_s=at_s, channel="clock", payload=payload, asked_s=at_s - 0.03
    )


def eventful() -> list[RadioEvent]:
    """Return 20 s with all that can happen: losses, repeats, damage, a restart, clock reads."""
    first = Pod(boot=1, skew_ppm=30.0)
    notes = heard(first, Air(), n=2600)
    notes = [*notes[:50], *notes[60:100], notes[99], *notes[100:]]
    notes[20] = replace(notes[20], payload=notes[20].payload[:-1] + b"\0")
    second = Pod(boot=2, from_s=15.0)
    later = heard(second, Air(seed=4), n=1000)
    reads = [clock_read(first, float(t)) for t in range(1, 13)] + [clock_read(second, 17.0)]
    links = [
        link(-0.2, LinkState.SEARCHING, "looking for it"),
        link(-0.1, LinkState.CONNECTED, "connected"),
        link(13.2, LinkState.LOST),
        link(14.9, LinkState.CONNECTED, "connected"),
    ]
    events: list[RadioEvent] = [*notes, *later, *reads, *links, status(0.0), status(18.0, 79)]
    return sorted(events, key=time_of)


EVENTS = eventful()


def run(events: Iterable[RadioEvent]) -> list[StreamItem]:
    chain = stream()
    out = [item for event in events for item in chain.push(event)]
    return [*out, *chain.finish()]


def blocks(items: Iterable[StreamItem]) -> list[SampleBlock]:
    return [item for item in items if isinstance(item, SampleBlock)]
