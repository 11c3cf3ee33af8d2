"""A block or a window against the runner's fresh form, metric by metric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from analytics import form
from analytics.records import Slope

_NO_SLOPE = Slope(per_mps=0.0, sd=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What fresh is in one metric, for comparing blocks with it.

    `sigma` is the spread of block values and `error` the uncertainty of `usual`, both on the
    scale of `form.difference`; `slope` is how the metric follows speed. On other ground than the
    fresh minutes', `place` names it and `place_error` is how unsure its effect is.
    """

    usual: float
    sigma: float
    error: float
    slope: Slope = _NO_SLOPE
    place: str = ""
    place_error: float = 0.0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One metric against fresh.

    `change_pct` is in percent (asymmetry: points), `size` on the scale of `form.difference`;
    `to_value` is what the metric would be at the fresh speed. `faster_mps` is how much faster
    than that the runner was.
    """

    metric: str
    from_value: float
    to_value: float
    change_pct: float
    size: float
    fresh: Fresh
    faster_mps: float = 0.0

    @property
    def doubts(self) -> dict[str, float]:
        """What besides noise may be wrong, on the scale of `size`: how much, by its cause.

        One cause's errors go together: a wrong slope is wrong at every speed.
        """
        found = {"speed": self._speed_doubt, self.fresh.place: self.fresh.place_error}
        return {cause: doubt for cause, doubt in found.items() if doubt}

    @property
    def scale(self) -> float:
        """Spread of a fresh block's difference from `usual` at that speed and place."""
        fresh = self.fresh
        return math.hypot(fresh.sigma, fresh.error, self._speed_doubt, fresh.place_error)

    @property
    def z(self) -> float:
        """The change in spreads of a fresh block."""
        return self.size / self.scale

    @property
    def _speed_doubt(self) -> float:
        return self.fresh.slope.sd * self.faster_mps


def of(values: Mapping[str, float], fresh: Mapping[str, Fresh]) -> dict[str, Change]:
    """Compare values with fresh form; keys are the metrics, values may be of one leg only.

    A change of both legs together is taken where there is one, else that of the leg that gave
    values. With a speed on both sides, the values are compared at the fresh speed.
    """
    faster = faster_mps(values, fresh)
    out: dict[str, Change] = {}
    for metric in form.METRICS:
        for name in (metric, f"{metric}_left", f"{metric}_right"):
            if name in values and name in fresh:
                value = at_fresh_speed(values[name], fresh[name], faster)
                usual = fresh[name].usual
                out[metric] = Change(
                    metric=name,
                    from_value=usual,
                    to_value=value,
                    change_pct=form.change_pct(name, value, usual),
                    size=form.difference(name, value, usual),
                    fresh=fresh[name],
                    faster_mps=faster,
                )
                break
    return out


def size(metric: str, value: float, fresh: Fresh, faster: float) -> float:
    """Return one value's difference from fresh, run `faster` m/s faster than that."""
    return form.difference(metric, at_fresh_speed(value, fresh, faster), fresh.usual)


def at_fresh_speed(value: float, fresh: Fresh, faster: float) -> float:
    """Return what a value would be at the fresh speed, `faster` m/s slower than this."""
    return value * math.exp(-fresh.slope.per_mps * faster)


def usual_at(fresh: Fresh, faster: float) -> float:
    """Return what is usual `faster` m/s faster than fresh."""
    return fresh.usual * math.exp(fresh.slope.per_mps * faster)


def own_now(
    values: Mapping[str, float], fresh: Mapping[str, Fresh]
) -> dict[str, tuple[float, float]]:
    """Return by metric what is usual at the speed of the values, and the value."""
    faster = faster_mps(values, fresh)
    return {
        metric: (usual_at(fresh[metric], faster), value)
        for metric, value in values.items()
        if metric in fresh and metric not in form.HINTS
    }


def faster_mps(values: Mapping[str, float], fresh: Mapping[str, Fresh]) -> float:
    """Return how much faster than fresh; 0 where either speed is not known."""
    if form.SPEED not in values or form.SPEED not in fresh:
        return 0.0
    return values[form.SPEED] - fresh[form.SPEED].usual
