from pathlib import Path

from analytics.records import Surface
from dashboards.store import Store
from stridecue.past import load_history
from stridecue.settings import Settings
from tests.dashboards import people

WEEK_NS = 7 * 24 * 3600 * 10**9


def test_a_session_starts_with_the_runs_and_shoes_before_it(tmp_path: Path) -> None:
    settings = Settings(
        team={"zone": "Pacific/Auckland"},  # type: ignore[arg-type]
        runners=[{"id": "mia", "shoe": "blue", "surface": "grass"}],  # type: ignore[arg-type]
        shoes=[
            {"id": "blue", "runner": "mia", "km": 210},
            {"id": "red", "runner": "ada"},
        ],  # type: ignore[arg-type]
    )
    with Store(tmp_path / "stridecue.db") as store:
        store.begin_session(
            session="s1",
            runner="mia",
            started_utc_ns=people.STARTED_UTC_NS,
            source="test",
            simulated=False,
        )
        store.write([people.load_entry()])
        [runner] = settings.runners
        later_ns = people.STARTED_UTC_NS + WEEK_NS
        past = load_history(settings, store, runner, started_utc_ns=later_ns)
        same = load_history(settings, store, runner, started_utc_ns=people.STARTED_UTC_NS)
    assert past.day == "2025-12-02"  # 16:00 UTC is the next morning there
    assert past.entries == (people.load_entry(),)
    assert (past.shoe, past.surface) == ("blue", Surface.GRASS)
    assert [(shoe.id, shoe.before_m) for shoe in past.shoes] == [("blue", 210_000.0)]
    assert same.entries == ()
