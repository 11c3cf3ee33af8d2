"""Scans for as long as a sensor is missing and tells who waits for it at its advertisement."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from analytics.errors import SensorNotFoundError
from sensor_gateway.bluetooth import Radio, Seen
from sensor_gateway.sensors import SensorConfig

# The kernel ends a scan after 10.24 s and BlueZ begins the next 5 s later: begin it ourselves.
RESCAN_S = 8.0
_ADAPTER_AWAY_S = 1.0  # an adapter that was there is reset or plugged in again within seconds


class Search:
    """One scan for all sensors that are missing."""

    def __init__(self, *, radio: Radio) -> None:
        self._radio = radio
        self._wanted: dict[str, tuple[SensorConfig, asyncio.Future[Seen]]] = {}
        self._begin = asyncio.Event()
        self._done = asyncio.Event()

    async def find(self, sensor: SensorConfig) -> Seen:
        """Wait for the next advertisement of a sensor."""
        found: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._wanted[sensor.key] = sensor, found
        self._done.clear()
        self._begin.set()
        try:
            return await found
        finally:
            self._drop(sensor.key)

    async def run(self) -> None:
        """Scan whenever something is wanted.

        `SensorNotFoundError` if the adapter is somebody else's or the first scan cannot be.
        """
        with self._radio.held():
            await self._scan()

    async def _scan(self) -> None:
        scanned_before = False
        while True:
            await self._begin.wait()
            try:
                async with self._radio.scanning(self._on_seen):
                    scanned_before = True
                    with suppress(TimeoutError):
                        async with asyncio.timeout(RESCAN_S):
                            await self._done.wait()
            except SensorNotFoundError:
                if not scanned_before:
                    raise
                await asyncio.sleep(_ADAPTER_AWAY_S)

    def _on_seen(self, seen: Seen) -> None:
        for key, (sensor, found) in list(self._wanted.items()):
            if sensor.answers_to(address=seen.address, name=seen.name):
                self._drop(key)
                if not found.done():
                    found.set_result(seen)

    def _drop(self, key: str) -> None:
        self._wanted.pop(key, None)
        if not self._wanted:
            self._begin.clear()
            self._done.set()
