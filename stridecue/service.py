"""Holds sessions from their first event to their summary, whatever they come from."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
from rich.console import Console

from analytics.errors import InputError, StridecueError
from analytics.records import Stride
from dashboards.store import Store
from firmware_sim.world import run_scaled, run_virtual
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.recording import RecordingWriter
from stridecue.app import App
from stridecue.conductor import Conductor, Source, Take
from stridecue.edges import Edges, begin, live_edges, virtual_edges
from stridecue.files import SessionFiles
from stridecue.live import LiveView, ProgressView
from stridecue.session import SessionCore, SessionPlan
from stridecue.settings import Settings
from stridecue.summary import SessionSummary

T = TypeVar("T")
RECORDING = "recording.scue"
LATENCY = "latency.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast the loop's clock runs against the wall's; None: as fast as possible."""

    factor: float | None

    @classmethod
    def parse(cls, text: str) -> Speed:
        """Return the speed a user wrote: a positive number, or `max`.

        Raises
        ------
        InputError
            It is neither.

        """
        if text == "max":
            return cls(factor=None)
        try:
            factor = float(text)
        except ValueError:
            factor = 0.0
        if not 0.01 <= factor <= 1000.0:  # noqa: PLR2004 - beyond, sockets and people give up
            mend = "give a number from 0.01 to 1000, or max"
            raise InputError("no such speed", where=f"--speed {text}", mend=mend)
        return cls(factor=factor)

    @property
    def virtual(self) -> bool:
        """Whether time is simulated: no sockets, no threads."""
        return self.factor is None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a program at this speed."""
        if self.factor is None:
            return run_virtual(coroutine)
        return run_scaled(coroutine, self.factor)


@dataclass(kw_only=True)
class Part:
    """One runner's session and what it leaves behind.

    Attributes
    ----------
    folder : Path or None
        Where its files go.
    record_to : Path or None
        Where its raw radio events go.
    length_s : float
        How long the session was in the end.

    """

    plan: SessionPlan
    source: Source
    folder: Path | None = None
    record_to: Path | None = None
    length_s: float = 0.0
    strides: dict[str, Stride] = field(default_factory=dict)  # the last revision, by id
    summary: dict[str, Any] = field(default_factory=dict)


More: TypeAlias = Callable[[Part], Mapping[str, Any]]


@dataclass(kw_only=True)
class Service:
    """How sessions are to be held.

    Attributes
    ----------
    title : str
        What the terminal shows above the view.
    more : callable
        Adds to a session's summary once it is over (the truth of a simulated one).

    """

    settings: Settings
    speed: Speed
    console: Console
    title: str
    minutes: float | None = None
    length_s: float | None = None
    more: More = lambda _: {}
    latency: dict[str, Any] = field(default_factory=dict)
    troubles: list[StridecueError] = field(default_factory=list)

    async def hold(self, parts: Sequence[Part]) -> None:
        """Hold the sessions side by side and leave each part's `summary`.

        Raises
        ------
        StridecueError
            What keeps a session from starting. What fails on the way (a full disk) ends what
            it concerns, not the run: it stands in `troubles` afterwards.

        """
        with ExitStack() as stack:
            store = stack.enter_context(Store(self.settings.store_path()))
            plans = [part.plan for part in parts]
            begin(store, plans)
            conductors: list[Conductor] = []
            edges = self._edges(store, plans, stack, conductors)
            held = [_Held(part, stack) for part in parts]
            view = self._view(edges)
            for part, one in zip(parts, held, strict=True):
                conductors.append(
                    Conductor(
                        core=SessionCore(part.plan),
                        source=part.source,
                        takers=[*one.takers(), view.take],
                        outboxes=edges.outboxes,
                        keep=one.keep,
                    )
                )
            app = App(
                conductors=conductors,
                outboxes=edges.outboxes,
                runs_itself=edges.runs_itself,
                services={**edges.services, "view": view.run},
            )
            await app.run(minutes=self.minutes)
            for part, one, conductor in zip(parts, held, conductors, strict=True):
                part.length_s = conductor.core.now_s
                app.troubles += one.close(self.more(part), edges, store)
            self.latency = _latency(edges)
            self.troubles = app.troubles

    def confess(self) -> None:
        """Raise the first thing that failed on the way, once everything else is said."""
        if self.troubles:
            raise self.troubles[0]

    def _edges(
        self,
        store: Store,
        plans: Sequence[SessionPlan],
        stack: ExitStack,
        conductors: Sequence[Conductor],
    ) -> Edges:
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        if self.speed.virtual:
            return virtual_edges(store=store, rng=rng)

        def on_quiet(runner: str, quiet: bool) -> None:  # noqa: FBT001 - the hub calls it so
            for conductor in conductors:
                if conductor.core.plan.runner == runner:
                    conductor.quiet(on=quiet)

        return live_edges(
            settings=self.settings,
            store=store,
            plans=plans,
            on_quiet=on_quiet,
            rng=rng,
            stack=stack,
            real_time=self.speed.factor == 1.0,
        )

    def _view(self, edges: Edges) -> LiveView | ProgressView:
        if self.speed.virtual:
            return ProgressView(console=self.console, title=self.title, length_s=self.length_s)
        return LiveView(
            console=self.console,
            title=self.title,
            addresses=edges.addresses,
            broker=edges.broker,
        )


class _Held:
    """The files of one part while its session goes on."""

    def __init__(self, part: Part, stack: ExitStack) -> None:
        plan = part.plan
        self._part = part
        sides = tuple(sensor.side for sensor in plan.sensors)
        self._summary = SessionSummary(sides, history=plan.history)
        self._files: SessionFiles | None = None
        self._recording: RecordingWriter | None = None
        if part.folder is not None:
            self._files = stack.enter_context(SessionFiles(part.folder))
        if part.record_to is not None:
            header = RecordingHeader(
                session=plan.session,
                started_utc_ns=plan.started_utc_ns,
                sensors=plan.sensors,
                context=plan.context(),
            )
            self._recording = RecordingWriter(part.record_to, header, replace=plan.simulated)
        self.keep = None if self._recording is None else self._recording.write

    def takers(self) -> list[Take]:
        """Return who gets every record in line."""
        takers: list[Take] = [self._summary.take, self._remember]
        if self._files is not None:
            takers.append(self._files.write)
        return takers

    def close(self, more: Mapping[str, Any], edges: Edges, store: Store) -> list[StridecueError]:
        """Keep the summary and close the files; return what could not be written."""
        plan = self._part.plan
        self._part.summary = {
            "session": plan.session,
            "runner": plan.runner,
            "simulated": plan.simulated,
            "length_s": self._part.length_s,
            **self._summary.as_dict(),
            **more,
        }
        troubles: list[StridecueError] = []
        steps: tuple[Callable[[], None], ...] = (
            self._close_recording,
            lambda: self._close_files(edges),
            lambda: store.end_session(
                session=plan.session, runner=plan.runner, summary=self._part.summary
            ),
        )
        for step in steps:
            try:
                step()
            except StridecueError as error:
                troubles.append(error)
        return troubles

    def _remember(self, record: object) -> None:
        if isinstance(record, Stride):
            self._part.strides[record.id] = record

    def _close_recording(self) -> None:
        if self._recording is not None:
            self._recording.close()

    def _close_files(self, edges: Edges) -> None:
        if self._files is None or self._part.folder is None:
            return
        self._files.close(self._part.summary)
        if edges.hub is not None:
            mine = [e for e in edges.hub.ledger.entries() if e.runner == self._part.plan.runner]
            lines = [msgspec.json.encode(entry) for entry in mine]
            (self._part.folder / LATENCY).write_bytes(b"".join(line + b"\n" for line in lines))


def _latency(edges: Edges) -> dict[str, Any]:
    """Return the ledger's percentiles by kind of record, where there were pages."""
    if edges.hub is None:
        return {}
    return {kind: msgspec.to_builtins(edges.hub.latency(kind)) for kind in ("stride", "cue")}
