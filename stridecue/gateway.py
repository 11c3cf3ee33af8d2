"""The gateway alone: sensors on this machine's radio, their raw events to a worker elsewhere."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console

from analytics.errors import SettingsError, StridecueError
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import LinkChange, RadioEvent
from sensor_gateway.uplink import Uplink
from stridecue.app import App
from stridecue.conductor import Emit, Source
from stridecue.crews import Crew, check_sensors, crews
from stridecue.live import HEARTBEAT_S, clock
from stridecue.plans import session_name
from stridecue.radios import VIRTUAL
from stridecue.settings import Settings
from stridecue.uplinks import Uplinks


def check_uplink(settings: Settings) -> None:
    """Raise `SettingsError` where there is no worker's broker to send to."""
    if settings.uplink.host is None:
        mend = 'name the broker with --to, or as [uplink] host = "..." in the settings'
        raise SettingsError("no broker to send to is set", where="settings", mend=mend)


@dataclass(kw_only=True)
class Relay:
    """The sessions of a gateway: every radio event into its runner's uplink."""

    sources: Sequence[tuple[Source, Uplink]]
    console: Console
    troubles: list[StridecueError] = field(default_factory=list)

    async def play(self, *, minutes: float | None) -> None:
        """Relay until every source ends or `minutes` have passed."""
        try:
            async with asyncio.timeout(None if minutes is None else minutes * 60.0):
                async with asyncio.TaskGroup() as tasks:
                    for source, uplink in self.sources:
                        tasks.create_task(source.run(self._into(uplink)), name="source")
        except TimeoutError:
            return

    def finish(self) -> None:
        """Say in every uplink that the session is over."""
        for _, uplink in self.sources:
            uplink.close()

    def _into(self, uplink: Uplink) -> Emit:
        def emit(event: RadioEvent) -> None:
            if isinstance(event, LinkChange):
                line = f"{clock(event.at_s)}  {event.sensor}: {event.state}, {event.detail}"
                self.console.print(line, highlight=False, soft_wrap=True)
            uplink.take(event)

        return emit


@dataclass(kw_only=True)
class GatewayRole:
    """What `stridecue gateway` does."""

    settings: Settings
    radio: str
    minutes: float | None
    console: Console
    started_utc_ns: int = field(default_factory=time.time_ns)

    def run(self) -> None:
        """Relay until stopped.

        Raises
        ------
        StridecueError
            No worker's broker is set, no sensor is set, or there is no adapter.

        """
        check_uplink(self.settings)
        if self.radio != VIRTUAL:
            check_sensors(self.settings)
        asyncio.run(self._hold())

    async def _hold(self) -> None:
        uplinks = Uplinks(settings=self.settings, rng=random.Random(0))  # noqa: S311
        async with crews(self.settings, self.radio, self.minutes) as found:
            pairs = [(c.source, uplinks.begin(c.runner.id, self._header(c))) for c in found]
            app = App(
                sessions=Relay(sources=pairs, console=self.console),
                runs_itself=[uplinks.outbox],
                services={"uplink": uplinks.run, "view": lambda: self._tell(uplinks)},
            )
            await app.run(minutes=self.minutes)
        left = uplinks.outbox.waiting
        said = "the worker has everything" if not left else f"{left} messages wait in the spool"
        self.console.print(f"Gateway stopped; {said}.", highlight=False)

    def _header(self, crew: Crew) -> RecordingHeader:
        return RecordingHeader(
            session=session_name(self.started_utc_ns),
            started_utc_ns=self.started_utc_ns,
            sensors=crew.sensors,
            context={
                "runner": crew.runner.id,
                "name": crew.runner.name,
                "simulated": crew.simulated,
            },
        )

    async def _tell(self, uplinks: Uplinks) -> None:
        """Print now and then how the uplink stands."""
        self.console.print(f"Worker's broker: {uplinks.broker}", highlight=False)
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            outbox = uplinks.outbox
            trouble = uplinks.link.trouble or outbox.trouble
            state = f"{outbox.delivered} messages with the worker, {outbox.waiting} wait"
            line = state if trouble is None else f"{state}: {trouble}"
            self.console.print(line, highlight=False, soft_wrap=True)
