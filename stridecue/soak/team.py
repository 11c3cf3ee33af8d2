"""A team's worker in simulated time, to which a gateway sends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from rich.console import Console

from dashboards.runner_state import RunnerInfo
from dashboards.store import Store
from sensor_gateway.events import RadioEvent
from sensor_gateway.recording import read_recording
from stridecue.app import App
from stridecue.edges import virtual_edges
from stridecue.received import raw_folder
from stridecue.settings import Settings
from stridecue.worker import Worker
from transport.backoff import Backoff
from transport.link import Connect
from transport.mqtt_link import Broker

_NOBODY = Console(quiet=True)
_DAY_MINUTES = 24 * 60.0
_EARLIER_S = 3.0


@asynccontextmanager
async def working(team: Settings, connect: Connect) -> AsyncIterator[Worker]:
    """Have a worker work; at the end everything it was given is stored and told."""
    rng = random.Random(0)  # noqa: S311 - spreads retries, no secret
    with ExitStack() as stack:
        store = stack.enter_context(Store(team.store_path()))
        infos = [
            RunnerInfo(id=one.id, name=one.id, baseline="", simulated=True)
            for one in team.everyone()
        ]
        edges = virtual_edges(settings=team, store=store, runners=infos, rng=rng, network=connect)
        worker = Worker(
            settings=team,
            store=store,
            edges=edges,
            link=connect(
                broker=Broker(host="", port=0), identifier="worker", backoff=Backoff(rng=rng)
            ),
            runners=team.everyone(),
            backoff=Backoff(rng=rng),
            console=_NOBODY,
            stack=stack,
        )
        app = App(
            sessions=worker,
            outboxes=edges.outboxes,
            runs_itself=edges.runs_itself,
            services=edges.services,
        )
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(app.run(minutes=_DAY_MINUTES), name="worker")
            yield worker
            for outbox in (*edges.outboxes, *edges.runs_itself):
                await outbox.emptied()
            working.cancel()


@asynccontextmanager
async def at_work(team: Settings | None, connect: Connect) -> AsyncIterator[None]:
    """Have a worker work beside what goes on, if there is one."""
    if team is None:
        yield
        return
    async with working(team, connect):
        yield


def worker_settings(folder: Path, runner: str) -> Settings:
    """Return the settings of a worker that keeps what comes and tells nobody."""
    folder.mkdir(parents=True, exist_ok=True)
    return Settings.model_validate(
        {"store": {"path": str(folder / "stridecue.db")}, "runners": [{"id": runner}]}
    )


def worker_away(gone_s: float, back_s: float) -> tuple[float, float]:
    """Return when the worker loses the broker, given when the gateway does.

    A little earlier: what was published then, and never heard, has to be sent again.
    """
    return gone_s - _EARLIER_S, (gone_s + back_s) / 2.0


def arrived(team: Settings, *, session: str, runner: str) -> list[RadioEvent]:
    """Return what a worker has of a session on its disk, whether or not it knows of the end."""
    folder = raw_folder(team)
    found = sorted(folder.glob(f"{session}-{runner}.scue*"))
    return [event for path in found for event in read_recording(path)[1]]
