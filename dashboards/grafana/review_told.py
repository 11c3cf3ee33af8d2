"""Session review: what the runner was told and when, and what no sensor told."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as d

from dashboards.grafana import look
from dashboards.grafana.columns import rows
from dashboards.grafana.influxql import SESSION, series, table
from dashboards.grafana.live import form, windows
from dashboards.grafana.panels import Size, timeline

_ACTIVITIES: look.Words = {
    "running": ("running", look.BLUE),
    "walking": ("walking", look.ORANGE),
    "still": ("still", "#56B4E9"),
    "other": ("other", "#C8C8C8"),
    "gap": ("○ gap", look.GREY),
}


_REVISIONS: look.Words = {1: ("live", look.BLUE), 2: ("▲ came late", look.ORANGE)}


_OUTCOMES: look.Words = {
    "worked": ("● worked", look.BLUE),
    "partly": ("◐ partly", look.ORANGE),
    "not": ("◆ did not", look.DARK),
    "unknown": ("○ cannot be judged", look.GREY),
}


def cues() -> d.Panel:
    """Return every cue with why it came and what came of it."""
    told = (
        "kind, text, metric, from_value, to_value, change_pct, confidence, outcome, outcome_before,"
        " outcome_after"
    )
    return rows(
        "Cues: why, and what came of them",
        [table(f"SELECT {told} FROM cue WHERE {SESSION} AND shown = 1")],
        about="30 s before against 30 s after each cue, at the speed of before. One line a cue.",
        columns={
            "Time": "When",
            "kind": "Kind",
            "text": "Words",
            "metric": "About",
            "from_value": "Own",
            "to_value": "Was",
            "change_pct": "Change",
            "confidence": "How sure",
            "outcome": "Came of it",
            "outcome_before": "Before",
            "outcome_after": "After",
        },
        looks=[
            look.as_words("Came of it", _OUTCOMES),
            look.override("Change", [("unit", "percent"), ("decimals", 1)]),
            look.override("How sure", [("unit", "percentunit"), ("decimals", 0)]),
        ],
        size=Size(w=16),
    )


def guided() -> d.Panel:
    """Return form under guidance beside form in silence."""
    told = (
        "mean(cadence_change_pct) AS cadence, mean(peak_accel_change_pct) AS impact,"
        " count(at_s) AS n, last(utc_ms) AS newest"
    )
    where = f"FROM form WHERE {SESSION} AND activity = 'running'"
    return rows(
        "Guided against silent",
        [
            table(f"SELECT {told}, max(silent) AS silent {where} AND silent = 0"),
            table(f"SELECT {told}, max(silent) AS silent {where} AND silent = 1"),
        ],
        about="Change from the own form while cues were given, and in silent parts and probes: "
        "what stays without cues has been learnt. Only in retrain mode.",
        columns={
            "silent": "Cues",
            "cadence": "Cadence",
            "impact": "Impact",
            "n": "n",
            "newest": "Newest",
        },
        looks=[
            look.as_words("Cues", {0: ("● guided", look.BLUE), 1: ("▲ silent", look.ORANGE)}),
            look.matching("Cadence|Impact", [("unit", "percent"), ("decimals", 1)]),
            look.override("Newest", [("unit", "dateTimeFromNow")]),
        ],
        size=Size(w=8),
        merge=True,
    )


def coverage() -> d.Panel:
    """Return how much of both legs was seen."""
    return form(
        "How much was seen",
        [windows("coverage", "seen"), windows("quality", "quality")],
        about="Share of both legs' time with samples, and how far they can be trusted. No band: "
        "it is the radio's, not the runner's.",
        unit="percentunit",
        looks=[
            look.override("seen", look.line_of(look.BLUE)),
            look.override("quality", look.line_of(look.ORANGE, dashed=True)),
        ],
    )


def course() -> d.Panel:
    """Return when the runner ran, walked, stood or was not seen."""
    every = f"FROM form WHERE {SESSION}"
    return timeline(
        "Gaps, and what came late",
        [
            series(f"SELECT activity {every}", "activity"),
            series(f"SELECT revision {every}", "came"),
        ],
        about="What every 5 s were; and whether their samples came live or late (backfilled): late "
        "data is history and causes no cue.",
        values={**_ACTIVITIES, **_REVISIONS},
    )


def gaps() -> d.Panel:
    """Return every gap, and whether it was filled."""
    told = "side, length_s, n_samples, reason, awaited, revision"
    return rows(
        "Gaps",
        [table(f"SELECT {told} FROM gap WHERE {SESSION} AND side =~ /^$side$/")],
        about="What never came, or has not come yet. A gap is shown, never filled.",
        columns={
            "Time": "From",
            "side": "Side",
            "length_s": "Length",
            "n_samples": "Samples",
            "reason": "Why",
            "awaited": "May still come",
        },
        looks=[
            look.override("Length", [("unit", "s"), ("decimals", 1)]),
            look.as_words("May still come", {0: ("no", look.BLUE), 1: ("▲ yes", look.ORANGE)}),
        ],
    )
