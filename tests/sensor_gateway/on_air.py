"""Small sensors as real GATT peripherals on the virtual radio, and a gateway that hears them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from analytics.records import Gap, LinkHealth, SampleBlock, SessionEvent, Side
from firmware_sim.bleak_backend import backends
from firmware_sim.gatt import Air, Characteristic, Gatt, OnAir, Service
from firmware_sim.radio import SUPERVISION_TIMEOUT_S, VirtualRadio
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.bluetooth import Radio
from sensor_gateway.control import DeviceClock, Start, Status, Stop, command_from_bytes
from sensor_gateway.events import LinkChange, RadioEvent, time_of
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.stream import SensorStream, StreamItem
from sensor_gateway.supervisor import Gateway
from sensor_gateway.wire import (
    BACKFILL_UUID,
    CLOCK_UUID,
    CONTROL_UUID,
    MOTION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
)
from tests.sensor_gateway.signals import LEFT, Pod

T = TypeVar("T")
BATCH = 13
RIGHT = replace(LEFT, side=Side.RIGHT, name="pod-2")


def loop_s() -> float:
    return asyncio.get_running_loop().time()


@dataclass(kw_only=True)
class AirPod:
    """A sensor on the air whose switch the test holds."""

    air: Air
    config: SensorConfig
    address: str
    boots: int = 0
    streaming: bool = False
    mute: bool = False  # still connected, sends no more: a zombie
    deaf: bool = False  # takes commands and does nothing
    commands: list[Start | Stop] = field(default_factory=list)
    sent: list[tuple[int, int]] = field(default_factory=list)  # boot, first index
    _peripheral: OnAir | None = None
    _pod: Pod = field(default_factory=Pod)

    async def live(self) -> None:
        """Sample and notify from power-on to power-off."""
        self.boots += 1
        self._pod = pod = Pod(boot=self.boots, from_s=loop_s(), skew_ppm=30.0)
        self.streaming = False
        name = self.config.name or "nameless"
        self._peripheral = peripheral = self.air.peripheral(
            name=name, address=self.address, gatt=self._gatt()
        )
        await peripheral.power_on()
        first, sequence = 0, 0
        while self._peripheral is peripheral:
            await asyncio.sleep(max(0.0, pod.time_s(first + BATCH - 1) - loop_s()))
            if self.streaming and not self.mute and self._peripheral is peripheral:
                self.sent.append((self.boots, first))
                peripheral.notify(MOTION_UUID, pod.packet(first, BATCH, sequence).to_bytes())
                sequence += 1
            first += BATCH

    async def lose_power(self) -> None:
        """Fall silent; the central notices when its supervision times out."""
        assert self._peripheral is not None
        self._peripheral.power_off()
        self._peripheral = None
        await asyncio.sleep(SUPERVISION_TIMEOUT_S)
        await self.air.drop(self.address)

    def _gatt(self) -> Gatt:
        characteristics = (
            Characteristic(uuid=MOTION_UUID, notify=True),
            Characteristic(uuid=CONTROL_UUID, write=self._control),
            Characteristic(uuid=STATUS_UUID, read=self._status, notify=True),
            Characteristic(uuid=CLOCK_UUID, read=self._clock),
            Characteristic(uuid=BACKFILL_UUID, write=lambda _: None, notify=True),  # has nothing
        )
        return Gatt(
            advertised=(SERVICE_UUID,),
            services=(Service(uuid=SERVICE_UUID, characteristics=characteristics),),
            disconnected=self._disconnected,
        )

    def _control(self, data: bytes) -> None:
        command = command_from_bytes(data)
        self.commands.append(command)
        self.streaming = isinstance(command, Start) and not self.deaf

    def _disconnected(self) -> None:
        self.streaming = False

    def _status(self) -> bytes:
        return Status(
            boot=self.boots,
            streaming=self.streaming,
            battery_pct=77,
            oldest_index=0,
            next_index=0,
            packets_dropped=0,
            rate_hz=200.0,
            accel_range_g=16.0,
            gyro_range_dps=2000,
        ).to_bytes()

    def _clock(self) -> bytes:
        us = self._pod.device_zero_us + int((loop_s() - self._pod.from_s) * 1.00003e6)
        return DeviceClock(boot=self.boots, device_time_us=us, next_index=0).to_bytes()


class Scene:
    """A radio, pods on it, a gateway; what the gateway told."""

    def __init__(
        self,
        sensors: Sequence[SensorConfig] = (LEFT,),
        *,
        air: Air | None = None,
        radio: Radio | None = None,
    ) -> None:
        virtual = VirtualRadio()
        scanner, client = backends(virtual)
        self.air = air or virtual
        self.radio = radio or Radio(scanner_backend=scanner, client_backend=client)
        self.pods = [
            AirPod(air=self.air, config=config, address=f"D1:CE:00:00:00:0{k}")
            for k, config in enumerate(sensors)
        ]
        self.sensors = sensors
        self.events: list[RadioEvent] = []
        self.gateway = Gateway(sensors=sensors, radio=self.radio, rng=random.Random(1))  # noqa: S311

    async def play(self, script: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the gateway while the script does what it does to the pods."""
        async with asyncio.TaskGroup() as tasks:
            gateway = tasks.create_task(self.gateway.run(self.events.append))
            await script()
            gateway.cancel()

    @property
    def zero_s(self) -> float:
        assert self.gateway.zero_s is not None
        return self.gateway.zero_s

    def links(self) -> list[LinkChange]:
        return [event for event in self.events if isinstance(event, LinkChange)]

    def items(self) -> list[tuple[float, StreamItem]]:
        """Return what the chains make of the events, with the time at which they did."""
        chains = {s.key: SensorStream(worn=s.worn("s1"), config=s) for s in self.sensors}
        return [
            (time_of(event), item)
            for event in self.events
            for item in chains[event.sensor].push(event)
        ]

    def blocks(self, side: Side = Side.LEFT) -> list[tuple[float, SampleBlock]]:
        return [
            (at_s, item)
            for at_s, item in self.items()
            if isinstance(item, SampleBlock) and item.worn.side is side
        ]

    def told(self) -> list[tuple[float, SessionEvent]]:
        return [(at_s, i) for at_s, i in self.items() if isinstance(i, SessionEvent)]

    def gaps(self) -> list[Gap]:
        found = [item for _, item in self.items() if isinstance(item, Gap)]
        return [gap for gap in found if gap.revision == 1]

    def health(self) -> list[LinkHealth]:
        return [item for _, item in self.items() if isinstance(item, LinkHealth)]


async def powered(pod: AirPod, for_s: float) -> None:
    """Let a pod live for a while; it stays on the air, silent, unless it loses its power."""
    try:
        async with asyncio.timeout(for_s):
            await pod.live()
    except TimeoutError:
        return


def played(scene_script: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Play in virtual time."""
    return run_virtual(scene_script())
