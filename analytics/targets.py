"""Where retraining leads: targets of the runner's own speed-matched baseline.

Cadence is led to 105 % of the runner's own at that speed (Willy 2016, J Orthop Sports Phys Ther:
+7.5 % took 18 % off the loading rate; never beyond 110 %), impact to 80 % (Crowell & Davis 2011,
Clin Biomech: feedback halved it). The worse leg drives the cue. No band is narrower than the
runner's own noise: a cue inside it would ask for nothing that the runner can do.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from analytics import baseline, changes, noise
from analytics.changes import Fresh
from analytics.records import Baseline, PerSide, Side
from analytics.signs import CADENCE, IMPACT, Sign

MOST_UP_PCT = 10.0  # of cadence: beyond, steps only get hurried


class RetrainFor(StrEnum):
    """What is retrained."""

    BOTH = "both"
    CADENCE = "cadence"
    IMPACT = "impact"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """Where to, and how near is near enough.

    Attributes
    ----------
    retrain_for : RetrainFor
        One target or both.
    cadence_up_pct, cadence_band_pct : float
        Above the runner's own; how far below that is still good.
    impact_pct, impact_band_pct : float
        Of the runner's own; how far above that is still good.
    noise_sds : float
        No band is narrower than so many standard deviations of the runner's own window.

    """

    retrain_for: RetrainFor = RetrainFor.BOTH
    cadence_up_pct: float = 5.0
    cadence_band_pct: float = 2.0
    impact_pct: float = 80.0
    impact_band_pct: float = 5.0
    noise_sds: float = 2.0


def own_form(stored: Baseline) -> dict[str, Fresh]:
    """Return a stored baseline as what windows are compared with, at any speed."""
    return baseline.fresh_form(
        {},
        stored,
        block_strides=noise.BLOCK_STRIDES,
        between_days=1.0,
        slopes_known=stored.slopes,
    )


class Targets:
    """A runner's targets.

    Parameters
    ----------
    own : mapping of str to Fresh
        The runner's own form, as `own_form` gives it.
    settings : TargetSettings
        Where to.

    """

    def __init__(self, own: Mapping[str, Fresh], *, settings: TargetSettings) -> None:
        self._own = own
        self._settings = settings

    def own_now(self, values: Mapping[str, float]) -> dict[str, tuple[float, float]]:
        """Return by metric what is usual at the speed of the values, and the value."""
        return changes.own_now(values, self._own)

    def changes_pct(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return how far cadence and impact are from the runner's own at that speed, in %."""
        found = changes.of(values, self._own)
        return {
            metric: found[metric].change_pct
            for metric in ("cadence", "peak_accel")
            if metric in found
        }

    def cadence_spm(self, values: Mapping[str, float]) -> float | None:
        """Return the cadence to come to at the speed of the values."""
        if "cadence" not in self._own or self._settings.retrain_for is RetrainFor.IMPACT:
            return None
        up_pct = min(self._settings.cadence_up_pct, MOST_UP_PCT)
        return self._usual("cadence", values) * (1.0 + up_pct / 100.0)

    def impact_limit_g(self, values: Mapping[str, float]) -> PerSide:
        """Return above what a leg's landings are too hard, at the speed of the values."""
        if self._settings.retrain_for is RetrainFor.CADENCE:
            return PerSide(left=None, right=None)
        legs = {side: f"peak_accel_{side}" for side in Side}
        limit = {
            side: self._impact(name, values) * math.exp(self._impact_band(name))
            for side, name in legs.items()
            if name in self._own
        }
        return PerSide(left=limit.get(Side.LEFT), right=limit.get(Side.RIGHT))

    def read(self, values: Mapping[str, float], *, moved: Collection[Side]) -> dict[str, Sign]:
        """Return how a window looks, by kind of cue; a leg whose strap moved tells no impact."""
        found: dict[str, Sign] = {}
        target = self.cadence_spm(values)
        if target is not None and "cadence" in values:
            found[CADENCE] = self._cadence_sign(values, target)
        if self._settings.retrain_for is not RetrainFor.CADENCE:
            legs = [self._impact_sign(side, values) for side in Side if side not in moved]
            known = [sign for sign in legs if sign is not None]
            if known:
                found[IMPACT] = _worse(known)
        return found

    def _usual(self, metric: str, values: Mapping[str, float]) -> float:
        return changes.usual_at(self._own[metric], changes.faster_mps(values, self._own))

    def _impact(self, metric: str, values: Mapping[str, float]) -> float:
        return self._usual(metric, values) * self._settings.impact_pct / 100.0

    def _impact_band(self, metric: str) -> float:
        s = self._settings
        return max(math.log1p(s.impact_band_pct / 100.0), s.noise_sds * self._own[metric].sigma)

    def _cadence_sign(self, values: Mapping[str, float], target: float) -> Sign:
        s, sigma = self._settings, self._own["cadence"].sigma
        band = max(-math.log1p(-s.cadence_band_pct / 100.0), s.noise_sds * sigma)
        short = math.log(target / values["cadence"])
        return Sign(
            excess=short / band,
            noise=sigma / band,
            evident=True,
            metric="cadence",
            usual=self._usual("cadence", values),
            value=values["cadence"],
            deviates=short / sigma,
            target=target,
        )

    def _impact_sign(self, side: Side, values: Mapping[str, float]) -> Sign | None:
        metric = f"peak_accel_{side}"
        if metric not in values or metric not in self._own:
            return None
        target, band = self._impact(metric, values), self._impact_band(metric)
        over, sigma = math.log(values[metric] / target), self._own[metric].sigma
        return Sign(
            excess=over / band,
            noise=sigma / band,
            evident=True,
            metric=metric,
            usual=self._usual(metric, values),
            value=values[metric],
            deviates=over / sigma,
            target=target,
            leg=side,
        )


def _worse(legs: list[Sign]) -> Sign:
    """Return the leg that is further off; it is named only while the other one is good."""
    worst = max(legs, key=lambda sign: sign.excess)
    others_bad = any(sign.excess >= 1.0 for sign in legs if sign is not worst)
    if len(legs) == 1 or others_bad:
        return replace(worst, leg=None)
    return worst
