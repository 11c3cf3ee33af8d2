"""A simulated sensor on this machine's own BlueZ: a GATT application and an advertisement.

bluetoothd serves the sensor's table over a real adapter and asks us for what stands in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from analytics.errors import SensorNotFoundError
from firmware_sim.bluez_gatt import CHARACTERISTIC, FAILED, flags
from firmware_sim.bus_objects import PROPERTIES, Call, Interface, ObjectTree, accept
from firmware_sim.gatt import Characteristic, Gatt

_BLUEZ = "org.bluez"
_GATT_MANAGER = "org.bluez.GattManager1"
_ADVERTISING = "org.bluez.LEAdvertisingManager1"
_ROOT = "/stridecue/sensor"
_ADVERTISEMENT = _ROOT + "/advertisement"
_DEVICE = "org.bluez.Device1"
_WATCH = f"type='signal',sender='{_BLUEZ}',member='PropertiesChanged',arg0='{_DEVICE}'"


@asynccontextmanager
async def bluez_air(adapter: str = "hci0") -> AsyncIterator[LocalBlueZ]:
    """Give one sensor the system's BlueZ; `SensorNotFoundError` where there is none."""
    try:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except OSError as error:
        raise _missing("the system's message bus (D-Bus) is not running", adapter) from error
    try:
        yield LocalBlueZ(bus=bus, adapter=adapter)
    finally:
        bus.disconnect()  # BlueZ then forgets the sensor
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


class LocalBlueZ:
    """The air that an adapter of this machine reaches, for one sensor."""

    def __init__(self, *, bus: MessageBus, adapter: str) -> None:
        self._bus = bus
        self._adapter = adapter
        self._served: LocalPeripheral | None = None
        bus.add_message_handler(self._changed)

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> LocalPeripheral:
        """Return the sensor, still without power; its address is the adapter's."""
        del address
        self._served = LocalPeripheral(air=self, name=name, gatt=gatt, bus=self._bus)
        return self._served

    async def drop(self, address: str) -> None:
        """Do nothing: a real central notices by itself."""

    async def register(self) -> None:
        """Have BlueZ serve and advertise what is in the tree."""
        await self._ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "AddMatch", "s", _WATCH)
        await self._manage(_GATT_MANAGER, "RegisterApplication", _ROOT)
        await self._manage(_ADVERTISING, "RegisterAdvertisement", _ADVERTISEMENT)

    def forget(self) -> None:
        """Have BlueZ advertise and serve no more."""
        for interface, member, path in (
            (_ADVERTISING, "UnregisterAdvertisement", _ADVERTISEMENT),
            (_GATT_MANAGER, "UnregisterApplication", _ROOT),
        ):
            self._bus.send(self._to_bluez(interface, member, "o", path))

    async def _manage(self, interface: str, member: str, path: str) -> None:
        reply = await self._bus.call(self._to_bluez(interface, member, "oa{sv}", path, {}))
        if reply is not None and reply.message_type is MessageType.ERROR:
            raise _missing(f"BlueZ refuses {member}: {reply.body[0]}", self._adapter)

    async def _ask(self, who: str, path: str, member: str, signature: str, *body: str) -> None:
        asked = Message(
            destination=who,
            path=path,
            interface=who,
            member=member,
            signature=signature,
            body=list(body),
        )
        await self._bus.call(asked)

    def _to_bluez(self, interface: str, member: str, signature: str, *body: Any) -> Message:  # noqa: ANN401 - whatever D-Bus carries
        return Message(
            destination=_BLUEZ,
            path=f"/org/bluez/{self._adapter}",
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )

    def _changed(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.interface != PROPERTIES:
            return
        connected = message.body[1].get("Connected")
        if connected is not None and not connected.value and self._served is not None:
            self._served.disconnected()


class LocalPeripheral:
    """The sensor as BlueZ is told of it."""

    def __init__(self, *, air: LocalBlueZ, name: str, gatt: Gatt, bus: MessageBus) -> None:
        self._air = air
        self._name = name
        self._gatt = gatt
        self._tree = ObjectTree(bus=bus, root=_ROOT)
        self._served: dict[str, _Served] = {}

    async def power_on(self) -> None:
        """Come up and advertise."""
        advertisement = {
            "Type": Variant("s", "peripheral"),
            "ServiceUUIDs": Variant("as", list(self._gatt.advertised)),
            "LocalName": Variant("s", self._name),
        }
        self._tree.add(
            _ADVERTISEMENT,
            Interface(
                name="org.bluez.LEAdvertisement1",
                properties=advertisement,
                methods={"Release": accept},
            ),
        )
        for i, service in enumerate(self._gatt.services):
            path = f"{_ROOT}/service{i}"
            about = {"UUID": Variant("s", service.uuid), "Primary": Variant("b", True)}
            self._tree.add(
                path, Interface(name="org.bluez.GattService1", properties=about, methods={})
            )
            for k, characteristic in enumerate(service.characteristics):
                self._served[characteristic.uuid] = _Served(
                    tree=self._tree, path=f"{path}/char{k}", service=path, about=characteristic
                )
        await self._air.register()

    def power_off(self) -> None:
        """Vanish: BlueZ takes the services and the advertisement away."""
        self._air.forget()
        self._tree.remove(_ROOT)
        self._served.clear()

    def notify(self, uuid: str, data: bytes) -> None:
        """Send a characteristic's bytes, if somebody has subscribed."""
        if uuid in self._served:
            self._served[uuid].notify(data)

    def disconnected(self) -> None:
        """Be told that a central has gone."""
        self._gatt.disconnected()


class _Served:
    """One characteristic, as BlueZ asks for it."""

    def __init__(self, *, tree: ObjectTree, path: str, service: str, about: Characteristic) -> None:
        self._tree = tree
        self._path = path
        self._about = about
        self._wanted = False
        properties = {
            "UUID": Variant("s", about.uuid),
            "Service": Variant("o", service),
            "Flags": Variant("as", flags(about)),
        }
        methods = {
            "ReadValue": self._read,
            "WriteValue": self._write,
            "StartNotify": self._start,
            "StopNotify": self._stop,
        }
        tree.add(path, Interface(name=CHARACTERISTIC, properties=properties, methods=methods))

    def notify(self, data: bytes) -> None:
        if self._wanted:
            self._tree.change(self._path, CHARACTERISTIC, {"Value": Variant("ay", data)})

    def _read(self, call: Call) -> None:
        if self._about.read is None:
            call.fail(FAILED, "Read not permitted")
            return
        offset = call.arguments[0].get("offset", Variant("q", 0)).value  # of a long read
        call.reply("ay", self._about.read()[offset:])

    def _write(self, call: Call) -> None:
        if self._about.write is None:
            call.fail(FAILED, "Write not permitted")
            return
        self._about.write(bytes(call.arguments[0]))
        call.reply()

    def _start(self, call: Call) -> None:
        self._wanted = True
        call.reply()

    def _stop(self, call: Call) -> None:
        self._wanted = False
        call.reply()


def _missing(what: str, adapter: str) -> SensorNotFoundError:
    return SensorNotFoundError(
        what,
        where=f"Bluetooth adapter {adapter}",
        mend="start bluetoothd and switch the adapter on, or use another --transport",
    )
