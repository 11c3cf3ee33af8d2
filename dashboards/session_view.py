"""One stored run as its page shows it: facts, means to compare by, and pictures."""

from __future__ import annotations

from typing import Any

from dashboards.plots.session import PLOTTED, session_pictures, session_rows
from dashboards.shared_pictures import shared, shared_rows
from dashboards.sharing import ALL_SHARED, Topic, veiled_fields
from dashboards.store import Store

# A run's load is told at its end; until then its distance is what was told last.
_HEAD = """
SELECT sessions.runner, sessions.session, started_utc_ns, sessions.source, simulated,
    summary IS NULL AS open,
    coalesce(json_extract(summary, '$.drift.alarm'), iif(summary IS NULL, NULL, 0)) AS drift_alarms,
    json_extract(summary, '$.cues_shown') AS cues_shown,
    load.day, iif(load.day IS NULL, way.running_s, load.running_s) AS running_s,
    iif(load.day IS NULL, way.distance_m, load.distance_m) AS distance_m,
    iif(load.day IS NULL, way.source, load.source) AS distance_source, load.covered,
    load.surface, load.shoe, shoes.name AS shoe_name, coalesce(said.exertion, load.exertion)
    AS exertion, judged_by.version, judged_by.configuration
FROM sessions LEFT JOIN load USING (runner, session) LEFT JOIN said USING (runner, session)
LEFT JOIN judged_by USING (runner, session)
LEFT JOIN shoes ON shoes.runner = sessions.runner AND shoes.id = load.shoe
LEFT JOIN distance AS way ON way.id = (SELECT id FROM distance AS told WHERE
    told.runner = sessions.runner AND told.session = sessions.session ORDER BY time_s DESC LIMIT 1)
WHERE sessions.runner = ? AND sessions.session = ?
"""
_MEANS = """
SELECT avg(cadence_spm) AS cadence_spm, avg(speed_mps) AS speed_mps,
    avg(peak_accel_left_g) AS peak_accel_left_g, avg(peak_accel_right_g) AS peak_accel_right_g,
    avg(contact_time_left_s) AS contact_time_left_s,
    avg(contact_time_right_s) AS contact_time_right_s,
    avg(asymmetry_pct) AS asymmetry_pct, avg(stride_time_cv_pct) AS stride_time_cv_pct,
    count(*) AS n_windows
FROM windows WHERE runner = ? AND session = ? AND activity = 'running'
"""
_OTHERS = """
SELECT session, started_utc_ns, load.day, load.distance_m FROM sessions
LEFT JOIN load USING (runner, session) WHERE sessions.runner = ? AND session != ?
ORDER BY started_utc_ns DESC LIMIT 100
"""
_STATE = """
SELECT (SELECT max(time_s) FROM windows WHERE runner = ?1 AND session = ?2) AS windows,
    (SELECT max(time_s) FROM strides WHERE runner = ?1 AND session = ?2) AS strides,
    (SELECT total(revision) FROM gaps WHERE runner = ?1 AND session = ?2) AS gaps,
    (SELECT total(revision) FROM cues WHERE runner = ?1 AND session = ?2) AS cues,
    (SELECT count(*) FROM drift WHERE runner = ?1 AND session = ?2) AS drift,
    (SELECT summary IS NULL FROM sessions WHERE runner = ?1 AND session = ?2) AS open
"""


def state_of(store: Store, runner: str, session: str) -> str:
    """Return what changes when anything of a session is stored that its page shows."""
    row = store.read(_STATE, (runner, session))[0]
    return "-".join(str(value) for value in row.values())


def session_view(
    store: Store, runner: str, session: str, *, private: frozenset[Topic] = ALL_SHARED
) -> dict[str, Any] | None:
    """Return everything of a session's page as plain JSON values; None: no such session.

    Parameters
    ----------
    private : set of Topic
        What whoever looks may not see.

    """
    found = store.read(_HEAD, (runner, session))
    if not found:
        return None
    kept = session_rows(store, runner=runner, session=session, of_strides=PLOTTED)
    rows = shared_rows(kept, private)
    told = {
        **found[0],
        "means": store.read(_MEANS, (runner, session))[0],
        "others": [
            veiled_fields(other, private) for other in store.read(_OTHERS, (runner, session))
        ],
    }
    pictures = shared(session_pictures(rows), private)
    return {
        **veiled_fields(told, private),
        "until_s": kept.until_s,
        "pictures": [picture.as_dict() for picture in pictures],
    }
