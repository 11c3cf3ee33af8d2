"""Team overview: whom to call in, and who needs a word after the run."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board
from dashboards.grafana.columns import bars, rows
from dashboards.grafana.influxql import RUNNERS, series, table
from dashboards.grafana.panels import Size, strip

_WEEKS = "5w"  # load is told run by run: the last one may be days ago
_BY = "GROUP BY runner"
_SHOES: look.Words = {
    "ok": ("● ok", look.BLUE),
    "due": ("▲ due", look.ORANGE),
    "over": ("◆ over", look.DARK),
    "unknown": ("○ distance unknown", look.GREY),
}


_STANDINGS: look.Words = {
    "open": ("◆ open", look.DARK),
    "later": ("▲ later", look.ORANGE),
    "acknowledged": ("● acknowledged", look.BLUE),
}


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
        [_heat(), _line()],
        [_alerts(), _asymmetry()],
        [_weekly(), _dose()],
        [_pain(), _shoes()],
        [_rest(), _complete()],
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
        f" last(data_age_s) AS age FROM link WHERE {RUNNERS} GROUP BY runner, side) {_BY}"
    )
    return rows(
        "Athletes: call in from the top",
        [
            table(f"SELECT {told} FROM form WHERE {RUNNERS} {_BY}"),
            table(links),
            table(f"SELECT count(revision) AS cues FROM cue WHERE {RUNNERS} AND shown = 1 {_BY}"),
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
        columns={
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
        },
        sort="State",
        looks=[
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
        ],
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


def _line() -> d.Panel:
    live = (
        "SELECT last(km) AS km, last(longest) AS longest, last(pct) AS pct, last(utc_ms) AS seen"
        " FROM (SELECT distance_m / 1000 AS km, longest_m / 1000 AS longest,"
        " 100 * distance_m / longest_m AS pct, utc_ms FROM distance"
        f" WHERE {RUNNERS} GROUP BY runner) {_BY}"
    )
    known = f"SELECT last(longest_m_n) AS n FROM load WHERE {RUNNERS} {_BY}"
    return rows(
        "Distance against the 110 % line",
        [table(live), table(known)],
        about="Of the longest run of the last 30 days. Above 110 % a run is called a spike "
        "(Frandsen 2025: more overuse injuries among 5,205 runners; no forecast for one). n: runs "
        "of known distance among those 30 days.",
        join="runner",
        columns={
            "runner": "Athlete",
            "pct": "Of the longest",
            "km": "This run",
            "longest": "Longest of 30 days",
            "n": "n",
            "seen": "Last seen",
        },
        sort="Of the longest",
        looks=[
            look.override(
                "Of the longest",
                [
                    ("unit", "percent"),
                    ("decimals", 0),
                    ("custom.cellOptions", {"type": "color-text"}),
                    ("thresholds", _over_the_line()),
                ],
            ),
            look.override("This run", [("unit", "km"), ("decimals", 1)]),
            look.override("Longest of 30 days", [("unit", "km"), ("decimals", 1)]),
            look.override("Last seen", [("unit", "dateTimeFromNow")]),
        ],
        size=Size(w=10, h=9),
    )


def _over_the_line() -> dict[str, object]:
    steps: list[dict[str, object]] = [
        {"value": None, "color": look.BLUE},
        {"value": 110, "color": look.DARK},
    ]
    return {"mode": "absolute", "steps": steps}


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
        [table(f"SELECT {told} FROM form WHERE {RUNNERS} {_BY}")],
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


def _weekly() -> d.Panel:
    told = (
        "last(week_m) / 1000 AS week, last(last_week_m) * 1.05 / 1000 AS five,"
        " last(last_week_m) * 1.1 / 1000 AS ten, last(week_m_n) AS n"
    )
    return bars(
        "Last 7 days, and 5-10 % above the 7 before (traditional)",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {_BY}")],
        about="Kilometres up to each athlete's newest run. The 5-10 % rule is traditional: no "
        "relation was found (Frandsen 2025; Buist 2008). It warns of nothing. The tooltip has n.",
        columns={
            "runner": "Athlete",
            "week": "last 7 days",
            "five": "+5 %",
            "ten": "+10 %",
            "n": "n",
        },
        unit="km",
        looks=[
            look.override("last 7 days", look.line_of(look.BLUE)[:1]),
            look.override("+5 %", look.line_of(look.GREY)[:1]),
            look.override("+10 %", look.line_of(look.ORANGE)[:1]),
            _only_told("n"),
        ],
        time_from=_WEEKS,
    )


def _only_told(name: str) -> d.DashboardFieldConfigSourceOverrides:
    hidden = {"viz": True, "legend": False, "tooltip": False}
    return look.override(name, [("custom.hideFrom", hidden), ("unit", "none")])


def _dose() -> d.Panel:
    weekly = "* 7 / 28.5"  # the decayed sum of 28 days as the mean of a week (docs/load.md)
    told = (
        f"last(week_left_g) AS left, last(week_right_g) AS right,"
        f" last(chronic_left_g) {weekly} AS usual_left,"
        f" last(chronic_right_g) {weekly} AS usual_right, last(week_left_g_n) AS n"
    )
    return bars(
        "Impact dose of 7 days against the own 4-week mean",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {_BY}")],
        about="Sum of peaks, each leg. The mean is of the athlete's own last four weeks, older "
        "runs counting less. A description, not a rule.",
        columns={
            "runner": "Athlete",
            "left": "left",
            "usual_left": "left, own mean",
            "right": "right",
            "usual_right": "right, own mean",
            "n": "n",
        },
        unit="accG",
        looks=[
            look.override("left", look.line_of(look.BLUE)[:1]),
            look.override("right", look.line_of(look.ORANGE)[:1]),
            look.matching(".*own mean", look.line_of(look.GREY)[:1]),
            _only_told("n"),
        ],
        time_from=_WEEKS,
    )


def _pain() -> d.Panel:
    said = (
        "SELECT last(score) AS score, last(swelling) AS swelling, count(score) AS n,"
        f" last(utc_ms) AS said FROM pain WHERE {RUNNERS} GROUP BY runner, side, place"
    )
    effort = f"SELECT last(exertion) AS exertion FROM load WHERE {RUNNERS} {_BY}"
    return rows(
        "Pain and effort, as runners said",
        [table(said), table(effort)],
        about="The newest word about each place, 0-10, and the rating of the last run (0-10). "
        "Nothing here is worked out from sensors. Pain for more than two weeks, swelling, locking "
        "or instability: see a doctor.",
        columns={
            "runner": "Athlete",
            "side": "Side",
            "place": "Place",
            "score": "Pain",
            "swelling": "Swelling",
            "exertion": "Effort of the last run",
            "said": "Said",
            "n": "n",
        },
        looks=[
            look.override("Said", [("unit", "dateTimeFromNow")]),
            look.as_words("Swelling", {0: ("no", look.BLUE), 1: ("◆ yes", look.DARK)}),
        ],
        time_from=_WEEKS,
    )


def _shoes() -> d.Panel:
    told = (
        "last(state) AS state, last(distance_m) / 1000 AS km,"
        " last(retire_from_m) / 1000 AS since, last(retire_to_m) / 1000 AS until,"
        " last(distance_m_n) AS n, last(utc_ms) AS worn"
    )
    query = f"SELECT {told} FROM shoe WHERE {RUNNERS} AND shoe =~ /^$shoe$/ GROUP BY runner, shoe"
    return rows(
        "Shoes",
        [table(query)],
        about="300-500 miles (480-800 km) are traditional: makers and clinicians say so. n: runs.",
        columns={
            "runner": "Athlete",
            "shoe": "Shoe",
            "state": "State",
            "km": "Has run",
            "since": "Due from",
            "until": "to",
            "n": "n",
            "worn": "Last worn",
        },
        sort="Has run",
        looks=[
            look.as_words("State", _SHOES),
            look.matching("Has run|Due from|to", [("unit", "km"), ("decimals", 0)]),
            look.override("Last worn", [("unit", "dateTimeFromNow")]),
        ],
        time_from="12w",
    )


def _rest() -> d.Panel:
    told = "last(rest_days) AS rest, last(rest_days_n) AS n, last(utc_ms) AS ran"
    return rows(
        "Days of rest among the last 7",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {_BY}")],
        about="Up to the athlete's newest run; n of 7 days are kept.",
        columns={"runner": "Athlete", "rest": "Days of rest", "n": "n", "ran": "Last run"},
        looks=[look.override("Last run", [("unit", "dateTimeFromNow")])],
        time_from=_WEEKS,
    )


def _complete() -> d.Panel:
    told = (
        "100 * mean(coverage) AS seen_pct, min(coverage) AS least, count(coverage) AS n,"
        " last(utc_ms) AS seen"
    )
    return rows(
        "How complete the data is",
        [table(f"SELECT {told} FROM form WHERE {RUNNERS} {_BY}")],
        about="The share of both legs' time in which samples came; n windows.",
        columns={
            "runner": "Athlete",
            "seen_pct": "Seen",
            "least": "Least window",
            "n": "n",
            "seen": "Last seen",
        },
        looks=[
            look.override("Seen", [("unit", "percent"), ("decimals", 1)]),
            look.override("Least window", [("unit", "percentunit"), ("decimals", 0)]),
            look.override("Last seen", [("unit", "dateTimeFromNow")]),
        ],
    )
