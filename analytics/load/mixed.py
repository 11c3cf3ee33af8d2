"""A straight line in speed with random offsets by group, its uncertain variances averaged over.

y = a + b (v - v0) + offset of the shoe + offset of the surface + day-to-day error

The offsets of each kind of group come from a normal distribution around zero (random effects), so
a group of few runs is drawn towards the others. Neither their spread nor that of the error is
known, and with a handful of runs neither can be estimated well: the posterior is computed on a
grid of all three and averaged, so that intervals are as wide as few runs make them, without
leaning on large samples.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

import numpy as np

from analytics.records import FloatArray

SLOPE, SLOPE_SD = 0.32, 0.12  # of ln peak per m/s (Sheerin 2020, Sports Biomech), and its spread
# Between surfaces or shoes, ln scale: grass against concrete was 8.22 g to 7.47 g, 0.096
# (Waite 2021). Half-normal, so that both no difference and twice that are taken as possible.
OFFSET_SD = 0.10
_ERRORS = np.geomspace(0.01, 0.5, 24)  # day to day: 6 % is usual, 1 % and 50 % are beyond
_STEPS = 6
_NORMAL = NormalDist()
# Midpoints of equal shares of the half-normal distribution.
_SPREADS = [OFFSET_SD * _NORMAL.inv_cdf(0.5 + (i + 0.5) / (2 * _STEPS)) for i in range(_STEPS)]
_NOTHING = 1e-6  # points of the grid of less weight than this change no quantile that is shown
_FLAT = 1e-6  # prior precision of the intercept: as good as none


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is believed of the parameters: a mixture of normal distributions.

    Attributes
    ----------
    weights : array, shape (g,)
        Of the g points of the grid; they add up to 1.
    means : array, shape (g, p)
        Intercept, slope, then the offsets of every group of every kind.
    covariances : array, shape (g, p, p)

    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray

    def quantiles(self, contrast: FloatArray, shares: Sequence[float]) -> list[float]:
        """Return quantiles of contrast' parameters."""
        centres = self.means @ contrast
        spreads = np.sqrt(np.einsum("i,gij,j->g", contrast, self.covariances, contrast))
        return [self._quantile(centres, spreads, share) for share in shares]

    def _quantile(self, centres: FloatArray, spreads: FloatArray, share: float) -> float:
        low = float(np.min(centres - 10.0 * spreads))
        high = float(np.max(centres + 10.0 * spreads))
        widths = math.sqrt(2.0) * spreads
        while high - low > 1e-6:  # noqa: PLR2004 - of a logarithm: a ten-thousandth of a per cent
            middle = (low + high) / 2.0
            # Of each normal distribution 0.5 (1 + erf) lies below.
            errors = list(map(math.erf, ((middle - centres) / widths).tolist()))
            below = 0.5 + 0.5 * float(self.weights @ errors)
            low, high = (low, middle) if below > share else (middle, high)
        return (low + high) / 2.0


def fit(y: FloatArray, speed: FloatArray, groups: Sequence[Sequence[int]]) -> Posterior:
    """Return the posterior of the line and the offsets.

    Parameters
    ----------
    y, speed : array, shape (n,)
        One value a run; `speed` against the one at which offsets are compared.
    groups : sequence of sequences of int
        By kind (shoes, surfaces) the group each run belongs to, counted from 0.

    """
    design, kind_of = _design(speed, groups)
    grid = list(product(*[_SPREADS] * len(groups), _ERRORS))
    prior = np.array(
        [[_FLAT, SLOPE_SD**-2, *(point[kind] ** -2 for kind in kind_of)] for point in grid]
    )
    error = np.array([point[-1] for point in grid])
    precisions = (design.T @ design) / error[:, None, None] ** 2
    precisions += np.eye(prior.shape[1]) * prior[:, None, :]
    covariances = np.linalg.inv(precisions)
    pulls = (design.T @ y) / error[:, None] ** 2
    pulls[:, 1] += SLOPE * prior[:, 1]
    means = np.einsum("gij,gj->gi", covariances, pulls)
    # Of the marginal likelihood, what differs over the grid.
    logs = (
        -len(y) * np.log(error)
        + 0.5 * np.sum(np.log(prior), axis=1)
        - 0.5 * np.linalg.slogdet(precisions)[1]
        - 0.5 * (float(y @ y) / error**2 - np.einsum("gi,gi->g", means, pulls))
    )
    weights = np.exp(logs - np.max(logs))
    kept = weights > _NOTHING
    return Posterior(
        weights=weights[kept] / weights[kept].sum(),
        means=means[kept],
        covariances=covariances[kept],
    )


def columns(groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield kind and group of every offset, in the order of the parameters after the first two."""
    for kind, members in enumerate(groups):
        for group in range(max(members, default=-1) + 1):
            yield kind, group


def _design(speed: FloatArray, groups: Sequence[Sequence[int]]) -> tuple[FloatArray, list[int]]:
    offsets = list(columns(groups))
    parts = [np.ones_like(speed), speed]
    parts += [(np.array(groups[kind]) == group).astype(np.float64) for kind, group in offsets]
    return np.column_stack(parts), [kind for kind, _ in offsets]
