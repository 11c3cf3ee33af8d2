"""Simulated sensors of every family on either radio, and a gateway that streams from them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from analytics.records import FloatArray, Gap, LinkHealth, SampleBlock, Side
from firmware_sim.bleak_backend import backends
from firmware_sim.bluez import FakeBlueZ, run_over_bluez
from firmware_sim.gatt import Air
from firmware_sim.imu import FULL_SCALE_COUNTS, Counts, Imu, ImuModel
from firmware_sim.pod import MakeDevice, Pod, PodIdentity
from firmware_sim.radio import VirtualRadio
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.bluetooth import Radio
from sensor_gateway.events import Notification, RadioEvent
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.stream import SensorStream, StreamItem
from sensor_gateway.supervisor import Gateway
from tests.sensor_gateway.signals import LEFT

SEED = 3
VIRTUAL, BLUEZ, BLUEZ_SOCKETS = "virtual radio", "bluez", "bluez, notified by sockets"
RADIOS = [
    VIRTUAL,
    pytest.param(BLUEZ, marks=pytest.mark.bus),
    pytest.param(BLUEZ_SOCKETS, marks=pytest.mark.bus),
]


def moving(time_s: FloatArray) -> FloatArray:
    """Return a motion (6, n) that differs from sample to sample and axis to axis."""
    waves = [3.0 * np.sin(7.0 * time_s), 2.0 * np.sin(11.0 * time_s + 1.0), 1.0 + np.sin(time_s)]
    turns = [0.2 * np.sin(5.0 * time_s), 0.3 * np.cos(3.0 * time_s), 0.1 * np.sin(2.0 * time_s)]
    return np.stack([*waves, *turns])


class KeptImu(Imu):
    """An IMU that keeps what it has sampled since it was last retuned, for all to see."""

    sampled: list[Counts]
    newest: KeptImu | None = None

    def retuned(self, *, rate_hz: float, accel_range_g: float, from_s: float) -> Imu:
        imu = super().retuned(rate_hz=rate_hz, accel_range_g=accel_range_g, from_s=from_s)
        assert isinstance(imu, KeptImu)
        imu.sampled = []
        KeptImu.newest = imu
        return imu

    def read(self, n: int) -> Counts:
        counts = super().read(n)
        self.sampled.append(counts)
        return counts


@dataclass(kw_only=True)
class Streamed:
    """What came of a session with one sensor."""

    events: list[RadioEvent] = field(default_factory=list)
    items: list[StreamItem] = field(default_factory=list)
    zero_s: float = 0.0
    imu: KeptImu | None = None

    @property
    def blocks(self) -> list[SampleBlock]:
        return [item for item in self.items if isinstance(item, SampleBlock)]

    @property
    def gaps(self) -> list[Gap]:
        return [item for item in self.items if isinstance(item, Gap)]

    @property
    def health(self) -> LinkHealth:
        return [item for item in self.items if isinstance(item, LinkHealth)][-1]

    @property
    def accel_g(self) -> FloatArray:
        return np.concatenate([block.accel_g for block in self.blocks])

    @property
    def indices(self) -> list[int]:
        return [b.first_index + i for b in self.blocks for i in range(len(b))]

    @property
    def sampled_g(self) -> FloatArray:
        """What the sensor sampled, in g, for every sample that came out."""
        assert self.imu is not None
        counts = np.concatenate(self.imu.sampled)[self.indices, :3]
        return counts.astype(np.float64) * (self.imu.model.accel_range_g / FULL_SCALE_COUNTS)

    @property
    def late_s(self) -> FloatArray:
        """How late every sample was told to be."""
        assert self.imu is not None
        told_s = np.concatenate([block.time_s for block in self.blocks])
        true_s = np.array([self.imu.sample_time_s(i) for i in range(len(told_s))]) - self.zero_s
        return told_s - true_s


def stream_from(
    make_device: MakeDevice,
    *,
    profile: str,
    name: str,
    minutes: float,
    rate_hz: float | None = None,
    range_g: float | None = None,
    over: str = VIRTUAL,
) -> Streamed:
    """Discover, connect, negotiate and stream for simulated minutes."""
    config = replace(LEFT, name=name, profile=profile, rate_hz=rate_hz, range_g=range_g)

    async def over_bluez(air: FakeBlueZ) -> Streamed:
        radio = Radio(acquire_notify=over == BLUEZ_SOCKETS)
        return await _session(make_device, config, minutes, air, radio)

    async def on_the_virtual_radio() -> Streamed:
        air = VirtualRadio()
        scanner, client = backends(air)
        radio = Radio(scanner_backend=scanner, client_backend=client)
        return await _session(make_device, config, minutes, air, radio)

    return run_virtual(on_the_virtual_radio()) if over == VIRTUAL else run_over_bluez(over_bluez)


async def _session(
    make_device: MakeDevice, config: SensorConfig, minutes: float, air: Air, radio: Radio
) -> Streamed:
    out = Streamed()
    gateway = Gateway(sensors=[config], radio=radio, rng=random.Random(1))  # noqa: S311

    def make_imu(boot: int, power_on_s: float) -> Imu:
        rng = np.random.default_rng([SEED, boot])
        model = ImuModel(clock_ppm=30.0)
        imu = KeptImu(model=model, motion=moving, power_on_s=power_on_s, rng=rng)
        imu.sampled = []
        KeptImu.newest = imu
        return imu

    identity = PodIdentity(side=Side.LEFT, name=config.name or "", address="D1:CE:00:00:09:00")
    pod = Pod(
        identity=identity,
        radio=air,
        make_imu=make_imu,
        make_device=make_device,
        rng=random.Random(SEED),  # noqa: S311
    )
    async with asyncio.TaskGroup() as tasks:
        living = tasks.create_task(pod.run(world_starts_s=asyncio.get_running_loop().time()))
        listening = tasks.create_task(gateway.run(out.events.append))
        await asyncio.sleep(60.0 * minutes)
        listening.cancel()
        await asyncio.sleep(1.0)
        living.cancel()
    out.zero_s = gateway.zero_s or 0.0
    out.imu = KeptImu.newest
    out.items = replayed(out.events, config)
    return out


def replayed(events: list[RadioEvent], config: SensorConfig = LEFT) -> list[StreamItem]:
    """Return what the sensor's chain makes of events."""
    chain = SensorStream(worn=config.worn("s1"), config=config)
    items = [item for event in events for item in chain.push(event)]
    return [*items, *chain.finish()]


def is_motion(event: RadioEvent) -> bool:
    return isinstance(event, Notification) and event.channel == "motion"


def without(events: list[RadioEvent], channel: str, which: list[int]) -> list[RadioEvent]:
    """Return the events less some notifications of a channel."""
    kept, seen = [], -1
    for event in events:
        if isinstance(event, Notification) and event.channel == channel:
            seen += 1
            if seen in which:
                continue
        kept.append(event)
    return kept
