"""The gateway alone: sensors on this machine's radio, their raw events to a worker elsewhere."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from analytics.errors import SettingsError, StridecueError
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import LinkChange, RadioEvent, Ready
from sensor_gateway.gathering import run_gathering
from sensor_gateway.uplink import Uplink
from stridecue.app import App
from stridecue.conductor import EmitAny, Source
from stridecue.crews import Crew, check_sensors, crews
from stridecue.live import HEARTBEAT_S, clock
from stridecue.plans import session_name
from stridecue.radios import VIRTUAL
from stridecue.settings import Settings
from stridecue.uplinks import Uplinks
from transport.link import Connect
from transport.mqtt_link import MqttLink

REACH_S = 60.0  # what a sensor's memory holds at least: a restart, or a change of gateway
_EARLY = 64  # what links did before a runner's first sample


def check_uplink(settings: Settings) -> None:
    """Raise `SettingsError` where there is no worker's broker to send to."""
    if settings.uplink.host is None:
        mend = 'name the broker with --to, or as [uplink] host = "..." in the settings'
        raise SettingsError("no broker to send to is set", where="settings", mend=mend)


class Sending:
    """One runner's events on their way to a worker; begun when the first sensor says something.

    A gateway that is only a spare for a runner so says nothing of a runner it never hears.

    Parameters
    ----------
    begin : callable
        Opens the uplink, given the loop time of the events' second 0.
    """

    def __init__(self, source: Source, *, begin: Callable[[float], Uplink]) -> None:
        self.source = source
        self._begin = begin
        self._uplink: Uplink | None = None
        self._early: deque[RadioEvent] = deque(maxlen=_EARLY)
        self._closed = False
        self.over = asyncio.Event()

    def take(self, event: RadioEvent) -> None:
        """Send an event; what a sensor says after the end is nobody's."""
        if self._closed:
            return
        if self._uplink is None and isinstance(event, LinkChange):
            self._early.append(event)
            return
        if self._uplink is None:
            zero_s = self.source.zero_s
            assert zero_s is not None  # noqa: S101 - there are notifications
            self._uplink = self._begin(zero_s)
            self._uplink.heed(self.close)
            for early in self._early:
                self._uplink.take(early)
        self._uplink.take(event)

    def close(self) -> None:
        """Say that the session is over, if it has begun; once."""
        if self._uplink is not None and not self._closed:
            self._uplink.close()
        self._closed = True
        self.over.set()


@dataclass(kw_only=True)
class Relay:
    """The sessions of a gateway: every radio event into its runner's uplink.

    Attributes
    ----------
    stays : bool
        Hold the sensors when all runners have stopped: another gateway would take what is let
        go for the next run.

    """

    sendings: Sequence[Sending]
    console: Console
    stays: bool = False
    troubles: list[StridecueError] = field(default_factory=list)

    async def play(self, *, minutes: float | None) -> None:
        """Relay until every source or session ends or `minutes` have passed."""
        try:
            async with asyncio.timeout(None if minutes is None else minutes * 60.0):
                async with asyncio.TaskGroup() as tasks:
                    playing = [
                        tasks.create_task(self._relay(sending), name="source")
                        for sending in self.sendings
                    ]
                    for sending in self.sendings:
                        await sending.over.wait()
                    if not self.stays:
                        for task in playing:
                            task.cancel()
        except TimeoutError:
            return

    def finish(self) -> None:
        """Say in every uplink that the session is over."""
        for sending in self.sendings:
            sending.close()

    async def _relay(self, sending: Sending) -> None:
        await sending.source.run(self._into(sending))
        sending.over.set()

    def _into(self, sending: Sending) -> EmitAny:
        def emit(event: RadioEvent | Ready) -> None:
            assert not isinstance(event, Ready)  # noqa: S101 - that comes of files
            if isinstance(event, LinkChange):
                line = f"{clock(event.at_s)}  {event.sensor}: {event.state}, {event.detail}"
                self.console.out(line, highlight=False)
            sending.take(event)

        return emit


@dataclass(kw_only=True)
class GatewayRole:
    """What `stridecue gateway` does."""

    settings: Settings
    radio: str
    minutes: float | None
    console: Console
    utc_ns: Callable[[], int] = time.time_ns
    connect: Connect = MqttLink

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
        run_gathering(self._listen())

    async def _listen(self) -> None:
        async with crews(self.settings, self.radio, self.minutes, reach_s=REACH_S) as found:
            await self.hold(found)

    async def hold(self, found: Sequence[Crew]) -> None:
        """Relay what the crews' sensors say until stopped."""
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        uplinks = Uplinks(settings=self.settings, rng=rng, connect=self.connect)
        app = App(
            sessions=Relay(
                sendings=[self._sending(crew, uplinks) for crew in found],
                console=self.console,
                stays=bool(self.settings.gateways),
            ),
            runs_itself=[uplinks.outbox],
            services={"uplink": uplinks.run, "view": lambda: self._tell(uplinks)},
        )
        await app.run(minutes=self.minutes)
        left = uplinks.outbox.waiting
        said = "the worker has everything" if not left else f"{left} messages wait in the spool"
        self.console.print(f"Gateway stopped; {said}.", highlight=False)

    def _sending(self, crew: Crew, uplinks: Uplinks) -> Sending:
        def begin(zero_s: float) -> Uplink:
            since_s = asyncio.get_running_loop().time() - zero_s
            header = self._header(crew, self.utc_ns() - round(since_s * 1e9))
            return uplinks.begin(crew.runner.id, header)

        return Sending(crew.source, begin=begin)

    def _header(self, crew: Crew, started_utc_ns: int) -> RecordingHeader:
        """Return what a session's events are of; the worker joins those of a team's gateways."""
        here = self.settings.gateway_name()
        session = session_name(started_utc_ns)
        return RecordingHeader(
            session=f"{session}-{here}" if self.settings.gateways else session,
            started_utc_ns=started_utc_ns,
            sensors=crew.sensors,
            context={
                "runner": crew.runner.id,
                "name": crew.runner.name,
                "simulated": crew.simulated,
                "gateway": here,
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
            self.console.out(line, highlight=False)
