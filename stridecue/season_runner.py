"""One runner's simulated season: run after run through the real analytics, each into the store.

Landings are drawn (`firmware_sim.season`), everything after them is the product's own: windows,
drift, cues with outcomes, load, baselines and programmes from run to run, as sessions leave them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from analytics.codec import Record
from analytics.cue_settings import CueSettings, Mode
from analytics.form_stage import FormStage
from analytics.load.past import history_of
from analytics.load.records import LoadEntry, LoadHistory
from analytics.records import Gap, LinkHealth, Side, Stride
from analytics.settings import AnalyticsSettings
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.judged_shelf import JudgedShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from firmware_sim.season.calendar import PlannedRun, Season
from firmware_sim.season.person import Lot, Person
from firmware_sim.season.run import SeasonRun
from firmware_sim.season.told import learn
from stridecue.plans import session_name
from stridecue.season_delivery import Delivery
from stridecue.season_plan import Built, SeasonPlan, utc_ns
from stridecue.season_raw import raw_run
from stridecue.summary import SessionSummary

SOURCE = "season"
_MORNING_H = 8  # when pain is asked for
_AS_IT_COMES = (Stride, Gap, LinkHealth)  # a record before any analysis


def build_one(plan: SeasonPlan, index: int, *, done: Callable[[], None]) -> Built:
    """Make one runner's season; `done` is called after each run."""
    person = plan.person(index)
    season = plan.season_of(person)
    built = Built(runs=len(season.runs))
    with Store(plan.store) as store, Delivery(store, plan) as delivery:
        LoadShelf(store).keep_shoes(person.runner, person.shoes)
        history = _SeasonOf(person, plan=plan, store=store)
        for planned in season.runs:
            session, found = history.run(planned)
            built.strides += Counter(map(type, found))[Stride]
            built.records += len(found)
            delivery.send_session(person.runner, session)
            done()
        _say(store, plan, person, season)
        delivery.send_body(person.runner)
        if plan.raw_min:
            session, strides, records = raw_run(plan, index)
            built.runs += 1
            built.strides += strides
            built.records += records
            delivery.send_session(person.runner, session)
            done()
        built.sent = delivery.sent
    return built


class _SeasonOf:
    """Holds what goes from one run of a runner to the next."""

    def __init__(self, person: Person, *, plan: SeasonPlan, store: Store) -> None:
        self._plan, self._person, self._store = plan, person, store
        self._telling = learn(person)
        self._entries: list[LoadEntry] = []
        mode = Mode.RETRAIN if person.lot is Lot.RETRAINS else Mode.GUARD
        self._settings = AnalyticsSettings(cues=CueSettings(mode=mode))

    def run(self, planned: PlannedRun) -> tuple[str, list[Record]]:
        """Let the runner run; store and return the session's name and what comes of it."""
        start_utc_ns = utc_ns(planned.day, minute=planned.minute, zone=self._plan.zone)
        run = SeasonRun(
            person=self._person,
            planned=planned,
            session=session_name(start_utc_ns),
            telling=self._telling,
        )
        history = self._history(planned, start_utc_ns)
        found = self._analysed(run, history)
        summary = SessionSummary(tuple(Side), history=history)
        for record in found:
            summary.take(record)
        self._entries += [r for r in found if isinstance(r, LoadEntry)]
        self._store.write(found)
        whose = {"session": run.session, "runner": run.person.runner}
        told = {**whose, "simulated": True, "length_s": run.length_s, **summary.as_dict()}
        self._store.end_session(**whose, summary=told)
        LoadShelf(self._store).say(**whose, distance_m=None, exertion=planned.exertion)
        return run.session, found

    def _history(self, planned: PlannedRun, start_utc_ns: int) -> LoadHistory:
        return history_of(
            self._entries,
            start_utc_ns=start_utc_ns,
            day=planned.day,
            shoes=self._person.shoes,
            shoe=self._person.shoes[planned.shoe].id,
            surface=self._person.ground,
        )

    def _analysed(self, run: SeasonRun, history: LoadHistory) -> list[Record]:
        """Open the session and return its records."""
        runner, store = run.person.runner, self._store
        baseline = store.baseline(runner, at_utc_ns=history.start_utc_ns)
        stage = FormStage(
            runner=runner,
            session=run.session,
            sides=tuple(Side),
            settings=self._settings,
            baseline=baseline,
            history=history,
            programme=store.programme(runner, at_utc_ns=history.start_utc_ns),
            late=False,
        )
        store.begin_session(
            session=run.session,
            runner=runner,
            started_utc_ns=history.start_utc_ns,
            source=SOURCE,
            simulated=True,
        )
        JudgedShelf(store).keep(
            runner=runner, session=run.session, baseline=baseline, analytics=self._settings
        )
        found: list[Record] = []
        for item in run.items():
            if isinstance(item, _AS_IT_COMES):
                found.append(item)
            found += stage.push(item)
        return [*found, *stage.finish(), run.over()]


def _say(store: Store, plan: SeasonPlan, person: Person, season: Season) -> None:
    """Keep what the runner says beside the runs."""
    body = BodyShelf(store)
    for pain in season.pains:
        said_ns = utc_ns(pain.day, minute=60 * _MORNING_H, zone=plan.zone)
        body.say(replace(pain, time_utc_ns=said_ns))
    for tick in season.ticks:
        body.tick(
            runner=person.runner,
            tick_id=f"{SOURCE}-{tick.day}-{tick.kind}",
            day=tick.day,
            kind=Tick(tick.kind),
            done=True,
        )
