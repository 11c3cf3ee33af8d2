from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError

from analytics.records import Placement, Side
from firmware_sim.faults import PowerCut
from firmware_sim.scenario import Scenario
from firmware_sim.world import World, run_virtual
from sensor_gateway.control import BackfillEnd, BackfillRequest, DeviceClock, Start, Status
from sensor_gateway.wire import (
    BACKFILL_UUID,
    CLOCK_UUID,
    CONTROL_UUID,
    MOTION_UUID,
    SERVICE_UUID,
    STATUS_UUID,
    MotionPacket,
)

T = TypeVar("T")
CUT = PowerCut(side=Side.LEFT, at_s=20.0, lasts_s=10.0)
WORLD = Scenario(name="t", about="", placement=Placement.SHIN, minutes=1.0, faults=(CUT,))


@asynccontextmanager
async def running_world() -> AsyncIterator[World]:
    world = World(scenario=WORLD, seed=1)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(world.run())
        await asyncio.sleep(1.0)
        yield world
        task.cancel()


def with_left_sensor(use: Callable[[BleakClient], Awaitable[T]]) -> T:
    """Return what `use` does with a connected left sensor, one second after power-on."""

    async def main() -> T:
        async with running_world() as world:
            address = world.sensors[0].address
            assert address is not None
            async with BleakClient(address, backend=world.client_backend) as client:
                return await use(client)

    return run_virtual(main())


def test_a_scan_shows_name_service_and_signal() -> None:
    async def main() -> dict[str, tuple[str | None, list[str], int]]:
        async with running_world() as world:
            found = await BleakScanner.discover(
                timeout=1.0, return_adv=True, backend=world.scanner_backend
            )
        return {
            address: (told.local_name, told.service_uuids, told.rssi)
            for address, (_, told) in found.items()
        }

    found = run_virtual(main())
    assert found == {
        "D1:CE:00:00:01:00": ("Pod-1L", [SERVICE_UUID], -50),
        "D1:CE:00:00:01:01": ("Pod-1R", [SERVICE_UUID], -50),
    }


def test_a_scan_for_another_service_shows_nothing() -> None:
    async def main() -> int:
        async with running_world() as world:
            heart_rate = "0000180d-0000-1000-8000-00805f9b34fb"
            found = await BleakScanner.discover(
                timeout=1.0, service_uuids=[heart_rate], backend=world.scanner_backend
            )
        return len(found)

    assert run_virtual(main()) == 0


def test_a_notification_holds_a_whole_long_packet() -> None:
    async def use(client: BleakClient) -> tuple[int, int]:
        characteristic = client.services.get_characteristic(MOTION_UUID)
        assert characteristic is not None
        return client.mtu_size, characteristic.max_write_without_response_size

    assert with_left_sensor(use) == (517, 514)


def test_status_and_clock_can_be_read() -> None:
    async def use(client: BleakClient) -> tuple[Status, DeviceClock]:
        status = Status.from_bytes(bytes(await client.read_gatt_char(STATUS_UUID)))
        return status, DeviceClock.from_bytes(bytes(await client.read_gatt_char(CLOCK_UUID)))

    status, clock = with_left_sensor(use)
    assert (status.boot, status.rate_hz, status.accel_range_g) == (1, 200.0, 32.0)
    assert not status.streaming
    assert clock.next_index == pytest.approx(200 * 0.75, abs=30)


def test_what_is_not_readable_says_so() -> None:
    async def use(client: BleakClient) -> None:
        with pytest.raises(BleakGATTProtocolError, match="Read Not Permitted"):
            await client.read_gatt_char(MOTION_UUID)

    with_left_sensor(use)


def test_notifications_end_when_they_are_no_longer_wanted() -> None:
    async def use(client: BleakClient) -> tuple[int, int]:
        heard: list[bytes] = []

        def arrived(_: BleakGATTCharacteristic, data: bytearray) -> None:
            heard.append(bytes(data))

        await client.start_notify(MOTION_UUID, arrived)
        await client.write_gatt_char(CONTROL_UUID, Start().to_bytes(), response=True)
        await asyncio.sleep(1.0)
        wanted = len(heard)
        await client.stop_notify(MOTION_UUID)
        await asyncio.sleep(1.0)
        return wanted, len(heard)

    wanted, in_all = with_left_sensor(use)
    assert wanted == pytest.approx(15, abs=1)
    assert in_all == wanted


def test_a_backfill_brings_the_range_asked_for() -> None:
    async def use(client: BleakClient) -> list[bytes]:
        heard: list[bytes] = []
        done = asyncio.Event()

        def arrived(_: BleakGATTCharacteristic, data: bytearray) -> None:
            heard.append(bytes(data))
            if data[1] == 0x04:  # the end mark
                done.set()

        await asyncio.sleep(5.0)
        await client.start_notify(BACKFILL_UUID, arrived)
        request = BackfillRequest(first_index=100, n_samples=800)
        await client.write_gatt_char(BACKFILL_UUID, request.to_bytes(), response=True)
        async with asyncio.timeout(5.0):
            await done.wait()
        return heard

    *packets, end = with_left_sensor(use)
    decoded = [MotionPacket.from_bytes(packet) for packet in packets]
    assert decoded[0].first_index == 100
    assert sum(map(len, decoded)) == 800
    assert BackfillEnd.from_bytes(end) == BackfillEnd(first_index=100, n_samples=800)


def test_a_request_that_the_link_does_not_survive_is_an_error_not_a_cancellation() -> None:
    async def main() -> str:
        async with running_world() as world:
            left = world.sensors[0].address
            assert left is not None
            client = BleakClient(left, backend=world.client_backend)
            await client.connect()
            await asyncio.sleep(19.2)  # the power goes at 20 s; the link holds 0.72 s longer
            with pytest.raises(BleakError, match="link dropped"):
                await client.read_gatt_char(STATUS_UUID)
            assert not client.is_connected
            with pytest.raises(BleakError, match="not connected"):
                await client.read_gatt_char(STATUS_UUID)
            return "still running"

    assert run_virtual(main()) == "still running"


def test_a_sensor_that_is_not_there_is_not_found() -> None:
    async def main() -> None:
        async with running_world() as world:
            client = BleakClient("D1:CE:00:00:77:00", timeout=5.0, backend=world.client_backend)
            await client.connect()

    with pytest.raises(ExceptionGroup) as caught:
        run_virtual(main())
    assert caught.group_contains(BleakDeviceNotFoundError)


def test_letting_go_tells_the_client_and_frees_the_sensor() -> None:
    async def main() -> tuple[int, bool]:
        lost: list[BleakClient] = []
        async with running_world() as world:
            left = world.sensors[0].address
            assert left is not None
            async with BleakClient(left, lost.append, backend=world.client_backend):
                pass
            async with BleakClient(left, backend=world.client_backend) as again:
                return len(lost), again.is_connected

    assert run_virtual(main()) == (1, True)
