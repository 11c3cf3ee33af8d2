"""One simulated sensor on a radio: its program and its peripheral, through all that goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from analytics.records import Side
from firmware_sim.faults import Fault, Mute, OutOfReach, PowerCut
from firmware_sim.gatt import Air, Board, Device, OnAir
from firmware_sim.imu import Imu
from firmware_sim.open_imu import OpenImu
from firmware_sim.radio import SUPERVISION_TIMEOUT_S

_BOOT_S = 0.25  # from power to the first sample


class MakeDevice(Protocol):
    """Makes the program of a power-on."""

    def __call__(self, *, imu: Imu, boot: int, board: Board) -> Device:
        """Return it, given its sensor, the number of the power-on and what it stands on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PodIdentity:
    """How a sensor is known on the air."""

    side: Side
    name: str
    address: str


class Pod:
    """A sensor that lives in the running loop.

    Parameters
    ----------
    make_imu : callable
        IMU of a power-on: given its number and the loop time of its first sample.
    make_device : callable
        The sensor's program, which makes it one of its family.
    faults : sequence of Fault
        What befalls this sensor, in order.

    """

    def __init__(
        self,
        *,
        identity: PodIdentity,
        radio: Air,
        make_imu: Callable[[int, float], Imu],
        make_device: MakeDevice = OpenImu,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.identity = identity
        self.streams = asyncio.Event()
        self._radio = radio
        self._make_imu = make_imu
        self._make_device = make_device
        self._faults = faults
        self._boot = 0
        self._device: Device | None = None
        self._on_air: OnAir | None = None
        self._muted = False

    async def run(self, *, world_starts_s: float) -> None:
        """Live through the faults until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            name = self.identity.name
            tasks.create_task(self._wander(world_starts_s), name=f"{name} wanders")
            tasks.create_task(self._fall_silent(world_starts_s), name=f"{name} is mute")
            await self._live(world_starts_s)

    async def _live(self, world_starts_s: float) -> None:
        """Lose power and get it back."""
        loop = asyncio.get_running_loop()
        for cut in (fault for fault in self._faults if isinstance(fault, PowerCut)):
            try:
                async with asyncio.timeout_at(world_starts_s + cut.at_s):
                    await self._powered()
            except TimeoutError:
                self.power_off()
            await asyncio.sleep(min(SUPERVISION_TIMEOUT_S, cut.lasts_s))
            await self._radio.drop(self.identity.address)
            back_s = world_starts_s + cut.at_s + cut.lasts_s
            await asyncio.sleep(max(0.0, back_s - loop.time()))
        await self._powered()

    async def _wander(self, world_starts_s: float) -> None:
        """Go out of reach and come back, sampling all the time."""
        loop = asyncio.get_running_loop()
        for away in (fault for fault in self._faults if isinstance(fault, OutOfReach)):
            await asyncio.sleep(max(0.0, world_starts_s + away.at_s - loop.time()))
            device = self._device
            if device is None or self._on_air is None:
                continue  # without power nobody hears it anyway
            self._on_air.power_off()
            self._on_air = None
            await asyncio.sleep(SUPERVISION_TIMEOUT_S)
            device.gatt.disconnected()
            await self._radio.drop(self.identity.address)
            await asyncio.sleep(max(0.0, away.lasts_s - SUPERVISION_TIMEOUT_S))
            if device is self._device:
                await self._advertise(device)

    async def _fall_silent(self, world_starts_s: float) -> None:
        """Notify nothing for a while."""
        loop = asyncio.get_running_loop()
        for mute in (fault for fault in self._faults if isinstance(fault, Mute)):
            await asyncio.sleep(max(0.0, world_starts_s + mute.at_s - loop.time()))
            self._muted = True
            await asyncio.sleep(mute.lasts_s)
            self._muted = False

    def power_off(self) -> None:
        """Lose power: the air falls silent, memory and clock are gone."""
        if self._on_air is not None:
            self._on_air.power_off()
        self._device = self._on_air = None
        self.streams.clear()

    async def _powered(self) -> None:
        """Boot, advertise, sample; send while somebody listens."""
        loop = asyncio.get_running_loop()
        self._boot += 1
        board = Board(notify=self._notify, now_s=loop.time, streaming=self._streaming)
        imu = self._make_imu(self._boot, loop.time() + _BOOT_S)
        self._device = device = self._make_device(imu=imu, boot=self._boot, board=board)
        await self._advertise(device)
        while True:
            await asyncio.sleep(max(0.0, device.next_due_s - loop.time()))
            device.tick()

    async def _advertise(self, device: Device) -> None:
        self._on_air = self._radio.peripheral(
            name=self.identity.name, address=self.identity.address, gatt=device.gatt
        )
        await self._on_air.power_on()

    def _notify(self, uuid: str, data: bytes) -> None:
        if self._on_air is not None and not self._muted:
            self._on_air.notify(uuid, data)

    def _streaming(self, streams: bool) -> None:  # noqa: FBT001 - the board's form
        if streams:
            self.streams.set()
        else:
            self.streams.clear()
