"""A session's summary as a few lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.load.longest import WHOLE


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return what a session came to: strides, both legs, what is missing and why, cues."""
    lines = []
    lines.append(f"{summary['strides']} running strides, cadence {_number(summary, 'cadence_spm')}")
    for side, leg in summary["legs"].items():
        lines.append(
            f"{side}: {leg['strides']} strides, peak {_number(leg, 'peak_accel_resultant_g')}, "
            f"contact {_number(leg, 'contact_time_s')}, clipped {_number(leg, 'clipped_pct')}, "
            f"{leg['gaps']} gaps ({leg['missing_s']:.1f} s)"
        )
        lines += [f"{side}: no {why}" for why in _nulls(leg)]
    cues = sum(summary["cues_shown"].values())
    alarms = summary["drift"].get("alarm", 0)
    lines.append(f"{alarms} drift alarms, {cues} cues; distance {distance_text(summary)}")
    return [*lines, *_cue_lines(summary)]


def _cue_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return what came of the cues, what gave up, and where the programme stands."""
    lines = []
    for kind, found in summary["cue_outcomes"].items():
        parts = ", ".join(f"{count} {verdict}" for verdict, count in found.items() if count)
        lines.append(f"{kind} cues: {parts}")
    lines += summary["cues_given_up"]
    programme = summary["programme"]
    if programme is not None:
        number = programme["number"]
        which = "recall" if number is None else f"session {number}"
        kept = programme["retention_pct"].items()
        stays = ", ".join(f"{metric} {pct:.0f} %" for metric, pct in kept)
        line = f"programme, {which}: cues for {programme['guidance_pct']:.0f} % of it"
        lines.append(f"{line}; kept without cues: {stays}" if stays else line)
    return lines


def distance_text(summary: Mapping[str, Any]) -> str:
    """Return the run's distance, its source, and how it stands against the last 30 days."""
    if summary["distance_m"] is None:
        return "unknown"
    least = "at least " if summary["distance_covered"] < WHOLE else ""
    run = f"{least}{summary['distance_m'] / 1000:.2f} km ({summary['distance_source']})"
    load = summary.get("load")
    if load is None or load["longest_m"]["value"] is None:
        return run
    longest = load["longest_m"]
    line = {True: "over the 110 % line", False: "under the 110 % line", None: "110 % line unknown"}
    return (
        f"{run}, longest of 30 days {longest['value'] / 1000:.2f} km "
        f"({longest['n']} of {longest['of']} runs known): {line[load['spike']]}"
    )


_UNITS = {
    "cadence_spm": ("steps/min", 1.0, 1),
    "peak_accel_resultant_g": ("g", 1.0, 1),
    "contact_time_s": ("ms", 1000.0, 0),
    "clipped_pct": ("%", 1.0, 0),
}


def _number(values: Mapping[str, Any], name: str) -> str:
    if values[name] is None:
        return "unknown"
    unit, factor, digits = _UNITS[name]
    return f"{values[name] * factor:.{digits}f} {unit}"


def _nulls(leg: Mapping[str, Any]) -> list[str]:
    """Return which metrics are missing in all strides and the commonest reason."""
    lines = []
    for name, reasons in leg["reasons"].items():
        if leg["strides"] and sum(reasons.values()) == leg["strides"]:
            lines.append(f"{name}: {max(reasons, key=reasons.__getitem__)}")
    return lines
