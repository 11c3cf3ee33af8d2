"""What a runner's form is in numbers: medians over strides, and changes against the usual.

The metrics and their scale of change:

* `peak_accel`, `contact_time`, `cadence`, `stride_time_cv`: the natural logarithm of the ratio
  to the usual value, so that +10 % and its way back weigh the same;
* `asymmetry`: percentage points (a percentage of a percentage near zero means nothing).

Peak acceleration is the resultant: it needs no axis, so it cannot jump when an axis becomes
known or the sensor turns on the leg. A value of one leg has the leg in its name
(`peak_accel_left`); the name without a leg is the geometric mean of both and exists only where
both legs gave a value: nothing is filled from the other leg.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

from analytics.records import PerSide, Side, Stride

PER_LEG = ("peak_accel", "contact_time")
METRICS = ("peak_accel", "contact_time", "cadence", "asymmetry", "stride_time_cv")
SPEED = "speed"
SHOCK = ("time_to_peak_left", "time_to_peak_right")  # a hint: soft ground peaks later
HINTS = frozenset({SPEED, *SHOCK})  # what explains form, and is not form

MIN_STRIDES = 3  # fewer give no median worth showing
ADDITIVE = frozenset({"asymmetry", SPEED})  # compared by difference, the others by ratio


def speed_mps(strides: Iterable[Stride]) -> float | None:
    """Return the median speed of the strides that have one."""
    return _median([s.speed_mps for s in strides if s.speed_mps is not None])


def cadence_spm(strides: Sequence[Stride]) -> float | None:
    """Return steps per minute of both feet: 120 over the median stride time."""
    stride_time_s = _median([s.stride_time_s for s in strides])
    return None if stride_time_s is None else 120.0 / stride_time_s


def asymmetry_pct(pair: PerSide) -> float | None:
    """Return 2 (L - R) / (L + R) in percent; positive: the left is larger."""
    if pair.left is None or pair.right is None:
        return None
    return 200.0 * (pair.left - pair.right) / (pair.left + pair.right)


def stride_time_cv_pct(legs: Iterable[Sequence[Stride]]) -> float | None:
    """Return the coefficient of variation of stride time within a leg, pooled over legs."""
    return _cv_pct([s.stride_time_s for s in leg] for leg in legs)


def middle(values: Iterable[float]) -> float | None:
    """Return the mean without the lowest and the highest fifth.

    As a block's centre: it bears outliers as a median does, and scatters a sixth less.
    """
    known = sorted(values)
    if len(known) < MIN_STRIDES:
        return None
    cut = len(known) // 5
    return fmean(known[cut : len(known) - cut])


def by_leg(strides: Iterable[Stride]) -> dict[Side, list[Stride]]:
    """Return the strides of each leg."""
    legs: dict[Side, list[Stride]] = {side: [] for side in Side}
    for stride in strides:
        legs[stride.worn.side].append(stride)
    return legs


def named_values(
    *,
    peak_accel: PerSide,
    contact_time: PerSide,
    others: Mapping[str, float | None],
) -> dict[str, float]:
    """Return the known values by metric name, legs apart and together."""
    values: dict[str, float] = {}
    for name, pair in (("peak_accel", peak_accel), ("contact_time", contact_time)):
        if pair.left is not None:
            values[f"{name}_left"] = pair.left
        if pair.right is not None:
            values[f"{name}_right"] = pair.right
        if pair.left is not None and pair.right is not None:
            values[name] = math.sqrt(pair.left * pair.right)
    values.update({name: value for name, value in others.items() if value is not None})
    return values


def difference(metric: str, value: float, usual: float) -> float:
    """Return the change on the metric's own scale: log ratio, or points over 100."""
    if metric in ADDITIVE:
        return (value - usual) / (1.0 if metric == SPEED else 100.0)
    return math.log(value / usual)


def change_pct(metric: str, value: float, usual: float) -> float:
    """Return the change for people: percent, or percentage points of asymmetry."""
    if metric in ADDITIVE:
        return value - usual
    return 100.0 * (value / usual - 1.0)


def _median(values: Sequence[float]) -> float | None:
    return median(values) if len(values) >= MIN_STRIDES else None


def _cv_pct(legs: Iterable[Sequence[float]]) -> float | None:
    """Return the standard deviation within a leg over the mean, pooled over legs, in percent."""
    variances: list[float] = []
    means: list[float] = []
    for values in legs:
        if len(values) < MIN_STRIDES:
            continue
        mean = fmean(values)
        variances.append(math.fsum([(value - mean) ** 2 for value in values]) / (len(values) - 1))
        means.append(mean)
    if not means:
        return None
    return 100.0 * math.sqrt(fmean(variances)) / fmean(means)
