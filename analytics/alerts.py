"""What a coach is told of a change of form."""

from __future__ import annotations

from analytics.records import Alert, Drift

_METRIC_NAMES = {
    "peak_accel": "Impact",
    "contact_time": "Contact time",
    "cadence": "Cadence",
    "asymmetry": "Left-right balance",
    "stride_time_cv": "Rhythm",
    "form": "Form",
}


def alert_of(drift: Drift) -> Alert:
    """Return the alert that goes with a drift alarm."""
    leg_free = drift.why.metric.removesuffix("_left").removesuffix("_right")
    unit = "points" if leg_free == "asymmetry" else "%"
    return Alert(
        runner=drift.runner,
        session=drift.session,
        time_s=drift.time_s,
        kind="drift",
        text=f"{_METRIC_NAMES[leg_free]} has changed by {drift.why.change_pct:+.0f} {unit}",
        why=drift.why,
        about=drift.id,
    )
