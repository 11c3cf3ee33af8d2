"""A runner's months as the coach's page shows them: pictures, and the list of runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.load.days import days_before
from analytics.load.records import LoadEntry, ShoeReport
from analytics.load.shoes import shoe_reports
from dashboards.body_shelf import BodyShelf
from dashboards.load_shelf import LoadShelf
from dashboards.plots import months
from dashboards.plots.history import history_pictures
from dashboards.plots.picture import Picture
from dashboards.shared_pictures import shared
from dashboards.sharing import ALL_SHARED, NOT_SHARED, Topic, veiled_fields
from dashboards.store import Store

SHOWN_DAYS = 366
_RUNS = """
SELECT sessions.session, started_utc_ns, sessions.source, simulated,
    json_extract(summary, '$.cadence_spm') AS cadence_spm,
    json_extract(summary, '$.cues_shown') AS cues_shown,
    coalesce(json_extract(summary, '$.drift.alarm'), iif(summary IS NULL, NULL, 0)) AS drift_alarms,
    summary IS NULL AS under_way,
    load.day, load.running_s, load.distance_m, load.covered, load.surface, load.shoe
FROM sessions LEFT JOIN load USING (runner, session)
WHERE sessions.runner = ? ORDER BY started_utc_ns DESC, sessions.session
"""


def runner_history(
    store: Store,
    runner: str,
    *,
    day: str,
    simulated: bool,
    private: frozenset[Topic] = ALL_SHARED,
) -> dict[str, Any]:
    """Return everything of the page as plain JSON values.

    Parameters
    ----------
    day : str
        Today in the team's zone.
    simulated : bool
        The runner is a simulated one, whose simulated runs are the history.
    private : set of Topic
        What whoever looks may not see.

    """
    entries = LoadShelf(store).entries(runner, simulated=simulated)
    runs = store.read(_RUNS, (runner,))
    shoes = LoadShelf(store).shoes(runner)
    return {
        "runner": runner,
        "day": day,
        "pictures": [
            picture.as_dict()
            for picture in shared(_pictures(store, runner, entries, runs, day), private)
        ],
        "runs": [veiled_fields(run, private) for run in runs],
        NOT_SHARED: sorted(private),
        "shoes": {shoe.id: shoe.name for shoe in shoes},
    }


def _pictures(
    store: Store, runner: str, entries: list[LoadEntry], runs: list[dict[str, Any]], day: str
) -> list[Picture]:
    recent = [e for e in entries if e.day > days_before(day, SHOWN_DAYS)]
    baseline = store.baseline(runner)
    pains = BodyShelf(store).pains(runner, day=day)
    shoes = shoe_reports(LoadShelf(store).shoes(runner), entries)
    return [
        *history_pictures(recent, _by_name(shoes), day=day),
        months.share_picture(recent),
        months.calendar_picture(recent, pains, day=day),
        months.cadence_picture(runs, recent, known={} if baseline is None else baseline.slopes),
        months.programme_picture(store.programme(runner)),
    ]


def _by_name(reports: list[ShoeReport]) -> list[ShoeReport]:
    """Return the reports with what people call the shoes, where one is held against another."""
    names = {report.shoe.id: report.shoe.name for report in reports}
    out = []
    for report in reports:
        effect = report.effect
        if effect is not None:
            what, reference = effect.what, effect.reference
            effect = replace(
                effect, what=names.get(what, what), reference=names.get(reference, reference)
            )
        out.append(replace(report, effect=effect))
    return out
