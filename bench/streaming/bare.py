"""The same sensors by bleak and dbus-fast alone, into nothing: the radio's own price."""

from __future__ import annotations

import asyncio
import time

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic

from bench.streaming.fleet import fleet
from sensor_gateway.control import Start
from sensor_gateway.wire import CONTROL_UUID, MOTION_UUID

_SETTLES_S = 2.0


def _nothing(_: BleakGATTCharacteristic, __: bytearray) -> None:
    """Take a notification and do nothing with it."""


async def cpu_pct(*, seconds: float, acquire: bool) -> float:
    """Subscribe to all sensors; return this process's CPU time, % of a core."""
    clients = [await _streaming(str(m.config.address), acquire=acquire) for m in fleet()]
    await asyncio.sleep(_SETTLES_S)
    from_s, cpu_s = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    pct = 100.0 * (time.process_time() - cpu_s) / (time.monotonic() - from_s)
    for client in clients:
        await client.disconnect()
    return pct


async def _streaming(address: str, *, acquire: bool) -> BleakClient:
    device = await BleakScanner.find_device_by_address(address)
    assert device is not None  # noqa: S101 - the benchmark's own sensors are all there
    client = BleakClient(device)
    await client.connect()
    await client.start_notify(MOTION_UUID, _nothing, bluez={"use_start_notify": not acquire})
    await client.write_gatt_char(CONTROL_UUID, Start().to_bytes(), response=True)
    return client
