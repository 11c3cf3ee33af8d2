"""Session review: how a run went, what the cues did, and another run beside it."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board, cue_marks
from dashboards.grafana.columns import bars, rows, scatter
from dashboards.grafana.influxql import SESSION, TEAM, table
from dashboards.grafana.live import form, windows
from dashboards.grafana.panels import Size
from dashboards.grafana.review_told import course, coverage, cues, gaps, guided

_BOTH = (
    f"{TEAM} AND runner =~ /^$runner$/ AND (session =~ /^$session$/ OR session =~ /^$compare$/)"
    " AND $timeFilter"
)


def review() -> d.Dashboard:
    """Return the dashboard."""
    kind = Kind(
        uid="stridecue-review",
        title="stridecue: session review",
        about="One run from its first third to its last, and another one beside it.",
        since="now-14d",
        refresh="",
    )
    lines = [
        [_thirds(), _configuration()],
        [_drift(), _speed_scatter()],
        [cues(), guided()],
        [_dose(), coverage()],
        [course(), gaps()],
        [_beside(), _compared()],
    ]
    return board(
        kind,
        lines,
        variables=("team", "runner", "session", "compare", "side"),
        one_runner=True,
        marks=cue_marks(),
    )


_THIRDS = {
    "part": "Third",
    "cadence": "Cadence",
    "cadence_low": "own from",
    "cadence_high": "own to",
    "left": "Impact left",
    "right": "Impact right",
    "contact_left": "Contact left",
    "contact_right": "Contact right",
    "asymmetry": "Asymmetry",
    "change": "Impact change",
    "noise": "Own noise",
    "n": "n",
    "newest": "Run",
}


def _thirds() -> d.Panel:
    told = (
        "last(cadence_spm) AS cadence, last(cadence_low_spm) AS cadence_low,"
        " last(cadence_high_spm) AS cadence_high, last(peak_accel_left_g) AS left,"
        " last(peak_accel_right_g) AS right, last(contact_time_left_s) AS contact_left,"
        " last(contact_time_right_s) AS contact_right, last(asymmetry_pct) AS asymmetry,"
        " last(peak_accel_change_pct) AS change, last(peak_accel_noise_pct) AS noise,"
        " last(n_windows) AS n, last(utc_ms) AS newest"
    )
    return rows(
        "First against last third, with the runner's own noise",
        [table(f"SELECT {told} FROM third WHERE {SESSION} GROUP BY part")],
        about="Means over the running windows of each third. A change smaller than the own noise "
        "(two spreads of fresh blocks) is none. Known once the session has ended.",
        columns=_THIRDS,
        looks=[
            look.matching("Cadence|own.*", [("decimals", 1)]),
            look.matching("Impact (left|right)", [("unit", "accG"), ("decimals", 2)]),
            look.matching("Contact.*", [("unit", "s"), ("decimals", 3)]),
            look.matching("Asymmetry|Impact change|Own noise", [("unit", "percent")]),
            look.override("Run", [("unit", "dateTimeFromNow")]),
        ],
        size=Size(w=16),
    )


def _configuration() -> d.Panel:
    told = "session, version, configuration, source, finished"
    return rows(
        "Judged by",
        [table(f"SELECT {told} FROM session WHERE {_BOTH} ORDER BY time DESC")],
        about="Software and settings: the same configuration has the same letters. Two runs that "
        "differ here may differ for that.",
        columns={
            "session": "Session",
            "version": "Version",
            "configuration": "Configuration",
            "source": "From",
            "finished": "Ended",
        },
        looks=[look.as_words("Ended", {0: ("not yet", look.ORANGE), 1: ("yes", look.BLUE)})],
        size=Size(w=8),
    )


def _drift() -> d.Panel:
    return form(
        "Drift",
        [
            windows("peak_accel_change_pct", "impact"),
            windows("contact_time_change_pct", "contact time"),
            windows("cadence_change_pct", "cadence"),
        ],
        about="Change against the own fresh form, with speed taken out; marks are cues with what "
        "came of them. 0 is the own usual: the band is around it.",
        unit="percent",
        looks=[
            look.override("impact", look.line_of(look.BLUE)),
            look.override("contact time", look.line_of(look.ORANGE, dashed=True)),
            look.override("cadence", look.line_of(look.DARK)),
        ],
    )


def _speed_scatter() -> d.Panel:
    told = "speed_mps, peak_accel_left_g, peak_accel_right_g"
    return scatter(
        "Impact by speed",
        [table(f"SELECT {told} FROM form WHERE {SESSION} AND activity = 'running'")],
        about="A point a window: who runs faster lands harder. What stands out beside the cloud "
        "is form; what lies along it is speed. Every point is one of n.",
        x="speed_mps",
        columns={
            "speed_mps": "speed, m/s",
            "peak_accel_left_g": "left, g",
            "peak_accel_right_g": "right, g",
        },
        looks=[
            look.override("left, g", look.line_of(look.BLUE)[:1]),
            look.override("right, g", look.line_of(look.ORANGE)[:1]),
        ],
    )


def _dose() -> d.Panel:
    told = ", ".join(
        f"last({column}) AS {name}"
        for side in ("left", "right")
        for column, name in (
            (f"n_low_{side}", f"low_{side}"),
            (f"n_medium_{side}", f"medium_{side}"),
            (f"n_high_{side}", f"high_{side}"),
        )
    )
    return bars(
        "Landings by how hard they were",
        [table(f"SELECT {told} FROM load WHERE {_BOTH} GROUP BY session")],
        about="Strides with a peak below 6 g, of 6-21 g, above 21 g (the bands of IMU Step). "
        "The bars are counts: their sum is n.",
        columns={
            "session": "Session",
            "low_left": "left, below 6 g",
            "medium_left": "left, 6-21 g",
            "high_left": "left, above 21 g",
            "low_right": "right, below 6 g",
            "medium_right": "right, 6-21 g",
            "high_right": "right, above 21 g",
        },
        looks=[
            look.matching("left.*", look.line_of(look.BLUE)[:1]),
            look.matching("right.*", look.line_of(look.ORANGE)[:1]),
        ],
    )


def _beside() -> d.Panel:
    told = "at_s, cadence_spm, peak_accel_change_pct"
    where = f"{TEAM} AND runner =~ /^$runner$/ AND activity = 'running' AND $timeFilter"
    return scatter(
        "Both runs, from their start",
        [
            table(f"SELECT {told} FROM form WHERE {where} AND session =~ /^$session$/"),
            table(f"SELECT {told} FROM form WHERE {where} AND session =~ /^$compare$/"),
        ],
        about="Cadence by seconds since the start: this run first, the other one second. "
        "A point a window.",
        x="at_s",
        columns={"at_s": "seconds", "cadence_spm": "cadence"},
    )


def _compared() -> d.Panel:
    told = (
        "last(distance_m) / 1000 AS km, last(speed_mps) AS speed, last(dose_left_g) AS left,"
        " last(dose_right_g) AS right, last(exertion) AS effort, last(distance_m_n) AS n,"
        " last(utc_ms) AS ran"
    )
    return rows(
        "Both runs",
        [table(f"SELECT {told} FROM load WHERE {_BOTH} GROUP BY session, shoe, surface")],
        about="What each came to.",
        columns={
            "session": "Session",
            "ran": "Ran",
            "km": "Distance",
            "speed": "Speed",
            "left": "Dose left",
            "right": "Dose right",
            "effort": "Effort",
            "shoe": "Shoe",
            "surface": "Ground",
            "n": "n",
        },
        looks=[
            look.override("Ran", [("unit", "dateTimeFromNow")]),
            look.override("Distance", [("unit", "km"), ("decimals", 1)]),
            look.override("Speed", [("unit", "velocityms"), ("decimals", 2)]),
            look.matching("Dose.*", [("unit", "accG"), ("decimals", 0)]),
        ],
    )
