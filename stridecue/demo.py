"""The demo: simulated runners through the real service, from the virtual radio to the phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table

from analytics.load.days import local_day
from analytics.load.records import LoadHistory
from analytics.settings import AnalyticsSettings, demo_settings
from firmware_sim.month import month_before
from firmware_sim.scenario import Scenario
from firmware_sim.world import World
from stridecue.held import RECORDING, Part
from stridecue.live import number
from stridecue.service import Service, Speed
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from stridecue.sources import SimulatedSource
from stridecue.summary_text import distance_text
from stridecue.truth import Comparison, compare, write_truth

RUNNER = "demo"
DEMO_WARM_UP_S = 60.0  # a scenario with a shorter warm-up than this is a show of a few minutes
TELLING_S = 0.3  # a stride is told at most this long after the contact that closes it

Past: TypeAlias = Callable[[World, Settings, int], LoadHistory]


def made_up_month(world: World, settings: Settings, started_utc_ns: int) -> LoadHistory:
    """Return runs that only their sums are known of."""
    day = local_day(started_utc_ns, zone=settings.team.zone)
    return month_before(world, start_utc_ns=started_utc_ns, day=day)


@dataclass(kw_only=True)
class Demo:
    """Simulated runners, how they run and what is kept of it.

    Attributes
    ----------
    past : callable
        Gives a runner's runs before.
    only : int or None
        Which of the runners runs alone (from 1), while other programs write to the store.

    """

    scenario: Scenario
    seed: int
    runners: int
    settings: Settings
    speed: Speed
    out: Path | None
    console: Console
    started_utc_ns: int
    past: Past = made_up_month
    only: int | None = None
    _worlds: dict[str, World] = field(default_factory=dict)

    def run(self) -> list[dict[str, Any]]:
        """Run the demo to its end; print and return the summary of every runner."""
        service = Service(
            settings=self.settings,
            speed=self.speed,
            console=self.console,
            title=f"stridecue demo: {self.scenario.name}, seed {self.seed}",
            length_s=self.scenario.minutes * 60.0,
            more=self._truth,
            shares_store=self.only is not None,
        )
        summaries = self.speed.run(self._hold(service))
        for summary in summaries:
            self.console.print(report(summary))
        service.confess()
        return summaries

    async def _hold(self, service: Service) -> list[dict[str, Any]]:
        every = range(1, self.runners + 1)
        parts = [self._part(number) for number in every if self.only in {None, number}]
        await service.hold(parts)
        return [part.summary for part in parts]

    def _part(self, which: int) -> Part:
        """Return one runner's world and session."""
        alone = self.runners == 1
        runner = runner_ids(self.runners)[which - 1]
        world = World(
            scenario=self.scenario, seed=self.seed + which - 1, runner=runner, number=which
        )
        self._worlds[runner] = world
        folder = self.out if alone or self.out is None else self.out / runner
        plan = SessionPlan(
            session=f"{self.scenario.name}-{world.seed}",
            runner=runner,
            name="Demo runner" if alone else f"Demo runner {which}",
            started_utc_ns=self.started_utc_ns,
            source="demo",
            simulated=True,
            sensors=tuple(world.sensors),
            analytics=analytics_for(self.scenario),
            baseline=world.baseline(),
            history=self.past(world, self.settings, self.started_utc_ns),
        )
        return Part(
            plan=plan,
            source=SimulatedSource(world),
            folder=folder,
            record_to=None if folder is None else folder / RECORDING,
        )

    def _truth(self, part: Part) -> dict[str, Any]:
        """Compare with the truth, keep it beside the session's files, and say how it went."""
        world = self._worlds[part.plan.runner]
        strides, session = world.truth(part.source.zero_s or 0.0)
        if part.folder is not None:
            write_truth(part.folder, strides, session)
        compared = compare(list(part.strides.values()), strides, until_s=part.length_s - TELLING_S)
        return {"truth": as_row(compared)}


def runner_ids(runners: int) -> tuple[str, ...]:
    """Return the ids of so many simulated runners."""
    return (RUNNER,) if runners == 1 else tuple(f"{RUNNER}-{k + 1}" for k in range(runners))


def analytics_for(scenario: Scenario) -> AnalyticsSettings:
    """Return the product's settings, or those for a show of a few minutes."""
    if scenario.warm_up_s < DEMO_WARM_UP_S:
        return demo_settings(warm_up_s=scenario.warm_up_s)
    return AnalyticsSettings()


def as_row(compared: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values."""
    return {
        "strides": compared.n_true,
        "found": compared.n_found,
        "found_pct": compared.found_pct,
        "false": compared.n_false,
        "false_pct": compared.false_pct,
        "cadence_spm": compared.true_cadence_spm,
        "cadence_error_spm": compared.cadence_error_spm,
        "contact_bias_ms": compared.contact_bias_ms,
        "contact_sd_ms": compared.contact_sd_ms,
    }


def report(summary: dict[str, Any]) -> Table:
    """Return a session's summary for people."""
    truth = summary["truth"]
    table = Table(title=f"{summary['runner']}: {summary['session']} (simulated)", box=None)
    table.add_column("", style="bold")
    table.add_column("found", justify="right")
    table.add_column("truth", justify="right")
    table.add_column("")
    table.add_row(
        "cadence",
        f"{number(summary['cadence_spm'], 2)} spm",
        f"{number(truth['cadence_spm'], 2)} spm",
        f"error {truth['cadence_error_spm']:+.3f} spm",
    )
    table.add_row(
        "strides",
        str(summary["strides"]),
        str(truth["strides"]),
        f"{truth['found_pct']:.2f} % found, {truth['false_pct']:.2f} % false",
    )
    for side, leg in summary["legs"].items():
        contact = leg["contact_time_s"]
        table.add_row(
            side,
            f"{number(leg['peak_accel_resultant_g'], 1)} g",
            "",
            f"contact {number(None if contact is None else contact * 1e3)} ms, "
            f"{leg['gaps']} gaps ({leg['missing_s']:.1f} s)",
        )
    table.add_row("distance", "", "", distance_text(summary))
    table.add_row("cues shown", _counts(summary["cues_shown"]), "", "")
    table.add_row("held back", _counts(summary["cues_held_back"]), "", "")
    table.add_row("drift", _counts(summary["drift"]), "", "")
    return table


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
