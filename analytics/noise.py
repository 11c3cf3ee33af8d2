"""How block medians of a steady runner wander: partly white, partly long-range noise.

A steady runner's strides are not independent: stride time has long memory (Hausdorff 1995,
J Appl Physiol; H about 0.8). A mean over n blocks then scatters with n^(H - 1), not n^(-1/2),
and a chart that takes the blocks for independent alarms on nothing. All limits in `drift` come
from the variances here.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

HURST = 0.8
BLOCK_STRIDES = 25  # the block that stored spreads refer to

# Population noise of single strides (relative, one leg) and the share of it that is white:
# stride time CV 1.2 %, contact time 3 %, peak acceleration 12 %, time to peak 8 % (judgement),
# all but the first half white.
_STRIDE_SD = {"peak_accel": 0.12, "contact_time": 0.03, "cadence": 0.012, "time_to_peak": 0.08}
_WHITE_SHARE = {"peak_accel": 0.5, "contact_time": 0.5, "cadence": 0.0, "time_to_peak": 0.5}
_BOTH_LEGS = 0.2  # share of the legs' variance that is common to both
_TRIM_LOSS = 1.065  # a mean without the outer two fifths scatters so much more than a full one


def population_sigma(metric: str, *, block_strides: int) -> float:
    """Return the spread of block medians to expect of a runner of whom nothing is known.

    Relative for ratio metrics, points over 100 for asymmetry, as `form.difference` gives it.

    Examples
    --------
    >>> round(population_sigma("peak_accel_left", block_strides=25), 3)
    0.048
    >>> round(population_sigma("peak_accel", block_strides=25), 3)
    0.037

    """
    if metric == "asymmetry":
        return math.sqrt(2.0) * population_sigma("peak_accel_left", block_strides=block_strides)
    if metric == "stride_time_cv":
        # A standard deviation from n values scatters 1/sqrt(2 n); two legs, not independent.
        return 1.2 / math.sqrt(2.0 * block_strides)
    leg_free = metric.removesuffix("_left").removesuffix("_right")
    sd, white = _STRIDE_SD[leg_free], _WHITE_SHARE[leg_free]
    white_var = white * _TRIM_LOSS**2 / block_strides
    long_var = (1.0 - white) * math.pow(block_strides, 2.0 * HURST - 2.0)
    one_leg = metric != leg_free or leg_free == "cadence"
    legs = 1.0 if one_leg else 0.5 * (1.0 + _BOTH_LEGS)
    return sd * math.sqrt((white_var + long_var) * legs)


def block_scale(block_strides: int) -> float:
    """Return the spread of medians of `block_strides`, as a multiple of the stored block's."""
    return population_sigma("peak_accel", block_strides=block_strides) / population_sigma(
        "peak_accel", block_strides=BLOCK_STRIDES
    )


def mean_variance(n_blocks: float) -> float:
    """Return the variance of a mean of n blocks over that of one block: n^(2 H - 2)."""
    return math.pow(n_blocks, 2.0 * HURST - 2.0) if n_blocks > 0 else math.inf


def ewma_variance(weight: float, n_blocks: int) -> list[float]:
    """Return the variance of an EWMA (from 0) after 1..n blocks of long-range unit noise.

    Examples
    --------
    >>> [round(v, 4) for v in ewma_variance(0.1, 2)]
    [0.01, 0.0274]

    """
    variances = []
    for n in range(1, n_blocks + 1):
        weights = [weight * (1.0 - weight) ** age for age in range(n)]
        variances.append(
            sum(
                a * b * _correlation(i - j)
                for i, a in enumerate(weights)
                for j, b in enumerate(weights)
            )
        )
    return variances


# Ages of a change that are looked for, in blocks of about 18 s: sudden ones from the shortest
# worth telling to a quarter of an hour, slow ones from ten minutes to the longest past kept.
STEP_AGES = (4, 5, 6, 8, 10, 13, 17, 22, 30, 50)
RAMP_AGES = (30, 40, 50, 66, 90)
MEMORY_BLOCKS = 120  # what was before a slow change tells where it started from
_LONG_SHARE = 0.85  # of a block's variance; the rest is white


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """One weighting of the last blocks, oldest first, for each age of a step and of a ramp."""

    steps: tuple[tuple[float, ...], ...]
    ramps: tuple[tuple[float, ...], ...]


@lru_cache(maxsize=1024)
def shapes(n_blocks: int, error_tenths: int) -> Shapes:
    """Return the weightings of the last blocks' z, each of unit variance on noise.

    Generalised least squares: of all weightings these see a change of that shape best, because
    what long-range noise did before it tells how much of it is noise (Basseville & Nikiforov
    1993, Detection of Abrupt Changes, ch. 4).

    Parameters
    ----------
    n_blocks : int
        Blocks there are, oldest first, at most `MEMORY_BLOCKS`.
    error_tenths : int
        Variance of the baseline over that of a block, in tenths.

    """
    factor = _factor(error_tenths)[:n_blocks]

    def weighting(shape: list[float]) -> tuple[float, ...]:
        weights = _solve(factor, shape)
        power = math.sqrt(sum(map(operator.mul, shape, weights)))
        return tuple(weight / power for weight in weights)

    steps = sorted({min(age, n_blocks) for age in STEP_AGES})
    ramps = sorted({min(age, n_blocks) for age in RAMP_AGES})
    return Shapes(
        steps=tuple(weighting([0.0] * (n_blocks - age) + [1.0] * age) for age in steps),
        ramps=tuple(
            weighting([0.0] * (n_blocks - age) + [(i + 1) / age for i in range(age)])
            for age in ramps
        ),
    )


def whitened(values: Sequence[float]) -> list[float]:
    """Return consecutive block values as independent ones of the same variance.

    Each is what the earlier ones do not tell: then sums over them are those of ordinary
    regression. At most `MEMORY_BLOCKS` of them.
    """
    return _forward(_factor(0)[: len(values)], values)


@cache
def _factor(error_tenths: int) -> list[list[float]]:
    """Return the factor of the blocks' covariance; that of the first n is its first n rows."""
    error = error_tenths / 10.0
    return _cholesky(
        [
            [
                _LONG_SHARE * _correlation(i - j) + (1.0 - _LONG_SHARE) * (i == j) + error
                for j in range(i + 1)
            ]
            for i in range(MEMORY_BLOCKS)
        ]
    )


def _cholesky(lower: list[list[float]]) -> list[list[float]]:
    """Return the lower triangular factor; plain floats, so that every machine gives the same."""
    factor: list[list[float]] = []
    for i, row in enumerate(lower):
        out: list[float] = []
        for j in range(i):
            done = sum(map(operator.mul, out, factor[j]))
            out.append((row[j] - done) / factor[j][j])
        out.append(math.sqrt(row[i] - sum(value * value for value in out)))
        factor.append(out)
    return factor


def _solve(factor: list[list[float]], right: list[float]) -> list[float]:
    """Solve (factor factor^T) x = right."""
    x = _forward(factor, right)
    for i in reversed(range(len(x))):
        row = factor[i]
        x[i] /= row[i]
        for k in range(i):
            x[k] -= row[k] * x[i]
    return x


def _forward(factor: list[list[float]], right: Sequence[float]) -> list[float]:
    """Solve factor x = right."""
    x: list[float] = []
    for row, value in zip(factor, right, strict=True):
        x.append((value - sum(map(operator.mul, x, row))) / row[len(x)])
    return x


def _correlation(lag: int) -> float:
    """Return the autocorrelation of fractional Gaussian noise (Mandelbrot & Van Ness 1968)."""
    two_h = 2.0 * HURST
    lag = abs(lag)
    return 0.5 * (
        math.pow(lag + 1, two_h) - 2.0 * math.pow(lag, two_h) + math.pow(abs(lag - 1), two_h)
    )
