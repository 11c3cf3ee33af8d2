from pathlib import Path

import pytest

from analytics.drift import DriftStage, FormState
from analytics.records import Baseline
from bench.drifting.series import Run as SimulatedRun
from bench.drifting.series import blocks
from dashboards.store import Store
from stridecue.plans import new_plan, session_name
from stridecue.roster import RunnerSettings
from stridecue.session import SessionPlan
from stridecue.settings import Settings

DAY_NS = 86_400 * 10**9
STARTED_UTC_NS = 1_700_000_000 * 10**9


def run_of(day: int, *, after: Baseline | None) -> tuple[list[FormState], Baseline]:
    """Return what drift saw of one day's run of the same runner, and what the run has left."""
    stage = DriftStage(runner="mia", session=f"day-{day}", baseline=after)
    simulated = SimulatedRun(seed=11, day=day, minutes=14, wander_mps=0.15)
    found = [r for block in blocks(simulated) for r in stage.judge(block)]
    (left,) = [r for r in stage.finish() if isinstance(r, Baseline)]
    return [r for r in found if isinstance(r, FormState)], left


def planned(settings: Settings, *, started_utc_ns: int) -> SessionPlan:
    with Store(settings.store_path()) as store:
        return new_plan(
            settings,
            store,
            RunnerSettings(id="mia"),
            session=session_name(started_utc_ns),
            started_utc_ns=started_utc_ns,
            source="run",
            simulated=False,
            sensors=(),
        )


def test_a_second_run_starts_from_what_the_first_has_left_in_the_store(tmp_path: Path) -> None:
    settings = Settings.model_validate({"store": {"path": str(tmp_path / "stridecue.db")}})
    assert planned(settings, started_utc_ns=STARTED_UTC_NS).baseline is None
    _, left = run_of(1, after=None)
    with Store(settings.store_path()) as store:
        store.begin_session(
            session="day-1",
            runner="mia",
            started_utc_ns=STARTED_UTC_NS,
            source="run",
            simulated=False,
        )
        store.write([left])

    found = planned(settings, started_utc_ns=STARTED_UTC_NS + 3 * DAY_NS).baseline
    assert found is not None
    assert found.age_days == pytest.approx(3.0)
    assert found.usual == left.usual
    assert found.slopes == left.slopes
    assert 0.0 < found.slopes["peak_accel"].sd < 0.12

    states, after = run_of(2, after=found)
    alone, _ = run_of(2, after=None)
    mine, new = states[0].fresh["peak_accel"], alone[0].fresh["peak_accel"]
    assert mine.slope.sd < new.slope.sd, "what the first run taught of the slope counts"
    assert mine.error < new.error, "and so does its fresh form"
    assert after.usual["peak_accel"].n_blocks > left.usual["peak_accel"].n_blocks
