"""The benchmark's sensors behind a fake BlueZ, or behind the machine's own, in a process apart.

It prints the address of its bus (nothing for the machine's own), sends until it reads an empty
line, then prints what it has sent. A line with a sensor's address has that link dropped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
import zlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial

import numpy as np

from bench.streaming.fleet import FAST_HZ, Member, Sent, fleet
from firmware_sim.bluez import fake_bluez
from firmware_sim.firmware import BATCH_SAMPLES
from firmware_sim.gatt import Air, Gatt, OnAir
from firmware_sim.imu import Imu, ImuModel, standing
from firmware_sim.open_imu import OpenImu
from firmware_sim.pod import Pod, PodIdentity
from firmware_sim.private_bus import ADDRESS_VARIABLE
from firmware_sim.transports import served_air
from sensor_gateway.wire import MOTION_UUID, MotionPacket

FULL_PACKET = 17  # samples of six axes: prime, so in step with no connection interval


class Witness:
    """The fake BlueZ's air, with everything noted that is sent on it until it is closed."""

    def __init__(self, air: Air) -> None:
        self.sent: dict[str, list[tuple[float, bytes]]] = {}
        self.closed = False
        self._air = air

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> Watched:
        """Return a peripheral that is watched."""
        on_air = self._air.peripheral(name=name, address=address, gatt=gatt)
        return Watched(on_air, self, self.sent.setdefault(address, []))

    async def drop(self, address: str) -> None:
        """Drop a link."""
        await self._air.drop(address)


class Watched:
    """A peripheral whose notifications are noted."""

    def __init__(self, on_air: OnAir, witness: Witness, sent: list[tuple[float, bytes]]) -> None:
        self._on_air = on_air
        self._witness = witness
        self._sent = sent

    async def power_on(self) -> None:
        """Come up."""
        await self._on_air.power_on()

    def power_off(self) -> None:
        """Vanish."""
        self._on_air.power_off()

    def notify(self, uuid: str, data: bytes) -> None:
        """Send, and note motion."""
        if self._witness.closed:
            return
        if uuid == MOTION_UUID:
            self._sent.append((time.monotonic(), data))
        self._on_air.notify(uuid, data)


def pod_of(member: Member, air: Witness) -> Pod:
    """Return a sensor at rest, whose noise makes every sample another."""
    config = member.config
    model = replace(ImuModel(), rate_hz=member.rate_hz, clock_ppm=30.0)

    def make_imu(boot: int, power_on_s: float) -> Imu:
        rng = np.random.default_rng([boot, int(str(config.address)[-2:], 16)])
        return Imu(model=model, motion=standing, power_on_s=power_on_s, rng=rng)

    batch = FULL_PACKET if member.rate_hz == FAST_HZ else BATCH_SAMPLES
    return Pod(
        identity=PodIdentity(side=config.side, name=str(config.name), address=str(config.address)),
        radio=air,
        rng=random.Random(int(str(config.address)[-2:], 16)),  # noqa: S311
        make_imu=make_imu,
        make_device=partial(OpenImu, batch_samples=batch),
    )


def sent_of(notes: list[tuple[float, bytes]]) -> list[Sent]:
    """Return what was noted, decoded."""
    out = []
    for at_s, data in notes:
        packet = MotionPacket.from_bytes(data)
        crc = zlib.crc32(np.ascontiguousarray(packet.accel, dtype="<i2").tobytes())
        out.append(Sent(packet.first_index, len(packet), at_s, crc))
    return out


def air_of(moniker: str) -> AbstractAsyncContextManager[Air]:
    """Return the air that a moniker names; without one, that of a fake BlueZ."""
    return served_air(moniker) if moniker else fake_bluez()


async def main(members: Sequence[Member], moniker: str) -> None:
    """Be the sensors."""
    loop = asyncio.get_running_loop()
    async with air_of(moniker) as air, asyncio.TaskGroup() as tasks:
        witness = Witness(air)
        print("" if moniker else os.environ[ADDRESS_VARIABLE], flush=True)
        pods = [pod_of(member, witness) for member in members]
        lives = [tasks.create_task(pod.run(world_starts_s=loop.time())) for pod in pods]
        while address := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await witness.drop(address)
        witness.closed = True
        sent = {address: sent_of(notes) for address, notes in witness.sent.items()}
        print(json.dumps(sent), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        for life in lives:
            life.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=int, help="so many of 200 Hz and none of 1600")
    parser.add_argument("--air", default="", help="vhci for the machine's own BlueZ")
    chosen = parser.parse_args()
    sensors = fleet() if chosen.slow is None else fleet(fast=0, slow=chosen.slow)
    asyncio.run(main(sensors, chosen.air))
