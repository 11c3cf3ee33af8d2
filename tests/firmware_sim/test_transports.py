"""A sensor on a Bluetooth controller behind a transport; the controller is a simulated one."""

from __future__ import annotations

import asyncio
import socket

from bleak import BleakClient, BleakScanner

from firmware_sim.bleak_backend import backends
from firmware_sim.gatt import Characteristic, Gatt, Service
from firmware_sim.transports import dongle_air, served_air

SERVICE = "0000fe59-0000-1000-8000-00805f9b34fb"
VALUE = "00000001-0000-1000-8000-00805f9b34fb"


async def test_a_sensor_on_a_dongle_is_found_read_and_heard_and_a_power_cut_silences_it() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue(maxsize=10)
    lost = asyncio.Event()
    value = Characteristic(uuid=VALUE, read=lambda: b"read", notify=True)
    gatt = Gatt(
        advertised=(SERVICE,),
        services=(Service(uuid=SERVICE, characteristics=(value,)),),
        disconnected=lambda: None,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    async with (
        asyncio.timeout(60.0),
        served_air(f"tcp-server:{where}") as air,
        dongle_air(f"tcp-client:{where}") as dongle,
    ):
        scanner, client = backends(air)
        sensor = dongle.peripheral(name="Pod-1L", address="D1:CE:00:00:01:00", gatt=gatt)
        await sensor.power_on()
        found = await BleakScanner.find_device_by_name("Pod-1L", timeout=5.0, backend=scanner)
        assert found is not None
        connection = BleakClient(found, lambda _: lost.set(), backend=client)
        await connection.connect()
        assert await connection.read_gatt_char(VALUE) == b"read"
        await connection.start_notify(VALUE, lambda _, data: heard.put_nowait(bytes(data)))
        sensor.notify(VALUE, b"notified")
        assert await heard.get() == b"notified"
        sensor.power_off()
        await lost.wait()
        sensor.notify(VALUE, b"nobody hears this")
