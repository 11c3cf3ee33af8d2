"""A simulated season in the store: weeks of runs of a team, with a process for every processor."""

from __future__ import annotations

import math
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analytics.load.days import local_day
from dashboards.store import Store
from firmware_sim.season.calendar import WEEK_DAYS, PlannedRun
from stridecue.apart import belong_to_parent, pool
from stridecue.backtest import days_of
from stridecue.databases import database_of
from stridecue.demo import Demo, runner_ids
from stridecue.memory import settled_memory
from stridecue.season_plan import Built, SeasonPlan, told
from stridecue.season_raw import as_stored
from stridecue.season_runner import SOURCE, build_one
from stridecue.settings import Settings

_LOOK_S = 0.2
_OF_A_RUN = 100_000  # objects that its records are


def plan_for(settings: Settings, **what: Any) -> SeasonPlan:  # noqa: ANN401 - as of SeasonPlan
    """Return a season that goes where the settings say."""
    database = database_of(settings)
    return SeasonPlan(
        zone=settings.team.zone,
        team=settings.team.name,
        store=settings.store_path(),
        databases=() if database is None else (database,),
        **what,
    )


def before_demo(demo: Demo, *, last: str) -> None:
    """Give a demo's runners a season that ends the day before, unless the store has one."""
    plan = plan_for(
        demo.settings,
        runners=runner_ids(demo.runners),
        seed=demo.seed,
        weeks=math.ceil(days_of(last) / WEEK_DAYS),
        today=local_day(demo.started_utc_ns, zone=demo.settings.team.zone),
        placement=demo.scenario.placement,
    )
    if is_there(plan):
        demo.console.print("The store has a simulated season of these runners: it is kept")
    else:
        demo.console.print(told(build(plan, demo.console)), highlight=False)
    demo.past = as_stored


def is_there(plan: SeasonPlan) -> bool:
    """Tell whether every runner has a season in the store already."""
    if not plan.store.exists():
        return False
    with Store(plan.store) as store:
        kept = {row["runner"] for row in store.sessions() if row["source"] == SOURCE}
    return kept >= set(plan.runners)


def build(plan: SeasonPlan, console: Console) -> Built:
    """Make the season, store it, and send it to the plan's databases.

    Raises
    ------
    ServiceError
        The disk is full, or a database does not answer.

    """
    began_s = time.monotonic()
    with Store(plan.store):
        pass  # the schema is there before several write
    everyone = [plan.season_of(plan.person(index)).runs for index in range(len(plan.runners))]
    runs = sum(map(len, everyone)) + (len(plan.runners) if plan.raw_min else 0)
    # Who runs longest is made first: so all processes are done at about the same time.
    longest_first = sorted(range(len(everyone)), key=lambda k: -_running_s(everyone[k]))
    context = multiprocessing.get_context()
    done = context.Value("i", 0)
    jobs = min(os.cpu_count() or 1, len(plan.runners))
    with pool(jobs, context, partial(_begin, done)) as processes:
        making = [processes.submit(_build_one, plan, index) for index in longest_first]
        _watch(making, done, runs=runs, console=console)
        found = [one.result() for one in making]
    return Built(
        runs=sum(one.runs for one in found),
        strides=sum(one.strides for one in found),
        records=sum(one.records for one in found),
        sent=sum((Counter(one.sent) for one in found), Counter()),
        seconds=time.monotonic() - began_s,
    )


def _running_s(runs: Sequence[PlannedRun]) -> float:
    return math.fsum(run.running_s for run in runs)


def _watch(making: Sequence[Future[Built]], done: Any, *, runs: int, console: Console) -> None:  # noqa: ANN401 - multiprocessing gives its shared values no type
    counts = _counts(making, done)
    if not console.is_terminal:
        for line in tenths(counts, runs=runs):
            console.print(line, highlight=False)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("runs"), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("simulated season", total=runs)
        for count in counts:
            bar.update(task, completed=count)


def _counts(making: Sequence[Future[Built]], done: Any) -> Iterator[int]:  # noqa: ANN401 - as above
    """Give how many runs are made, now and then, until all are."""
    while not all(one.done() for one in making):
        yield done.value
        time.sleep(_LOOK_S)
    yield done.value


def tenths(counts: Iterable[int], *, runs: int) -> Iterator[str]:
    """Give a line with every tenth of the runs that is made, for where no bar can move.

    Examples
    --------
    >>> list(tenths([0, 3, 4, 5, 17], runs=40))
    ['Simulated season: 4 of 40 runs', 'Simulated season: 17 of 40 runs']

    """
    told = 0
    for count in counts:
        if 10 * count // runs > told:
            told = 10 * count // runs
            yield f"Simulated season: {count} of {runs} runs"


_done: Any = None  # how many runs all processes have made


def _begin(done: Any) -> None:  # noqa: ANN401 - as above
    belong_to_parent()
    global _done  # noqa: PLW0603 - how a pool's processes share a value
    _done = done


def _build_one(plan: SeasonPlan, index: int) -> Built:
    with settled_memory(new_objects=_OF_A_RUN):
        return build_one(plan, index, done=_count)


def _count() -> None:
    with _done.get_lock():
        _done.value += 1
