"""A simulated season in the store: weeks of runs of a team, through the real analytics.

Landings are drawn (`firmware_sim.season`), everything after them is the product's own: windows,
drift, cues with outcomes, load, baselines and programmes from run to run, as sessions leave them.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analytics.codec import Record
from analytics.cue_settings import CueSettings, Mode
from analytics.load.days import local_day
from analytics.load.past import history_of
from analytics.load.records import LoadEntry, LoadHistory
from analytics.pipeline import AnalyticsSettings, FormStage
from analytics.records import Gap, LinkHealth, Placement, Side, Stride
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.judged_shelf import JudgedShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from firmware_sim.season.calendar import WEEK_DAYS, PlannedRun, plan
from firmware_sim.season.calendar import Season as Weeks
from firmware_sim.season.person import Lot, Person, draw_person
from firmware_sim.season.run import SeasonRun
from firmware_sim.season.told import learn
from firmware_sim.world import World
from stridecue.backtest import days_of
from stridecue.demo import Demo, runner_ids
from stridecue.past import simulated_history
from stridecue.plans import session_name
from stridecue.settings import Settings
from stridecue.summary import SessionSummary

SOURCE = "season"
_LOOK_S = 0.2
_MORNING_H = 8  # when pain is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonPlan:
    """Whose season is made, and where it goes.

    Attributes
    ----------
    runners : tuple of str
        Their ids; the k-th has the seed `seed + k`, as the demo's.
    today : str
        The day after the season's last (ISO 8601), in `zone`.

    """

    runners: tuple[str, ...]
    seed: int
    weeks: int
    today: str
    zone: str
    placement: Placement
    store: Path

    def person(self, index: int) -> Person:
        """Return one of the runners."""
        return draw_person(
            seed=self.seed + index,
            runner=self.runners[index],
            number=index + 1,
            placement=self.placement,
        )

    def weeks_of(self, person: Person) -> Weeks:
        """Return what one of them does."""
        return plan(person, weeks=self.weeks, today=self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a season came to."""

    runs: int
    strides: int
    records: int
    seconds: float


def before_demo(demo: Demo, *, last: str) -> None:
    """Give a demo's runners a season that ends the day before, unless the store has one."""
    settings = demo.settings
    weeks = math.ceil(days_of(last) / WEEK_DAYS)
    plan = SeasonPlan(
        runners=runner_ids(demo.runners),
        seed=demo.seed,
        weeks=weeks,
        today=local_day(demo.started_utc_ns, zone=settings.team.zone),
        zone=settings.team.zone,
        placement=demo.scenario.placement,
        store=settings.store_path(),
    )
    if is_there(plan):
        demo.console.print("The store has a simulated season of these runners: it is kept")
    else:
        demo.console.print(told(build(plan, demo.console)), highlight=False)
    demo.past = _as_stored


def _as_stored(world: World, settings: Settings, started_utc_ns: int) -> LoadHistory:
    return simulated_history(settings, world.runner, started_utc_ns=started_utc_ns)


def told(built: Built) -> str:
    """Return what a season came to, in a line.

    Examples
    --------
    >>> told(Built(runs=16, strides=67586, records=76777, seconds=31.2))
    'A simulated season is stored: 16 runs, 67,586 strides, 76,777 records in 31 s'

    """
    counts = f"{built.runs} runs, {built.strides:,} strides, {built.records:,} records"
    return f"A simulated season is stored: {counts} in {built.seconds:.0f} s"


def is_there(plan: SeasonPlan) -> bool:
    """Tell whether every runner has a season in the store already."""
    if not plan.store.exists():
        return False
    with Store(plan.store) as store:
        kept = {row["runner"] for row in store.sessions() if row["source"] == SOURCE}
    return kept >= set(plan.runners)


def build(plan: SeasonPlan, console: Console) -> Built:
    """Make the season and store it, with a process for every processor."""
    began_s = time.monotonic()
    with Store(plan.store):
        pass  # the schema is there before several write
    people = [plan.person(index) for index in range(len(plan.runners))]
    n_runs = sum(len(plan.weeks_of(person).runs) for person in people)
    context = multiprocessing.get_context()
    done = context.Value("i", 0)
    jobs = min(os.cpu_count() or 1, len(people))
    with ProcessPoolExecutor(jobs, context, initializer=_counts, initargs=(done,)) as pool:
        counted = [pool.submit(_build_one, plan, index) for index in range(len(people))]
        with _bar(console) as bar:
            task = bar.add_task("simulated season", total=n_runs)
            while not all(one.done() for one in counted):
                bar.update(task, completed=done.value)
                time.sleep(_LOOK_S)
            bar.update(task, completed=n_runs)
        found = [one.result() for one in counted]
    return Built(
        runs=n_runs,
        strides=sum(strides for strides, _ in found),
        records=sum(records for _, records in found),
        seconds=time.monotonic() - began_s,
    )


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TimeRemainingColumn(),
        console=console,
    )


_done: Any = None  # how many runs all processes have made


def _counts(done: Any) -> None:  # noqa: ANN401 - multiprocessing gives its shared values no type
    global _done  # noqa: PLW0603 - how a pool's processes share a value
    _done = done


def _build_one(plan: SeasonPlan, index: int) -> tuple[int, int]:
    """Make one runner's season; return how many strides and records are stored of it."""
    person = plan.person(index)
    weeks = plan.weeks_of(person)
    strides = records = 0
    with Store(plan.store) as store:
        LoadShelf(store).keep_shoes(person.runner, person.shoes)
        builder = _Builder(plan=plan, person=person, store=store)
        for planned in weeks.runs:
            found = builder.run(planned)
            strides += sum(isinstance(record, Stride) for record in found)
            records += len(found)
            with _done.get_lock():
                _done.value += 1
        _say(store, plan, person, weeks)
    return strides, records


class _Builder:
    """Holds what goes from one run of a runner to the next."""

    def __init__(self, *, plan: SeasonPlan, person: Person, store: Store) -> None:
        self._plan, self._person, self._store = plan, person, store
        self._telling = learn(person)
        self._entries: list[LoadEntry] = []
        mode = Mode.RETRAIN if person.lot is Lot.RETRAINS else Mode.GUARD
        self._settings = AnalyticsSettings(cues=CueSettings(mode=mode))

    def run(self, planned: PlannedRun) -> list[Record]:
        """Let the runner run; store and return what comes of it."""
        runner, store = self._person.runner, self._store
        start_utc_ns = utc_ns(planned.day, minute=planned.minute, zone=self._plan.zone)
        baseline = store.baseline(runner, at_utc_ns=start_utc_ns)
        run = SeasonRun(
            person=self._person,
            planned=planned,
            session=session_name(start_utc_ns),
            telling=self._telling,
        )
        history = history_of(
            self._entries,
            start_utc_ns=start_utc_ns,
            day=planned.day,
            shoes=self._person.shoes,
            shoe=self._person.shoes[planned.shoe].id,
            surface=self._person.ground,
        )
        stage = FormStage(
            runner=runner,
            session=run.session,
            sides=tuple(Side),
            settings=self._settings,
            baseline=baseline,
            history=history,
            programme=store.programme(runner, at_utc_ns=start_utc_ns),
            late=False,
        )
        found = list(_through(stage, run))
        summary = SessionSummary(tuple(Side), history=history)
        for record in found:
            summary.take(record)
        self._entries += [r for r in found if isinstance(r, LoadEntry)]
        store.begin_session(
            session=run.session,
            runner=runner,
            started_utc_ns=start_utc_ns,
            source=SOURCE,
            simulated=True,
        )
        JudgedShelf(store).keep(
            runner=runner, session=run.session, baseline=baseline, analytics=self._settings
        )
        store.write(found)
        store.end_session(
            session=run.session,
            runner=runner,
            summary={
                "session": run.session,
                "runner": runner,
                "simulated": True,
                "length_s": run.length_s,
                **summary.as_dict(),
            },
        )
        LoadShelf(store).say(
            runner=runner, session=run.session, distance_m=None, exertion=planned.exertion
        )
        return found


def _through(stage: FormStage, run: SeasonRun) -> Iterator[Record]:
    for item in run.items():
        if isinstance(item, Stride | Gap | LinkHealth):
            yield item
        yield from stage.push(item)
    yield from stage.finish()
    yield run.over()


def _say(store: Store, plan: SeasonPlan, person: Person, weeks: Weeks) -> None:
    """Keep what the runner says beside the runs."""
    body = BodyShelf(store)
    for pain in weeks.pains:
        said_ns = utc_ns(pain.day, minute=60 * _MORNING_H, zone=plan.zone)
        body.say(replace(pain, time_utc_ns=said_ns))
    for tick in weeks.ticks:
        body.tick(
            runner=person.runner,
            tick_id=f"{SOURCE}-{tick.day}-{tick.kind}",
            day=tick.day,
            kind=Tick(tick.kind),
            done=True,
        )


def utc_ns(day: str, *, minute: int, zone: str) -> int:
    """Return when a minute of a day begins, as the clock on the wall counts it.

    Examples
    --------
    >>> utc_ns("2026-03-15", minute=60, zone="Europe/Copenhagen") // 10**9
    1773532800

    """
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    moment = midnight.replace(hour=minute // 60, minute=minute % 60)
    return int(moment.timestamp()) * 10**9
