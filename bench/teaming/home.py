"""A runner who carries everything without network, and the team at home, in simulated time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
from rich.console import Console

from firmware_sim.network import Network
from stridecue.conductor import Source
from stridecue.held import Part
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.soak.team import working
from stridecue.sync import Sync

NOBODY = Console(quiet=True)


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
