"""The service's own pulse: every few seconds it says how its parts are, and at the end goodbye."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn, Protocol

from analytics.errors import ServiceError
from dashboards.health_shelf import Health, HealthShelf

EVERY_S = 10.0  # an alert on silence waits for several


class Part(Protocol):
    """What is looked at: an outbox, or what sends the store's rows."""

    delivered: int
    failures: int

    @property
    def waiting(self) -> int:
        """Items that wait."""
        ...

    @property
    def dropped(self) -> int:
        """Items that were lost."""
        ...


class Beat:
    """Writes how every part is into the store; a service.

    Parameters
    ----------
    gateway : str
        The machine's name.
    parts : mapping of str to Part
        What to look at, by name.

    """

    def __init__(self, shelf: HealthShelf, *, gateway: str, parts: Mapping[str, Part]) -> None:
        self._shelf = shelf
        self._gateway = gateway
        self._parts = parts
        self._zero_ns: int | None = None  # the wall's time when the loop's was 0

    async def run(self) -> NoReturn:
        """Beat until cancelled; a store that is held or full is its own to tell."""
        while True:
            with suppress(ServiceError):
                await asyncio.to_thread(self._say, self._now_ns(), running=True)
            await asyncio.sleep(EVERY_S)

    async def emptied(self) -> None:
        """Say goodbye: what is silent from now on is not lost."""
        with suppress(ServiceError):
            await asyncio.to_thread(self._say, self._now_ns(), running=False)

    async def drain(self, *, within_s: float) -> bool:  # noqa: ARG002 - one commit
        """Say goodbye."""
        await self.emptied()
        return True

    def _now_ns(self) -> int:
        loop_ns = round(1e9 * asyncio.get_running_loop().time())
        if self._zero_ns is None:
            self._zero_ns = time.time_ns() - loop_ns
        return self._zero_ns + loop_ns

    def _say(self, now_utc_ns: int, *, running: bool) -> None:
        told = [
            Health(
                gateway=self._gateway,
                part=name,
                running=running,
                waiting=part.waiting,
                delivered=part.delivered,
                dropped=part.dropped,
                failures=part.failures,
            )
            for name, part in self._parts.items()
        ]
        told.append(self._shelf.disk(gateway=self._gateway, running=running))
        self._shelf.keep(told, now_utc_ns=now_utc_ns)
