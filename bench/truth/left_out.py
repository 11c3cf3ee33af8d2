"""Constants judged on runners they were not derived from: leave one runner out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from analytics.records import FloatArray
from bench.truth.tables import Spread, spread

Case = TypeVar("Case")
Constants = TypeVar("Constants")


def leave_one_out(
    cases: Sequence[Case],
    runners: Sequence[str],
    fit: Callable[[list[Case]], Constants],
    errors: Callable[[Constants, Case], FloatArray],
) -> Spread:
    """Return the errors of every case with constants fitted on the other runners' cases alone.

    Parameters
    ----------
    cases, runners : sequences of the same length
        What is judged (a leg, a trial), and whose it is; all of a runner's cases are left out
        together.
    fit : callable
        Makes constants from cases.
    errors : callable
        Applies constants to one case and returns its errors, one group of the spread.

    Examples
    --------
    >>> legs = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    >>> leave_one_out(legs, "ab", np.mean, lambda bias, leg: leg - bias).worst
    2.5
    """
    groups = []
    for held in dict.fromkeys(runners):
        rest = [case for case, runner in zip(cases, runners, strict=True) if runner != held]
        constants = fit(rest)
        groups += [
            errors(constants, case)
            for case, runner in zip(cases, runners, strict=True)
            if runner == held
        ]
    return spread(groups)


Pair = tuple[FloatArray, FloatArray]  # ours, true


def refitted_shift(pairs: Sequence[Pair], runners: Sequence[str], *, scale: float) -> Spread:
    """Return the errors left when a constant shift is taken from the other runners."""

    def fit(rest: list[Pair]) -> float:
        return float(np.mean([np.nanmean(mine - true) for mine, true in rest if len(mine)]))

    def errors(shift: float, pair: Pair) -> FloatArray:
        return np.asarray(scale * (pair[0] - shift - pair[1]))

    return leave_one_out(list(pairs), runners, fit, errors)


def refitted_line(
    pairs: Sequence[Pair], runners: Sequence[str], *, scale: float, relative: bool = False
) -> Spread:
    """Return the errors left when a line from ours to the truth is fitted on other runners.

    The line goes through the means of legs, so that a leg with more strides weighs no more.
    """

    def fit(rest: list[Pair]) -> FloatArray:
        means = np.array([_means(pair) for pair in rest])
        means = means[np.isfinite(means).all(axis=1)]
        return np.polyfit(means[:, 0], means[:, 1], 1)

    def errors(line: FloatArray, pair: Pair) -> FloatArray:
        mine, true = np.polyval(line, pair[0]), pair[1]
        return np.asarray(scale * ((mine / true - 1.0) if relative else (mine - true)))

    return leave_one_out(list(pairs), runners, fit, errors)


def _means(pair: Pair) -> tuple[float, float]:
    both = np.isfinite(pair[0]) & np.isfinite(pair[1])
    if not both.any():
        return (np.nan, np.nan)
    return float(pair[0][both].mean()), float(pair[1][both].mean())
