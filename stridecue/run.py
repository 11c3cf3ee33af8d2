"""A run with the settings' sensors: on this machine's radio, or rehearsed on the virtual one."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from analytics.cues import CueSettings
from analytics.errors import SettingsError
from analytics.gate import GateSettings
from analytics.pipeline import AnalyticsSettings
from dashboards.store import Store
from firmware_sim.scenario import scenario
from firmware_sim.world import World
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.supervisor import Gateway
from stridecue.past import load_history
from stridecue.radios import VIRTUAL, radio_named
from stridecue.service import RECORDING, Part, Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import RunnerSettings, Settings
from stridecue.sources import SharedGateway, SimulatedSource

REHEARSAL_MINUTES = 20.0


@dataclass(kw_only=True)
class Run:
    """Who runs, over which radio, and what is kept beside the store.

    Attributes
    ----------
    radio : str
        `virtual`, the name of a Bluetooth adapter, or a moniker such as `tcp-client:HOST:9000`.
    out : Path or None
        Folder for the session's files.
    record_to : Path or None
        File for the raw radio events; only for a single runner.

    """

    settings: Settings
    radio: str
    minutes: float | None
    out: Path | None
    record_to: Path | None
    console: Console
    started_utc_ns: int = field(default_factory=time.time_ns)

    def run(self, show: Callable[[dict[str, Any]], None]) -> None:
        """Hold the session until it is stopped; `show` every runner's summary."""
        self._check()
        service = Service(
            settings=self.settings,
            speed=Speed(factor=1.0),
            console=self.console,
            title="stridecue",
            minutes=self.minutes,
        )
        for part in asyncio.run(self._hold(service)):
            show(part.summary)
        service.confess()

    async def _hold(self, service: Service) -> list[Part]:
        if self.radio == VIRTUAL:
            parts = self._rehearsal()
            await service.hold(parts)
            return parts
        async with radio_named(self.radio) as radio:
            parts = self._real(radio)
            await service.hold(parts)
            return parts

    def _check(self) -> None:
        if self.radio == VIRTUAL:
            return
        where, runners = "settings", self._runners()
        if not self.settings.sensors:
            mend = "add [[sensors]] to stridecue.toml (docs/settings.md), or use --radio virtual"
            raise SettingsError("no sensors are set", where=where, mend=mend)
        if self.record_to is not None and len(runners) > 1:
            mend = "use run --out, which keeps a recording for each runner"
            raise SettingsError("one recording holds one runner", where=where, mend=mend)

    def _runners(self) -> list[RunnerSettings]:
        """Return the runners that wear a sensor, named or not."""
        named = {runner.id: runner for runner in self.settings.runners}
        ids = dict.fromkeys(sensor.runner for sensor in self.settings.sensors)
        return [named.get(runner, RunnerSettings(id=runner)) for runner in ids]

    def _real(self, radio: Radio) -> list[Part]:
        sensors = [SensorConfig(**sensor.model_dump()) for sensor in self.settings.sensors]
        gateway = Gateway(sensors=sensors, radio=radio, rng=random.SystemRandom())
        shared = SharedGateway(gateway, runners=len(self._runners()))
        parts = []
        for runner in self._runners():
            mine = tuple(sensor for sensor in sensors if sensor.runner == runner.id)
            plan = self.plan(runner, mine, simulated=False)
            parts.append(self._part(plan, shared.source(sensors=mine)))
        return parts

    def _rehearsal(self) -> list[Part]:
        """Return a simulated runner under the settings of a real one."""
        minutes = self.minutes or REHEARSAL_MINUTES
        world = World(scenario=scenario("demo").with_(minutes=minutes), seed=1, runner="rehearsal")
        runner = RunnerSettings(id=world.runner, name="Rehearsal")
        plan = self.plan(runner, world.sensors, simulated=True)
        return [self._part(plan, SimulatedSource(world))]

    def plan(
        self, runner: RunnerSettings, sensors: Sequence[SensorConfig], *, simulated: bool
    ) -> SessionPlan:
        """Return a runner's session, with what the store knows of the runner."""
        with Store(self.settings.store_path()) as store:
            baseline = store.baseline(runner.id, at_utc_ns=self.started_utc_ns)
            history = load_history(self.settings, store, runner, started_utc_ns=self.started_utc_ns)
        return SessionPlan(
            session=session_name(self.started_utc_ns),
            runner=runner.id,
            name=runner.name or runner.id,
            started_utc_ns=self.started_utc_ns,
            source="rehearsal" if simulated else "run",
            simulated=simulated,
            sensors=tuple(sensors),
            analytics=analytics_of(self.settings),
            baseline=baseline,
            history=history,
        )

    def _part(self, plan: SessionPlan, source: SimulatedSource | SharedGateway.Source) -> Part:
        several = len(self._runners()) > 1 and self.radio != VIRTUAL
        folder = self.out / plan.runner if self.out is not None and several else self.out
        record_to = self.record_to
        if record_to is None and folder is not None:
            record_to = folder / RECORDING
        return Part(plan=plan, source=source, folder=folder, record_to=record_to)


def session_name(started_utc_ns: int) -> str:
    """Return the name of a session that starts now: its UTC time, which sorts and is unique.

    Examples
    --------
    >>> session_name(1_764_000_000_000_000_000)
    '20251124T160000Z'

    """
    started = datetime.fromtimestamp(started_utc_ns // 10**9, tz=UTC)
    return started.strftime("%Y%m%dT%H%M%SZ")


def analytics_of(settings: Settings) -> AnalyticsSettings:
    """Return the analytics' settings with the user's cue rules in them."""
    cues = settings.cues
    return AnalyticsSettings(
        cues=CueSettings(
            same_cue_s=cues.same_cue_apart_s,
            any_cue_s=cues.any_cue_apart_s,
            most_cues=cues.most_per_30_min,
            gate=GateSettings(warm_up_s=cues.warm_up_s),
        )
    )
