"""Team overview, the lower half: how much everybody runs, and what the body says to it."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.columns import bars, rows
from dashboards.grafana.influxql import BY, RUNNERS, WEEKS, table
from dashboards.grafana.panels import Size

_SHOES: look.Words = {
    "ok": ("● ok", look.BLUE),
    "due": ("▲ due", look.ORANGE),
    "over": ("◆ over", look.DARK),
    "unknown": ("○ distance unknown", look.GREY),
}


def line() -> d.Panel:
    """Return how far everybody has run, beside 110 % of the longest of 30 days."""
    live = (
        "SELECT last(km) AS km, last(longest) AS longest, last(pct) AS pct, last(utc_ms) AS seen"
        " FROM (SELECT distance_m / 1000 AS km, longest_m / 1000 AS longest,"
        " 100 * distance_m / longest_m AS pct, utc_ms FROM distance"
        f" WHERE {RUNNERS} GROUP BY runner) {BY}"
    )
    known = f"SELECT last(longest_m_n) AS n FROM load WHERE {RUNNERS} {BY}"
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


def weekly() -> d.Panel:
    """Return the week beside the week before."""
    told = (
        "last(week_m) / 1000 AS week, last(last_week_m) * 1.05 / 1000 AS five,"
        " last(last_week_m) * 1.1 / 1000 AS ten, last(week_m_n) AS n"
    )
    return bars(
        "Last 7 days, and 5-10 % above the 7 before (traditional)",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {BY}")],
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
        time_from=WEEKS,
    )


def _only_told(name: str) -> d.DashboardFieldConfigSourceOverrides:
    hidden = {"viz": True, "legend": False, "tooltip": False}
    return look.override(name, [("custom.hideFrom", hidden), ("unit", "none")])


def dose() -> d.Panel:
    """Return the impact dose beside the own mean of four weeks."""
    weekly = "* 7 / 28.5"  # the decayed sum of 28 days as the mean of a week (docs/load.md)
    told = (
        f"last(week_left_g) AS left, last(week_right_g) AS right,"
        f" last(chronic_left_g) {weekly} AS usual_left,"
        f" last(chronic_right_g) {weekly} AS usual_right, last(week_left_g_n) AS n"
    )
    return bars(
        "Impact dose of 7 days against the own 4-week mean",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {BY}")],
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
        time_from=WEEKS,
    )


def pain() -> d.Panel:
    """Return what runners said of pain and effort."""
    said = (
        "SELECT last(score) AS score, last(swelling) AS swelling, count(score) AS n,"
        f" last(utc_ms) AS said FROM pain WHERE {RUNNERS} GROUP BY runner, side, place"
    )
    effort = f"SELECT last(exertion) AS exertion FROM load WHERE {RUNNERS} {BY}"
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
        time_from=WEEKS,
    )


def shoes() -> d.Panel:
    """Return how far every pair has been run."""
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


def rest() -> d.Panel:
    """Return the days of rest of a week."""
    told = "last(rest_days) AS rest, last(rest_days_n) AS n, last(utc_ms) AS ran"
    return rows(
        "Days of rest among the last 7",
        [table(f"SELECT {told} FROM load WHERE {RUNNERS} {BY}")],
        about="Up to the athlete's newest run; n of 7 days are kept.",
        columns={"runner": "Athlete", "rest": "Days of rest", "n": "n", "ran": "Last run"},
        looks=[look.override("Last run", [("unit", "dateTimeFromNow")])],
        time_from=WEEKS,
    )


def complete() -> d.Panel:
    """Return how much of everybody was seen."""
    told = (
        "100 * mean(coverage) AS seen_pct, min(coverage) AS least, count(coverage) AS n,"
        " last(utc_ms) AS seen"
    )
    return rows(
        "How complete the data is",
        [table(f"SELECT {told} FROM form WHERE {RUNNERS} {BY}")],
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
