"""Holds sessions from their first event to their summary, whatever they come from."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import msgspec
from rich.console import Console

from analytics.errors import InputError, StridecueError
from analytics.load.days import local_day
from analytics.pain import RESTING, rests_cues
from dashboards.body_shelf import BodyShelf
from dashboards.store import Store
from dashboards.wishes import Quiet, Wish
from firmware_sim.world import run_scaled, run_virtual
from stridecue.app import App
from stridecue.conductor import Conductor, SideBySide
from stridecue.edges import Edges, info_of, live_edges, virtual_edges
from stridecue.held import KINDS, Held, Part
from stridecue.live import LiveView, ProgressView
from stridecue.memory import settled_memory
from stridecue.session import SessionCore, SessionPlan
from stridecue.settings import Settings
from transport.link import Connect
from transport.outbox import Outbox

T = TypeVar("T")
More: TypeAlias = Callable[[Part], Mapping[str, Any]]


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
class Service:
    """How sessions are to be held.

    Attributes
    ----------
    title : str
        What the terminal shows above the view.
    more : callable
        Adds to a session's summary once it is over (the truth of a simulated one).
    network : Connect or None
        Leads to the settings' brokers where time is simulated; without it nothing does.
    core : callable
        Makes a session's core from its plan.
    shares_store : bool
        Wait for other programs that write to the store, even where time is simulated.
    outboxes : list of Outbox
        Everything records left through, once it is over.

    """

    settings: Settings
    speed: Speed
    console: Console
    title: str
    minutes: float | None = None
    length_s: float | None = None
    network: Connect | None = None
    more: More = lambda _: {}
    core: Callable[[SessionPlan], SessionCore] = SessionCore
    shares_store: bool = False
    troubles: list[StridecueError] = field(default_factory=list)
    outboxes: list[Outbox[Any]] = field(default_factory=list)

    async def hold(self, parts: Sequence[Part]) -> None:
        """Hold the sessions side by side and leave each part's `summary`.

        Raises
        ------
        StridecueError
            What keeps a session from starting. What fails on the way (a full disk) ends what
            it concerns, not the run: it stands in `troubles` afterwards.

        """
        with settled_memory(), ExitStack() as stack:
            store = stack.enter_context(self._store())
            plans = [part.plan for part in parts]
            conductors: list[Conductor] = []
            edges = self._edges(store, plans, stack, conductors)
            for plan in plans:
                edges.begin(plan)
            held = [Held(part, stack) for part in parts]
            for note in edges.notes:
                self.console.out(note, highlight=False)
            view = self._view(edges)
            for part, one in zip(parts, held, strict=True):
                conductors.append(
                    Conductor(
                        core=self.core(part.plan),
                        source=part.source,
                        takers=[*one.takers(), view.take],
                        outboxes=edges.outboxes,
                        keep=one.keep,
                        uplink=edges.uplink_of(part.plan),
                    )
                )
            app = App(
                sessions=SideBySide(conductors),
                outboxes=edges.outboxes,
                runs_itself=edges.runs_itself,
                services={**edges.services, "view": view.run},
            )
            self._rest_cues(edges, store, plans)
            await app.run(minutes=self.minutes)
            for part, one, conductor in zip(parts, held, conductors, strict=True):
                part.length_s = conductor.core.now_s
                app.troubles += one.close(self.more(part), edges, store)
            for line in latency_lines(_latency(edges)):
                self.console.out(line, highlight=False)
            every: list[object] = [*edges.outboxes, *edges.runs_itself]
            self.outboxes = [box for box in every if isinstance(box, Outbox)]
            self.troubles = app.troubles

    def confess(self) -> None:
        """Raise the first thing that failed on the way, once everything else is said."""
        if self.troubles:
            raise self.troubles[0]

    def _store(self) -> Store:
        # Real seconds of waiting for another program mean nothing where time is simulated.
        path = self.settings.store_path()
        alone = self.speed.virtual and not self.shares_store
        return Store(path, patience_ms=0) if alone else Store(path)

    def _edges(
        self,
        store: Store,
        plans: Sequence[SessionPlan],
        stack: ExitStack,
        conductors: Sequence[Conductor],
    ) -> Edges:
        rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
        if self.speed.virtual:
            return virtual_edges(
                settings=self.settings,
                store=store,
                runners=[info_of(plan) for plan in plans],
                rng=rng,
                network=self.network,
            )

        def on_wish(runner: str, wish: Wish) -> None:
            for conductor in conductors:
                if conductor.core.plan.runner == runner:
                    conductor.wish(wish)

        return live_edges(
            settings=self.settings,
            store=store,
            runners=[info_of(plan) for plan in plans],
            on_wish=on_wish,
            rng=rng,
            stack=stack,
            real_time=self.speed.factor == 1.0,
        )

    def _rest_cues(self, edges: Edges, store: Store, plans: Sequence[SessionPlan]) -> None:
        """Begin quietly for whom something hurts today."""
        for plan in plans:
            day = local_day(plan.started_utc_ns, zone=self.settings.team.zone)
            pains = BodyShelf(store).pains(plan.runner, day=day)
            if edges.hub is not None and not plan.simulated and rests_cues(pains, day=day):
                edges.hub.wish(plan.runner, Quiet(on=True, why=RESTING))

    def _view(self, edges: Edges) -> LiveView | ProgressView:
        if self.speed.virtual:
            return ProgressView(console=self.console, title=self.title, length_s=self.length_s)
        return LiveView(
            console=self.console,
            title=self.title,
            addresses=edges.addresses,
            secure=edges.secure,
            broker=edges.broker,
        )


def _latency(edges: Edges) -> dict[str, Any]:
    """Return the ledger's percentiles by kind of record, where there were pages."""
    if edges.hub is None:
        return {}
    return {kind: msgspec.to_builtins(edges.hub.latency(kind)) for kind in KINDS}


def latency_lines(latency: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return for people how long what pages showed was on its way from the sensor.

    Examples
    --------
    >>> latency_lines({"cue": {"n": 2, "p50_s": 0.2, "p95_s": 0.31, "max_s": 0.31}})
    ['cue latency, sensor to page: p50 200 ms, p95 310 ms, at most 310 ms of 2']

    """
    return [
        f"{kind} latency, sensor to page: p50 {1e3 * told['p50_s']:.0f} ms, "
        f"p95 {1e3 * told['p95_s']:.0f} ms, at most {1e3 * told['max_s']:.0f} ms of {told['n']}"
        for kind, told in latency.items()
        if told["n"]
    ]
