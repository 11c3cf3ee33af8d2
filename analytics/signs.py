"""What each kind of cue looks for in a window, against the runner's fresh form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analytics import form
from analytics.changes import Change, usual_at
from analytics.charts import FORM
from analytics.drift import FormState, confidence
from analytics.records import DriftLevel, Side, Why

FADING, ASYMMETRY, IMPACT, CADENCE = "fading", "asymmetry", "impact", "cadence"
KINDS = (FADING, ASYMMETRY, IMPACT, CADENCE)  # the most important first

_METRIC = {ASYMMETRY: "asymmetry", IMPACT: "peak_accel", CADENCE: "cadence"}
# +1: only a rise is worse; -1: only a fall; 0: either way. Contact grows longer with fatigue; on a
# treadmill it grows shorter, which is worse only together with slower steps: the flight is then
# longer at the same speed (Hanley & Mohan 2014, J Strength Cond Res).
_WORSE = {
    "peak_accel": 1,
    "cadence": -1,
    "contact_time": 1,
    "asymmetry": 0,
    "stride_time_cv": 1,
}
_CLEARLY = 2.0  # standard deviations from which a metric counts as changed by itself
_BESIDE = 1.5  # and beside a clearly shorter contact: both together stand out by 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSettings:
    """How much change a cue needs.

    Attributes
    ----------
    band_pct : mapping of str to float
        By kind: a window off by this much is bad (asymmetry: points).
    form_band : float
        For fading: spreads along the direction in which form has changed.
    noise_sds : float
        No band is narrower than so many standard deviations of the runner's own window.
    least_lean, least_strength : float
        How far the smoothed change must stand clear of the runner's own noise, in standard
        deviations: a single metric, and form as a whole. Wider than the charts' limits: a coach
        may look at a doubtful alarm, a runner should not hear one.

    """

    band_pct: Mapping[str, float] = field(
        default_factory=lambda: {ASYMMETRY: 5.0, IMPACT: 5.0, CADENCE: 3.0}
    )
    form_band: float = 3.0
    noise_sds: float = 1.0
    least_lean: float = 6.0
    least_strength: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a window looks to one kind of cue.

    Attributes
    ----------
    excess, noise : float
        The change, and the standard deviation of the runner's own windows, in bands: from an
        excess of 1 on the window is bad.
    evident : bool
        Whether what stands behind it is more than this window.
    metric, usual, value : str, float, float
        What to tell the runner about: the window's value, and the runner's own at its speed.
    deviates : float
        How far that stands clear of the runner's own noise, in standard deviations.
    target : float or None
        What to come to, where it is not the usual.
    leg : Side or None
        The leg that is asked for.

    """

    excess: float
    noise: float
    evident: bool
    metric: str
    usual: float
    value: float
    deviates: float
    target: float | None = None
    leg: Side | None = None

    @property
    def why(self) -> Why:
        """What changed, from what, to what, by how much, how sure."""
        return Why(
            metric=self.metric,
            from_value=self.usual,
            to_value=self.value,
            change_pct=form.change_pct(self.metric, self.value, self.usual),
            confidence=confidence(self.deviates),
        )


def direction(state: FormState) -> dict[str, float]:
    """Return the unit direction in which form has changed, by metric."""
    length = math.sqrt(math.fsum(value**2 for value in state.smoothed.values()))
    if not length:
        return {}
    return {metric: value / length for metric, value in state.smoothed.items()}


def read(
    kind: str,
    *,
    changes: Mapping[str, Change],
    values: Mapping[str, float],
    state: FormState,
    toward: Mapping[str, float],
    settings: SignSettings,
) -> Sign | None:
    """Return how the window looks to a kind of cue; None where it lacks the metric.

    `changes` are those of the window's `values`.
    """
    if kind == FADING:
        return _fading(changes, values, state, toward, settings)
    metric = _METRIC[kind]
    if metric not in changes or metric not in state.lean:
        return None
    change, lean = changes[metric], state.lean[metric]
    sign = -1.0 if kind == CADENCE else 1.0
    leg = None
    if kind == ASYMMETRY:
        # Worse is away from even, whichever leg it is.
        sign = math.copysign(1.0, change.to_value)
        leg = Side.LEFT if change.to_value > 0 else Side.RIGHT
    band_pct = max(settings.band_pct[kind], 100.0 * settings.noise_sds * change.scale)
    alarmed = state.levels.get(metric) is DriftLevel.ALARM
    return Sign(
        excess=sign * change.change_pct / band_pct,
        noise=100.0 * change.scale / band_pct,
        evident=alarmed and sign * lean >= settings.least_lean,
        metric=change.metric,
        usual=usual_at(change.fresh, change.faster_mps),
        value=values[change.metric],
        deviates=state.smoothed[metric],
        leg=leg,
    )


def _fading(
    changes: Mapping[str, Change],
    values: Mapping[str, float],
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
        and _is_whole([m for m, value in state.smoothed.items() if abs(value) >= _CLEARLY])
        and _is_worse(state.smoothed)
    )
    change = changes[leading]
    return Sign(
        excess=math.fsum(parts.values()) / settings.form_band,
        noise=1.0 / settings.form_band,
        evident=evident,
        metric=change.metric,
        usual=usual_at(change.fresh, change.faster_mps),
        value=values[change.metric],
        deviates=state.smoothed[leading],
    )


def _is_whole(changed: Sequence[str]) -> bool:
    """Tell whether this is form as a whole: one metric alone mostly has a cue of its own.

    That says what to do; contact time has none, and tells of fatigue by itself.
    """
    return len(changed) > 1 or "contact_time" in changed


def _is_worse(smoothed: Mapping[str, float]) -> bool:
    """Tell whether a metric is clearly worse, or flight clearly longer."""
    clear = {metric: off for metric, off in smoothed.items() if abs(off) >= _CLEARLY}
    if any(_WORSE[metric] * off >= 0.0 for metric, off in clear.items()):
        return True
    shorter, slower = -smoothed.get("contact_time", 0.0), -smoothed.get("cadence", 0.0)
    return shorter >= _CLEARLY and slower >= _BESIDE
