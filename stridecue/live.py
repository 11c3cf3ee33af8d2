"""The terminal view: what the runner is doing, and the QR code that opens the phone page."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import segno
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from analytics.codec import Record
from analytics.load import facts as load_facts
from analytics.load import longest
from analytics.records import (
    Alert,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    LinkHealth,
    LinkState,
    SessionEvent,
    Side,
    Stride,
    is_live,
)
from dashboards.web.access import TEAM
from dashboards.words import distance_text
from transport.mqtt_link import Broker

REFRESH_HZ = 4
EVENTS_KEPT = 6
PROGRESS_EVERY_S = 15.0  # of simulated time
HEARTBEAT_S = 30.0  # without a terminal, one line this often says that the run goes on


def qr_code(address: str) -> str:
    """Return the address as a QR code of block characters, two modules a line."""
    out = io.StringIO()
    segno.make(address, error="m").terminal(out=out, compact=True)
    return out.getvalue()


@dataclass
class LiveState:
    """The newest value of everything the view shows; filled by `take`."""

    cadence_spm: float | None = None
    window: FormMetrics | None = None
    peak_g: dict[Side, float] = field(default_factory=dict)
    links: dict[Side, LinkState] = field(default_factory=dict)
    strides: int = 0
    session_s: float = 0.0
    drift: Drift | None = None
    distance: Distance | None = None
    events: deque[str] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))

    def take(self, record: Record) -> str | None:
        """Take one record in; return the line to show for it, if it is worth one."""
        line = None
        if not is_live(record):
            return line
        match record:
            case Stride():
                self.cadence_spm = record.cadence_spm
                self.peak_g[record.worn.side] = record.peak_accel_resultant_g
                self.strides += 1
                self.session_s = max(self.session_s, record.end_s)
            case FormMetrics():
                self.window = record
                self.session_s = max(self.session_s, record.end_s)
            case Cue(shown=True):
                line = f"{clock(record.time_s)}  cue  {record.text}"
            case Drift():
                self.drift = record
                line = (
                    f"{clock(record.time_s)}  {record.level}  {record.why.metric} "
                    f"{record.why.change_pct:+.0f} %"
                )
            case Distance():
                self.distance = record
            case SessionEvent() | Alert(kind=longest.LONGEST_RUN | load_facts.SHOE):
                line = f"{clock(record.time_s)}  {record.text}"
            case LinkHealth():
                self.links[record.worn.side] = record.state
            case _:
                pass
        if line is not None:
            self.events.append(line)
        return line


class LiveView:
    """Shows a session in the terminal; plain lines where there is no terminal."""

    def __init__(
        self,
        *,
        console: Console,
        title: str,
        addresses: Mapping[str, str] | None = None,
        secure: Mapping[str, str] | None = None,
        broker: Broker | None = None,
    ) -> None:
        self.state = LiveState()
        self._console = console
        self._title = title
        self._addresses = dict(addresses or {})
        self._secure = dict(secure or {})
        self._broker = broker
        first = next((a for who, a in self._addresses.items() if who != TEAM), None)
        self._qr = "" if first is None else qr_code(first)

    def take(self, record: Record) -> None:
        """Take a record in; never waits."""
        line = self.state.take(record)
        if line is not None and not self._console.is_terminal:
            self._console.out(line, highlight=False)

    async def run(self) -> None:
        """Keep the view fresh until cancelled."""
        if not self._console.is_terminal:
            for line in self._places():
                self._console.out(line, highlight=False)
            while True:
                await asyncio.sleep(HEARTBEAT_S)
                self._console.print(self._heartbeat(), highlight=False)
        with Live(self._render(), console=self._console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(1 / REFRESH_HZ)
                live.update(self._render(), refresh=True)

    def _places(self) -> list[str]:
        """Return where the pages and the broker are, a line each."""
        runners = [(who, at) for who, at in self._addresses.items() if who != TEAM]
        of = " of {}" if len(runners) > 1 else ""
        lines = [f"Phone page{of.format(who)}: {at}" for who, at in runners]
        lines += [
            f"Phone page{of.format(who)} over HTTPS: {self._secure[who]}"
            for who, at in runners
            if self._secure.get(who, at) != at
        ]
        if TEAM in self._addresses:
            lines.append(f"Coach page: {self._addresses[TEAM]}")
        return lines if self._broker is None else [*lines, f"MQTT broker: {self._broker}"]

    def _heartbeat(self) -> str:
        state = self.state
        return f"{clock(state.session_s)}  {state.strides} strides, {number(state.cadence_spm)} spm"

    def _render(self) -> RenderableType:
        parts: list[RenderableType] = []
        grid = Table.grid(padding=(0, 3))
        grid.add_row(Text(self._qr), self._numbers())
        parts += [grid, *(Text(line, overflow="fold") for line in self._places())]
        parts += [Text(line) for line in self.state.events]
        return Panel(Group(*parts), title=self._title, border_style="blue")

    def _numbers(self) -> Table:
        state = self.state
        table = Table.grid(padding=(0, 2))
        table.add_row("time", Text(clock(state.session_s), style="bold"))
        table.add_row("cadence", Text(f"{number(state.cadence_spm)} spm", style="bold orange1"))
        activity = "-" if state.window is None else str(state.window.activity)
        table.add_row("activity", activity)
        for side in Side:
            link = state.links.get(side)
            shown = f"{number(state.peak_g.get(side), 1)} g"
            table.add_row(f"{side} impact", f"{shown}  {mark(link)}")
        form = "-" if state.drift is None else f"{state.drift.why.metric} {state.drift.level}"
        table.add_row("form", form)
        table.add_row("strides", str(state.strides))
        table.add_row("distance", distance_text(state.distance) or "-")
        return table


class ProgressView:
    """How far a session in simulated time has come."""

    def __init__(self, *, console: Console, title: str, length_s: float | None) -> None:
        self._console = console
        self._title = title
        self._length_s = length_s
        self._session_s = 0.0

    def take(self, record: Record) -> None:
        """Take a record in; never waits."""
        if isinstance(record, FormMetrics):
            self._session_s = record.end_s

    async def run(self) -> None:
        """Keep the bar fresh until cancelled."""
        with Progress(console=self._console, auto_refresh=False, transient=True) as bar:
            task = bar.add_task(self._title, total=self._length_s)
            while True:
                await asyncio.sleep(PROGRESS_EVERY_S)
                bar.update(task, completed=self._session_s, refresh=True)


def mark(link: LinkState | None) -> str:
    """Return a link's state as shape and word (never by colour alone)."""
    signs = {
        LinkState.CONNECTED: "● live",
        LinkState.SILENT: "✖ silent",
        LinkState.LOST: "✖ lost",
        LinkState.NO_SLOT: "○ no connection free",
    }
    return "○ searching" if link is None else signs.get(link, "○ searching")


def clock(seconds: float) -> str:
    """Return session seconds as minutes and seconds.

    Examples
    --------
    >>> clock(83.4)
    '1:23'

    """
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def number(value: float | None, digits: int = 0) -> str:
    """Return a number for people, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"
