"""Runners on a track between several gateways of one team, in simulated time."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analytics.records import Placement, Side
from bench.teaming.home import NOBODY, team_settings, told_strides
from firmware_sim.bleak_backend import backends
from firmware_sim.central import Central
from firmware_sim.network import Network, Place
from firmware_sim.radio import VirtualRadio
from firmware_sim.scenario import Scenario
from firmware_sim.world import World
from sensor_gateway.bluetooth import Radio
from stridecue.crews import real_crews
from stridecue.gateway import REACH_S, GatewayRole
from stridecue.settings import Settings
from stridecue.sync import Sync
from stridecue.truth import SAME_LANDING_S

BEGAN_UTC_NS = 1_700_000_000 * 10**9
_SYNC_MINUTES = 10.0
_TOO_SOON_S = 0.4  # nobody's foot lands twice in this


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A team: how many runners (two pods each), and who listens to whom.

    Attributes
    ----------
    gateways : sequence of (name, spares)
        Who stands in for whom, the first spare first.
    listens : sequence of str
        For every runner the gateway of both pods.
    """

    gateways: Sequence[tuple[str, tuple[str, ...]]]
    listens: Sequence[str]
    slots: int = 7


@dataclass(kw_only=True)
class Gateway:
    """One gateway under power."""

    adapter: Central
    place: Place
    spool: Path
    running: asyncio.Task[None]


@dataclass(kw_only=True)
class Track:
    """The air, the runners in it, the gateways around it and the team's worker."""

    layout: Layout
    folder: Path
    minutes: float
    network: Network = field(default_factory=Network)
    gateways: dict[str, Gateway] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put everybody in the same air."""
        self.air = VirtualRadio()
        scenario = Scenario(
            name="track",
            about="Everybody runs.",
            placement=Placement.SHOE,
            minutes=self.minutes,
            has_baseline=False,
        )
        self.worlds = [
            World(
                scenario=scenario,
                seed=number,
                runner=f"r{number:02}",
                radio=self.air,
                number=number,
            )
            for number in range(1, len(self.layout.listens) + 1)
        ]
        self.team = team_settings(self.folder / "team", [w.runner for w in self.worlds])
        self._powered = 0

    def settings(self, name: str) -> Settings:
        """Return the roster as one gateway reads it."""
        sensors: list[dict[str, Any]] = [
            {
                "runner": sensor.runner,
                "side": str(sensor.side),
                "placement": str(sensor.placement),
                "address": sensor.address,
                "gateway": gateway,
            }
            for world, gateway in zip(self.worlds, self.layout.listens, strict=True)
            for sensor in world.sensors
        ]
        (self.folder / name).mkdir(exist_ok=True)
        return Settings.model_validate(
            {
                "store": {"path": str(self.folder / name / "stridecue.db")},
                "uplink": {"host": "team.example"},
                "gateway": {"name": name, "slots": self.layout.slots},
                "gateways": [{"id": n, "spares": spares} for n, spares in self.layout.gateways],
                "sensors": sensors,
            }
        )

    def switch_on(self, name: str, tasks: asyncio.TaskGroup) -> None:
        """Start a gateway, or start it again."""
        self._powered += 1
        adapter = self.air.another(f"C0:00:00:00:01:{self._powered:02X}")
        scanner, client = backends(adapter)
        settings, place = self.settings(name), self.network.place()
        loop = asyncio.get_running_loop()
        role = GatewayRole(
            settings=settings,
            radio="",
            minutes=None,
            console=NOBODY,
            utc_ns=lambda: BEGAN_UTC_NS + round(loop.time() * 1e9),
            connect=place,
        )
        crews = real_crews(
            settings,
            Radio(scanner_backend=scanner, client_backend=client),
            rng=random.Random(self._powered),  # noqa: S311 - spreads retries, no secret
            reach_s=REACH_S,
        )
        self.gateways[name] = Gateway(
            adapter=adapter,
            place=place,
            spool=settings.store_path().with_name("uplink-spool.db"),
            running=tasks.create_task(role.hold(crews), name=f"gateway {name}"),
        )

    async def kill(self, name: str) -> None:
        """Take a gateway's power: what it had not yet sent is on its disk, and nothing else."""
        gateway = self.gateways.pop(name)
        gateway.place.cut_off = True
        kept = gateway.spool.read_bytes()
        await self.air.lose(gateway.adapter)
        gateway.running.cancel()
        await asyncio.wait([gateway.running])
        gateway.spool.write_bytes(kept)  # it said goodbye to its disk, as the dead do not

    async def switch_off(self) -> None:
        """End every gateway as people do."""
        running = [gateway.running for gateway in self.gateways.values()]
        for task in running:
            task.cancel()
        await asyncio.wait(running)

    async def bring_home(self) -> int:
        """Sync every gateway, as `stridecue sync` does; return how many messages still wait."""
        waiting = 0
        for name, _ in self.layout.gateways:
            sync = Sync(
                settings=self.settings(name),
                minutes=_SYNC_MINUTES,
                console=NOBODY,
                connect=self.network.place(),
            )
            waiting += await sync.hold()
        return waiting

    def holders(self) -> dict[str, list[str]]:
        """Return, by sensor's address, the gateways that are connected to it now."""
        found: dict[str, list[str]] = {s.address or "": [] for w in self.worlds for s in w.sensors}
        for name, gateway in self.gateways.items():
            for address in gateway.adapter.connected():
                found[address].append(name)
        return found


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the team has of everybody's strides."""

    true: int
    found: int
    doubled: int
    told_twice: int
    sessions: int


def count(track: Track) -> Counted:
    """Compare the team's store with what everybody really ran."""
    store = sqlite3.connect(track.team.store_path())
    try:
        sessions = dict(store.execute("SELECT runner, started_utc_ns FROM sessions").fetchall())
        n_sessions = store.execute("SELECT count(*) FROM sessions").fetchone()[0]
        rows = store.execute("SELECT runner, side, time_s, session FROM strides").fetchall()
    finally:
        store.close()
    true = found = doubled = 0
    for world in track.worlds:
        zero_s = (sessions[world.runner] - BEGAN_UTC_NS) / 1e9
        strides, _ = world.truth(zero_s)
        for side in Side:
            theirs = np.array([s.contact_s for s in strides if s.side is side])
            mine = np.sort([at for who, leg, at, _ in rows if (who, leg) == (world.runner, side)])
            true += len(theirs)
            found += sum(bool(np.any(np.abs(mine - at) <= SAME_LANDING_S)) for at in theirs)
            doubled += int(np.sum(np.diff(mine) < _TOO_SOON_S))
    told = Counter(told_strides(track.network))
    return Counted(
        true=true,
        found=found,
        doubled=doubled,
        told_twice=sum(n - 1 for n in told.values()),
        sessions=n_sessions,
    )
