"""The line of the offset between two clocks, from bounds above and below it.

For every skew that a crystal can have the bounds leave a room for the offset. Where in it the
offset lies is a matter of how far each kind of bound tends to be off; how likely the skew is, a
matter of how usual it is and how closely its line fits. The answer is the mean of all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from analytics.records import FloatArray

MAX_SKEW = 200e-6  # sensors' crystals are good to 100 ppm or better, ours is not perfect either
USUAL_SKEW = 50e-6  # of a sensor's crystal: 20 to 50 ppm
WANDER = 3e-6  # of a crystal as it cools and warms: 0.034 ppm for each squared degree from 25 °C
LATE_S = 0.015  # all packets may come late alike: by half of a slow usual interval, 30 ms
_SKEW_STEP = 5e-6
_REACH = 4.0  # standard deviations of what was known of the skew before
_FIT_S = 2e-3  # a line this much lower in its middle is e times less likely
_NOISE_S = 0.5e-3  # what stamps may jitter, and the closest a bound is trusted
_UNLIKELY = 0.025  # of the offset's distribution, at either end
_LIKELY = 0.05  # of the best skew's weight: what still counts as possible
_NEGLIGIBLE = 7.0  # a thousandth of the best skew's weight, as a logarithm
_EVEN = 1e-6  # a density that falls by less is an even one

_COUNT_SIGMA = 5e-3  # of a chip's rate: data sheets promise 1 % or a little more
_ARRIVAL_SIGMA_S = 5e-3  # of the earliest arrival in 2 s: part of a connection interval
_NEWEST_BUCKETS = 10  # of which the earliest says where the counts lie: 20 s


def no_bounds() -> FloatArray:
    """Return what is known of an offset at first."""
    return np.empty((0, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is known of the offset between two clocks.

    Attributes
    ----------
    above, asked, answered : arrays, shape (n, 2)
        Device time and a bound of the offset there, seconds: from packets (it is not above it),
        from the questions and the answers of clock reads (not below, not above it). In order.
    round_trip_s : float
        The shortest time that a clock read took.
    skew, skew_sigma : float
        What was known of the skew before.
    likely_skew, likely_skew_sigma : float
        Where to look for it first: the answer to fewer bounds.
    """

    above: FloatArray
    asked: FloatArray = field(default_factory=no_bounds)
    answered: FloatArray = field(default_factory=no_bounds)
    round_trip_s: float = 0.0
    skew: float = 0.0
    skew_sigma: float = USUAL_SKEW
    likely_skew: float = 0.0
    likely_skew_sigma: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The offset between two clocks: `offset_s` where the device's says `pivot_s`, and a skew."""

    skew: float
    skew_sigma: float
    offset_s: float
    pivot_s: float
    uncertainty_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guesses:
    """One a skew: the weight's logarithm; the offset's mean, and what it hardly is beyond."""

    skews: FloatArray
    log_weight: FloatArray
    low_s: FloatArray
    mean_s: FloatArray
    high_s: FloatArray


def fit_line(bounds: Bounds) -> Line:
    """Return the mean of all lines that the bounds allow."""
    # The fewer packets they are the likelier is it that all of them had to wait.
    unsure_s = _NOISE_S if len(bounds.asked) else LATE_S * (1.0 + 1.0 / len(bounds.above))
    guesses = _guesses(bounds)
    weight = np.exp(guesses.log_weight - guesses.log_weight.max())
    likely = weight >= _LIKELY
    weight /= weight.sum()
    offset_s = float((weight * guesses.mean_s).sum())
    skew = float((weight * guesses.skews).sum())
    beyond_s = max(guesses.high_s[likely].max() - offset_s, offset_s - guesses.low_s[likely].min())
    spread = (weight * (guesses.skews - skew) ** 2).sum() + WANDER**2
    return Line(
        skew=skew,
        skew_sigma=float(np.sqrt(spread)),
        offset_s=offset_s,
        pivot_s=float(bounds.above[-1, 0]),
        uncertainty_s=float(beyond_s) + unsure_s,
    )


def _guesses(bounds: Bounds) -> _Guesses:
    """Guess at the skews that are likely; at all, should those at the edge be no less so."""
    guess = _with_reads if len(bounds.asked) else _without_reads
    skews = _skews(bounds)
    off = _REACH * bounds.likely_skew_sigma
    ends = np.array([bounds.likely_skew - off, bounds.likely_skew + off])
    begin, stop = np.searchsorted(skews, ends).tolist()
    if begin < stop:
        guesses = guess(bounds, skews[begin:stop])
        weight = guesses.log_weight
        left_out = weight[[0] * (begin > 0) + [-1] * (stop < len(skews))]
        if (left_out < weight.max() - _NEGLIGIBLE).all():
            return guesses
    return guess(bounds, skews)


def _with_reads(bounds: Bounds, skews: FloatArray) -> _Guesses:
    """Guess by the reads; packets, which may all come late alike, are only bounds.

    The sensor hears a question at a connection event, and we ask at any phase of those: bounds
    from questions are short by anything up to an interval alike, and the best of n by an n-th of
    it, an interval being twice their usual shortfall. The answer goes with a later event, mostly
    with the same one: how close to a line answers lie tells the skew.
    """
    n = len(bounds.asked)
    answered_s = _levelled(bounds.answered, skews, bounds)
    asked_s = _levelled(bounds.asked, skews, bounds)
    earliest_s, low_s = answered_s.min(axis=1), asked_s.max(axis=1)
    # Medians: what a stall held up says nothing.
    late_s = _median(answered_s) - earliest_s + _NOISE_S
    short_s = low_s - _median(asked_s) + _NOISE_S
    highest_s = np.minimum(_levelled(bounds.above, skews, bounds).min(axis=1), earliest_s)
    room_s = np.maximum(highest_s - low_s, 0.0) + _NOISE_S
    low_s = np.minimum(low_s, highest_s)
    # The offset is the less likely the further above the best question, or below the best packet:
    # together, a density that falls (or grows) by e `turns` times from one end to the other.
    off_s = (2.0 * short_s + bounds.round_trip_s / n) / n
    turns = room_s * (1.0 / off_s - 1.0 / LATE_S)
    turns = np.where(np.abs(turns) < _EVEN, _EVEN, turns)
    inside = -np.expm1(-turns)
    fits = np.log(room_s * inside / turns) - room_s / LATE_S - 0.5 * n * np.log(late_s * short_s)
    return _Guesses(
        skews=skews,
        log_weight=fits + _usual(skews, bounds),
        low_s=low_s - room_s / turns * np.log1p(-_UNLIKELY * inside),
        mean_s=low_s + room_s * (1.0 / turns - (1.0 - inside) / inside),
        high_s=low_s - room_s / turns * np.log1p((_UNLIKELY - 1.0) * inside),
    )


def _without_reads(bounds: Bounds, skews: FloatArray) -> _Guesses:
    """Guess that the line lies as high as packets let it (Moon et al. 1999)."""
    highest_s = _levelled(bounds.above, skews, bounds).min(axis=1)
    middle_s = highest_s + skews * (bounds.above[:, 0].mean() - bounds.above[-1, 0])
    return _Guesses(
        skews=skews,
        log_weight=middle_s / _FIT_S + _usual(skews, bounds),
        low_s=highest_s,
        mean_s=highest_s,
        high_s=highest_s,
    )


def _skews(bounds: Bounds) -> FloatArray:
    """Return the skews to try."""
    reach = max(_REACH * bounds.skew_sigma, _REACH * _SKEW_STEP)
    least, most = max(-MAX_SKEW, bounds.skew - reach), min(MAX_SKEW, bounds.skew + reach)
    return np.arange(least, most + _SKEW_STEP / 2, _SKEW_STEP)


def _usual(skews: FloatArray, bounds: Bounds) -> FloatArray:
    usual: FloatArray = -0.5 * ((skews - bounds.skew) / bounds.skew_sigma) ** 2
    return usual


def _median(rows: FloatArray) -> FloatArray:
    """Return the upper median of each row, for less than numpy's takes."""
    half = rows.shape[1] // 2
    middle: FloatArray = np.partition(rows, half, axis=1)[:, half]
    return middle


def _levelled(points: FloatArray, skews: FloatArray, bounds: Bounds) -> FloatArray:
    """Return, one row a skew, bounds of the offset at the pivot, the newest packet's time."""
    levelled: FloatArray = points[:, 1] - np.outer(skews, points[:, 0] - bounds.above[-1, 0])
    return levelled


def fit_counts(bounds: Bounds) -> Line:
    """Return the line of counted time: its slope by least squares, drawn towards the nominal rate.

    A sensor without a clock has none to read: only the packets' bounds count.
    """
    device_s, offset_s = bounds.above[:, 0], bounds.above[:, 1]
    pivot_s = float(device_s[-1])
    at_s = device_s - device_s.mean()
    spread = float((at_s**2).sum())
    slope = float((at_s * offset_s).sum()) / (spread + (_ARRIVAL_SIGMA_S / _COUNT_SIGMA) ** 2)
    left_s = offset_s - slope * (device_s - pivot_s)
    newest_s = left_s[-_NEWEST_BUCKETS:]
    return Line(
        skew=slope,
        skew_sigma=0.0,
        offset_s=float(newest_s.min()),
        pivot_s=pivot_s,
        uncertainty_s=float(newest_s.max() - newest_s.min()) + 2 * LATE_S,
    )
