"""bleak backends over the virtual radio: the real BleakClient and BleakScanner run on these.

`backends(radio)` gives the two classes to hand to `backend=`; each carries its radio, because
bleak makes the instances itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import core
from bumble.att import ATT_Error
from bumble.device import Advertisement, Connection, Peer

from firmware_sim.central import Central
from firmware_sim.swift_bumble import read

_MTU = 517  # what BlueZ asks for; longer packets go as several of LE data


def backends(radio: Central) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
    """Return the scanner and client classes that reach this radio."""

    class Scanner(VirtualScanner):
        air = radio

    class Client(VirtualClient):
        air = radio

    return Scanner, Client


class VirtualScanner(BaseBleakScanner):
    """Advertisements as the virtual adapter hears them."""

    air: ClassVar[Central]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **_: Any,  # noqa: ANN401 - options of other platforms
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        del scanning_mode  # the radio answers passive and active scans alike

    async def start(self) -> None:
        """Begin to listen."""
        self.seen_devices = {}
        with _bleak_errors():
            await self.air.listen(self._heard)

    async def stop(self) -> None:
        """Listen no more."""
        with _bleak_errors():
            await self.air.unlisten(self._heard)

    def _heard(self, advertisement: Advertisement) -> None:
        data = advertisement.data
        kind = core.AdvertisingData.Type
        uuids = [
            *data.get_all(kind.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS),
            *data.get_all(kind.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS),
        ]
        # Advertisement and scan response say the same: once is enough.
        services = list(dict.fromkeys(_uuid(uuid) for found in uuids for uuid in found))
        name = data.get(core.AdvertisingData.Type.COMPLETE_LOCAL_NAME)
        address = advertisement.address.to_string(with_type_qualifier=False)
        told = AdvertisementData(
            local_name=name,
            manufacturer_data={},
            service_data={},
            service_uuids=services,
            tx_power=None,
            rssi=advertisement.rssi,
            platform_data=(advertisement,),
        )
        if self.is_allowed_uuid(services):
            device = self.create_or_update_device(address, address, name, None, told)
            self.call_detection_callbacks(device, told)


class VirtualClient(BaseBleakClient):
    """One connection of the virtual adapter."""

    air: ClassVar[Central]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None = None,
        timeout: float = 30.0,
        **kwargs: Any,  # noqa: ANN401 - options of other platforms
    ) -> None:
        super().__init__(
            address_or_ble_device,
            disconnected_callback=disconnected_callback,
            timeout=timeout,
            **kwargs,
        )
        known = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        self._name = (known.name if known else None) or self.address
        self._connection: Connection | None = None
        self._peer: Peer | None = None

    @property
    def name(self) -> str:
        """Return the name the sensor advertised."""
        return self._name

    @property
    def mtu_size(self) -> int:
        """Return the negotiated ATT MTU."""
        return 23 if self._peer is None else int(self._peer.gatt_client.mtu)

    @property
    def is_connected(self) -> bool:
        """Tell whether the link stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:  # noqa: ANN401, FBT001 - bleak's form
        """Connect, agree on the MTU, discover services."""
        del pair
        with _bleak_errors():
            try:
                connection = await self.air.connect(self.address, timeout_s=self._timeout)
            except core.TimeoutError as error:
                raise BleakDeviceNotFoundError(self.address) from error
            self._connection = connection
            connection.on(Connection.EVENT_DISCONNECTION, self._dropped)
            self._peer = peer = Peer(connection)
            try:
                await peer.request_mtu(_MTU)
                await peer.discover_all()  # type: ignore[no-untyped-call]
            except BaseException:
                await self.disconnect()  # half a connection is of no use to anybody
                raise
        self.services = _services(peer)

    async def disconnect(self) -> None:
        """Let go."""
        if self._connection is not None:
            with _bleak_errors():
                await self._connection.disconnect()

    async def pair(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - bleak's form
        """Pairing is not part of the profile."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Pairing is not part of the profile."""
        raise NotImplementedError

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,
        **_: Any,  # noqa: ANN401 - bleak's form
    ) -> bytearray:
        """Read a characteristic from the sensor."""
        del use_cached
        with self._link() as connection:
            return bytearray(await read(connection, characteristic.handle))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 - bleak's form
    ) -> None:
        """Write a characteristic."""
        with self._link():
            await characteristic.obj.write_value(bytes(data), with_response=response)

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,
        **_: Any,  # noqa: ANN401 - bleak's form
    ) -> bytearray:
        """Read a descriptor from the sensor."""
        del use_cached
        with self._link():
            return bytearray(await descriptor.obj.read_value())

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write a descriptor."""
        with self._link():
            await descriptor.obj.write_value(bytes(data), with_response=True)

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **_: Any,  # noqa: ANN401 - bleak's form
    ) -> None:
        """Subscribe to a characteristic."""

        def arrived(value: bytes) -> None:
            callback(bytearray(value))

        with self._link():
            await characteristic.obj.subscribe(arrived)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe from a characteristic."""
        with self._link():
            for subscriber in list(characteristic.obj.subscribers):
                await characteristic.obj.unsubscribe(subscriber)

    def _dropped(self, _reason: int) -> None:
        self._connection = None
        self._peer = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    @contextmanager
    def _link(self) -> Iterator[Connection]:
        if self._connection is None:
            message = "not connected"
            raise BleakError(message)
        with _bleak_errors():
            yield self._connection


@contextmanager
def _bleak_errors() -> Iterator[None]:
    """Turn bumble's failures into bleak's.

    bumble cancels a pending request when the link drops; that must not look as if somebody had
    cancelled the caller.
    """
    try:
        yield
    except ATT_Error as error:
        raise BleakGATTProtocolError(error.error_code) from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        message = "the link dropped during a request"
        raise BleakError(message) from error
    except core.BaseBumbleError as error:
        raise BleakError(str(error) or type(error).__name__) from error


def _services(peer: Peer) -> BleakGATTServiceCollection:
    """Return what was discovered in bleak's words."""
    found = BleakGATTServiceCollection()
    room = partial(_room, peer)
    for theirs in peer.services:
        service = BleakGATTService(theirs, theirs.handle, _uuid(theirs.uuid))
        found.add_service(service)
        for each in theirs.characteristics:
            properties = gatt_char_props_to_strs(int(each.properties))
            characteristic = BleakGATTCharacteristic(
                each, each.handle, _uuid(each.uuid), sorted(properties), room, service
            )
            found.add_characteristic(characteristic)
            for one in each.descriptors:
                found.add_descriptor(
                    BleakGATTDescriptor(one, one.handle, _uuid(one.type), characteristic)
                )
    return found


def _room(peer: Peer) -> int:
    return int(peer.gatt_client.mtu) - 3


def _uuid(uuid: core.UUID) -> str:
    """Return a UUID in full, as bleak writes it."""
    return normalize_uuid_str(uuid.to_hex_str(separator="-"))
