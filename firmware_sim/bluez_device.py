"""A sensor that BlueZ has heard of: org.bluez.Device1, its connection and its GATT objects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from dbus_fast import Variant

from firmware_sim.bluez_gatt import FAILED, RemoteCharacteristic
from firmware_sim.bus_objects import Call, Interface, ObjectTree
from firmware_sim.gatt import Characteristic, Gatt

DEVICE = "org.bluez.Device1"
_SERVICE = "org.bluez.GattService1"
_CONNECTS_IN_S = 0.02
_GIVES_UP_S = 20.0  # the kernel's LE connection timeout
_RSSI_DBM = -50
ABORTED = (FAILED, "le-connection-abort-by-local")
_NOT_CONNECTED = (FAILED, "Not connected")
_UNLIKELY = (FAILED, "Operation failed with ATT error: 0x0e (Unlikely Error)")


class Sensor(Protocol):
    """What the adapter has at the other end of the air."""

    name: str
    address: str
    gatt: Gatt
    powered: bool

    def disconnected(self) -> None:
        """Be told that the link is gone."""
        ...


class RemoteDevice:
    """One sensor as an adapter knows it, whether or not it is still there."""

    def __init__(
        self,
        *,
        tree: ObjectTree,
        adapter: str,
        sensor: Sensor,
        find: Callable[[], Sensor | None],
        refusals: list[tuple[str, str]],
        mtu: int,
    ) -> None:
        self.path = f"{adapter}/dev_{sensor.address.replace(':', '_')}"
        self._tree = tree
        self._find = find
        self._refusals = refusals
        self._mtu = mtu
        self._loop = asyncio.get_running_loop()
        self._linked: Sensor | None = None
        self._connecting: Call | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unanswered: list[Call] = []
        self._characteristics: dict[str, RemoteCharacteristic] = {}
        tree.add(self.path, self._interface(sensor, adapter))

    @property
    def is_connected(self) -> bool:
        """Whether the link stands."""
        return self._linked is not None

    def heard(self) -> None:
        """Tell of an advertisement."""
        self._tree.change(self.path, DEVICE, {"RSSI": Variant("n", _RSSI_DBM)})

    def unheard(self) -> None:
        """Forget the signal: discovery has ended."""
        self._tree.change(self.path, DEVICE, {}, gone=["RSSI"])

    def notify(self, uuid: str, data: bytes) -> None:
        """Pass a notification on."""
        if self._linked is not None:
            self._characteristics[uuid].notify(data)

    def drop(self) -> None:
        """Lose the link, or the hope for one."""
        self._end_attempt(ABORTED)
        linked, self._linked = self._linked, None
        if linked is None:
            return
        for call in self._unanswered:
            call.fail(*_UNLIKELY)
        self._unanswered.clear()
        for characteristic in self._characteristics.values():
            characteristic.disconnected()
        self._tell(ServicesResolved=False)
        self._tell(Connected=False)
        if linked.powered:
            linked.disconnected()

    def remove(self) -> None:
        """Vanish from the bus with its adapter: nobody says that the link is gone."""
        self._end_attempt(ABORTED)
        linked, self._linked = self._linked, None
        for characteristic in self._characteristics.values():
            characteristic.disconnected()
        self._tree.remove(self.path)
        if linked is not None and linked.powered:
            linked.disconnected()

    def client_left(self, client: str) -> None:
        """End what a program had asked for that has left the bus; the link stays."""
        for characteristic in self._characteristics.values():
            characteristic.forget(client)

    def _interface(self, sensor: Sensor, adapter: str) -> Interface:
        properties = {
            "Address": Variant("s", sensor.address),
            "AddressType": Variant("s", "random"),
            "Name": Variant("s", sensor.name),
            "Alias": Variant("s", sensor.name),
            "Adapter": Variant("o", adapter),
            "UUIDs": Variant("as", list(sensor.gatt.advertised)),
            "RSSI": Variant("n", _RSSI_DBM),
            **{
                name: Variant("b", False)
                for name in ("Paired", "Bonded", "Trusted", "Blocked", "LegacyPairing")
            },
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
        }
        methods = {"Connect": self._connect, "Disconnect": self._disconnect}
        return Interface(name=DEVICE, properties=properties, methods=methods)

    def _connect(self, call: Call) -> None:
        if self._connecting is not None:
            call.fail("org.bluez.Error.InProgress", "Operation already in progress")
        elif self._linked is not None:
            call.fail("org.bluez.Error.AlreadyConnected", "Already Connected")
        elif self._refusals:
            refusal = self._refusals.pop(0)
            call.fail(*refusal)
            if refusal == ABORTED:  # BlueZ was connected for a moment, and says so
                self._tell(Connected=True)
                self._tell(Connected=False)
        else:
            self._connecting = call
            self._try(self._loop.time() + _GIVES_UP_S)

    def _try(self, until_s: float) -> None:
        self._timer = self._loop.call_later(_CONNECTS_IN_S, self._tried, until_s)

    def _tried(self, until_s: float) -> None:
        sensor = self._find()
        if sensor is not None:
            self._link(sensor)
        elif self._loop.time() >= until_s:
            self._end_attempt(ABORTED)
        else:
            self._try(until_s)

    def _link(self, sensor: Sensor) -> None:
        self._linked = sensor
        self._tell(Connected=True)
        if not self._characteristics:
            self._show(sensor.gatt)
        self._tell(ServicesResolved=True)
        call, self._connecting = self._connecting, None
        assert call is not None  # noqa: S101 - the attempt lasts as long as its timer
        call.reply()

    def _show(self, gatt: Gatt) -> None:
        handle = 1
        for service in gatt.services:
            path = f"{self.path}/service{handle:04x}"
            about = {
                "UUID": Variant("s", service.uuid),
                "Primary": Variant("b", True),
                "Device": Variant("o", self.path),
            }
            self._tree.add(path, Interface(name=_SERVICE, properties=about, methods={}))
            for characteristic in service.characteristics:
                handle += 2
                self._characteristics[characteristic.uuid] = RemoteCharacteristic(
                    tree=self._tree,
                    path=f"{path}/char{handle:04x}",
                    service=path,
                    about=characteristic,
                    reach=partial(self._reach, characteristic.uuid),
                    mtu=self._mtu,
                )
            handle += 2

    def _reach(self, uuid: str, call: Call, then: Callable[[Characteristic], None]) -> None:
        if self._linked is None:
            call.fail(*_NOT_CONNECTED)
        elif not self._linked.powered:
            self._unanswered.append(call)  # until the link times out
        else:
            services = self._linked.gatt.services
            then(next(c for s in services for c in s.characteristics if c.uuid == uuid))

    def _disconnect(self, call: Call) -> None:
        self.drop()
        call.reply()

    def _end_attempt(self, error: tuple[str, str]) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        call, self._connecting = self._connecting, None
        if call is not None:
            call.fail(*error)

    def _tell(self, **changed: bool) -> None:
        self._tree.change(self.path, DEVICE, {n: Variant("b", v) for n, v in changed.items()})
