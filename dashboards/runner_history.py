"""A runner's months as the coach's page shows them: pictures, and the list of runs."""

from __future__ import annotations

from typing import Any

from analytics.load.days import days_before, days_between
from analytics.load.effects import shoe_effects, surface_effects
from analytics.load.records import LoadEntry
from analytics.load.shoes import shoe_reports
from dashboards.body_shelf import BodyShelf
from dashboards.load_shelf import LoadShelf
from dashboards.plots import history, wear
from dashboards.plots.picture import Picture
from dashboards.store import Store

LEAST_WEEKS, MOST_WEEKS = 8, 53  # shown: a short history is not drawn as a year of nothing
_CALENDAR_WEEKS = 17  # what pain is remembered for: 120 days (dashboards/body_shelf.py)
_RUNS = """
SELECT sessions.session, started_utc_ns, sessions.source, simulated,
    json_extract(summary, '$.cadence_spm') AS cadence_spm,
    json_extract(summary, '$.cues_shown') AS cues_shown,
    json_extract(summary, '$.drift.alarm') AS drift_alarms,
    summary IS NULL AS under_way,
    load.day, load.running_s, load.distance_m, load.covered, load.surface, load.shoe
FROM sessions LEFT JOIN load USING (runner, session)
WHERE sessions.runner = ? ORDER BY started_utc_ns DESC, sessions.session
"""


def runner_history(store: Store, runner: str, *, day: str, simulated: bool) -> dict[str, Any]:
    """Return everything of the page as plain JSON values.

    Parameters
    ----------
    day : str
        Today in the team's zone.
    simulated : bool
        The runner is a simulated one, whose simulated runs are the history.

    """
    entries = LoadShelf(store).entries(runner, simulated=simulated)
    runs = store.read(_RUNS, (runner,))
    return {
        "runner": runner,
        "day": day,
        "pictures": [p.as_dict() for p in _pictures(store, runner, entries, runs, day)],
        "runs": runs,
    }


def _pictures(
    store: Store, runner: str, entries: list[LoadEntry], runs: list[dict[str, Any]], day: str
) -> list[Picture]:
    first = min((e.day for e in entries), default=day)
    weeks = max(LEAST_WEEKS, min(MOST_WEEKS, days_between(first, day) // 7 + 2))
    since = days_before(day, 7 * weeks)
    baseline = store.baseline(runner)
    shelf = LoadShelf(store)
    pains = BodyShelf(store).pains(runner, day=day)
    reports = shoe_reports(shelf.shoes(runner), entries)
    names = {report.shoe.id: report.shoe.name for report in reports}
    recent = [e for e in entries if e.day >= since]
    return [
        history.longest_picture(history.long_runs(entries, since=since)),
        history.weeks_picture(entries, day=day, weeks=weeks),
        history.dose_picture(entries, day=day, weeks=weeks),
        history.calendar_picture(entries, pains, day=day, weeks=min(weeks, _CALENDAR_WEEKS)),
        history.cadence_picture(runs, recent, known={} if baseline is None else baseline.slopes),
        wear.programme_picture(store.programme(runner)),
        wear.shoes_picture(reports),
        wear.effects_picture(
            "shoe-effects", "Impact by shoe, at the same speed", shoe_effects(entries), names
        ),
        wear.surfaces_picture(recent),
        wear.effects_picture(
            "surface-effects", "Impact by surface, at the same speed", surface_effects(entries)
        ),
    ]
