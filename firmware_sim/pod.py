"""One simulated sensor on a radio: its program and its peripheral, through all that goes wrong."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from analytics.records import Side
from firmware_sim.battery import Battery
from firmware_sim.channel import Channel
from firmware_sim.faults import (
    Disconnect,
    LinkFault,
    Mute,
    OutOfReach,
    PowerCut,
    SensorFault,
)
from firmware_sim.gatt import Air, Board, Device, OnAir
from firmware_sim.imu import Imu
from firmware_sim.open_imu import OpenImu
from firmware_sim.radio import SUPERVISION_TIMEOUT_S

_FULL = Battery()
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
    faults : sequence of SensorFault
        What befalls this sensor, in order.
    battery : Battery
        What it lives on; when that is empty it dies.
    interval_s : float
        The connection interval; 0: packets take no time on the air.

    """

    def __init__(  # noqa: PLR0913 - what a sensor is made of and what becomes of it
        self,
        *,
        identity: PodIdentity,
        radio: Air,
        make_imu: Callable[[int, float], Imu],
        make_device: MakeDevice = OpenImu,
        faults: Sequence[SensorFault] = (),
        battery: Battery = _FULL,
        interval_s: float = 0.0,
        rng: random.Random,
    ) -> None:
        self.identity = identity
        self.streams = asyncio.Event()
        self._radio = radio
        self._make_imu = make_imu
        self._make_device = make_device
        self._faults = faults
        self._battery = battery
        self._boot = 0
        self._device: Device | None = None
        self._on_air: OnAir | None = None
        self._muted = False
        self._link_lost = asyncio.Event()
        self.channel = Channel(
            interval_s=interval_s,
            faults=[fault for fault in faults if isinstance(fault, LinkFault)],
            deliver=self._deliver,
            lost=self._link_lost.set,
            rng=rng,
        )

    async def run(self, *, world_starts_s: float) -> None:
        """Live through the faults until cancelled."""
        self.channel.starts_s = world_starts_s
        self._battery = replace(self._battery, from_s=world_starts_s)
        async with asyncio.TaskGroup() as tasks:
            name = self.identity.name
            tasks.create_task(self._wander(world_starts_s), name=f"{name} wanders")
            tasks.create_task(self._fall_silent(world_starts_s), name=f"{name} is mute")
            tasks.create_task(self._lose_links(), name=f"{name} loses links")
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
        for away in (f for f in self._faults if isinstance(f, OutOfReach | Disconnect)):
            await asyncio.sleep(max(0.0, world_starts_s + away.at_s - loop.time()))
            device = self._device
            if device is None or self._on_air is None:
                continue  # without power nobody hears it anyway
            noticed_s = SUPERVISION_TIMEOUT_S if isinstance(away, OutOfReach) else 0.0
            self._leave_the_air()
            await asyncio.sleep(noticed_s)
            device.gatt.disconnected()
            await self._radio.drop(self.identity.address)
            await asyncio.sleep(max(0.0, away.lasts_s - noticed_s))
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

    async def _lose_links(self) -> None:
        """Let both ends notice a link on which too little came through."""
        while True:
            await self._link_lost.wait()
            self._link_lost.clear()
            await self._radio.drop(self.identity.address)

    def power_off(self) -> None:
        """Lose power: the air falls silent, memory and clock are gone."""
        self._leave_the_air()
        self._device = None
        self.streams.clear()

    def _leave_the_air(self) -> None:
        if self._on_air is not None:
            self._on_air.power_off()
        self._on_air = None
        self.channel.close()

    async def _powered(self) -> None:
        """Boot, advertise, sample; send while somebody listens."""
        loop = asyncio.get_running_loop()
        self._boot += 1
        board = Board(
            notify=self._notify,
            now_s=loop.time,
            streaming=self._streaming,
            has_room=self.channel.has_room,
            waiting=lambda: self.channel.waiting,
            battery=self._battery,
        )
        imu = self._make_imu(self._boot, loop.time() + _BOOT_S)
        self._device = device = self._make_device(imu=imu, boot=self._boot, board=board)
        await self._advertise(device)
        while not self._battery.is_empty(loop.time()):
            await asyncio.sleep(max(0.0, device.next_due_s - loop.time()))
            device.tick()
        self.power_off()
        await asyncio.sleep(SUPERVISION_TIMEOUT_S)
        await self._radio.drop(self.identity.address)
        await asyncio.Event().wait()  # for good

    async def _advertise(self, device: Device) -> None:
        self._on_air = self._radio.peripheral(
            name=self.identity.name,
            address=self.identity.address,
            gatt=replace(device.gatt, turns=self.channel),
        )
        await self._on_air.power_on()

    def _notify(self, uuid: str, data: bytes) -> None:
        if self._on_air is not None and not self._muted:
            self.channel.send(uuid, data)

    def _deliver(self, uuid: str, data: bytes) -> None:
        if self._on_air is not None:
            self._on_air.notify(uuid, data)

    def _streaming(self, streams: bool) -> None:  # noqa: FBT001 - the board's form
        if streams:
            self.streams.set()
        else:
            self.streams.clear()
            self.channel.close()
