"""The runner's own fresh form: learnt in this run's first minutes, blended with earlier runs.

A run's own minutes 2-10 say best what fresh is today (shoes, ground and the seat of the sensor
change from day to day), the stored baseline says what is usual for the runner. Both are weighed
by how sure they are: the own minutes by their number of blocks, the stored one by its number and
by how far a runner's days usually lie apart, the more the older it is. Both are taken at the
speed of today's fresh minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from analytics import form, noise, slopes
from analytics.changes import Fresh
from analytics.records import Baseline, Slope, Usual

# How far two days of one runner lie apart when nothing has changed (SD, scale of
# `form.difference`): the seat of the sensor moves peak acceleration most. Judgement, to be
# replaced by what stored runs show.
BETWEEN_DAYS = {
    "peak_accel": 0.06,
    "contact_time": 0.02,
    "cadence": 0.015,
    "asymmetry": 0.05,
    "stride_time_cv": 0.10,
    form.SPEED: 0.25,
    "time_to_peak": 0.10,
}
_SPEED_SIGMA_MPS = 0.1
_NORMAL_MAD = 1.4826  # standard deviation of a normal variable over its median deviation
_SPREAD_LIMITS = (0.5, 3.0)  # personal spread, in population spreads: few blocks mislead
# The personal spread counts up to one half, and half of that with so many blocks: the spread of
# one run's fresh minutes is itself uncertain by a quarter.
_FEW_BLOCKS = 25
_MOST_BLOCKS = 200  # about eight runs: older form slowly gives way to newer
# Form wanders on between runs. After a month without a run the stored baseline lies twice as far
# off (in variance) and counts half. Judgement.
_AGES_DAYS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSettings:
    """When this run's own form is learnt, and what is enough.

    Attributes
    ----------
    learn_from_s, learn_until_s : float
        Session seconds between which the run's own blocks are taken. Equal: only the stored
        baseline counts, from the start (short sessions such as the demo).
    min_blocks : int
        Fewer own blocks are no baseline: without a stored one learning then goes on.
    between_days : float
        Multiple of the usual difference between two days of a runner; 0 trusts the stored
        baseline fully.

    """

    learn_from_s: float = 120.0
    learn_until_s: float = 600.0
    min_blocks: int = 10
    between_days: float = 1.0


@dataclass(slots=True, kw_only=True)
class Learner:
    """Collects the values of a run's fresh blocks, in time order."""

    blocks: list[dict[str, float]] = field(default_factory=list)

    def add(self, block: Mapping[str, float]) -> None:
        """Take the values of one block."""
        self.blocks.append(dict(block))

    def forget(self, metrics: Iterable[str]) -> None:
        """Drop what was learnt of some metrics so far."""
        gone = set(metrics)
        self.blocks = [{m: v for m, v in b.items() if m not in gone} for b in self.blocks]

    def usual(
        self,
        *,
        block_strides: int,
        min_blocks: int,
        slopes_known: Mapping[str, Slope] | None = None,
        at_mps: float | None = None,
    ) -> dict[str, Usual]:
        """Return centre and spread of every metric with enough blocks, all at one speed.

        Their usual one if `at_mps` is not given.
        """
        speeds = [block[form.SPEED] for block in self.blocks if form.SPEED in block]
        usual_mps = at_mps or (median(speeds) if speeds else 0.0)
        values: dict[str, list[float]] = {}
        for block in self.blocks:
            faster_mps = block.get(form.SPEED, usual_mps) - usual_mps
            for metric, value in block.items():
                slope = slopes.slope_of(metric, slopes_known or {})
                at_usual = value * math.exp(-slope.per_mps * faster_mps)
                values.setdefault(metric, []).append(at_usual)
        return {
            metric: usual_of(metric, some, block_strides)
            for metric, some in sorted(values.items())
            if len(some) >= min_blocks
        }


def fresh_form(
    own: Mapping[str, Usual],
    stored: Baseline | None,
    *,
    block_strides: int,
    between_days: float,
    slopes_known: Mapping[str, Slope] | None = None,
) -> dict[str, Fresh]:
    """Blend the run's own minutes with the stored baseline, metric by metric.

    `slopes_known` is what is known of the runner's slopes now, after those minutes.
    """
    blend = _Blend(
        slopes=slopes_known or {},
        apart_mps=_apart_mps(own, stored),
        block_strides=block_strides,
        between_days=between_days,
        aged=0.0 if stored is None else stored.age_days / _AGES_DAYS,
    )
    earlier = {} if stored is None else stored.usual
    return {
        metric: _blend(metric, own.get(metric), earlier.get(metric), blend)
        for metric in sorted({*own, *earlier})
    }


def updated(
    *,
    runner: str,
    session: str,
    own: Mapping[str, Usual],
    stored: Baseline | None,
    slopes_known: Mapping[str, Slope],
) -> Baseline:
    """Return the stored baseline after one more run, which `own` and the slopes are of."""
    earlier = {} if stored is None else stored.usual
    apart_mps = _apart_mps(own, stored)
    aged = 0.0 if stored is None else stored.age_days / _AGES_DAYS
    usual: dict[str, Usual] = {}
    for metric in sorted({*own, *earlier}):
        slope = slopes.slope_of(metric, slopes_known)
        before = earlier.get(metric)
        if before is not None:
            before = _aged(_at_speed(before, slope, apart_mps), aged)
        parts = [part for part in (before, own.get(metric)) if part is not None]
        usual[metric] = parts[0] if len(parts) == 1 else _pooled(parts)
    if apart_mps and stored is not None:
        # The parts were pooled at today's speed.
        usual[form.SPEED] = own[form.SPEED]
    source = "this runner's own runs"
    return Baseline(
        runner=runner,
        source=source,
        usual=usual,
        slopes=dict(slopes_known),
        session=session,
        runs=1 + (0 if stored is None else stored.runs),
    )


def _apart_mps(own: Mapping[str, Usual], stored: Baseline | None) -> float:
    """Return how much faster today's fresh minutes are than the stored baseline."""
    if stored is None or form.SPEED not in own or form.SPEED not in stored.usual:
        return 0.0
    return own[form.SPEED].median - stored.usual[form.SPEED].median


def _at_speed(usual: Usual, slope: Slope, faster_mps: float) -> Usual:
    return replace(usual, median=usual.median * math.exp(slope.per_mps * faster_mps))


def _aged(usual: Usual, aged: float) -> Usual:
    return replace(usual, n_blocks=max(1, round(usual.n_blocks * 0.5**aged)))


def usual_of(metric: str, values: Sequence[float], block_strides: int) -> Usual:
    """Return centre and spread of a metric's block values."""
    middle = median(values)
    mad = median(abs(form.difference(metric, value, middle)) for value in values)
    spread = _NORMAL_MAD * mad / noise.block_scale(block_strides)
    return Usual(median=middle, sigma=_native(metric, spread, middle), n_blocks=len(values))


def _native(metric: str, spread: float, middle: float) -> float:
    """Return a spread in the metric's own unit, as people read it."""
    if metric in form.ADDITIVE:
        return spread * (1.0 if metric == form.SPEED else 100.0)
    return spread * middle


def _relative(metric: str, usual: Usual) -> float:
    if metric in form.ADDITIVE:
        return usual.sigma / (1.0 if metric == form.SPEED else 100.0)
    return usual.sigma / usual.median


def _population(metric: str, block_strides: int) -> float:
    if metric == form.SPEED:
        return _SPEED_SIGMA_MPS
    return noise.population_sigma(metric, block_strides=block_strides)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blend:
    """What blending a run's own minutes with the stored baseline depends on."""

    slopes: Mapping[str, Slope]
    apart_mps: float
    block_strides: int
    between_days: float
    aged: float

    def days(self, metric: str) -> float:
        """Return how far the stored value may be off today, on the scale of the metric."""
        leg_free = metric.removesuffix("_left").removesuffix("_right")
        usual_sd = self.between_days * BETWEEN_DAYS[leg_free] * math.sqrt(1.0 + self.aged)
        return math.hypot(usual_sd, slopes.slope_of(metric, self.slopes).sd * self.apart_mps)


def _blend(metric: str, own: Usual | None, stored: Usual | None, blend: _Blend) -> Fresh:
    slope = slopes.slope_of(metric, blend.slopes)
    if stored is not None:
        stored = _aged(_at_speed(stored, slope, blend.apart_mps), blend.aged)
    sigma = _sigma(metric, [p for p in (own, stored) if p is not None], blend.block_strides)
    if metric == form.SPEED and own is not None:
        return Fresh(usual=own.median, sigma=sigma, error=0.0)  # the speed all is compared at
    centres: list[float] = []
    weights: list[float] = []
    for part, apart in ((own, 0.0), (stored, blend.days(metric))):
        if part is not None:
            centres.append(part.median)
            weights.append(1.0 / (sigma**2 * noise.mean_variance(part.n_blocks) + apart**2))
    total = math.fsum(weights)
    parts = [weight / total for weight in weights]
    return Fresh(
        usual=_centre(metric, centres, parts),
        sigma=sigma,
        error=math.sqrt(1.0 / total),
        slope=slope,
    )


def _sigma(metric: str, known: Sequence[Usual], block_strides: int) -> float:
    """Return the spread of blocks: the runner's own as far as it is known, and people's."""
    population = _population(metric, block_strides)
    n_blocks = sum(part.n_blocks for part in known)
    personal = math.sqrt(
        math.fsum(part.n_blocks * _relative(metric, part) ** 2 for part in known) / n_blocks
    ) * noise.block_scale(block_strides)
    low, high = _SPREAD_LIMITS
    personal = min(max(personal, low * population), high * population)
    share = 0.5 * n_blocks / (n_blocks + _FEW_BLOCKS)
    return math.sqrt(share * personal**2 + (1.0 - share) * population**2)


def _centre(metric: str, centres: Iterable[float], share: Iterable[float]) -> float:
    if metric in form.ADDITIVE:
        return slopes.dot(share, centres)
    return math.exp(slopes.dot(share, map(math.log, centres)))


def _pooled(parts: Sequence[Usual]) -> Usual:
    total = sum(part.n_blocks for part in parts)
    share = [part.n_blocks / total for part in parts]
    return Usual(
        median=slopes.dot(share, [part.median for part in parts]),
        sigma=math.sqrt(slopes.dot(share, [part.sigma**2 for part in parts])),
        n_blocks=min(total, _MOST_BLOCKS),
    )
