"""One run of a season from raw samples: sensors, radio, gateway and all, in simulated time."""

from __future__ import annotations

import io

from rich.console import Console

from analytics.load.days import days_before
from analytics.load.records import LoadHistory
from dashboards.store import Store
from dashboards.tables import NAMES
from firmware_sim.scenarios import scenario
from firmware_sim.world import World
from stridecue.demo import Demo
from stridecue.past import simulated_history
from stridecue.season_plan import SeasonPlan, utc_ns
from stridecue.sections import StoreSettings, TeamSettings
from stridecue.service import Speed
from stridecue.settings import Settings

SCENARIO = "typical-tired"
_EVENING_MIN = 21 * 60  # of the last day, when nobody runs otherwise


def as_stored(world: World, settings: Settings, started_utc_ns: int) -> LoadHistory:
    """Return the runs that the store keeps of a simulated runner."""
    return simulated_history(settings, world.runner, started_utc_ns=started_utc_ns)


def raw_run(plan: SeasonPlan, index: int) -> tuple[str, int, int]:
    """Let one runner run; return the session's name, its strides and its records."""
    day = days_before(plan.today, 1)
    demo = Demo(
        scenario=scenario(SCENARIO).with_(placement=plan.placement, minutes=plan.raw_min),
        seed=plan.seed,
        runners=len(plan.runners),
        settings=Settings(
            store=StoreSettings(path=plan.store), team=TeamSettings(name=plan.team, zone=plan.zone)
        ),
        speed=Speed(factor=None),
        out=None,
        console=Console(file=io.StringIO()),
        started_utc_ns=utc_ns(day, minute=_EVENING_MIN, zone=plan.zone),
        past=as_stored,
        only=index + 1,
    )
    (summary,) = demo.run()
    return summary["session"], summary["strides"], _records(plan, index, summary["session"])


def _records(plan: SeasonPlan, index: int, session: str) -> int:
    whose = (plan.runners[index], session)
    counts = " + ".join(
        f"(SELECT count(*) FROM {name} WHERE runner = ?1 AND session = ?2)"  # noqa: S608 - names of ours
        for name in NAMES
    )
    with Store(plan.store) as store:
        (row,) = store.read(f"SELECT {counts} AS n", whose)
    return int(row["n"])
