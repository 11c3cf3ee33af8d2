"""How a change of form is told to people: a word, an arrow, a line that says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.load.longest import LIMIT
from analytics.records import Distance, Side, Why

# By metric, the most telling first: the word.
WORDS = {
    "form": "Fading",
    "asymmetry": "Uneven",
    "peak_accel": "Landing hard",
    "cadence": "Slow steps",
    "contact_time": "Heavy steps",
    "stride_time_cv": "Unsteady",
}
# By metric: what people call it, its unit, and the factor from ours.
_METRICS = {
    "form": ("form", "", 1.0),
    "asymmetry": ("left-right difference", "%", 1.0),
    "peak_accel": ("impact", "g", 1.0),
    "cadence": ("cadence", "spm", 1.0),
    "contact_time": ("ground contact", "ms", 1000.0),
    "stride_time_cv": ("step-to-step variation", "%", 1.0),
    "speed": ("speed", "m/s", 1.0),
}


def why_text(why: Why) -> str:
    """Say in one line what changed, from what, to what, by how much.

    Examples
    --------
    >>> why_text(Why(metric="cadence", from_value=174.0, to_value=180.2, change_pct=3.6,
    ...              confidence=0.9))
    'Cadence 174 → 180 spm (+4 %)'

    """
    metric, _ = leg_of(why.metric)
    _, unit, factor = _METRICS.get(metric, ("", "", 1.0))
    name = metric_name(why.metric).capitalize()
    change = f"{why.change_pct:+.0f} %".replace("-", "−")  # noqa: RUF001 - a real minus sign
    if not unit:
        return f"{name} {change}"
    figures = f"{name} {_figure(why.from_value * factor)} → {_figure(why.to_value * factor)} {unit}"
    # A difference is already in per cent: a per cent of it would only confuse.
    return figures if metric == "asymmetry" else f"{figures} ({change})"


def why_row_text(row: Mapping[str, Any]) -> str:
    """Say the same of a stored row of drift, a cue or an alert."""
    return why_text(
        Why(
            metric=row["metric"],
            from_value=row["from_value"],
            to_value=row["to_value"],
            change_pct=row["change_pct"],
            confidence=row["confidence"],
        )
    )


def metric_name(name: str) -> str:
    """Return what people call a metric, with the leg it was measured on.

    Examples
    --------
    >>> metric_name("peak_accel_left"), metric_name("stride_time_cv")
    ('left impact', 'step-to-step variation')

    """
    metric, leg = leg_of(name)
    called, _, _ = _METRICS.get(metric, (metric.replace("_", " "), "", 1.0))
    return f"{leg} {called}".strip()


def figure_text(name: str, value: float) -> str:
    """Return a metric's value in the unit that people read.

    Examples
    --------
    >>> figure_text("contact_time", 0.2514)
    '251 ms'

    """
    metric, _ = leg_of(name)
    _, unit, factor = _METRICS.get(metric, ("", "", 1.0))
    return f"{_figure(value * factor)} {unit}".strip()


def distance_text(distance: Distance | None) -> str:
    """Say how far the run has come, beside 110 % of the longest of the last 30 days.

    Examples
    --------
    >>> distance_text(Distance(runner="a", session="b", time_s=900.0, distance_m=2400.0,
    ...     source=None, running_s=900.0, covered_s=900.0, longest_m=8000.0))
    '2.4 km · 110 % line at 8.8 km'

    """
    if distance is None:
        return ""
    if distance.distance_m is None:
        return "distance unknown"
    run = f"{distance.distance_m / 1000:.1f} km"
    if distance.longest_m is None:
        return run
    line_m = LIMIT * distance.longest_m
    place = "at" if distance.distance_m <= line_m else "passed,"
    return f"{run} · 110 % line {place} {line_m / 1000:.1f} km"


def leg_of(name: str) -> tuple[str, str]:
    """Split a metric's name into the metric and the leg it was measured on ("" for both)."""
    for side in Side:
        if name.endswith(f"_{side}"):
            return name.removesuffix(f"_{side}"), str(side)
    return name, ""


def _figure(value: float) -> str:
    return f"{value:.3g}"


def arrow_of(why: Why) -> str:
    """Return which way the metric went: `up` or `down`."""
    if why.metric == "form":
        return "down"  # form as a whole only ever gets worse by drifting
    return "up" if why.change_pct > 0 else "down"
