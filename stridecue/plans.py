"""New sessions: their names, and what settings and store say of their runner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from analytics.errors import SettingsError
from analytics.settings import AnalyticsSettings
from dashboards.coach_shelf import CoachShelf
from dashboards.store import Store
from sensor_gateway.sensors import SensorConfig
from stridecue.cue_rules import CueSection
from stridecue.past import load_history
from stridecue.roster import RunnerSettings, complaint
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
        analytics=analytics_of(settings, store, runner),
        baseline=store.baseline(runner.id, at_utc_ns=started_utc_ns),
        history=load_history(settings, store, runner, started_utc_ns=started_utc_ns),
        programme=store.programme(runner.id, at_utc_ns=started_utc_ns),
        speed_model=store.speed_model(runner.id),
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


def analytics_of(settings: Settings, store: Store, runner: RunnerSettings) -> AnalyticsSettings:
    """Return the analytics' settings with the runner's cue rules in them."""
    rules = rules_of(settings, store, runner)
    return AnalyticsSettings(window=rules.window(), cues=rules.cues(mode=runner.mode))


def rules_of(settings: Settings, store: Store, runner: RunnerSettings) -> CueSection:
    """Return a runner's cue rules: the team's, the runner's own in the settings, the coach's.

    Raises
    ------
    SettingsError
        The coach published rules that this version does not know.

    """
    try:
        return settings.cues_of(runner).with_own(CoachShelf(store).limits(runner.id))
    except ValidationError as error:
        what = f"{'.'.join(map(str, error.errors()[0]['loc']))}: {complaint(error)}"
        where = f"limits of {runner.id} in {store.path}"
        mend = "publish them anew on the coach's page"
        raise SettingsError(what, where=where, mend=mend) from error
