"""Find sensors, connect to them and listen: the only place that knows bleak."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.args.bluez import BlueZNotifyArgs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak_retry_connector import BleakClientWithServiceCache, establish_connection

from analytics.errors import SensorNotFoundError
from sensor_gateway.profiles.known import profile_of

# What a radio that is there may do to us; anything else is a mistake of ours.
LINK_ERRORS = (BleakError, OSError, EOFError, TimeoutError)
_FIRST_ADAPTER = "hci0"  # what BlueZ's clients take where none is named
_LONGEST_NAME = 107  # bytes of an abstract socket's name, Linux
# What a radio says of a characteristic that a sensor does not have, or does not let us use so.
LACKING = (BleakCharacteristicNotFoundError, BleakGATTProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A sensor in reach; `profile` is the device family it advertises, if we know it."""

    address: str
    name: str | None
    rssi_dbm: float
    profile: str | None
    device: BLEDevice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Radio:
    """One Bluetooth adapter: the machine's own, or whatever the backend classes reach.

    Adapters do one thing at a time: beginning and ending a scan and connecting take turns.

    Attributes
    ----------
    adapter : str or None
        Name of the machine's adapter, such as `hci0`; None takes the default one.
    scanner_backend, client_backend : classes or None
        bleak backends in place of the platform's own.
    connect_timeout_s : float
        How long one attempt to connect may take.
    acquire_notify : bool or None
        Have BlueZ hand every notification over by a socket of its own (AcquireNotify) or by
        signals on the system's bus (StartNotify). Sockets are cheaper, but some sensors do not
        bear them; None takes them where the profile knows that its sensors do.
    """

    adapter: str | None = None
    scanner_backend: type[BaseBleakScanner] | None = None
    client_backend: type[BaseBleakClient] | None = None
    connect_timeout_s: float = 10.0
    acquire_notify: bool | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other gateways off the adapter; `SensorNotFoundError` if one has it already.

        Two programs that connect through one adapter take each other's sensors and slots.
        """
        if self.scanner_backend is not None or sys.platform != "linux":
            yield
            return
        adapter = self.adapter or _FIRST_ADAPTER
        bus = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", "")
        # The kernel forgets an abstract name with the process that holds it: no stale lock.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as lock:
            try:
                lock.bind(f"\0stridecue gateway {adapter} {bus}"[:_LONGEST_NAME])
            except OSError as error:
                raise SensorNotFoundError(
                    "another stridecue gateway is using it",
                    where=f"Bluetooth adapter {adapter}",
                    mend="end that one, or give this one an adapter of its own with --radio",
                ) from error
            yield

    @asynccontextmanager
    async def scanning(self, on_seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        """Tell `on_seen` of every advertisement; `SensorNotFoundError` without an adapter."""

        def detected(device: BLEDevice, advertisement: AdvertisementData) -> None:
            name = advertisement.local_name or device.name
            on_seen(
                Seen(
                    address=device.address,
                    name=name,
                    rssi_dbm=float(advertisement.rssi),
                    profile=profile_of(advertisement.service_uuids, name),
                    device=device,
                )
            )

        try:
            scanner = BleakScanner(detected, backend=self.scanner_backend, **self._adapter_choice())
            async with self._turn:
                await scanner.start()
        except LINK_ERRORS as error:
            raise _no_adapter(error, self.adapter) from error
        try:
            yield
        finally:
            with suppress(*LINK_ERRORS):  # it may have stopped by itself
                async with self._turn:
                    await scanner.stop()

    async def connect(self, seen: Seen, *, on_lost: Callable[[], None]) -> Connection:
        """Connect; one of LINK_ERRORS if that fails. `on_lost` is called when the link drops."""
        established = False

        def lost(_: BleakClient) -> None:
            if established:  # links that came and went while bleak tried are no loss
                on_lost()

        async with self._turn, asyncio.timeout(self.connect_timeout_s):
            client = await self._connected(seen, lost)
        established = True
        if not client.is_connected:
            raise BleakError("the link dropped at once")
        return Connection(client=client, acquire_notify=self.acquire_notify)

    async def _connected(self, seen: Seen, lost: Callable[[BleakClient], None]) -> BleakClient:
        if self.client_backend is None:
            # Knows the ways in which BlueZ fails to connect, and how to recover. It tries what it
            # takes for passing trouble nine times, whatever the attempts: the time is the limit.
            # When to try again is for the caller, who learns from the next advertisement that the
            # sensor is still there. Services are not taken from a cache: a sensor may come back
            # with other firmware.
            return await establish_connection(
                BleakClientWithServiceCache,
                seen.device,
                seen.name or seen.address,
                disconnected_callback=lost,
                max_attempts=1,
                use_services_cache=False,
                **self._adapter_choice(),
            )
        # establish_connection asks BlueZ over D-Bus and reads the wall clock; another backend
        # has no BlueZ, and its loop may keep a time of its own.
        client = BleakClient(seen.device, disconnected_callback=lost, backend=self.client_backend)
        await client.connect()
        return client

    def _adapter_choice(self) -> dict[str, Any]:
        return {} if self.adapter is None else {"bluez": {"adapter": self.adapter}}


class Connection:
    """One connected sensor."""

    def __init__(self, *, client: BleakClient, acquire_notify: bool | None) -> None:
        self._client = client
        self._acquire_notify = acquire_notify
        self._read: dict[str, BleakGATTCharacteristic] = {}

    async def subscribe(
        self, uuid: str, on_bytes: Callable[[bytes], None], *, by_socket: bool = False
    ) -> None:
        """Call `on_bytes` at once with every notification of a characteristic.

        `by_socket`: the sensor bears AcquireNotify, should the radio leave the choice to it.
        """
        acquire = by_socket if self._acquire_notify is None else self._acquire_notify
        bluez: BlueZNotifyArgs = {"use_start_notify": not acquire}

        def arrived(_: BleakGATTCharacteristic, data: bytearray) -> None:
            on_bytes(bytes(data))

        await self._client.start_notify(uuid, arrived, bluez=bluez)

    async def read(self, uuid: str) -> bytes:
        """Return the value of a characteristic."""
        # Found here once: bleak would look through all characteristics at every read.
        known = self._read.get(uuid) or self._client.services.get_characteristic(uuid)
        if known is None:
            raise BleakCharacteristicNotFoundError(uuid)
        self._read[uuid] = known
        return bytes(await self._client.read_gatt_char(known))

    async def write(self, uuid: str, data: bytes) -> None:
        """Write a characteristic and wait for the sensor's word that it was."""
        await self._client.write_gatt_char(uuid, data, response=True)

    async def disconnect(self) -> None:
        """Let go of the sensor."""
        await self._client.disconnect()


async def scan(*, seconds: float, radio: Radio | None = None) -> list[Seen]:
    """Return the sensors of known families in reach, the strongest first."""
    found: dict[str, Seen] = {}

    def on_seen(seen: Seen) -> None:
        if seen.profile is not None:
            found[seen.address] = seen

    async with (radio or Radio()).scanning(on_seen):
        await asyncio.sleep(seconds)
    return sorted(found.values(), key=lambda seen: (-seen.rssi_dbm, seen.address))


def _no_adapter(error: Exception, adapter: str | None) -> SensorNotFoundError:
    if isinstance(error, BleakBluetoothNotAvailableError):
        what = str(error.args[0]).rstrip(".")
    elif isinstance(error, FileNotFoundError):
        what = "cannot scan: the system's message bus (D-Bus) is not running"
    else:
        what = "cannot scan: " + (str(error) or type(error).__name__)
    return SensorNotFoundError(
        what,
        where=f"Bluetooth adapter {adapter or '(default)'}",
        mend="plug in or switch on an adapter and start bluetoothd, or use --radio virtual",
    )
