"""A sensor on a radio, in a few lines: packets as a maker's firmware would make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray, Placement, Side
from sensor_gateway.events import Notification
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.wire import MotionPacket

LEFT = SensorConfig(runner="ann", side=Side.LEFT, placement=Placement.SHIN, name="pod-1")
WORN = LEFT.worn("s1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A sensor that samples from `from_s` (session) on, whose oscillator is `skew_ppm` fast.

    Sample i holds the counts i % 1000, -(i % 1000), 2 and, as angular rates, 3, 4, 5.
    """

    rate_hz: float = 200.0
    skew_ppm: float = 0.0
    from_s: float = 0.0
    device_zero_us: int = 250_000
    index_zero: int = 0
    boot: int = 0
    sample_clock: float = 1.0  # true sample period by its nominal value

    def time_s(self, i: int) -> float:
        """Return when sample i is truly taken."""
        return self.from_s + i * self.sample_clock / (self.rate_hz * (1 + self.skew_ppm * 1e-6))

    def packet(self, i: int, n: int, sequence: int) -> MotionPacket:
        """Return samples i..i+n-1."""
        device_us = self.device_zero_us + round(i * self.sample_clock * 1e6 / self.rate_hz)
        at = (np.arange(i, i + n) % 1000).astype(np.int16)
        same = np.ones(n, dtype=np.int16)
        return MotionPacket(
            sequence=sequence % 2**16,
            first_index=(self.index_zero + i) % 2**32,
            device_time_us=device_us % 2**32,
            boot=self.boot,
            rate_hz=self.rate_hz,
            accel=np.stack([at, -at, 2 * same], axis=1),
            gyro=np.stack([3 * same, 4 * same, 5 * same], axis=1),
            accel_range_g=16.0,
            gyro_range_dps=2000,
        )

    def packets(self, n: int, *, batch: int = 13, first: int = 0) -> Iterator[MotionPacket]:
        """Return n samples from sample `first` on, in batches."""
        for k, i in enumerate(range(first, first + n, batch)):
            yield self.packet(i, min(batch, first + n - i), k)

    def last_s(self, packet: MotionPacket) -> float:
        """Return when a packet's last sample was truly taken."""
        i = (packet.first_index - self.index_zero) % 2**32
        return self.time_s(i + len(packet) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """Connection events every `interval_s`, each failing with probability `failing`."""

    interval_s: float = 0.03
    failing: float = 0.1
    seed: int = 0
    processing_s: float = 0.0005

    def arrivals(self, ready_s: FloatArray) -> FloatArray:
        """Return when packets arrive that were ready at these times; in order, none lost."""
        rng = np.random.default_rng(self.seed)
        phase_s = rng.uniform(0.0, self.interval_s)
        event = np.ceil((ready_s + self.processing_s - phase_s) / self.interval_s)
        event += rng.geometric(1.0 - self.failing, len(event)) - 1
        arrival_s = event * self.interval_s + phase_s + rng.exponential(0.0002, len(event))
        return np.maximum.accumulate(arrival_s)


def note(packet: MotionPacket, arrival_s: float) -> Notification:
    """Return a motion packet as the gateway hears it."""
    return Notification(
        sensor=LEFT.key, arrival_s=arrival_s, channel="motion", payload=packet.to_bytes()
    )


def heard(pod: Pod, air: Air, *, n: int, batch: int = 13) -> list[Notification]:
    """Return n samples of a pod as the gateway hears them."""
    packets = list(pod.packets(n, batch=batch))
    arrivals = air.arrivals(np.array([pod.last_s(packet) for packet in packets]))
    return [note(p, float(a)) for p, a in zip(packets, arrivals, strict=True)]
