"""Home again: what waits on disk goes to the team's worker and its InfluxDB, and nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from rich.console import Console

from analytics.errors import SettingsError
from dashboards.influx import InfluxSender
from dashboards.sharing import Sharing
from dashboards.store import Store
from stridecue.databases import sender_for
from stridecue.settings import Settings
from stridecue.uplinks import Uplinks
from transport.link import Connect
from transport.mqtt_link import MqttLink


class _Waits(Protocol):
    """What has something to send."""

    @property
    def waiting(self) -> int: ...

    async def emptied(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Errand:
    """One receiver: who it is, what waits for it, how that is sent, what keeps it."""

    who: str
    things: str
    queue: _Waits
    send: Callable[[], Coroutine[Any, Any, Any]]
    trouble: Callable[[], str | None]
    refusal: Callable[[], str | None] = lambda: None


@dataclass(kw_only=True)
class Sync:
    """What `stridecue sync` does.

    Attributes
    ----------
    minutes : float or None
        The longest to try; None as long as it takes.
    history : bool
        Send InfluxDB the whole store, not only what it is known to lack.

    """

    settings: Settings
    minutes: float | None
    console: Console
    history: bool = False
    connect: Connect = MqttLink

    def run(self) -> None:
        """Send until everybody has everything."""
        with suppress(KeyboardInterrupt):
            asyncio.run(self.hold())

    async def hold(self) -> int:
        """Send until everybody has everything or time is up; return how much still waits."""
        with ExitStack() as stack:
            errands = self._errands(stack)
            async with asyncio.TaskGroup() as tasks:
                for errand in errands:
                    tasks.create_task(self._run(errand), name=errand.who)
            return sum(errand.queue.waiting for errand in errands)

    def _errands(self, stack: ExitStack) -> list[_Errand]:
        errands = []
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        if self.settings.uplink.host is not None:
            uplinks = Uplinks(settings=self.settings, rng=rng, connect=self.connect)
            errands.append(_to_worker(uplinks))
        if self.settings.influx.url is not None:
            store = stack.enter_context(Store(self.settings.store_path()))
            sender = sender_for(self.settings, store, Sharing(store), rng=rng)
            assert sender is not None  # noqa: S101 - there is a url
            if self.history:
                sender.feed.fill()
            errands.append(_to_influx(sender, self.settings.influx.url))
        if not errands:
            mend = "name the worker's broker with --to, or set uplink.host or influx.url"
            raise SettingsError("there is nobody to send to", where="settings", mend=mend)
        return errands

    async def _run(self, errand: _Errand) -> None:
        self._say(f"{errand.queue.waiting} {errand.things} wait for {errand.who}")
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(errand.send(), name=errand.who)
            try:
                async with asyncio.timeout(None if self.minutes is None else 60 * self.minutes):
                    await errand.queue.emptied()
            except TimeoutError:
                left = f"{errand.queue.waiting} {errand.things} still wait for {errand.who}"
                self._say(f"{left}: {errand.trouble() or 'time is up'}")
            else:
                but = f" but what it refused: {refusal}" if (refusal := errand.refusal()) else ""
                self._say(f"{errand.who[0].upper()}{errand.who[1:]} has everything{but}")
            sending.cancel()

    def _say(self, line: str) -> None:
        self.console.out(line, highlight=False)


def _to_worker(uplinks: Uplinks) -> _Errand:
    return _Errand(
        who=f"the worker behind {uplinks.broker}",
        things="messages",
        queue=uplinks.outbox,
        send=uplinks.run,
        trouble=lambda: uplinks.link.trouble or uplinks.outbox.trouble,
    )


def _to_influx(sender: InfluxSender, url: str) -> _Errand:
    return _Errand(
        who=f"InfluxDB at {url}",
        things="rows",
        queue=sender,
        send=sender.run,
        trouble=lambda: sender.trouble,
        refusal=lambda: sender.refusal,
    )
