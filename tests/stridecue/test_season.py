"""A small simulated season in a real store."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from analytics.load.longest import LONGEST_RUN
from analytics.pain import Pain, PainMoment, PainPlace, PainSide
from analytics.records import Placement
from bench.season import ALWAYS
from bench.season import made as season_in_databases
from dashboards.body_shelf import BodyShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from firmware_sim.season.calendar import Season
from firmware_sim.season.person import Person
from stridecue.demo import runner_ids
from stridecue.past import simulated_history
from stridecue.season import is_there
from stridecue.season_plan import Built, SeasonPlan, utc_ns
from stridecue.season_runner import SOURCE
from stridecue.sections import StoreSettings
from stridecue.settings import Settings

pytestmark = pytest.mark.databases
TODAY = "2026-06-17"
EASY_MIN = 12.0
(RUNNER,) = runner_ids(1)
PAIN = Pain(
    runner=RUNNER,
    id="season-knee",
    time_utc_ns=0,  # of the morning, once it is said
    day="2026-06-16",
    moment=PainMoment.MORNING,
    side=PainSide.LEFT,
    place=PainPlace.KNEE,
    score=3,
)
Kept = dict[str, Mapping[str, int]]


class ShortRuns(SeasonPlan):
    """A season of runs of a third of their usual length, of one whose knee hurts on its last day.

    So short a run is enough to notice who tires.
    """

    def person(self, index: int) -> Person:
        return replace(super().person(index), easy_min=EASY_MIN)

    def season_of(self, person: Person) -> Season:
        return replace(super().season_of(person), pains=(PAIN,))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[SeasonPlan, Built, Kept]:
    folder = tmp_path_factory.mktemp("season")
    plan = ShortRuns(
        runners=(RUNNER,),
        seed=1,
        weeks=2,
        today=TODAY,
        zone="Europe/Copenhagen",
        placement=Placement.SHOE,
        store=folder / "stridecue.db",
        raw_min=1.0,
        team="club",
    )
    assert not is_there(plan)
    return plan, *season_in_databases(folder, plan)


@pytest.fixture
def season(made: tuple[SeasonPlan, Built, Kept]) -> Iterator[tuple[SeasonPlan, Built, Store]]:
    plan, built, _ = made
    with Store(plan.store) as store:
        yield plan, built, store


Made = tuple[SeasonPlan, Built, Store]


def test_every_database_has_every_point_once(made: tuple[SeasonPlan, Built, Kept]) -> None:
    _, built, kept = made
    assert set(kept) == {"influx", "influx_behind_v2", "victoria"}
    for place, counts in kept.items():
        assert counts == {name: built.sent.get(name, 0) for name in ALWAYS}, place
    assert built.sent["stride"] == built.strides


def test_what_is_stored_is_what_was_made(season: Made) -> None:
    plan, built, store = season
    (row,) = store.read("SELECT count(*) AS n FROM strides", ())
    assert row["n"] == built.strides > 10_000
    sessions = store.sessions()
    assert len(sessions) == built.runs == 9
    sources = [row["source"] for row in sessions]
    assert (sources.count(SOURCE), sources.count("demo")) == (8, 1)  # and one from samples
    assert all(row["simulated"] for row in sessions)
    assert sum(row["summary"]["strides"] for row in sessions) == built.strides
    assert is_there(plan)


def test_every_run_has_windows_load_links_and_what_the_runner_said(season: Made) -> None:
    _, built, store = season
    for table in ("windows", "load", "links", "distance", "events", "judged_by"):
        (row,) = store.read(f"SELECT count(DISTINCT session) AS n FROM {table}", ())  # noqa: S608
        assert row["n"] == built.runs, table
    entries = LoadShelf(store).entries(simulated=True)
    assert all(entry.shoe in {"daily", "fast"} for entry in entries)
    assert sum(entry.exertion is not None for entry in entries) == 8
    assert not LoadShelf(store).entries()  # simulated runs are in nobody's history
    assert BodyShelf(store).pains(RUNNER, day=PAIN.day)


def test_who_does_too_much_too_soon_is_over_the_line_and_who_tires_is_noticed(
    season: Made,
) -> None:
    _, _, store = season
    over = [row for row in store.rows("alerts") if row["kind"] == LONGEST_RUN]
    assert {row["runner"] for row in over} == {RUNNER}
    assert store.rows("drift")
    cues = [row for row in store.rows("cues") if row["shown"]]
    assert any(row["outcome"] is not None for row in cues)


def test_a_later_run_goes_on_from_the_season(season: Made) -> None:
    plan, _, store = season
    settings = Settings(store=StoreSettings(path=plan.store))
    history = simulated_history(
        settings, RUNNER, started_utc_ns=utc_ns(TODAY, minute=720, zone=plan.zone)
    )
    assert len(history.entries) == 9
    assert history.shoe == "daily"
    baseline = store.baseline(RUNNER)
    assert baseline is not None
    assert baseline.runs == 8  # the minute from samples is too short to learn from
