"""What is left of a run whose sensors come and go: ten disconnects a leg in ten minutes.

`scripts/bench recovery [--json] [--seeds N] [--minutes M]`. Simulated time, the virtual radio,
the real gateway, chain and analysis. Each leg, independently of the other, is out of reach ten
times for 1 to 30 s, and is twice connected but silent. Measured: how soon its stream is there
again; whether every sample of its memory's span came; whether what came late gave any feedback;
and for how long the page called a sensor connected of which nothing came.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.codec import Record
from analytics.records import (
    Alert,
    Cue,
    Drift,
    FormMetrics,
    LinkState,
    Placement,
    SampleBlock,
    Side,
    Stride,
    is_live,
)
from analytics.settings import demo_settings
from bench.truth.rows import Row, report
from dashboards.runner_state import RunnerInfo, RunnerState
from firmware_sim.faults import Mute, OutOfReach, SensorFault
from firmware_sim.scenario import Scenario
from firmware_sim.world import World, run_virtual
from sensor_gateway.events import RadioEvent
from sensor_gateway.stream import SensorStream
from stridecue.session import SessionCore, SessionPlan
from stridecue.sources import SimulatedSource

SEEDS, MINUTES = 12, 10.0
_A_MINUTE = 1.0  # disconnects a leg; two at least
_AWAY_S = (1.0, 30.0)
_MUTE_S = 6.0
_QUIET_START_S, _QUIET_END_S = 15.0, 20.0  # time to begin, and to fetch what is missing
_APART_S = 5.0
_LOOK_S = 0.1


@dataclass(kw_only=True)
class Outcome:
    """What a run showed."""

    resumed_s: list[float] = field(default_factory=list)
    missing: int = 0  # samples that a memory held and that never came
    doubled: int = 0
    recovered: int = 0  # samples that came late
    false_alive_s: float = 0.0  # longest time the page called a dead sensor connected
    feedback_differs: int = 0
    strides_lost: int = 0
    strides: int = 0


def faults(rng: np.random.Generator, side: Side, minutes: float) -> list[SensorFault]:
    """Return one leg's troubles, some seconds apart."""
    span_s = 60.0 * minutes - _QUIET_START_S - _QUIET_END_S
    n_away = max(2, round(_A_MINUTE * minutes))
    n_mute = max(1, round(minutes / 5.0))
    kinds = [*[True] * n_away, *[False] * n_mute]
    rng.shuffle(kinds)
    lasts_s = [float(rng.uniform(*_AWAY_S)) if away else _MUTE_S for away in kinds]
    spare_s = span_s - sum(lasts_s) - _APART_S * len(kinds)
    shares = rng.dirichlet(np.ones(len(kinds) + 1))[:-1] * max(spare_s, 0.0)
    found: list[SensorFault] = []
    at_s = _QUIET_START_S
    for away, share_s, long_s in zip(kinds, shares, lasts_s, strict=True):
        at_s += float(share_s)
        kind = OutOfReach if away else Mute
        found.append(kind(side=side, at_s=at_s, lasts_s=long_s))
        at_s += long_s + _APART_S
    return found


class Watched:
    """One run: its world, its core, a page, and all that came."""

    def __init__(self, seed: int, minutes: float) -> None:
        rng = np.random.default_rng([seed, 77])
        self.faults = tuple(f for side in Side for f in faults(rng, side, minutes))
        scenario = Scenario(
            name="recovery",
            about="Sensors that come and go.",
            placement=Placement.SHOE,
            minutes=minutes,
            faults=self.faults,
        )
        self.world = World(scenario=scenario, seed=seed)
        self.source = SimulatedSource(self.world)
        self.core = SessionCore(plan_of(self.world))
        self.page = RunnerState(
            info=RunnerInfo(id=self.world.runner, name="", baseline="", simulated=True)
        )
        self.events: list[RadioEvent] = []
        self.records: list[Record] = []
        self.outcome = Outcome()
        self._starts_s = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Let it happen."""
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look())
            await self.source.run(self._emit)
            looking.cancel()
        self.records += self.core.finish()

    def _emit(self, event: RadioEvent) -> None:
        self.events.append(event)
        now_s = asyncio.get_running_loop().time()
        for record in self.core.push(event):
            self.records.append(record)
            if is_live(record):
                self.page.take(record, at_s=now_s)

    async def _look(self) -> None:
        """Look at the page ten times a second, knowing who is dead."""
        while True:
            await asyncio.sleep(_LOOK_S)
            now_s = asyncio.get_running_loop().time() - self._starts_s
            for fault in self.faults:
                dead_s = now_s - fault.at_s
                if 0.0 < dead_s < fault.lasts_s and self._claimed(fault.side):
                    self.outcome.false_alive_s = max(self.outcome.false_alive_s, dead_s)

    def _claimed(self, side: Side) -> bool:
        return self.page.sensor(side) == str(LinkState.CONNECTED)


def plan_of(world: World) -> SessionPlan:
    """Return the session of a world; its settings are those that cue soonest."""
    return SessionPlan(
        session="recovery",
        runner=world.runner,
        name="",
        started_utc_ns=0,
        source="bench",
        simulated=True,
        sensors=tuple(world.sensors),
        analytics=demo_settings(),
        baseline=world.baseline(),
    )


def measure(seed: int, minutes: float) -> Outcome:
    """Return what ten minutes of coming and going showed."""

    async def main() -> Watched:
        watched = Watched(seed, minutes)
        await watched.run()
        return watched

    watched = run_virtual(main())
    outcome = watched.outcome
    _count_samples(watched)
    _count_strides(watched)
    outcome.feedback_differs = _feedback_differs(watched)
    return outcome


def _count_samples(watched: Watched) -> None:
    """Count what came late, twice or never, and how soon streams were there again."""
    outcome, zero_s = watched.outcome, watched.source.zero_s or 0.0
    for sensor in watched.world.sensors:
        chain = SensorStream(worn=sensor.worn("recovery"), config=sensor)
        seen: set[int] = set()
        live_s: list[float] = []
        events = [e for e in watched.events if e.sensor == sensor.key]
        items = [(e, item) for e in events for item in chain.push(e)]
        for event, item in [*items, *((None, item) for item in chain.finish())]:
            if isinstance(item, SampleBlock):
                new = set(range(item.first_index, item.first_index + len(item)))
                outcome.doubled += len(seen & new)
                seen |= new
                outcome.recovered += len(new) if item.late else 0
                if not item.late and event is not None:
                    live_s.append(event.arrival_s)  # type: ignore[union-attr]
        outcome.missing += max(seen) + 1 - min(seen) - len(seen)
        for fault in watched.faults:
            if fault.side is sensor.side and isinstance(fault, OutOfReach):
                back_s = watched._starts_s + fault.at_s + fault.lasts_s - zero_s  # noqa: SLF001
                outcome.resumed_s.append(next(s for s in live_s if s > back_s) - back_s)


def _count_strides(watched: Watched) -> None:
    truth, _ = watched.world.truth(watched.source.zero_s or 0.0)
    found = {r.id for r in watched.records if isinstance(r, Stride)}
    watched.outcome.strides += len(truth)
    watched.outcome.strides_lost += len(truth) - len(found)


def _feedback_differs(watched: Watched) -> int:
    """Count the live records that would not be the same had nothing come late."""
    core = SessionCore(watched.core.plan)
    heard = [e for e in watched.events if getattr(e, "channel", "") != "backfill"]
    without = [r for event in heard for r in core.push(event)]
    kinds = (Cue, Drift, Alert, FormMetrics, Stride)
    with_late = [r for r in watched.records if isinstance(r, kinds) and is_live(r)]
    alone = [r for r in without if isinstance(r, kinds) and is_live(r)]
    same = sum(1 for a, b in zip(with_late, alone, strict=False) if a == b)
    return len(alone) - same


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return the table's rows."""
    resumed_s = [s for o in outcomes for s in o.resumed_s]
    recovered, missing = sum(o.recovered for o in outcomes), sum(o.missing for o in outcomes)
    strides, lost = sum(o.strides for o in outcomes), sum(o.strides_lost for o in outcomes)

    def row(name: str, value: float, unit: str, target: float | None, aim: str = "least") -> Row:
        return Row(name=name, value=value, unit=unit, target=target, aim=aim)

    return [
        row("disconnects", len(resumed_s), "", None),
        row("resume_p95_s", float(np.percentile(resumed_s, 95)), "s", 2.0),
        row("resume_max_s", max(resumed_s), "s", None),
        row("backfilled_pct", 100.0 * recovered / (recovered + missing), "%", 100.0, "most"),
        row("samples_doubled", sum(o.doubled for o in outcomes), "", 0.0),
        row("live_records_changed_by_late_data", sum(o.feedback_differs for o in outcomes), "", 0),
        row("page_claims_the_dead_alive_max_s", max(o.false_alive_s for o in outcomes), "s", 2.0),
        row("true_strides_found_pct", 100.0 * (1.0 - lost / strides), "%", None, "most"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench recovery",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    options = parser.parse_args(arguments)
    found = rows([measure(seed, options.minutes) for seed in range(options.seeds)])
    return report(found, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
