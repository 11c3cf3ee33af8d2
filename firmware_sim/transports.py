"""Radios beyond this process: a Bluetooth controller, or another process, behind a moniker.

A moniker is bumble's way to name a way to a controller: `usb:0` (a dongle), `serial:/dev/...`,
`hci-socket:0`, and `tcp-server:_:9000` with `tcp-client:HOST:9000` between two processes. `vhci`
gives this machine's own Linux, and its bluetoothd, an adapter on a simulated air.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bumble import hci
from bumble.device import Device, DeviceConfiguration
from bumble.transport import open_transport
from bumble.transport.common import Transport

from analytics.errors import SensorNotFoundError
from firmware_sim.central import CENTRAL_ADDRESS, Central
from firmware_sim.gatt import Gatt
from firmware_sim.radio import ADVERTISING_MS, Peripheral, VirtualRadio
from firmware_sim.swift_bumble import SwiftDevice, SwiftHost

VHCI = "vhci"
_LINUX_ADAPTER = hci.Address("02:5C:DE:00:00:01", hci.Address.PUBLIC_DEVICE_ADDRESS)


def has_room(moniker: str) -> bool:
    """Tell whether a moniker names an air on which there is room for any number of sensors."""
    return moniker == VHCI or moniker.partition(":")[0].endswith("-server")


@asynccontextmanager
async def opened(moniker: str) -> AsyncIterator[Transport]:
    """Open a transport; `SensorNotFoundError` where nothing answers to that name."""
    try:
        transport = await open_transport(moniker)
    except Exception as error:  # every kind of transport has errors of its own
        raise SensorNotFoundError(
            f"cannot be opened: {str(error) or type(error).__name__}",
            where=f"radio {moniker}",
            mend="name a transport such as usb:0, serial:/dev/ttyACM0 or tcp-client:127.0.0.1:9000",
        ) from error
    try:
        yield transport
    finally:
        await transport.close()
        for left_open in (getattr(transport, "server", None), _caller(transport)):
            if left_open is not None:  # bumble closes neither a server nor who has called it
                left_open.close()


@asynccontextmanager
async def adapter_at(moniker: str) -> AsyncIterator[Central]:
    """Give the gateway an adapter at a moniker."""
    async with opened(moniker) as transport:
        yield Central(lambda: _device(transport, name="gateway", address=CENTRAL_ADDRESS))


@asynccontextmanager
async def served_air(moniker: str) -> AsyncIterator[VirtualRadio]:
    """Give sensors an air whose gateway comes from another process, through a server's moniker."""
    async with opened(moniker) as transport:
        air = VirtualRadio()
        air.serve(transport, address=_LINUX_ADAPTER if moniker == VHCI else None)
        yield air


@asynccontextmanager
async def dongle_air(moniker: str) -> AsyncIterator[Dongle]:
    """Give one sensor a Bluetooth controller of its own."""
    async with opened(moniker) as transport:
        yield Dongle(transport)


class Dongle:
    """A Bluetooth controller on which one sensor advertises: the air is the real one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def peripheral(self, *, name: str, address: str, gatt: Gatt) -> Peripheral:
        """Return the sensor, still without power."""
        device = _device(self._transport, name=name, address=address)
        return Peripheral(device=device, gatt=gatt, cut=self._reset)

    async def drop(self, address: str) -> None:
        """Do nothing: a real central notices by itself."""

    def _reset(self) -> None:
        self._transport.sink.on_packet(bytes(hci.HCI_Reset_Command()))


def _caller(transport: Transport) -> Any:  # noqa: ANN401 - bumble's class is made inside a function
    return getattr(transport.sink, "transport", None)


def _device(transport: Transport, *, name: str, address: str) -> Device:
    host = SwiftHost(transport.source, transport.sink)
    config = DeviceConfiguration(
        name=name,
        address=hci.Address(address),
        advertising_interval_min=ADVERTISING_MS,
        advertising_interval_max=ADVERTISING_MS,
    )
    return SwiftDevice(config=config, host=host)
