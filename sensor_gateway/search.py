"""Scans for as long as a sensor is missing and tells who waits for it at its advertisement."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from analytics.errors import SensorNotFoundError
from sensor_gateway.bluetooth import Radio, Seen
from sensor_gateway.sensors import SensorConfig

# The kernel ends a scan after 10.24 s and BlueZ begins the next 5 s later: begin it ourselves.
RESCAN_S = 8.0
_TAKEN_S = 2.0  # without an advertisement: sensors send several a second until they are taken
_ADAPTER_AWAY_S = 1.0  # an adapter that was there is reset or plugged in again within seconds


@dataclass(slots=True)
class _Wanted:
    """Who waits for a sensor, and how long it must have been heard alone."""

    sensor: SensorConfig
    found: asyncio.Future[Seen]
    alone_s: float
    since_s: float | None = None
    last_s: float = 0.0

    def heard(self, now_s: float) -> bool:
        """Note an advertisement; tell whether nobody has taken the sensor for long enough."""
        if self.since_s is None or now_s - self.last_s > _TAKEN_S:
            self.since_s = now_s
        self.last_s = now_s
        return now_s - self.since_s >= self.alone_s


class Search:
    """One scan for all sensors that are missing."""

    def __init__(self, *, radio: Radio) -> None:
        self._radio = radio
        self._wanted: dict[str, _Wanted] = {}
        self._begin = asyncio.Event()
        self._done = asyncio.Event()

    async def find(self, sensor: SensorConfig, *, alone_s: float = 0.0) -> Seen:
        """Wait for the next advertisement of a sensor.

        With `alone_s`, for one that it is still sending after so long: a sensor that somebody
        is connected to sends none.
        """
        found: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._wanted[sensor.key] = _Wanted(sensor, found, alone_s)
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
        now_s = asyncio.get_running_loop().time()
        for key, wanted in list(self._wanted.items()):
            ours = wanted.sensor.answers_to(address=seen.address, name=seen.name)
            if ours and wanted.heard(now_s):
                self._drop(key)
                if not wanted.found.done():
                    wanted.found.set_result(seen)

    def _drop(self, key: str) -> None:
        self._wanted.pop(key, None)
        if not self._wanted:
            self._begin.clear()
            self._done.set()
