"""The month before a simulated run: how far the runner ran on which days, made up and so named."""

from __future__ import annotations

from analytics.load.days import days_before
from analytics.load.records import LoadEntry, LoadHistory
from analytics.records import SpeedSource
from firmware_sim.world import STANDS_AT_END_S, World

# Days ago and the share of what is planned for today: the longest is 80 %, so that a run as
# planned passes 110 % of it after 88 % of its way.
_RUNS = ((2, 0.6), (5, 0.8), (9, 0.5), (12, 0.75), (16, 0.6), (20, 0.8), (24, 0.7), (31, 0.5))
_DAY_NS = 24 * 3600 * 10**9


def month_before(world: World, *, start_utc_ns: int, day: str) -> LoadHistory:
    """Return the history of a world's runner; empty for a scenario whose runner is new."""
    planned_s = 60.0 * world.scenario.minutes - world.scenario.still_s - STANDS_AT_END_S
    runs = _RUNS if world.scenario.has_baseline else ()
    entries = [
        _entry(
            world,
            running_s=share * planned_s,
            start_utc_ns=start_utc_ns - days_ago * _DAY_NS,
            day=days_before(day, days_ago),
            session=f"simulated-{days_ago}-days-before",
        )
        for days_ago, share in runs
    ]
    return LoadHistory(start_utc_ns=start_utc_ns, day=day, entries=tuple(reversed(entries)))


def _entry(
    world: World, *, running_s: float, start_utc_ns: int, day: str, session: str
) -> LoadEntry:
    metres = running_s * world.traits.speed_mps
    return LoadEntry(
        runner=world.runner,
        session=session,
        start_utc_ns=start_utc_ns,
        day=day,
        duration_s=running_s,
        running_s=running_s,
        placement=world.scenario.placement,
        left=None,
        right=None,
        distance_m=metres,
        source=SpeedSource.FOOT_IMU,
        covered=1.0,
        parts_m={SpeedSource.FOOT_IMU: metres},
        speed_mps=world.traits.speed_mps,
    )
