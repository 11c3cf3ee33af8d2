"""The virtual radio: bumble controllers on one link, sensors as real GATT peripherals on it.

Everything above the link layer is real Bluetooth: advertising, connections, ATT, notifications.
Only the air is ideal: nothing is lost on it and it takes no time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from bumble import core, hci
from bumble.att import ATT_Error
from bumble.att import ErrorCode as ATT_ErrorCode
from bumble.controller import Controller
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.transport.common import Transport

from firmware_sim.central import CENTRAL_ADDRESS, Central
from firmware_sim.gatt import Characteristic as Described
from firmware_sim.gatt import Gatt
from firmware_sim.link import OrderedLink
from firmware_sim.swift_bumble import SwiftController, SwiftDevice, SwiftHost, notify
from sensor_gateway.profiles.uuids import SIG_BASE

# Packets for a link that has just gone are a radio's daily life, no news for the terminal.
logging.getLogger("bumble").setLevel(logging.CRITICAL)

SUPERVISION_TIMEOUT_S = 0.72  # silence after which a central gives a connection up
ADVERTISING_MS = 100.0
_LE_DATA_BYTES = 251  # LE data length extension; bumble's default of 27 splits every packet
# How an advertisement lists services whose UUIDs are so many bytes long.
_SERVICE_LISTS = {
    core.AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    core.AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}


class VirtualRadio(Central):
    """The air of one world, with the gateway's adapter (the central) in it."""

    def __init__(self) -> None:
        self.link = OrderedLink()
        self._served: Controller | None = None
        self._others: list[Central] = []
        super().__init__(lambda: _device(self.link, name="gateway", address=CENTRAL_ADDRESS))

    def another(self, address: str) -> Central:
        """Return a further gateway's adapter in the same air (a random static address)."""
        adapter = Central(lambda: _device(self.link, name=address, address=address))
        self._others.append(adapter)
        return adapter

    async def lose(self, adapter: Central) -> None:
        """Take an adapter's power; the sensors it held notice after the supervision timeout."""
        controller = _controller(await adapter.central())
        held = {c.self_address for c in controller.le_connections.values()}
        self.link.remove_controller(controller)
        await asyncio.sleep(SUPERVISION_TIMEOUT_S)
        for sensor in list(self.link.controllers):
            for connection in list(sensor.le_connections.values()):
                if connection.peer_address in held:
                    sensor.on_le_disconnected(
                        connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
                    )

    async def part(self, adapter: Central, address: str) -> None:
        """Take a sensor out of one adapter's reach, for good."""
        controller = _controller(await adapter.central())
        self.link.deaf.add((controller, hci.Address(address)))
        await self.drop(address)

    def serve(self, transport: Transport, *, address: hci.Address | None = None) -> None:
        """Let another process have the gateway's adapter, or this machine's Linux.

        `address`: the adapter's own, for a host that asks for it and chooses none.
        """
        self._served = controller = SwiftController(
            "gateway", host_source=transport.source, host_sink=transport.sink, link=self.link
        )
        controller.le_acl_data_packet_length = _LE_DATA_BYTES
        if address is not None:  # links know controllers by their random address
            controller.public_address = controller.random_address = address

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> Peripheral:
        """Return a peripheral on this air, still without power."""
        device = _device(self.link, name=name, address=address)
        return Peripheral(device=device, gatt=gatt, cut=partial(self._cut, device))

    async def drop(self, address: str) -> None:
        """Let both ends of a link notice that it is gone, each that still has power."""
        centrals = [self._served or _controller(await self.central())]
        centrals += [_controller(await other.central()) for other in self._others]
        wanted = hci.Address(address)
        for controller in list(self.link.controllers):
            for connection in list(controller.le_connections.values()):
                ours = controller in centrals
                if wanted == (connection.peer_address if ours else connection.self_address):
                    controller.on_le_disconnected(
                        connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
                    )

    def _cut(self, device: Device) -> None:
        controller = _controller(device)
        controller.le_legacy_advertiser.stop()
        for advertising in controller.advertising_sets.values():
            advertising.stop()
        self.link.remove_controller(controller)
        controller.set_packet_sink(None)


class Peripheral:
    """A sensor on the air from power-on to power loss: advertises, connects, notifies.

    Parameters
    ----------
    cut : callable
        Takes the power from the device's controller.
    """

    def __init__(self, *, device: Device, gatt: Gatt, cut: Callable[[], None]) -> None:
        self.device = device
        if isinstance(device, SwiftDevice):
            device.turns = gatt.turns
        self._gatt = gatt
        self._cut = cut
        self._connection: Connection | None = None
        self._wanted: set[int] = set()  # handles somebody subscribed to; only looked up
        self._notified: dict[str, Characteristic[bytes]] = {}
        for service in gatt.services:
            served = [_served(each) for each in service.characteristics]
            self.device.add_service(Service(_uuid(service.uuid), served))
            for each, characteristic in zip(service.characteristics, served, strict=True):
                if each.notify:
                    self._notified[each.uuid] = characteristic
        self.device.on(Device.EVENT_CONNECTION, self._connected)
        for characteristic in self._notified.values():
            characteristic.on(
                Characteristic.EVENT_SUBSCRIPTION, partial(self._subscribed, characteristic)
            )

    async def power_on(self) -> None:
        """Come up and advertise."""
        await self.device.power_on()
        await self._advertise()

    def power_off(self) -> None:
        """Vanish without a word, as a sensor does whose battery falls out."""
        self._cut()
        self._connection = None

    def notify(self, uuid: str, data: bytes) -> None:
        """Notify a characteristic's bytes, if somebody is connected and has subscribed."""
        handle = self._notified[uuid].handle
        if self._connection is not None and handle in self._wanted:
            notify(self._connection, handle, data)

    async def _advertise(self) -> None:
        data = core.AdvertisingData(
            [
                (core.AdvertisingData.FLAGS, bytes([0x06])),
                (core.AdvertisingData.COMPLETE_LOCAL_NAME, self.device.name.encode()),
            ]
        )
        uuids = [_uuid(uuid) for uuid in self._gatt.advertised]
        services = core.AdvertisingData(
            [
                (kind, b"".join(uuid.to_bytes() for uuid in uuids if len(uuid.to_bytes()) == size))
                for kind, size in _SERVICE_LISTS.items()
                if any(len(uuid.to_bytes()) == size for uuid in uuids)
            ]
        )
        await self.device.start_advertising(
            advertising_data=bytes(data) + bytes(services), auto_restart=True
        )

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        self._wanted.clear()
        connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)

    def _subscribed(
        self,
        characteristic: Characteristic[bytes],
        _bearer: object,
        notify_enabled: bool,  # noqa: FBT001 - bumble's form
        _indicate_enabled: bool,  # noqa: FBT001 - bumble's form
    ) -> None:
        if notify_enabled:
            self._wanted.add(characteristic.handle)
        else:
            self._wanted.discard(characteristic.handle)

    def _disconnected(self, _reason: int) -> None:
        self._connection = None
        self._gatt.disconnected()


def _served(described: Described) -> Characteristic[bytes]:
    """Return a described characteristic as bumble serves it."""
    read, write = described.read, described.write

    def answer_read(_connection: object) -> bytes:
        if read is None:
            raise ATT_Error(ATT_ErrorCode.READ_NOT_PERMITTED)
        return read()

    def answer_write(_connection: object, data: bytes) -> None:
        if write is None:
            raise ATT_Error(ATT_ErrorCode.WRITE_NOT_PERMITTED)
        write(bytes(data))

    may = Characteristic.Properties
    properties, permissions = may(0), Characteristic.Permissions(0)
    if read is not None:
        properties, permissions = properties | may.READ, permissions | Characteristic.READABLE
    if write is not None:
        properties, permissions = properties | may.WRITE, permissions | Characteristic.WRITEABLE
    if described.without_response:
        properties |= may.WRITE_WITHOUT_RESPONSE
    if described.notify:
        properties |= may.NOTIFY
    value = CharacteristicValue(read=answer_read, write=answer_write)
    return Characteristic(_uuid(described.uuid), properties, permissions, value)


def _uuid(text: str) -> core.UUID:
    """Return a UUID as the air carries it: 16 bits where the Bluetooth SIG has numbered it."""
    if text.endswith(SIG_BASE) and text.startswith("0000"):
        return core.UUID.from_16_bits(int(text[4:8], 16))
    return core.UUID(text)


def _device(link: OrderedLink, *, name: str, address: str) -> Device:
    """Return a bumble device with a controller of its own on the link."""
    controller = SwiftController(name, link=link)
    controller.le_acl_data_packet_length = _LE_DATA_BYTES
    host = SwiftHost()
    controller.host = host
    host.set_packet_sink(controller)
    config = DeviceConfiguration(
        name=name,
        address=hci.Address(address),
        advertising_interval_min=ADVERTISING_MS,
        advertising_interval_max=ADVERTISING_MS,
    )
    return SwiftDevice(config=config, host=host)


def _controller(device: Device) -> Controller:
    sink = device.host.hci_sink
    assert isinstance(sink, Controller)  # noqa: S101 - we put it there
    return sink
