"""A runner who carries everything without network, and the team at home, in simulated time."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import msgspec
from rich.console import Console

from dashboards.runner_state import RunnerInfo
from dashboards.store import Store
from firmware_sim.network import Network
from stridecue.app import App
from stridecue.conductor import Source
from stridecue.edges import virtual_edges
from stridecue.held import Part
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.sync import Sync
from stridecue.worker import Worker
from transport.backoff import Backoff
from transport.link import Connect
from transport.mqtt_link import Broker

NOBODY = Console(quiet=True)
_DAY_MINUTES = 24 * 60.0


def carried_settings(folder: Path, runner: str) -> Settings:
    """Return the settings of a small computer in the belt."""
    folder.mkdir(parents=True, exist_ok=True)
    return Settings.model_validate(
        {
            "store": {"path": str(folder / "stridecue.db")},
            "uplink": {"host": "team.example"},
            "runners": [{"id": runner}],
        }
    )


def team_settings(folder: Path, runners: list[str]) -> Settings:
    """Return the settings of the team's worker."""
    folder.mkdir(parents=True, exist_ok=True)
    return Settings.model_validate(
        {
            "store": {"path": str(folder / "stridecue.db")},
            "mqtt": {"host": "team.example"},
            "runners": [{"id": runner} for runner in runners],
        }
    )


async def run_without_network(
    settings: Settings, network: Network, *, plan: SessionPlan, source: Source
) -> None:
    """Hold a session as `stridecue run` does, the worker's broker out of reach."""
    service = Service(
        settings=settings,
        speed=Speed(factor=None),
        console=NOBODY,
        title="",
        network=network.place(reached_from_s=float("inf")),
    )
    await service.hold([Part(plan=plan, source=source)])


async def come_home(settings: Settings, team: Settings, network: Network) -> int:
    """Sync with the team's worker; return how many messages still wait."""
    async with working(team, network.place()):
        return await Sync(
            settings=settings, minutes=None, console=NOBODY, connect=network.place()
        ).hold()


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
            console=NOBODY,
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


def stored_strides(settings: Settings) -> list[tuple[object, ...]]:
    """Return the strides of a store, whole, in the order of their ids (which come first)."""
    store = sqlite3.connect(settings.store_path())
    try:
        return store.execute("SELECT * FROM strides ORDER BY id").fetchall()
    finally:
        store.close()


def told_strides(network: Network) -> list[str]:
    """Return the ids of the strides that were published, in order, each as often as it was."""
    told = (m.payload for m in network.kept if m.topic.endswith("/strides"))
    return [msgspec.json.decode(payload)["id"] for payload in told]
