"""A simulated sensor on BlueZ's D-Bus; the test plays bluetoothd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from analytics.errors import SensorNotFoundError
from firmware_sim.bluez_peripheral import LocalBlueZ, bluez_air
from firmware_sim.bus_objects import OBJECT_MANAGER, Call, Interface, ObjectTree, accept
from firmware_sim.gatt import Characteristic, Gatt, Service
from firmware_sim.private_bus import private_bus

pytestmark = pytest.mark.bus

CHARACTERISTIC = "org.bluez.GattCharacteristic1"
SERVICE = "0000fe59-0000-1000-8000-00805f9b34fb"
VALUE = "00000001-0000-1000-8000-00805f9b34fb"


class Bluetoothd:
    """As much of it as a peripheral needs."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.tree = ObjectTree(bus=bus)
        self.registered: list[tuple[str, str]] = []
        self.notified: asyncio.Queue[bytes] = asyncio.Queue(maxsize=10)
        bus.add_message_handler(self._heard)
        managers = {
            "org.bluez.GattManager1": "Application",
            "org.bluez.LEAdvertisingManager1": "Advertisement",
        }
        interfaces = [
            Interface(
                name=name,
                properties={},
                methods={f"Register{what}": self._register, f"Unregister{what}": accept},
            )
            for name, what in managers.items()
        ]
        device = {"Connected": Variant("b", True)}
        self.tree.add("/org/bluez/hci0", *interfaces)
        self.tree.add(
            "/org/bluez/hci0/dev_1",
            Interface(name="org.bluez.Device1", properties=device, methods={}),
        )

    async def ask(
        self, path: str, interface: str, member: str, signature: str = "", *body: object
    ) -> Message:
        message = Message(
            destination=self.registered[0][0],
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        reply = await self.bus.call(message)
        assert reply is not None
        return reply

    async def objects(self) -> dict[str, dict[str, dict[str, Any]]]:
        root = self.registered[0][1]
        reply = await self.ask(root, OBJECT_MANAGER, "GetManagedObjects")
        found: dict[str, dict[str, dict[str, Any]]] = reply.body[0]
        return found

    def _register(self, call: Call) -> None:
        self.registered.append((call.sender, call.arguments[0]))
        call.reply()

    def _heard(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.member == "PropertiesChanged":
            self.notified.put_nowait(bytes(message.body[1]["Value"].value))


@asynccontextmanager
async def on_air() -> AsyncIterator[tuple[Bluetoothd, LocalBlueZ]]:
    with private_bus() as private:
        bus = await MessageBus(bus_address=private.address).connect()
        daemon = Bluetoothd(bus)
        await bus.request_name("org.bluez")
        rule = "type='signal',member='PropertiesChanged',arg0='" + CHARACTERISTIC + "'"
        dbus = "org.freedesktop.DBus"
        await bus.call(
            Message(
                destination=dbus,
                path="/org/freedesktop/DBus",
                interface=dbus,
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )
        try:
            async with asyncio.timeout(60.0), bluez_air() as air:
                yield daemon, air
        finally:
            bus.disconnect()


async def test_bluez_is_given_the_sensors_table_and_its_bytes_both_ways() -> None:
    written: list[bytes] = []
    gone = asyncio.Event()
    value = Characteristic(uuid=VALUE, read=lambda: b"0123456", write=written.append, notify=True)
    gatt = Gatt(
        advertised=(SERVICE,),
        services=(Service(uuid=SERVICE, characteristics=(value,)),),
        disconnected=gone.set,
    )
    async with on_air() as (daemon, air):
        sensor = air.peripheral(name="Pod-1L", address="", gatt=gatt)
        await sensor.power_on()
        objects = await daemon.objects()
        (path,) = [path for path, has in objects.items() if CHARACTERISTIC in has]
        (advertisement,) = [
            has["org.bluez.LEAdvertisement1"]
            for has in objects.values()
            if "org.bluez.LEAdvertisement1" in has
        ]
        assert advertisement["LocalName"].value == "Pod-1L"
        assert advertisement["ServiceUUIDs"].value == [SERVICE]
        assert objects[path][CHARACTERISTIC]["Flags"].value == ["read", "write", "notify"]
        later: dict[str, Variant] = {"offset": Variant("q", 3)}
        whole = await daemon.ask(path, CHARACTERISTIC, "ReadValue", "a{sv}", {})
        rest = await daemon.ask(path, CHARACTERISTIC, "ReadValue", "a{sv}", later)
        assert (whole.body[0], rest.body[0]) == (b"0123456", b"3456")
        await daemon.ask(path, CHARACTERISTIC, "WriteValue", "aya{sv}", b"start", {})
        assert written == [b"start"]
        sensor.notify(VALUE, b"nobody listens")
        await daemon.ask(path, CHARACTERISTIC, "StartNotify")
        sensor.notify(VALUE, b"now")
        assert await daemon.notified.get() == b"now"
        device = {"Connected": Variant("b", False)}
        daemon.tree.change("/org/bluez/hci0/dev_1", "org.bluez.Device1", device)
        await gone.wait()
        sensor.power_off()
        assert await daemon.objects() == {}


async def test_an_adapter_that_cannot_be_a_peripheral_is_one_line() -> None:
    async with on_air() as (daemon, air):
        daemon.tree.remove("/org/bluez/hci0")
        gatt = Gatt(advertised=(), services=(), disconnected=lambda: None)
        with pytest.raises(SensorNotFoundError, match="hci0: BlueZ refuses RegisterApplication"):
            await air.peripheral(name="Pod-1L", address="", gatt=gatt).power_on()
