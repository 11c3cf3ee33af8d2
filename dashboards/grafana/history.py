"""Load, shoe and surface history: weeks of runs, what they were run in and on, and how it felt."""

from __future__ import annotations

from typing import Any

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.boards import Kind, board
from dashboards.grafana.columns import bars, rows
from dashboards.grafana.influxql import RUNNERS, InfluxQuery, series, table
from dashboards.grafana.panels import Size, athlete, strip

_OF = f"FROM load WHERE {RUNNERS}"


def history() -> d.Dashboard:
    """Return the dashboard."""
    kind = Kind(
        uid="stridecue-history",
        title="stridecue: load, shoes, surfaces",
        about="Weeks of one runner's load. Nothing here is a chance of injury.",
        since="now-12w",
        refresh="5m",
    )
    lines = [
        [_longest(), _spikes()],
        [_weekly(), _dose()],
        [_shoe_km(), _shoe_impact()],
        [_surface_share(), _surface_effect()],
        [_cadence(), _programme()],
        [_calendar()],
    ]
    return board(kind, lines, variables=("team", "runner", "shoe"), one_runner=True)


def _runs(title: str, queries: list[InfluxQuery], **more: Any) -> d.Panel:  # noqa: ANN401 - as `lines`
    return athlete(
        title,
        queries,
        newest=series(f"SELECT last(utc_ms) {_OF}", ""),
        count=series(f"SELECT count(running_s) {_OF}", ""),
        **more,
    )


def _run(field: str, name: str) -> InfluxQuery:
    return series(f"SELECT {field} {_OF}", name)


def _longest() -> d.Panel:
    return _runs(
        "Every run against the longest of the 30 days before",
        [
            _run("distance_m", "run"),
            _run("longest_m", "longest of 30 days"),
            _run("longest_m * 1.1", "110 %"),
        ],
        about="A run above 110 % of the longest of the 30 days before is called a spike (Frandsen "
        "2025, 5,205 runners). The own line is the band here.",
        unit="lengthm",
        looks=[
            look.override(
                "run",
                [*look.line_of(look.BLUE), ("custom.drawStyle", "bars"), ("custom.lineWidth", 3)],
            ),
            look.override("longest of 30 days", look.line_of(look.GREY)),
            look.override("110 %", look.line_of(look.DARK, dashed=True)),
        ],
    )


def _spikes() -> d.Panel:
    told = "session, distance_m / 1000 AS km, over_longest_pct, longest_m_n, longest_m_of, utc_ms"
    return rows(
        "Spikes",
        [table(f"SELECT {told} {_OF} AND spike = 1 ORDER BY time DESC")],
        about="Runs above 110 % of the longest of the 30 days before. n: of so many runs of those "
        "days the distance is known.",
        columns={
            "utc_ms": "When",
            "session": "Session",
            "km": "Distance",
            "over_longest_pct": "Above the longest",
            "longest_m_n": "n",
            "longest_m_of": "of",
        },
        looks=[
            look.override("When", [("unit", "dateTimeFromNow")]),
            look.override("Distance", [("unit", "km"), ("decimals", 1)]),
            look.override("Above the longest", [("unit", "percent"), ("decimals", 0)]),
        ],
    )


def _weekly() -> d.Panel:
    return _runs(
        "Distance of 7 days, and 5-10 % above the 7 before (traditional)",
        [
            _run("week_m", "last 7 days"),
            _run("last_week_m * 1.05", "+5 %"),
            _run("last_week_m * 1.1", "+10 %"),
        ],
        about="The 5-10 % rule is traditional: no relation was found. It warns of nothing.",
        unit="lengthm",
        looks=[
            look.override("last 7 days", look.line_of(look.BLUE)),
            *look.band("+5 %", "+10 %", look.GREY),
        ],
    )


def _dose() -> d.Panel:
    return _runs(
        "Impact dose: 7 days, and the own 4-week mean",
        [
            _run("acute_left_g / 7.5", "left, 7 days"),
            _run("chronic_left_g / 28.5", "left, 4 weeks"),
            _run("acute_right_g / 7.5", "right, 7 days"),
            _run("chronic_right_g / 28.5", "right, 4 weeks"),
        ],
        about="A day's mean of the sum of peaks, older days counting less (time constants 7 and 28 "
        "days). Their ratio is not computed: it told nothing (Frandsen 2025).",
        unit="accG",
        looks=[
            look.override("left, 7 days", look.line_of(look.BLUE)),
            look.override("left, 4 weeks", look.line_of(look.BLUE, dashed=True, width=1)),
            look.override("right, 7 days", look.line_of(look.ORANGE)),
            look.override("right, 4 weeks", look.line_of(look.ORANGE, dashed=True, width=1)),
        ],
    )


_SHOE = f"FROM shoe WHERE {RUNNERS} AND shoe =~ /^$shoe$/"


def _shoe_km() -> d.Panel:
    return athlete(
        "What every pair has run",
        [
            series(f"SELECT distance_m {_SHOE} GROUP BY shoe", "$tag_shoe"),
            series(f"SELECT retire_from_m {_SHOE}", "due from"),
            series(f"SELECT retire_to_m {_SHOE}", "due to"),
        ],
        newest=series(f"SELECT last(utc_ms) {_SHOE}", ""),
        count=series(f"SELECT count(distance_m) {_SHOE}", ""),
        about="480-800 km (300-500 miles) are traditional; yours stand in the settings.",
        unit="lengthm",
        looks=look.band("due from", "due to", look.GREY),
    )


_EFFECT = {
    "change": "Impact",
    "low": "at least",
    "high": "at most",
    "reference": "against",
    "runs": "n",
    "reason": "Or why not",
    "seen": "Last run",
}
_EFFECT_LOOKS = (
    look.matching("Impact|at least|at most", [("unit", "percent"), ("decimals", 0)]),
    look.override("Last run", [("unit", "dateTimeFromNow")]),
)
_EFFECT_OF = (
    "last(change_pct) AS change, last(low_pct) AS low, last(high_pct) AS high,"
    " last(reference) AS reference, last(n_runs) AS runs, last(reason) AS reason,"
    " last(utc_ms) AS seen"
)


def _shoe_impact() -> d.Panel:
    return rows(
        "Impact of a pair at the same speed",
        [table(f"SELECT {_EFFECT_OF} {_SHOE} GROUP BY shoe")],
        about="The runner's own runs, against the pair of most of them; nine times in ten the "
        "truth lies between the two. An interval across zero is no clear difference. n: runs.",
        columns={"shoe": "Shoe", **_EFFECT},
        looks=_EFFECT_LOOKS,
    )


def _surface_share() -> d.Panel:
    told = "sum(distance_m) / 1000 AS km, count(running_s) AS n, last(utc_ms) AS seen"
    return bars(
        "Where the distance was run",
        [table(f"SELECT {told} {_OF} GROUP BY surface")],
        about="Kilometres by ground, as the runs were tagged; n runs stand in the tooltip.",
        columns={"surface": "Ground", "km": "km", "n": "n"},
        unit="km",
        looks=[
            look.override("km", look.line_of(look.BLUE)[:1]),
            look.override(
                "n",
                [("custom.hideFrom", {"viz": True, "legend": False, "tooltip": False})],
            ),
        ],
    )


def _surface_effect() -> d.Panel:
    return rows(
        "Impact on a ground at the same speed",
        [table(f"SELECT {_EFFECT_OF} FROM surface WHERE {RUNNERS} GROUP BY surface")],
        about="The runner's own: never a fixed multiplier. Grass can exceed concrete at the shin.",
        columns={"surface": "Ground", **_EFFECT},
        looks=_EFFECT_LOOKS,
    )


def _cadence() -> d.Panel:
    where = f"FROM baseline WHERE {RUNNERS} AND metric = 'cadence'"
    return athlete(
        "The own cadence over the weeks",
        [
            series(f"SELECT median {where}", "own cadence"),
            series(f"SELECT low {where}", "own from"),
            series(f"SELECT high {where}", "own to"),
        ],
        newest=series(f"SELECT last(age_days) {where}", ""),
        count=series(f"SELECT last(runs) {where}", ""),
        about="The baseline that each run began with, two spreads wide. n: the runs it was learnt "
        "from; newest: its age in days when the last run began.",
        looks=[
            look.override("own cadence", look.line_of(look.BLUE)),
            *look.band("own from", "own to", look.GREY),
            look.quiet("newest", "d"),
        ],
    )


def _programme() -> d.Panel:
    where = f"FROM guidance WHERE {RUNNERS} AND mode = 'retrain' GROUP BY session"
    told = (
        "max(programme_session) AS step, max(guidance_pct) AS guided, last(cadence_spm) AS target,"
        " count(silent) AS n"
    )
    return rows(
        "The programme",
        [table(f"SELECT {told} {where}")],
        about="Eight runs of which 100, 100, 100, 75, 60, 40, 20 and 0 % are guided. "
        "Only in retrain mode. n: how often guidance changed in the run.",
        columns={
            "session": "Session",
            "step": "Of the programme",
            "guided": "Guided",
            "target": "Cadence to come to",
            "n": "n",
        },
        sort="Session",
        looks=[look.override("Guided", [("unit", "percent")])],
    )


_PAINS: look.Words = {
    0: ("0", look.BLUE),
    1: ("1", look.BLUE),
    2: ("2", look.BLUE),
    **{score: (f"▲ {score}", look.ORANGE) for score in (3, 4, 5)},
    **{score: (f"◆ {score}", look.DARK) for score in (6, 7, 8, 9, 10)},
}


def _calendar() -> d.Panel:
    day = "GROUP BY time(1d)"
    return strip(
        "Pain, runs, effort and strength, day by day",
        [
            series(f"SELECT max(score) FROM pain WHERE {RUNNERS} {day} fill(null)", "pain"),
            series(f"SELECT count(running_s) {_OF} {day} fill(0)", "runs"),
            series(f"SELECT max(exertion) {_OF} {day} fill(null)", "effort"),
            series(
                f"SELECT sum(done) FROM tick WHERE {RUNNERS} {day}, kind fill(0)",
                "$tag_kind",
            ),
        ],
        about="A day without a run is a day of rest. Pain and effort are what the runner said, "
        "0-10; grey: nothing was said, which is not no pain. Days are UTC.",
        values=_PAINS,
        size=Size(w=24),
    )
