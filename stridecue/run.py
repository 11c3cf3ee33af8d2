"""A run with the settings' sensors: on this machine's radio, or rehearsed on the virtual one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from analytics.errors import SettingsError
from dashboards.store import Store
from sensor_gateway.gathering import run_gathering
from stridecue.crews import Crew, check_sensors, crews
from stridecue.held import RECORDING, Part
from stridecue.plans import new_plan, session_name
from stridecue.radios import VIRTUAL
from stridecue.received import OVER, raw_folder
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings


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
        File for the raw radio events, only for a single runner; without one and without `out`
        they are kept beside the store for a while.

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
        for part in run_gathering(self._hold(service)):
            show(part.summary)
        service.confess()

    async def _hold(self, service: Service) -> list[Part]:
        async with crews(self.settings, self.radio, self.minutes) as found:
            parts = [self._part(crew) for crew in found]
            await service.hold(parts)
            return parts

    def _check(self) -> None:
        if self.radio == VIRTUAL:
            return
        check_sensors(self.settings)
        if self.record_to is not None and len(self.settings.wearing()) > 1:
            mend = "use run --out, which keeps a recording for each runner"
            raise SettingsError("one recording holds one runner", where="settings", mend=mend)

    def _part(self, crew: Crew) -> Part:
        with Store(self.settings.store_path()) as store:
            plan = new_plan(
                self.settings,
                store,
                crew.runner,
                session=session_name(self.started_utc_ns),
                started_utc_ns=self.started_utc_ns,
                source="rehearsal" if crew.simulated else "run",
                simulated=crew.simulated,
                sensors=crew.sensors,
            )
        several = len(self.settings.wearing()) > 1 and self.radio != VIRTUAL
        folder = self.out / plan.runner if self.out is not None and several else self.out
        record_to = self.record_to or self._raw_file(plan, folder)
        return Part(plan=plan, source=crew.source, folder=folder, record_to=record_to)

    def _raw_file(self, plan: SessionPlan, folder: Path | None) -> Path | None:
        """Return where the radio events go that nobody asked for; a rehearsal's are not kept."""
        if folder is not None:
            return folder / RECORDING
        if plan.simulated:
            return None
        kept = raw_folder(self.settings)
        kept.mkdir(parents=True, exist_ok=True)
        return kept / f"{plan.session}-{plan.runner}{OVER}"
