from dataclasses import replace
from pathlib import Path

import msgspec

from analytics.records import Surface
from analytics.settings import AnalyticsSettings
from dashboards.store import Store
from sensor_gateway.chunks import RecordingHeader
from stridecue.past import load_history
from stridecue.replay import plan_of
from stridecue.session import SessionPlan
from stridecue.settings import Settings
from tests.analytics.load.runs import entry, history, leg, shoe
from tests.dashboards import loads, people

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
        store.write([loads.load_entry()])
        [runner] = settings.runners
        later_ns = people.STARTED_UTC_NS + WEEK_NS
        past = load_history(settings, store, runner, started_utc_ns=later_ns)
        same = load_history(settings, store, runner, started_utc_ns=people.STARTED_UTC_NS)
    assert past.day == "2025-12-02"  # 16:00 UTC is the next morning there
    assert past.entries == (loads.load_entry(),)
    assert (past.shoe, past.surface) == ("blue", Surface.GRASS)
    assert [(shoe.id, shoe.before_m) for shoe in past.shoes] == [("blue", 210_000.0)]
    assert same.entries == ()


def test_a_recording_keeps_the_history_it_was_told_by() -> None:
    past = history(entry(3, km=8.0, left=leg(), right=leg(axial=False)), shoes=(shoe(),))
    plan = SessionPlan(
        session="s1",
        runner="ada",
        name="Ada",
        started_utc_ns=past.start_utc_ns,
        source="replay",
        simulated=False,
        sensors=(),
        analytics=AnalyticsSettings(),
        baseline=None,
        history=replace(past, shoe="blue", surface=Surface.TRACK),
    )
    context = msgspec.json.decode(msgspec.json.encode(plan.context()))
    header = RecordingHeader(
        session="s1", started_utc_ns=past.start_utc_ns, sensors=(), context=context
    )
    assert plan_of(header, where="run.scue") == plan
    del context["history"]  # as recorded before there was one
    assert plan_of(header, where="run.scue").history is None
