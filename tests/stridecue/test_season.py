"""A small simulated season in a real store."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from analytics.load.longest import LONGEST_RUN
from analytics.records import Placement
from dashboards.body_shelf import BodyShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from stridecue.demo import runner_ids
from stridecue.past import simulated_history
from stridecue.season import SOURCE, Built, SeasonPlan, build, is_there, utc_ns
from stridecue.settings import Settings, StoreSettings

TODAY = "2026-06-17"


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SeasonPlan, Built, Store]]:
    plan = SeasonPlan(
        runners=runner_ids(2),
        seed=1,
        weeks=2,
        today=TODAY,
        zone="Europe/Copenhagen",
        placement=Placement.SHOE,
        store=tmp_path_factory.mktemp("season") / "stridecue.db",
    )
    assert not is_there(plan)
    built = build(plan, Console(file=io.StringIO()))
    with Store(plan.store) as store:
        yield plan, built, store


Made = tuple[SeasonPlan, Built, Store]


def test_what_is_stored_is_what_was_made(season: Made) -> None:
    plan, built, store = season
    (row,) = store.read("SELECT count(*) AS n FROM strides", ())
    assert row["n"] == built.strides > 50_000
    sessions = store.sessions()
    assert len(sessions) == built.runs == 16
    assert {row["source"] for row in sessions} == {SOURCE}
    assert all(row["simulated"] for row in sessions)
    assert sum(row["summary"]["strides"] for row in sessions) == built.strides
    assert is_there(plan)


def test_every_run_has_windows_load_links_and_what_the_runner_said(season: Made) -> None:
    _, built, store = season
    for table in ("windows", "load", "links", "distance", "events"):
        (row,) = store.read(f"SELECT count(DISTINCT session) AS n FROM {table}", ())  # noqa: S608
        assert row["n"] == built.runs, table
    entries = LoadShelf(store).entries(simulated=True)
    assert all(entry.exertion is not None and entry.shoe in {"daily", "fast"} for entry in entries)
    assert not LoadShelf(store).entries()  # simulated runs are in nobody's history
    assert BodyShelf(store).pains("demo-2", day=TODAY)


def test_who_does_too_much_too_soon_is_over_the_line_and_who_tires_is_noticed(
    season: Made,
) -> None:
    _, _, store = season
    over = [row for row in store.rows("alerts") if row["kind"] == LONGEST_RUN]
    assert {row["runner"] for row in over} >= {"demo-1"}
    assert store.rows("drift")
    cues = [row for row in store.rows("cues") if row["shown"]]
    assert any(row["outcome"] is not None for row in cues)


def test_a_later_run_goes_on_from_the_season(season: Made) -> None:
    plan, _, store = season
    settings = Settings(store=StoreSettings(path=plan.store))
    history = simulated_history(
        settings, "demo-1", started_utc_ns=utc_ns(TODAY, minute=720, zone=plan.zone)
    )
    assert len(history.entries) == 8
    assert history.shoe == "daily"
    baseline = store.baseline("demo-1")
    assert baseline is not None
    assert baseline.runs == 8
