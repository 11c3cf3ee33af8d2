"""The gateway's adapter as bumble has it: listens for sensors and connects to them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from bumble import core, hci
from bumble.device import Advertisement, Connection, Device

CENTRAL_ADDRESS = "C0:00:00:00:00:01"  # random static: links drop data from public addresses


class Central:
    """One adapter, switched on when it is first wanted.

    Parameters
    ----------
    make : callable
        Makes its device, on whatever controller.
    """

    def __init__(self, make: Callable[[], Device]) -> None:
        self._make = make
        self._connecting = asyncio.Lock()  # an adapter makes one connection at a time
        self._device: Device | None = None
        self._making = asyncio.Lock()
        self._listeners = 0

    async def central(self) -> Device:
        """Return the gateway's adapter, switched on."""
        async with self._making:
            if self._device is None:
                device = self._make()
                await device.power_on()
                self._device = device
            return self._device

    def connected(self) -> list[str]:
        """Return the addresses of the peripherals it is connected to."""
        held = {} if self._device is None else self._device.connections
        return [c.peer_address.to_string(with_type_qualifier=False) for c in held.values()]

    async def listen(self, heard: Callable[[Advertisement], None]) -> None:
        """Tell `heard` of every advertisement from now on."""
        central = await self.central()
        self._listeners += 1
        if self._listeners == 1:  # counted first: another may come while this one waits
            try:
                await central.start_scanning(filter_duplicates=False)
            except BaseException:
                self._listeners -= 1
                raise
        central.on(Device.EVENT_ADVERTISEMENT, heard)

    async def unlisten(self, heard: Callable[[Advertisement], None]) -> None:
        """Tell `heard` no more."""
        central = await self.central()
        central.remove_listener(Device.EVENT_ADVERTISEMENT, heard)
        self._listeners -= 1
        if self._listeners == 0:
            await central.stop_scanning()

    async def connect(self, address: str, *, timeout_s: float) -> Connection:
        """Connect the gateway's adapter to a peripheral; `core.TimeoutError` if it never shows."""
        central = await self.central()
        async with self._connecting:
            try:
                return await central.connect(hci.Address(address), timeout=timeout_s)
            except asyncio.CancelledError:
                # bumble would go on waiting for the peripheral, and refuse every other one.
                with contextlib.suppress(core.BaseBumbleError):
                    await central.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
                raise
