"""What a report says of one session: what it was, one thing to work on, pictures, honesty.

Pure: rows in, texts and pictures out; `report_page` makes the page of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from analytics.load.longest import WHOLE
from analytics.load.records import LoadEntry, LoadReport
from analytics.records import Placement, Side
from dashboards.advice import Advice, advice
from dashboards.plots.cues import VERDICTS
from dashboards.plots.picture import Picture, Row, clock, known
from dashboards.plots.session import SessionRows, session_pictures
from dashboards.plots.thirds import compare_picture, thirds
from dashboards.sharing import Topic
from dashboards.words import figure_text, metric_name, why_row_text

# What a picture shows; one that shows what is not shared is left out.
_TOPICS: Mapping[str, frozenset[Topic]] = {
    "impact-speed": frozenset({Topic.IMPACT, Topic.PACE}),
    "dose": frozenset({Topic.IMPACT}),
    "peaks": frozenset({Topic.IMPACT}),
    "cues": frozenset({Topic.CUES}),
    "guidance": frozenset({Topic.CUES, Topic.CADENCE}),
}
_LEG_COLUMNS = (
    ("impact", "peak_accel_resultant_g", "peak_accel", Topic.IMPACT),
    ("ground contact", "contact_time_s", "contact_time", Topic.CONTACT),
    ("cadence", "cadence_spm", "cadence", Topic.CADENCE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is to know of a session besides its rows.

    `entry` and `load` are None where the run is in no load history; `private` are the topics
    that its runner does not share.
    """

    runner: str
    session: str
    started: str
    source: str
    simulated: bool
    configuration: str
    entry: LoadEntry | None
    load: LoadReport | None
    shoe: str | None = None
    private: frozenset[Topic] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueLine:
    """One cue in the report's table."""

    time: str
    text: str
    why: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """Everything that stands in a report."""

    facts: Facts
    about: Sequence[tuple[str, str]]
    advice: Advice
    legs: Sequence[Sequence[str]]  # the first is the header
    pictures: Sequence[Picture]
    cues: Sequence[CueLine]
    honesty: Sequence[str] = field(default_factory=list)


def report_of(
    rows: SessionRows, facts: Facts, *, compare: tuple[str, SessionRows] | None = None
) -> SessionReport:
    """Return the report of a session; with `compare` also against another, given by its name."""
    pictures = [p for p in session_pictures(rows) if not _TOPICS.get(p.name, _NONE) & facts.private]
    if compare is not None:
        name, other = compare
        against = compare_picture(rows.windows, other.windows, name=name, known=rows.slopes)
        pictures.insert(1, against)
    spike = None if facts.load is None or Topic.PACE in facts.private else facts.load.spike
    found = thirds(rows.windows, known=rows.slopes)
    return SessionReport(
        facts=facts,
        about=_about(rows, facts),
        advice=advice(rows.cues, found, spike=spike),
        legs=_legs(rows.strides, facts.private),
        pictures=pictures,
        cues=[_cue_line(cue) for cue in rows.cues if cue["shown"]],
        honesty=_honesty(rows, facts),
    )


_NONE: frozenset[Topic] = frozenset()


def distance_text(entry: LoadEntry | None) -> str:
    """Say how far a run was and where that comes from; unknown is an answer."""
    if entry is None or entry.distance_m is None:
        return "unknown"
    least = "at least " if entry.covered < WHOLE else ""
    return f"{least}{entry.distance_m / 1000:.2f} km ({entry.source})"


def _about(rows: SessionRows, facts: Facts) -> list[tuple[str, str]]:
    entry, load = facts.entry, facts.load
    distance = "not shared" if Topic.PACE in facts.private else distance_text(entry)
    out = [
        ("Runner", facts.runner),
        ("Started", facts.started),
        ("Length", clock(rows.until_s)),
        ("Distance", distance),
        ("Surface", "not told" if entry is None or entry.surface is None else str(entry.surface)),
        ("Shoes", facts.shoe or "not told"),
    ]
    if load is not None and Topic.PACE not in facts.private:
        out.append(("110 % line", line_text(load)))
    return out


def line_text(load: LoadReport) -> str:
    """Say how a run stands against 110 % of the longest of the last 30 days."""
    longest = load.longest_m
    if longest.value is None:
        return "unknown: no run of known distance in the 30 days before"
    said = {True: "passed", False: "not passed", None: "unknown: the distance is only a part"}
    return (
        f"{said[load.spike]} (longest of 30 days {longest.value / 1000:.2f} km, {longest.source})"
    )


def _legs(strides: Sequence[Row], private: frozenset[Topic]) -> list[list[str]]:
    columns = [c for c in _LEG_COLUMNS if c[3] not in private]
    table = [["leg", "steps", *(name for name, *_ in columns), "clipped"]]
    for side in Side:
        mine = [row for row in strides if row["side"] == side]
        if not mine:
            continue
        whole = [row for row in mine if not row["clipped"]]
        line = [str(side), str(len(mine))]
        for _, column, metric, _ in columns:
            values = known(whole, column)
            line.append(figure_text(metric, fmean(values)) if values else "unknown")
        clipped = len(mine) - len(whole)
        table.append([*line, f"{clipped} ({100 * clipped / len(mine):.1f} %)"])
    return table


def _cue_line(cue: Row) -> CueLine:
    called, _, _ = VERDICTS.get(cue["outcome"], ("not judged", "", ""))
    sure = f"{100 * cue['confidence']:.0f} % sure"
    return CueLine(
        time=clock(cue["time_s"]),
        text=cue["text"],
        why=f"{why_row_text(cue)}, {sure}",
        outcome=called,
    )


def _honesty(rows: SessionRows, facts: Facts) -> list[str]:
    """Return what is missing, guessed or not validated in this report, one line each."""
    out = []
    if facts.simulated:
        out.append("This runner is simulated: nobody ran.")
    if facts.private:
        topics = ", ".join(sorted(facts.private))
        out.append(f"The runner does not share: {topics}.")
    coverage = known(rows.windows, "coverage")
    if coverage:
        out.append(f"Sensors were heard {100 * fmean(coverage):.1f} % of the time.")
    held = Counter(cue["suppressed_reason"] for cue in rows.cues if not cue["shown"])
    if held:
        told = ", ".join(f"{n} {reason}" for reason, n in held.most_common())
        out.append(f"Cues held back: {told}.")
    out += _never(rows.strides)
    if facts.entry is not None and facts.entry.imported:
        out.append(f"The run was imported from {facts.entry.imported}.")
    placements = {row["placement"] for row in rows.strides}
    if Placement.SHIN in placements:
        out.append(
            "Speed and distance of a shin sensor come from a model of nine runners; on others "
            "they can be off by far more than the 2 % measured there."
        )
    out.append(
        "Peak acceleration is what the sensor felt at landing. It is not the force on bone, and "
        "nothing here is a chance of getting hurt."
    )
    return out


def _never(strides: Sequence[Row]) -> list[str]:
    """Return which metrics no stride has."""
    missing = [
        name
        for name in ("speed_mps", "contact_time_s", "peak_accel_axial_g", "strike_angle_deg")
        if strides and not any(row[name] is not None for row in strides)
    ]
    names = ", ".join(metric_name(name.rsplit("_", 1)[0]) for name in missing)
    return [f"Not given by these sensors, so not shown: {names}."] if missing else []
