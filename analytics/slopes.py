"""How a runner's form follows speed, learnt from the runner's own fresh minutes.

Theory of operation
-------------------
Faster running lands harder, with shorter contact and quicker steps, but by how much is very
personal (Zandbergen 2023: speed and stride frequency explain 20-30 % of the variance of peak
acceleration, with coefficients of each runner's own). So every slope starts as what is known of
runners in general and is updated by Bayes' rule, for a normal slope and blocks of known spread,
in baseline minutes only: learnt later, it would explain away the change it is there to bare.
Blocks are long-range noise, so the regression is one of whitened values (`noise.whitened`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from analytics import form, noise
from analytics.records import Slope

# Change of the natural logarithm per m/s. Peak acceleration: 0.32 (Sheerin 2020, Sports Biomech)
# with the spread between runners that Zandbergen 2023 suggests. Contact time -0.035 s of 0.255 s
# and cadence +5 of 166 steps/min around 3 m/s; their spreads are judgement, a third and a half.
POPULATION: Mapping[str, Slope] = {
    "peak_accel": Slope(per_mps=0.32, sd=0.12),
    "contact_time": Slope(per_mps=-0.137, sd=0.045),
    "cadence": Slope(per_mps=0.03, sd=0.015),
}
# No run makes a slope surer than that: it is a straight line through a curve.
_LEAST_SD = {"peak_accel": 0.03, "contact_time": 0.012, "cadence": 0.005}
_NONE = Slope(per_mps=0.0, sd=0.0)


def slope_of(metric: str, known: Mapping[str, Slope]) -> Slope:
    """Return a metric's slope: the runner's own, else people's; none for what has none."""
    leg_free = metric.removesuffix("_left").removesuffix("_right")
    return known.get(leg_free) or POPULATION.get(leg_free, _NONE)


def learnt(
    blocks: Iterable[Mapping[str, float]],
    *,
    known: Mapping[str, Slope],
    block_strides: int,
) -> dict[str, Slope]:
    """Return every slope after these fresh blocks (values by metric, in time order)."""
    rows = [block for block in blocks if form.SPEED in block][: noise.MEMORY_BLOCKS]
    return {
        metric: _updated(metric, rows, slope_of(metric, known), block_strides)
        for metric in POPULATION
    }


def _updated(
    metric: str, rows: list[Mapping[str, float]], before: Slope, block_strides: int
) -> Slope:
    name = _fullest(metric, rows)
    pairs = [(row[form.SPEED], math.log(row[name])) for row in rows if name in row]
    if not pairs:
        return before
    one = noise.whitened([1.0] * len(pairs))
    speed = _centred(noise.whitened([v for v, _ in pairs]), one)
    value = noise.whitened([y for _, y in pairs])
    power = dot(speed, speed)
    sigma = noise.population_sigma(name, block_strides=block_strides)
    was, seen = before.sd**-2, power / sigma**2
    mean = (was * before.per_mps + dot(speed, value) / sigma**2) / (was + seen)
    return Slope(per_mps=mean, sd=max(_LEAST_SD[metric], (was + seen) ** -0.5))


def _fullest(metric: str, rows: list[Mapping[str, float]]) -> str:
    """Return the name, of both legs or of one, that most blocks have."""
    names = (metric, f"{metric}_left", f"{metric}_right")
    return max(names, key=lambda name: sum(name in row for row in rows))


def _centred(values: list[float], one: list[float]) -> list[float]:
    """Return values less their regression on the whitened constant."""
    mean = dot(values, one) / dot(one, one)
    return [value - mean * unit for value, unit in zip(values, one, strict=True)]


def dot(a: Iterable[float], b: Iterable[float]) -> float:
    """Return the sum of products; no `fmean` with weights, whose bits changed with Python 3.12."""
    return math.fsum(x * y for x, y in zip(a, b, strict=True))
