"""Records of a runner's distance and load, as the pipeline would give them: built, not mocked."""

from __future__ import annotations

from analytics.load.longest import LONGEST_RUN
from analytics.load.records import LoadEntry, LoadFacts
from analytics.records import Alert, Distance, Placement, SpeedSource, Surface, Why
from tests.dashboards.people import RUNNER, SESSION, STARTED_UTC_NS


def longest_run(time_s: float) -> Alert:
    return Alert(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        kind=LONGEST_RUN,
        text="5.6 km: more than 110 % of the longest run of the last 30 days",
        why=Why(
            metric="distance", from_value=5000.0, to_value=5600.0, change_pct=12.0, confidence=1.0
        ),
        about=distance(time_s).id,
    )


def distance(time_s: float, *, metres: float | None = 120.0) -> Distance:
    return Distance(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        distance_m=metres,
        source=None if metres is None else SpeedSource.FOOT_IMU,
        running_s=time_s,
        covered_s=0.0 if metres is None else time_s,
        longest_m=5000.0,
    )


def load_entry(*, session: str = SESSION, day: str = "2025-11-24") -> LoadEntry:
    return LoadEntry(
        runner=RUNNER,
        session=session,
        start_utc_ns=STARTED_UTC_NS,
        day=day,
        duration_s=1800.0,
        running_s=1700.0,
        placement=Placement.SHOE,
        left=None,
        right=None,
        distance_m=5000.0,
        source=SpeedSource.FOOT_POD,
        covered=0.98,
        parts_m={SpeedSource.FOOT_POD: 5000.0},
        speed_mps=3.0,
        shoe="blue",
        surface=Surface.GRASS,
    )


def facts(time_s: float) -> LoadFacts:
    return LoadFacts(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        moment="end",
        n_runs=9,
        distance_m=5000.0,
        longest_m=8000.0,
        spike=False,
        week_m=21_000.0,
        last_week_m=18_000.0,
        week_change_pct=16.7,
        rest_days=3.0,
        rest_of_days=7,
        shoe="blue",
        shoe_distance_m=512_000.0,
        shoe_state="due",
    )
