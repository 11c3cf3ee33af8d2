"""New sessions: their names, and what settings and store say of their runner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from analytics.pipeline import AnalyticsSettings
from dashboards.store import Store
from sensor_gateway.sensors import SensorConfig
from stridecue.past import load_history
from stridecue.roster import RunnerSettings
from stridecue.session import SessionPlan
from stridecue.settings import Settings


def new_plan(  # noqa: PLR0913 - each says another thing of the session
    settings: Settings,
    store: Store,
    runner: RunnerSettings,
    *,
    session: str,
    started_utc_ns: int,
    source: str,
    simulated: bool,
    sensors: Sequence[SensorConfig],
) -> SessionPlan:
    """Return a runner's session, with what the store knows of the runner."""
    return SessionPlan(
        session=session,
        runner=runner.id,
        name=runner.name or runner.id,
        started_utc_ns=started_utc_ns,
        source=source,
        simulated=simulated,
        sensors=tuple(sensors),
        analytics=analytics_of(settings, runner),
        baseline=store.baseline(runner.id, at_utc_ns=started_utc_ns),
        history=load_history(settings, store, runner, started_utc_ns=started_utc_ns),
        programme=store.programme(runner.id, at_utc_ns=started_utc_ns),
    )


def session_name(started_utc_ns: int) -> str:
    """Return the name of a session that starts now: its UTC time, which sorts and is unique.

    Examples
    --------
    >>> session_name(1_764_000_000_000_000_000)
    '20251124T160000Z'

    """
    started = datetime.fromtimestamp(started_utc_ns // 10**9, tz=UTC)
    return started.strftime("%Y%m%dT%H%M%SZ")


def analytics_of(settings: Settings, runner: RunnerSettings) -> AnalyticsSettings:
    """Return the analytics' settings with the team's cue rules in them, or the runner's own."""
    rules = settings.cues_of(runner)
    return AnalyticsSettings(window=rules.window(), cues=rules.cues(mode=runner.mode))
