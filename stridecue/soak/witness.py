"""Watches one simulated run: what its sensors sampled, and what the session's core gave when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from analytics.codec import Record
from analytics.records import Gap, LinkHealth, SampleBlock, Side
from firmware_sim.checkers.evidence import Life, Told
from firmware_sim.imu import Counts, Imu
from firmware_sim.world import World
from sensor_gateway.events import RadioEvent, Ready
from sensor_gateway.stream import SensorStream, StreamItem
from stridecue.session import SessionCore, SessionPlan


class KeptImu(Imu):
    """A sensor that remembers all it has sampled."""

    def __init__(self, **made: Any) -> None:  # noqa: ANN401 - the sensor's own
        super().__init__(**made)
        self._sampled: list[Counts] = []

    @property
    def sampled(self) -> Counts:
        """Return its samples, shape (n, 6)."""
        return np.concatenate(self._sampled) if self._sampled else np.zeros((0, 6), np.int16)

    def read(self, n: int) -> Counts:
        """Return the next n samples, and keep them."""
        counts = super().read(n)
        self._sampled.append(counts)
        return counts


class _Heard(SensorStream):
    """A sensor's chain that keeps what it gave."""

    kept: list[SampleBlock | Gap | LinkHealth]

    def push(self, event: RadioEvent) -> Iterable[StreamItem]:
        return self._keep(super().push(event))

    def finish(self) -> Iterable[StreamItem]:
        return self._keep(super().finish())

    def _keep(self, items: Iterable[StreamItem]) -> Iterable[StreamItem]:
        given = list(items)
        self.kept += [i for i in given if isinstance(i, SampleBlock | Gap | LinkHealth)]
        return given


class Witness(SessionCore):
    """A session's core that keeps what passes through it, with loop times."""

    def __init__(self, plan: SessionPlan) -> None:
        super().__init__(plan)
        self.told: list[tuple[float, Record]] = []
        self.heard: list[RadioEvent] = []
        self._sides = {sensor.key: sensor.side for sensor in plan.sensors}
        for sensor in plan.sensors:
            heard = _Heard(worn=sensor.worn(plan.session), config=sensor)
            heard.kept = []
            self._streams[sensor.key] = heard

    @property
    def items(self) -> dict[Side, list[SampleBlock | Gap | LinkHealth]]:
        """Return what each leg's chain gave."""
        return {
            self._sides[key]: stream.kept
            for key, stream in self._streams.items()
            if isinstance(stream, _Heard)
        }

    @property
    def damaged(self) -> int:
        """Return how many packets were called damaged."""
        return sum(stream.damaged_packets for stream in self._streams.values())

    def push(self, event: RadioEvent | Ready) -> Iterator[Record]:
        """Give the records that one radio event completed."""
        if not isinstance(event, Ready):
            self.heard.append(event)
        yield from self._keep(super().push(event))

    def finish(self) -> Iterator[Record]:
        """Give what the end of the session completes."""
        yield from self._keep(super().finish())

    def told_since(self, zero_s: float) -> list[Told]:
        """Return every record with the session time at which it was given."""
        return [Told(at_s=at_s - zero_s, record=record) for at_s, record in self.told]

    def _keep(self, records: Iterable[Record]) -> Iterator[Record]:
        now_s = asyncio.get_running_loop().time()
        for record in records:
            self.told.append((now_s, record))
            yield record


def lives_of(world: World, zero_s: float) -> dict[Side, list[Life]]:
    """Return what each leg's sensor sampled in each of its lives, in session time."""
    return {
        side: [
            Life(
                taken_s=lambda index, imu=imu: imu.sample_time_s(index) - zero_s,  # type: ignore[misc]
                accel_range_g=imu.model.accel_range_g,
                counts=imu.sampled,
            )
            for imu in imus
            if isinstance(imu, KeptImu)
        ]
        for side, imus in world.imus.items()
    }
