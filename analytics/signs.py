"""What each kind of cue looks for in a window, against the runner's fresh form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.changes import Change
from analytics.charts import FORM
from analytics.drift import FormState
from analytics.records import DriftLevel

FADING, ASYMMETRY, IMPACT, CADENCE = "fading", "asymmetry", "impact", "cadence"
KINDS = (FADING, ASYMMETRY, IMPACT, CADENCE)  # the most important first

_METRIC = {ASYMMETRY: "asymmetry", IMPACT: "peak_accel", CADENCE: "cadence"}
# +1: only a rise is worse; -1: only a fall; 0: either way (contact time grows with fatigue in the
# field and shrinks on a treadmill: Hanley 2014).
_WORSE = {
    "peak_accel": 1,
    "cadence": -1,
    "contact_time": 0,
    "asymmetry": 0,
    "stride_time_cv": 1,
}
_CLEARLY = 2.0  # standard deviations from which a metric counts as changed by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSettings:
    """How much change a cue needs.

    Attributes
    ----------
    band_pct : mapping of str to float
        By kind: a window off by this much is bad (asymmetry: points).
    form_band : float
        For fading: spreads along the direction in which form has changed.
    least_lean, least_strength : float
        How far the smoothed change must stand clear of the runner's own noise, in standard
        deviations: a single metric, and form as a whole. Wider than the charts' limits: a coach
        may look at a doubtful alarm, a runner should not hear one.

    """

    band_pct: Mapping[str, float] = field(
        default_factory=lambda: {ASYMMETRY: 5.0, IMPACT: 5.0, CADENCE: 3.0}
    )
    form_band: float = 3.0
    least_lean: float = 6.0
    least_strength: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a window looks to one kind of cue.

    `excess` is the change in bands: from 1 on the window is bad. `evident` tells whether drift
    stands behind it. `change` is what to tell the runner about.
    """

    excess: float
    evident: bool
    change: Change
    smoothed: float


def direction(state: FormState) -> dict[str, float]:
    """Return the unit direction in which form has changed, by metric."""
    length = math.sqrt(sum(value**2 for value in state.smoothed.values()))
    if not length:
        return {}
    return {metric: value / length for metric, value in state.smoothed.items()}


def read(
    kind: str,
    *,
    changes: Mapping[str, Change],
    state: FormState,
    toward: Mapping[str, float],
    settings: SignSettings,
) -> Sign | None:
    """Return how the window looks to a kind of cue; None where it lacks the metric."""
    if kind == FADING:
        return _fading(changes, state, toward, settings)
    metric = _METRIC[kind]
    if metric not in changes or metric not in state.lean:
        return None
    change, lean = changes[metric], state.lean[metric]
    sign = -1.0 if kind == CADENCE else 1.0
    if kind == ASYMMETRY:
        # Worse is away from even, whichever leg it is.
        sign = math.copysign(1.0, change.to_value)
    evident = state.levels.get(metric) is DriftLevel.ALARM and sign * lean >= settings.least_lean
    excess = sign * change.change_pct / settings.band_pct[kind]
    return Sign(excess=excess, evident=evident, change=change, smoothed=state.smoothed[metric])


def _fading(
    changes: Mapping[str, Change],
    state: FormState,
    toward: Mapping[str, float],
    settings: SignSettings,
) -> Sign | None:
    parts = {metric: toward[metric] * changes[metric].z for metric in toward if metric in changes}
    if not parts:
        return None
    leading = max(parts, key=lambda metric: parts[metric])
    evident = (
        state.levels.get(FORM) is DriftLevel.ALARM
        and state.strength >= settings.least_strength
        # One changed metric has a cue of its own, which says what to do; form is more than one.
        and sum(abs(value) >= _CLEARLY for value in state.smoothed.values()) > 1
        and any(_is_worse(metric, value) for metric, value in state.smoothed.items())
    )
    return Sign(
        excess=sum(parts.values()) / settings.form_band,
        evident=evident,
        change=changes[leading],
        smoothed=state.smoothed[leading],
    )


def _is_worse(metric: str, smoothed: float) -> bool:
    return abs(smoothed) >= _CLEARLY and _WORSE[metric] * smoothed >= 0.0
