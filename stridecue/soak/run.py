"""One run of a soak: the whole service in simulated time, one seed, then every checker."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from dashboards.tables import NAMES
from firmware_sim.checkers.evidence import Evidence, Sent
from firmware_sim.checkers.known import failures
from firmware_sim.faults import FAULTS, BrokerOutage, DatabaseOutage
from firmware_sim.network import Network
from firmware_sim.scenario import Scenario
from firmware_sim.troubles import sends_to_a_worker, soak_scenario
from firmware_sim.world import World, run_virtual
from sensor_gateway.events import RadioEvent
from stridecue.demo import analytics_for
from stridecue.held import Part
from stridecue.service import Service, Speed
from stridecue.session import SessionCore, SessionPlan
from stridecue.settings import Settings
from stridecue.soak.team import arrived, at_work, worker_away, worker_settings
from stridecue.soak.witness import KeptImu, Witness, lives_of
from stridecue.sources import SimulatedSource
from stridecue.uplinks import uplink_topic

_RUNNER = "soak"
_NOBODY = Console(quiet=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one seed.

    Attributes
    ----------
    failures : mapping of str to str
        By checker, what did not hold.
    faults : mapping of str to int
        How often each kind was declared, and what it did to packets.
    digest : str
        Of everything that was stored and published: the same for the same seed.
    """

    seed: int
    minutes: float
    failures: Mapping[str, str]
    faults: Mapping[str, int]
    strides: int
    cpu_s: float
    digest: str


def soak_one(seed: int, minutes: float) -> Outcome:
    """Let a seed's run happen and check it."""
    began_s = time.process_time()
    try:
        scenario = soak_scenario(seed=seed, minutes=minutes)
        evidence, harmed = evidence_of(scenario, seed=seed, sends=sends_to_a_worker(seed))
        found, digest, strides = failures(evidence), digest_of(evidence), len(evidence.true_strides)
        declared = Counter(FAULTS[type(fault)] for fault in evidence.scenario.faults)
    except Exception as error:  # noqa: BLE001 - a crash is a finding like any other
        found = {"the_run_ends": f"{type(error).__name__}: {error}"}
        harmed, digest, strides, declared = {}, "", 0, Counter()
    return Outcome(
        seed=seed,
        minutes=minutes,
        failures=found,
        faults={**declared, **{f"packets {what}": n for what, n in harmed.items()}},
        strides=strides,
        cpu_s=time.process_time() - began_s,
        digest=digest,
    )


def evidence_of(scenario: Scenario, *, seed: int, sends: bool) -> tuple[Evidence, dict[str, int]]:
    """Hold a run as the service holds it; return what it left, and what the air did to packets.

    `sends`: its radio events go to a worker elsewhere too.
    """
    with tempfile.TemporaryDirectory() as folder:
        held = run_virtual(_hold(scenario, seed, Path(folder), sends=sends))
        return _evidence(held), dict(held.world.harmed)


def digest_of(run: Evidence) -> str:
    """Return a digest of what was told, stored and published."""
    told = [(round(t.at_s, 6), msgspec.to_builtins(t.record, enc_hook=repr)) for t in run.told]
    stored = {name: sorted(rows) for name, rows in run.stored.items()}
    everything = (told, stored, dict(run.published))
    return hashlib.sha256(msgspec.json.encode(everything)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A run that is over, and all who had to do with it; `team` only where it was sent to one."""

    world: World
    source: SimulatedSource
    starts_s: float
    part: Part
    settings: Settings
    service: Service
    network: Network
    witness: Witness
    team: Settings | None


async def _hold(scenario: Scenario, seed: int, folder: Path, *, sends: bool) -> _Held:
    world = World(scenario=scenario, seed=seed, runner=_RUNNER, imu=KeptImu)
    source, network = SimulatedSource(world), Network()
    starts_s = asyncio.get_running_loop().time()
    settings = _settings(folder, sends=sends)
    outages = _spans(scenario, BrokerOutage, starts_s)
    cores: list[Witness] = []

    def core(plan: SessionPlan) -> SessionCore:
        cores.append(Witness(plan))
        return cores[-1]

    service = Service(
        settings=settings,
        speed=Speed(factor=None),
        console=_NOBODY,
        title="",
        network=network.place(outages=outages),
        core=core,
    )
    part = Part(plan=_plan(world, session=f"{scenario.name}-{seed}"), source=source)
    team = worker_settings(folder / "team", _RUNNER) if sends else None
    away = [worker_away(*span) for span in outages]
    async with at_work(team, network.place(outages=away)), asyncio.TaskGroup() as tasks:
        holding = tasks.create_task(
            _hold_the_store(settings.store_path(), _spans(scenario, DatabaseOutage, starts_s))
        )
        await service.hold([part])
        holding.cancel()
    service.confess()
    return _Held(
        world=world,
        source=source,
        starts_s=starts_s,
        part=part,
        settings=settings,
        service=service,
        network=network,
        witness=cores[0],
        team=team,
    )


def _evidence(held: _Held) -> Evidence:
    """Return what a run has left, in session seconds."""
    world, plan, witness = held.world, held.part.plan, held.witness
    zero_s = held.source.zero_s or 0.0
    strides, _ = world.truth(zero_s)
    return Evidence(
        scenario=world.scenario,
        settings=plan.analytics,
        starts_s=held.starts_s - zero_s,
        length_s=held.part.length_s,
        lives=lives_of(world, zero_s),
        items=witness.items,
        told=witness.told_since(zero_s),
        true_strides=strides,
        stored=_stored(held.settings.store_path()),
        published=_published(held.network, held.settings.team.name),
        losses=_losses(held.service),
        damaged=witness.damaged,
        flipped=world.harmed["flipped"],
        sent=None if held.team is None else _sent(held.team, plan.session, witness.heard),
    )


def _plan(world: World, *, session: str) -> SessionPlan:
    return SessionPlan(
        session=session,
        runner=_RUNNER,
        name="Soak",
        started_utc_ns=1_700_000_000 * 10**9,
        source="soak",
        simulated=True,
        sensors=tuple(world.sensors),
        analytics=analytics_for(world.scenario),
        baseline=world.baseline(),
    )


def _sent(team: Settings, session: str, events: Sequence[RadioEvent]) -> Sent:
    return Sent(
        events=events,
        arrived=arrived(team, session=session, runner=_RUNNER),
        stored=_stored(team.store_path()),
    )


def _losses(service: Service) -> dict[str, int]:
    """Return what each queue dropped, and what it still holds."""
    dropped = {f"{box.name} dropped": box.dropped for box in service.outboxes}
    return dropped | {f"{box.name} left": box.waiting for box in service.outboxes}


def _settings(folder: Path, *, sends: bool) -> Settings:
    told: dict[str, Any] = {
        "store": {"path": str(folder / "stridecue.db")},
        "mqtt": {"host": "broker.example"},
        "runners": [{"id": _RUNNER}],
    }
    return Settings.model_validate(
        {**told, "uplink": {"host": "broker.example"}} if sends else told
    )


def _spans(scenario: Scenario, kind: type, starts_s: float) -> list[tuple[float, float]]:
    return [
        (starts_s + fault.at_s, starts_s + fault.until_s)
        for fault in scenario.faults
        if isinstance(fault, kind)
    ]


async def _hold_the_store(path: Path, spans: list[tuple[float, float]]) -> None:
    """Be another program that writes to the store for a while, now and then."""
    loop = asyncio.get_running_loop()
    for from_s, until_s in spans:
        await asyncio.sleep(from_s - loop.time())
        other = sqlite3.connect(path, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(until_s - loop.time())
        finally:
            other.rollback()
            other.close()


def _stored(path: Path) -> dict[str, list[tuple[str, int]]]:
    """Return ids and revisions by table."""
    store = sqlite3.connect(path)
    try:
        found = {}
        for name in NAMES:
            columns = {row[1] for row in store.execute(f"PRAGMA table_info({name})")}
            revision = "revision" if "revision" in columns else "1"
            found[name] = store.execute(f"SELECT id, {revision} FROM {name}").fetchall()  # noqa: S608
        return found
    finally:
        store.close()


def _published(network: Network, team: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    raw = uplink_topic(team, _RUNNER)
    for message in network.kept:
        if message.topic.startswith(raw):
            continue  # raw events and the worker's answers
        payload: Any = msgspec.json.decode(message.payload)
        found[message.topic.rsplit("/", 1)[-1]].append(payload["id"])
    return dict(found)
