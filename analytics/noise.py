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

import numpy as np

from analytics.records import FloatArray

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
            math.fsum(
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shapes:
    """One weighting of the last n blocks, oldest first, for each age of a step, then of a ramp."""

    rows: FloatArray  # shape (ages, n)
    n_steps: int

    @property
    def steps(self) -> FloatArray:
        """Those of steps."""
        return self.rows[: self.n_steps]

    @property
    def ramps(self) -> FloatArray:
        """Those of ramps."""
        return self.rows[self.n_steps :]


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
    steps = sorted({min(age, n_blocks) for age in STEP_AGES})
    ramps = sorted({min(age, n_blocks) for age in RAMP_AGES})
    changes = np.array(
        [[0.0] * (n_blocks - age) + [1.0] * age for age in steps]
        + [[0.0] * (n_blocks - age) + [(i + 1) / age for i in range(age)] for age in ramps]
    )
    weights = _solve(_factor(error_tenths)[:n_blocks, :n_blocks], changes)
    power = np.sqrt(sums(changes * weights))
    return Shapes(rows=weights / power[:, np.newaxis], n_steps=len(steps))


def sums(values: FloatArray) -> FloatArray:
    """Return the sum of each row, from its first value on: every machine gives the same bits."""
    return np.add.accumulate(values, axis=-1)[..., -1]


def whitened(values: Sequence[float]) -> list[float]:
    """Return consecutive block values as independent ones of the same variance.

    Each is what the earlier ones do not tell: then sums over them are those of ordinary
    regression. At most `MEMORY_BLOCKS` of them.
    """
    n = len(values)
    white: list[float] = _forward(_factor(0)[:n, :n], np.array(values)).tolist()
    return white


@cache
def _factor(error_tenths: int) -> FloatArray:
    """Return the factor of the blocks' covariance; that of the first n is its upper left part."""
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


def _cholesky(lower: list[list[float]]) -> FloatArray:
    """Return the lower triangular factor; plain floats, so that every machine gives the same."""
    factor: list[list[float]] = []
    for i, row in enumerate(lower):
        out: list[float] = []
        for j in range(i):
            done = math.fsum(map(operator.mul, out, factor[j]))
            out.append((row[j] - done) / factor[j][j])
        out.append(math.sqrt(row[i] - math.fsum(value * value for value in out)))
        factor.append(out)
    return np.array([row + [0.0] * (len(factor) - len(row)) for row in factor])


def _solve(factor: FloatArray, right: FloatArray) -> FloatArray:
    """Solve (factor factor^T) x = right for each row of `right`, shape (..., n)."""
    x = _forward(factor, right)
    for i in reversed(range(len(factor))):
        x[..., i] /= factor[i, i]
        x[..., :i] -= factor[i, :i] * x[..., i, np.newaxis]
    return x


def _forward(factor: FloatArray, right: FloatArray) -> FloatArray:
    """Solve factor x = right for each row of `right`, shape (..., n)."""
    x, done = np.empty_like(right), np.zeros_like(right)
    for i in range(len(factor)):
        x[..., i] = (right[..., i] - done[..., i]) / factor[i, i]
        done[..., i + 1 :] += factor[i + 1 :, i] * x[..., i, np.newaxis]
    return x


def _correlation(lag: int) -> float:
    """Return the autocorrelation of fractional Gaussian noise (Mandelbrot & Van Ness 1968)."""
    two_h = 2.0 * HURST
    lag = abs(lag)
    return 0.5 * (
        math.pow(lag + 1, two_h) - 2.0 * math.pow(lag, two_h) + math.pow(abs(lag - 1), two_h)
    )
