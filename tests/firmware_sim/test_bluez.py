"""bleak's own BlueZ backend, unmodified, against the fake BlueZ on a private D-Bus."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)

from firmware_sim.bluez import FakeBlueZ, fake_bluez
from firmware_sim.bluez_device import ABORTED
from firmware_sim.gatt import Characteristic, Gatt, OnAir, Service

pytestmark = pytest.mark.bus

ADDRESS = "D1:CE:00:00:00:01"
SERVICE = "0000fe59-0000-1000-8000-00805f9b34fb"
COUNTS = "00000001-0000-1000-8000-00805f9b34fb"
VALUE = "00000002-0000-1000-8000-00805f9b34fb"


@dataclass
class Thing:
    """A sensor with one value to read and write and one that it notifies."""

    air: FakeBlueZ
    value: bytes = b"as it was"
    losses: int = 0
    on_air: OnAir = field(init=False)

    def __post_init__(self) -> None:
        self.on_air = self.air.peripheral(name="thing", address=ADDRESS, gatt=self.gatt())

    def gatt(self) -> Gatt:
        def write(data: bytes) -> None:
            self.value = data

        def disconnected() -> None:
            self.losses += 1

        characteristics = (
            Characteristic(uuid=COUNTS, notify=True),
            Characteristic(uuid=VALUE, read=lambda: self.value, write=write),
        )
        return Gatt(
            advertised=(SERVICE,),
            services=(Service(uuid=SERVICE, characteristics=characteristics),),
            disconnected=disconnected,
        )

    def count(self, n: int) -> None:
        for i in range(n):
            self.on_air.notify(COUNTS, i.to_bytes(4, "big"))


@asynccontextmanager
async def thing_on_air() -> AsyncIterator[tuple[FakeBlueZ, Thing]]:
    async with asyncio.timeout(60.0), fake_bluez() as air:
        thing = Thing(air)
        await thing.on_air.power_on()
        yield air, thing


async def found() -> BLEDevice:
    device = await BleakScanner.find_device_by_address(ADDRESS, timeout=5.0)
    assert device is not None
    return device


def tell(event: asyncio.Event, _: BleakClient) -> None:
    event.set()


def keep(heard: list[bytearray], _: BleakGATTCharacteristic, data: bytearray) -> None:
    heard.append(data)


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110 - bleak's callbacks set no event
        await asyncio.sleep(0.001)


async def test_a_scan_shows_name_service_and_signal() -> None:
    async with thing_on_air():
        shown = await BleakScanner.discover(timeout=0.5, return_adv=True)
    (device, told), *others = shown.values()
    assert (device.address, device.name, others) == (ADDRESS, "thing", [])
    assert (told.local_name, told.service_uuids, told.rssi) == ("thing", [SERVICE], -50)


@pytest.mark.parametrize("start_notify", [True, False])
async def test_every_notification_arrives_once_and_in_order(*, start_notify: bool) -> None:
    heard: list[int] = []
    async with thing_on_air() as (_, thing), BleakClient(await found()) as client:
        await client.start_notify(
            COUNTS,
            lambda _, data: heard.append(int.from_bytes(data, "big")),
            bluez={"use_start_notify": start_notify},
        )
        thing.count(2000)  # in one go: more than a socket holds
        await until(lambda: len(heard) >= 2000)
        await client.stop_notify(COUNTS)
        thing.count(1)
        await client.read_gatt_char(VALUE)  # what was notified before it would have come
    assert heard == list(range(2000))


async def test_values_are_read_and_written() -> None:
    async with thing_on_air() as (_, thing), BleakClient(await found()) as client:
        before = await client.read_gatt_char(VALUE)
        await client.write_gatt_char(VALUE, b"as it is", response=True)
        with pytest.raises(BleakGATTProtocolError, match="Read Not Permitted"):
            await client.read_gatt_char(COUNTS)
    assert (bytes(before), thing.value) == (b"as it was", b"as it is")


async def test_what_a_notification_has_room_for_is_told_and_kept() -> None:
    heard: list[bytearray] = []
    async with thing_on_air() as (_, thing), BleakClient(await found()) as client:
        await client.start_notify(COUNTS, lambda _, data: heard.append(data))
        thing.on_air.notify(COUNTS, bytes(500))
        await until(lambda: heard)
        characteristic = client.services.get_characteristic(COUNTS)
        assert characteristic is not None
        assert characteristic.max_write_without_response_size == 244
    assert len(heard[0]) == 244


@pytest.mark.parametrize("start_notify", [True, False])
async def test_a_dropped_link_is_told_at_once_and_can_be_made_again(*, start_notify: bool) -> None:
    async with thing_on_air() as (air, thing):
        for n in (1, 2):
            lost, heard = asyncio.Event(), list[bytearray]()
            client = BleakClient(await found(), partial(tell, lost))
            await client.connect()
            await client.start_notify(
                COUNTS, partial(keep, heard), bluez={"use_start_notify": start_notify}
            )
            thing.count(1)
            await until(heard.__len__)
            await air.drop(ADDRESS)
            await lost.wait()
            assert not client.is_connected
            assert thing.losses == n
            await client.disconnect()


async def test_a_request_that_the_link_does_not_survive_is_an_error() -> None:
    async with thing_on_air() as (air, thing), BleakClient(await found()) as client:
        thing.on_air.power_off()
        read = asyncio.ensure_future(client.read_gatt_char(VALUE))
        await asyncio.sleep(0.05)
        assert not read.done()
        await air.drop(ADDRESS)
        with pytest.raises(BleakError):
            await read


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (("org.bluez.Error.Failed", "le-connection-abort-by-remote"), "abort-by-remote"),
        (("org.bluez.Error.InProgress", "Operation already in progress"), "already in progress"),
    ],
)
async def test_a_connect_that_fails_says_why(error: tuple[str, str], text: str) -> None:
    async with thing_on_air() as (air, _):
        air.refuse(ADDRESS, error)
        with pytest.raises(BleakDBusError, match=text):
            await BleakClient(await found()).connect()
        async with BleakClient(await found()) as client:
            assert client.is_connected


async def test_a_connect_that_bluez_aborts_is_tried_again_by_bleak() -> None:
    async with thing_on_air() as (air, _):
        air.refuse(ADDRESS, ABORTED, ABORTED)
        async with BleakClient(await found()) as client:
            assert client.is_connected


async def test_an_adapter_without_power_or_none_at_all_is_told() -> None:
    async with thing_on_air() as (air, _):
        air.power(on=False)
        await scan_says("No powered Bluetooth adapters")
        air.power(on=True)
        await scan_says("")
        air.unplug()
        await scan_says("No Bluetooth adapters")
        air.plug_in()
        await scan_says("")
        assert await found()


async def scan_says(wanted: str) -> None:
    """Scan until it fails with this text, or not at all: signals take a moment to arrive."""
    said = None
    while said is None or wanted not in said or bool(wanted) != bool(said):
        await asyncio.sleep(0.01)
        try:
            await BleakScanner.discover(timeout=0.0)
            said = ""
        except BleakBluetoothNotAvailableError as error:
            said = str(error)


async def test_a_switched_off_adapter_drops_its_links() -> None:
    lost = asyncio.Event()
    async with thing_on_air() as (air, thing):
        client = BleakClient(await found(), lambda _: lost.set())
        await client.connect()
        air.power(on=False)
        await lost.wait()
        assert thing.losses == 1
        await client.disconnect()


async def test_a_scanner_that_has_died_hears_again_when_it_is_begun_anew() -> None:
    async with thing_on_air() as (air, _):
        heard: list[BLEDevice] = []
        async with BleakScanner(lambda device, _: heard.append(device)):
            await until(lambda: heard)
            air.deaf = True
            await air.settle()
            heard.clear()
            await asyncio.sleep(0.4)
            assert heard == []
        assert await found()


async def test_two_programs_scan_and_one_that_ends_does_not_end_the_other() -> None:
    async with thing_on_air():
        heard: list[BLEDevice] = []
        async with BleakScanner(lambda device, _: heard.append(device)):
            other = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                "import asyncio, bleak; asyncio.run(bleak.BleakScanner().start())",
            )
            assert await other.wait() == 0
            heard.clear()
            await until(lambda: heard)
