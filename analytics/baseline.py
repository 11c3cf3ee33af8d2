"""The runner's own fresh form: learnt in this run's first minutes, blended with earlier runs.

A run's own minutes 2-10 say best what fresh is today (shoes, ground and the seat of the sensor
change from day to day), the stored baseline says what is usual for the runner. Both are weighed
by how sure they are: the own minutes by their number of blocks, the stored one by its number and
by how far a runner's days usually lie apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from analytics import form, noise
from analytics.records import Baseline, Usual

# How far two days of one runner lie apart when nothing has changed (SD, scale of
# `form.difference`): the seat of the sensor moves peak acceleration most. Judgement, to be
# replaced by what stored runs show.
_BETWEEN_DAYS = {
    "peak_accel": 0.06,
    "contact_time": 0.02,
    "cadence": 0.015,
    "asymmetry": 0.05,
    "stride_time_cv": 0.10,
    form.SPEED: 0.25,
}
_SPEED_SIGMA_MPS = 0.1
_NORMAL_MAD = 1.4826  # standard deviation of a normal variable over its median deviation
_SPREAD_LIMITS = (0.5, 3.0)  # personal spread, in population spreads: few blocks mislead
# The personal spread counts up to one half, and half of that with so many blocks: the spread of
# one run's fresh minutes is itself uncertain by a quarter.
_FEW_BLOCKS = 25
_MOST_BLOCKS = 200  # about eight runs: older form slowly gives way to newer


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What fresh is in one metric, for comparing blocks with it.

    `sigma` is the spread of block medians and `error` the uncertainty of `usual`, both on the
    scale of `form.difference`.
    """

    usual: float
    sigma: float
    error: float

    @property
    def scale(self) -> float:
        """Spread of a fresh block's difference from `usual`."""
        return math.hypot(self.sigma, self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One metric against fresh.

    `change_pct` is in percent (asymmetry: points), `size` on the scale of `form.difference`.
    """

    metric: str
    from_value: float
    to_value: float
    change_pct: float
    size: float
    fresh: Fresh

    @property
    def z(self) -> float:
        """The change in spreads of a fresh block."""
        return self.size / self.fresh.scale


@dataclass(slots=True, kw_only=True)
class Learner:
    """Collects the fresh blocks of a run."""

    values: dict[str, list[float]] = field(default_factory=dict)
    n_blocks: int = 0

    def add(self, block: Mapping[str, float]) -> None:
        """Take the values of one block."""
        self.n_blocks += 1
        for metric, value in block.items():
            self.values.setdefault(metric, []).append(value)

    def usual(self, *, block_strides: int, min_blocks: int) -> dict[str, Usual]:
        """Return centre and spread of every metric with enough blocks."""
        return {
            metric: _usual(metric, values, block_strides)
            for metric, values in sorted(self.values.items())
            if len(values) >= min_blocks
        }


def fresh_form(
    own: Mapping[str, Usual],
    stored: Mapping[str, Usual],
    *,
    block_strides: int,
    between_days: float,
) -> dict[str, Fresh]:
    """Blend the run's own minutes with the stored baseline, metric by metric."""
    return {
        metric: _blend(
            metric,
            own.get(metric),
            stored.get(metric),
            block_strides=block_strides,
            between_days=between_days,
        )
        for metric in sorted({*own, *stored})
    }


def changes(values: Mapping[str, float], fresh: Mapping[str, Fresh]) -> dict[str, Change]:
    """Compare values with fresh form; keys are the metrics, values may be of one leg only.

    A change of both legs together is taken where there is one, else that of the leg that gave
    values. With a speed on both sides, the values are compared at the fresh speed.
    """
    faster_mps = _faster_mps(values, fresh)
    out: dict[str, Change] = {}
    for metric in form.METRICS:
        for name in (metric, f"{metric}_left", f"{metric}_right"):
            if name in values and name in fresh:
                value = form.without_speed(name, values[name], faster_mps)
                usual = fresh[name].usual
                out[metric] = Change(
                    metric=name,
                    from_value=usual,
                    to_value=value,
                    change_pct=form.change_pct(name, value, usual),
                    size=form.difference(name, value, usual),
                    fresh=fresh[name],
                )
                break
    return out


def speed_is_comparable(
    values: Mapping[str, float], fresh: Mapping[str, Fresh], *, range_mps: float
) -> bool:
    """Tell whether the speed, where known, is near enough to the fresh one to be adjusted for."""
    return abs(_faster_mps(values, fresh)) <= range_mps


def updated(
    *, runner: str, own: Mapping[str, Usual], stored: Mapping[str, Usual], source: str
) -> Baseline:
    """Return the stored baseline after one more run."""
    usual: dict[str, Usual] = {}
    for metric in sorted({*own, *stored}):
        parts = [part[metric] for part in (stored, own) if metric in part]
        usual[metric] = parts[0] if len(parts) == 1 else _pooled(parts)
    return Baseline(runner=runner, source=source, usual=usual)


def _faster_mps(values: Mapping[str, float], fresh: Mapping[str, Fresh]) -> float:
    if form.SPEED not in values or form.SPEED not in fresh:
        return 0.0
    return values[form.SPEED] - fresh[form.SPEED].usual


def _usual(metric: str, values: Sequence[float], block_strides: int) -> Usual:
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


def _blend(
    metric: str,
    own: Usual | None,
    stored: Usual | None,
    *,
    block_strides: int,
    between_days: float,
) -> Fresh:
    population = _population(metric, block_strides)
    known = [part for part in (own, stored) if part is not None]
    n_blocks = sum(part.n_blocks for part in known)
    personal = math.sqrt(
        sum(part.n_blocks * _relative(metric, part) ** 2 for part in known) / n_blocks
    ) * noise.block_scale(block_strides)
    low, high = _SPREAD_LIMITS
    personal = min(max(personal, low * population), high * population)
    share = 0.5 * n_blocks / (n_blocks + _FEW_BLOCKS)
    sigma = math.sqrt(share * personal**2 + (1.0 - share) * population**2)
    leg_free = metric.removesuffix("_left").removesuffix("_right")
    days = between_days * _BETWEEN_DAYS[leg_free]
    centres: list[float] = []
    weights: list[float] = []
    for part, apart in ((own, 0.0), (stored, days)):
        if part is not None:
            centres.append(part.median)
            weights.append(1.0 / (sigma**2 * noise.mean_variance(part.n_blocks) + apart**2))
    total = sum(weights)
    parts = [weight / total for weight in weights]
    return Fresh(usual=_centre(metric, centres, parts), sigma=sigma, error=math.sqrt(1.0 / total))


def _centre(metric: str, centres: Iterable[float], share: Iterable[float]) -> float:
    if metric in form.ADDITIVE:
        return sum(s * c for s, c in zip(share, centres, strict=True))
    return math.exp(sum(s * math.log(c) for s, c in zip(share, centres, strict=True)))


def _pooled(parts: Sequence[Usual]) -> Usual:
    total = sum(part.n_blocks for part in parts)
    share = [part.n_blocks / total for part in parts]
    return Usual(
        median=fmean([part.median for part in parts], weights=share),
        sigma=math.sqrt(fmean([part.sigma**2 for part in parts], weights=share)),
        n_blocks=min(total, _MOST_BLOCKS),
    )
