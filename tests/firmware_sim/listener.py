"""A plain bleak client that writes down what every sensor of a world sends."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from firmware_sim.world import World
from sensor_gateway.control import Start
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.wire import CONTROL_UUID, MOTION_UUID, MotionPacket


@dataclass(kw_only=True)
class Listener:
    """Packets and link changes by sensor, with the loop times of both."""

    world: World
    packets: dict[str, list[tuple[float, MotionPacket]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    connected_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lost_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    async def run(self) -> None:
        """Listen until the world has ended."""
        async with asyncio.TaskGroup() as tasks:
            listening = [tasks.create_task(self._follow(s)) for s in self.world.sensors]
            await self.world.run()
            for task in listening:
                task.cancel()

    async def find(self, sensor: SensorConfig) -> BLEDevice:
        """Return the sensor's device at its next advertisement."""
        found: asyncio.Queue[BLEDevice] = asyncio.Queue(maxsize=100)

        def heard(device: BLEDevice, _: AdvertisementData) -> None:
            if device.address == sensor.address and not found.full():
                found.put_nowait(device)

        async with BleakScanner(heard, backend=self.world.scanner_backend):
            return await found.get()

    async def _follow(self, sensor: SensorConfig) -> None:
        loop = asyncio.get_running_loop()
        while True:
            device = await self.find(sensor)
            gone = asyncio.Event()

            def lost(_: BleakClient, gone: asyncio.Event = gone) -> None:
                self.lost_s[sensor.key].append(loop.time())
                gone.set()

            def arrived(_: BleakGATTCharacteristic, data: bytearray) -> None:
                now = loop.time()
                self.digest.update(f"{sensor.key} {now!r} ".encode() + data)
                self.packets[sensor.key].append((now, MotionPacket.from_bytes(bytes(data))))

            async with BleakClient(
                device, disconnected_callback=lost, backend=self.world.client_backend
            ) as client:
                self.connected_s[sensor.key].append(loop.time())
                await client.start_notify(MOTION_UUID, arrived)
                await client.write_gatt_char(CONTROL_UUID, Start().to_bytes(), response=True)
                await gone.wait()
