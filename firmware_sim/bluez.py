"""A fake BlueZ on a D-Bus of its own, so that bleak's BlueZ backend runs as it is.

It serves the part of org.bluez that a central needs (an adapter, the devices it hears, their
GATT objects) and behaves at its edges as bluetoothd does: the order of signals, the errors, what
outlives a link and what does not. Behind it are the sensors that the virtual radio has too. It
runs in real time, or in simulated time that passes while the bus is quiet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from firmware_sim.bluez_device import RemoteDevice
from firmware_sim.bus_objects import Call, Interface, ObjectTree, accept
from firmware_sim.gatt import Gatt
from firmware_sim.private_bus import PrivateBus, private_bus
from firmware_sim.virtual_time import run_on_bus

T = TypeVar("T")

ADAPTER = "org.bluez.Adapter1"
ADAPTER_PATH = "/org/bluez/hci0"
_ADVERTISING_S = 0.1
_MTU = 247  # what many sensors agree to: 251 bytes of LE data less the L2CAP header
_BUS = "org.freedesktop.DBus"


@asynccontextmanager
async def fake_bluez() -> AsyncIterator[FakeBlueZ]:
    """Run a private bus with a BlueZ on it; bleak finds it as the system's."""
    with private_bus() as bus:
        async with _served(bus) as air:
            yield air


def run_over_bluez(play: Callable[[FakeBlueZ], Coroutine[Any, Any, T]]) -> T:
    """Play over a fake BlueZ in simulated time, as fast as its bus carries it."""
    with private_bus() as bus:

        async def main() -> T:
            async with _served(bus) as air:
                return await play(air)

        return run_on_bus(main(), bus.is_quiet)


@asynccontextmanager
async def _served(bus: PrivateBus) -> AsyncIterator[FakeBlueZ]:
    own = await MessageBus(bus_address=bus.address, negotiate_unix_fd=True).connect()
    air = FakeBlueZ(bus=own)
    try:
        await air.start()
        yield air
    finally:
        air.stop()
        own.disconnect()
        await own.wait_for_disconnect()  # type: ignore[no-untyped-call]


class FakeBlueZ:
    """One adapter, hci0, and the sensors within its reach.

    Attributes
    ----------
    deaf : bool
        Set it for a scanner that has died without a word: discovery seems to go on and hears
        nothing until it is begun anew.
    """

    def __init__(self, *, bus: MessageBus) -> None:
        self.deaf = False
        self._bus = bus
        self._tree = ObjectTree(bus=bus)
        self._loop = asyncio.get_running_loop()
        self._on_air: dict[str, BlueZPeripheral] = {}
        self._devices: dict[str, RemoteDevice] = {}
        self._refusals: dict[str, list[tuple[str, str]]] = {}
        self._discovering: dict[str, None] = {}  # bus names of who asked, in order
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Take BlueZ's name and plug the adapter in."""
        self._bus.add_message_handler(self._client_left)
        rule = f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg2=''"
        await self._bus.call(
            Message(
                destination=_BUS,
                path="/org/freedesktop/DBus",
                interface=_BUS,
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )
        self.plug_in()
        await self._bus.request_name("org.bluez")

    def stop(self) -> None:
        """End what is under way."""
        if self._timer is not None:
            self._timer.cancel()

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> BlueZPeripheral:
        """Return a sensor for this air, still without power."""
        return BlueZPeripheral(air=self, name=name, address=address, gatt=gatt)

    async def drop(self, address: str) -> None:
        """Let the adapter notice that a link is gone."""
        if address in self._devices:
            self._devices[address].drop()

    def refuse(self, address: str, *errors: tuple[str, str]) -> None:
        """Have the next attempts to connect to a sensor fail, one by one."""
        self._refusals.setdefault(address, []).extend(errors)

    async def settle(self) -> None:
        """Wait until the bus has taken everything said so far."""
        await self._bus.call(
            Message(destination=_BUS, path="/org/freedesktop/DBus", interface=_BUS, member="GetId")
        )

    def power(self, *, on: bool) -> None:
        """Switch the adapter on or off, as a settings page or a reset does."""
        if not on:
            for device in self._devices.values():
                device.drop()
            self._end_discovery()
        self._tree.change(ADAPTER_PATH, ADAPTER, {"Powered": Variant("b", on)})

    def unplug(self) -> None:
        """Take the adapter away, and with it all that it knew."""
        self._end_discovery()
        for device in self._devices.values():
            device.remove()
        self._devices.clear()
        self._tree.remove(ADAPTER_PATH)

    def plug_in(self) -> None:
        """Put the adapter on the bus, switched on."""
        properties = {
            "Address": Variant("s", "C0:00:00:00:00:01"),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", "gateway"),
            "Alias": Variant("s", "gateway"),
            "Class": Variant("u", 0),
            "Powered": Variant("b", True),
            "Discoverable": Variant("b", False),
            "Pairable": Variant("b", False),
            "Discovering": Variant("b", False),
            "UUIDs": Variant("as", []),
            "Roles": Variant("as", ["central", "peripheral"]),
        }
        methods = {
            "SetDiscoveryFilter": accept,
            "StartDiscovery": self._start_discovery,
            "StopDiscovery": self._stop_discovery,
        }
        about = Interface(name=ADAPTER, properties=properties, methods=methods)
        self._tree.add(ADAPTER_PATH, about)

    def appear(self, peripheral: BlueZPeripheral) -> None:
        """Have a sensor within reach."""
        self._on_air[peripheral.address] = peripheral

    def vanish(self, peripheral: BlueZPeripheral) -> None:
        """Have it no more."""
        if self._on_air.get(peripheral.address) is peripheral:
            del self._on_air[peripheral.address]

    def notify(self, peripheral: BlueZPeripheral, uuid: str, data: bytes) -> None:
        """Carry a notification, if the link stands."""
        device = self._devices.get(peripheral.address)
        if device is not None and self._on_air.get(peripheral.address) is peripheral:
            device.notify(uuid, data)

    def _start_discovery(self, call: Call) -> None:
        if not self._tree.get(ADAPTER_PATH, ADAPTER, "Powered"):
            call.fail("org.bluez.Error.NotReady", "Resource Not Ready")
        elif call.sender in self._discovering:
            call.fail("org.bluez.Error.InProgress", "Operation already in progress")
        else:
            self.deaf = False
            self._discovering[call.sender] = None
            call.reply()
            if len(self._discovering) == 1:
                self._tree.change(ADAPTER_PATH, ADAPTER, {"Discovering": Variant("b", True)})
                self._listen()

    def _stop_discovery(self, call: Call) -> None:
        if call.sender not in self._discovering:
            call.fail("org.bluez.Error.Failed", "No discovery started")
            return
        self._left_discovery(call.sender)
        call.reply()

    def _left_discovery(self, client: str) -> None:
        if client in self._discovering:
            del self._discovering[client]
            if not self._discovering:
                self._end_discovery()

    def _end_discovery(self) -> None:
        self.stop()
        self._discovering.clear()
        for device in self._devices.values():
            device.unheard()
        self._tree.change(ADAPTER_PATH, ADAPTER, {"Discovering": Variant("b", False)})

    def _listen(self) -> None:
        self._timer = self._loop.call_later(_ADVERTISING_S, self._hear)

    def _hear(self) -> None:
        self._listen()
        if self.deaf:
            return
        for address, peripheral in self._on_air.items():
            device = self._devices.get(address)
            if device is None:
                self._devices[address] = self._meet(peripheral)
            elif not device.is_connected:
                device.heard()

    def _meet(self, peripheral: BlueZPeripheral) -> RemoteDevice:
        return RemoteDevice(
            tree=self._tree,
            adapter=ADAPTER_PATH,
            sensor=peripheral,
            find=partial(self._on_air.get, peripheral.address),
            refusals=self._refusals.setdefault(peripheral.address, []),
            mtu=_MTU,
        )

    def _client_left(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.member == "NameOwnerChanged":
            client = message.body[0]
            self._left_discovery(client)
            for device in self._devices.values():
                device.client_left(client)


class BlueZPeripheral:
    """A sensor within the fake adapter's reach, from power-on to power loss."""

    def __init__(self, *, air: FakeBlueZ, name: str, address: str, gatt: Gatt) -> None:
        self.name = name
        self.address = address
        self.gatt = gatt
        self.powered = False
        self._air = air

    async def power_on(self) -> None:
        """Come up and advertise."""
        self.powered = True
        self._air.appear(self)

    def power_off(self) -> None:
        """Vanish without a word; the link stays until the adapter gives it up."""
        self.powered = False
        self._air.vanish(self)

    def notify(self, uuid: str, data: bytes) -> None:
        """Send a characteristic's bytes, if somebody is connected and has subscribed."""
        self._air.notify(self, uuid, data)

    def disconnected(self) -> None:
        """Be told that the link is gone."""
        self.gatt.disconnected()
