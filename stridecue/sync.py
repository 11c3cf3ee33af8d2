"""Home again: what runs without network left in the spool goes to the worker, and nothing else."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass

from rich.console import Console

from stridecue.gateway import check_uplink
from stridecue.settings import Settings
from stridecue.uplinks import Uplinks
from transport.link import Connect
from transport.mqtt_link import MqttLink


@dataclass(kw_only=True)
class Sync:
    """What `stridecue sync` does.

    Attributes
    ----------
    minutes : float or None
        The longest to try; None as long as it takes.

    """

    settings: Settings
    minutes: float | None
    console: Console
    connect: Connect = MqttLink

    def run(self) -> None:
        """Send until the worker has everything."""
        check_uplink(self.settings)
        with suppress(KeyboardInterrupt):
            asyncio.run(self.hold())

    async def hold(self) -> int:
        """Send until the worker has everything or time is up; return how much still waits."""
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        uplinks = Uplinks(settings=self.settings, rng=rng, connect=self.connect)
        outbox = uplinks.outbox
        self._say(f"{outbox.waiting} messages wait for the worker behind {uplinks.broker}")
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(uplinks.run(), name="uplink")
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self.minutes is None else 60.0 * self.minutes):
                    await outbox.emptied()
            sending.cancel()
        if outbox.waiting:
            trouble = uplinks.link.trouble or outbox.trouble or "time is up"
            self._say(f"{outbox.waiting} messages still wait: {trouble}")
        else:
            self._say("The worker has everything")
        return outbox.waiting

    def _say(self, line: str) -> None:
        self.console.print(line, highlight=False, soft_wrap=True)
