"""Team overview: whom to call in, and who needs a word after the run."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board
from dashboards.grafana.columns import rows
from dashboards.grafana.influxql import BY, RUNNERS, series, table
from dashboards.grafana.overview_load import complete, dose, line, pain, rest, shoes, weekly
from dashboards.grafana.panels import Size, strip

_STANDINGS: look.Words = {
    "open": ("◆ open", look.DARK),
    "later": ("▲ later", look.ORANGE),
    "acknowledged": ("● acknowledged", look.BLUE),
}


_ATHLETES = {
    "runner": "Athlete",
    "state": "State",
    "seen": "Last seen",
    "doing": "Doing",
    "cadence": "Cadence",
    "low": "Own from",
    "high": "Own to",
    "cues_h": "Cues/h",
    "age": "Data age",
    "battery": "Battery",
    "signal": "Signal",
    "quality": "Quality",
    "n": "n",
}
_LOOKS = [
    look.as_words("State", look.STATES),
    look.override("Last seen", [("unit", "dateTimeFromNow")]),
    look.override("Cadence", [("unit", "none"), ("decimals", 0)]),
    look.override("Own from", [("decimals", 0)]),
    look.override("Own to", [("decimals", 0)]),
    look.override("Cues/h", [("decimals", 1)]),
    look.override("Data age", [("unit", "s"), ("decimals", 0)]),
    look.override("Battery", [("unit", "percent"), ("decimals", 0)]),
    look.override("Signal", [("unit", "dBm"), ("decimals", 0)]),
    look.override("Quality", [("unit", "percentunit"), ("decimals", 0)]),
]


def overview() -> d.Dashboard:
    """Return the dashboard."""
    kind = Kind(
        uid="stridecue-team",
        title="stridecue: team overview",
        about="Whom to call in stands on top. Every figure is against the runner's own form.",
        since="now-3h",
        refresh="10s",
    )
    lines = [
        [_athletes()],
        [_heat(), line()],
        [_alerts(), _asymmetry()],
        [weekly(), dose()],
        [pain(), shoes()],
        [rest(), complete()],
    ]
    return board(kind, lines, variables=("team", "runner", "shoe"))


def _athletes() -> d.Panel:
    told = (
        "last(drift_level) AS state, last(activity) AS doing, last(utc_ms) AS seen,"
        " last(cadence_spm) AS cadence, last(cadence_low_spm) AS low,"
        " last(cadence_high_spm) AS high, last(quality) AS quality, count(at_s) AS n,"
        " count(at_s) / 720 AS hours"  # a window every 5 s
    )
    links = (
        "SELECT min(battery) AS battery, min(signal) AS signal, max(age) AS age FROM"
        " (SELECT last(battery_pct) AS battery, last(rssi_dbm) AS signal,"
        f" last(data_age_s) AS age FROM link WHERE {RUNNERS} GROUP BY runner, side) {BY}"
    )
    return rows(
        "Athletes: call in from the top",
        [
            table(f"SELECT {told} FROM form WHERE {RUNNERS} {BY}"),
            table(links),
            table(f"SELECT count(revision) AS cues FROM cue WHERE {RUNNERS} AND shown = 1 {BY}"),
        ],
        about="One line an athlete, the most changed on top. The band is the athlete's own at this "
        "speed; n is how many windows of 30 s the line rests on in the time shown. An athlete "
        "without a baseline has no state, which is not the same as own form.",
        join="runner",
        before=[
            d.DataTransformerConfig(
                id_val="calculateField",
                options={
                    "mode": "binary",
                    "binary": {"left": "cues", "operator": "/", "right": "hours"},
                    "alias": "cues_h",
                },
            )
        ],
        columns=_ATHLETES,
        sort="State",
        looks=_LOOKS,
        size=Size(w=24, h=9),
    )


def _heat() -> d.Panel:
    worst = f"SELECT max(drift_level) FROM form WHERE {RUNNERS} GROUP BY time(5m), runner"
    return strip(
        "Drift, athlete by 5 minutes",
        [series(f"{worst} fill(null)", "$tag_runner")],
        about="The worst state of each 5 minutes, by the athlete's own band; grey where there was "
        "no data or no baseline. One cell rests on up to 60 windows.",
        values={
            0: ("●", look.BLUE),
            1: ("▲", look.ORANGE),
            2: ("◆", look.DARK),
        },
        size=Size(w=14, h=9),
    )


def _alerts() -> d.Panel:
    told = "runner, session, text, kind, standing, change_pct, confidence, utc_ms"
    return rows(
        "Alerts with their age",
        [table(f"SELECT {told} FROM alert WHERE {RUNNERS} ORDER BY time DESC LIMIT 50")],
        about="Open ones first, then what was put off. How sure: the chance that noise alone "
        "stays below the change.",
        columns={
            "standing": "Stands",
            "utc_ms": "Age",
            "runner": "Athlete",
            "text": "What",
            "change_pct": "Change",
            "confidence": "How sure",
            "session": "Session",
        },
        sort="Stands",  # of the three words, open comes last in the alphabet
        looks=[
            look.as_words("Stands", _STANDINGS),
            look.override("Age", [("unit", "dateTimeFromNow")]),
            look.override("Change", [("unit", "percent"), ("decimals", 0)]),
            look.override("How sure", [("unit", "percentunit"), ("decimals", 0)]),
        ],
    )


def _asymmetry() -> d.Panel:
    told = (
        "mean(asymmetry_pct) AS now, mean(asymmetry_low_pct) AS low,"
        " mean(asymmetry_high_pct) AS high, count(asymmetry_pct) AS n, last(utc_ms) AS seen"
    )
    return rows(
        "Asymmetry against the own baseline",
        [table(f"SELECT {told} FROM form WHERE {RUNNERS} {BY}")],
        about="Of peak acceleration, mean of the time shown; positive: the left is larger. What "
        "counts is leaving the own band, not being far from zero.",
        columns={
            "runner": "Athlete",
            "now": "Now",
            "low": "Own from",
            "high": "Own to",
            "n": "n",
            "seen": "Last seen",
        },
        looks=[
            look.matching("Now|Own.*", [("unit", "percent"), ("decimals", 1)]),
            look.override("Last seen", [("unit", "dateTimeFromNow")]),
        ],
    )
