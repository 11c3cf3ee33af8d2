"""The one thing to work on after a run, and why: what was told most, else what changed most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.records import Verdict
from dashboards.page_summary import WORK
from dashboards.plots.picture import Row, clock, signed
from dashboards.plots.thirds import Third
from dashboards.words import leg_of, metric_name, why_row_text

_SAID = {
    "fading": "Form faded. End the next run a little earlier, or start it easier.",
    "asymmetry": "One leg lands harder. Think of landing softly on that side.",
    "overstride": "Feet land far ahead. Let them land under your hips.",
    "impact": "Landings were hard. Think of landing quietly.",
    "cadence": "Steps were slow for the pace. Think of quicker, lighter steps.",
    "distance": "This was far beyond the runs of the last 30 days. Make the next ones shorter.",
    "none": "Nothing to change. More of the same.",
    "unknown": "Too little was seen of this run to say.",
}
# Of what changed without a cue: the kind whose advice it is, and the way that is worse.
_WORSE = {
    "peak_accel": ("impact", 1),
    "cadence": ("cadence", -1),
    "contact_time": ("fading", 1),
    "stride_time_cv": ("fading", 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to work on, and what it rests on."""

    kind: str
    text: str
    why: str


def advice(cues: Sequence[Row], thirds: Sequence[Third], *, spike: bool | None) -> Advice:
    """Return the one thing: the cue told most, a spike in distance, or the largest change.

    Parameters
    ----------
    cues : sequence of rows
        Of the store's table `cues`.
    thirds : sequence of Third
        What changed from the first third to the last; empty where too little was seen.
    spike : bool or None
        Whether the run was over 110 % of the longest of the last 30 days.

    """
    told = [cue for cue in cues if cue["shown"] and cue["kind"] in WORK]
    counts = Counter(cue["kind"] for cue in told)
    if told:
        kind = max(WORK, key=lambda one: counts[one])
        return Advice(
            kind=kind, text=_SAID[kind], why=_why_of([c for c in told if c["kind"] == kind])
        )
    if spike:
        why = "The run went over 110 % of the longest of the 30 days before (Frandsen 2025)."
        return Advice(kind="distance", text=_SAID["distance"], why=why)
    worse = [third for third in thirds if third.stands_out and _is_worse(third)]
    if worse:
        most = max(worse, key=lambda third: abs(third.told_pct) / third.band_pct)
        kind, _ = _WORSE[leg_of(most.metric)[0]]
        why = (
            f"{metric_name(most.metric).capitalize()} {signed(most.told_pct)} % in the last third, "
            "beyond the own noise; too little, or too late, for a cue."
        )
        return Advice(kind=kind, text=_SAID[kind], why=why)
    if not thirds:
        why = "No cue was needed, and the run is too short to compare its thirds."
        return Advice(kind="unknown", text=_SAID["unknown"], why=why)
    why = "No cue was needed, and nothing got worse beyond the own noise."
    return Advice(kind="none", text=_SAID["none"], why=why)


def _why_of(told: Sequence[Row]) -> str:
    times = f"{len(told)} times" if len(told) > 1 else "once"
    helped = sum(cue["outcome"] in {Verdict.WORKED, Verdict.PARTLY} for cue in told)
    first = told[0]
    return (
        f"Told {times}, first at {clock(first['time_s'])}: {why_row_text(first)}. "
        f"It helped {helped} of {len(told)} times."
    )


def _is_worse(third: Third) -> bool:
    _, way = _WORSE.get(leg_of(third.metric)[0], ("", 0))
    return third.told_pct * way > 0
