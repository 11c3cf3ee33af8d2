"""A shoe's push-off told from its landing: both are bursts of jerk, and either may be stronger."""

from __future__ import annotations

from math import sqrt

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import RAW_G, TURN_RADPS, Ring, along, back, depth, signal_at, since
from analytics.kernels.tuning import Tuning
from analytics.kernels.vectors import shorten
from analytics.records import FloatArray

# A shoe's push-off may be the stronger burst at slow paces; but a foot swings before it lands and
# lies after it, and the other way round before it lifts (of 9 runners on a treadmill and one
# outdoors every landing was livelier before, of their push-offs one in 25). A shank is always busy.
SWINGS_S = (0.150, 0.030)  # before the burst's peak...
LIES_S = (0.040, 0.080)  # ...and after it, before a sprinter pushes off
LIVELY_G2 = 0.25  # mean square of |a| - 1 g: the ringing after a landing makes less
# Walking and shuffling, a foot may lie still for a moment after its push-off as well. There its
# turning tells: heel off, it turns one way, and swinging forward it turns back. Rate after the
# burst, against the direction before it: at push-offs of walks 4.3 rad/s in the median, over 1.5 in
# nine of ten; at landings of walks and slow laps under 0.5 in nine of ten, under 1.7 in 98 of 100.
RISES_S = (0.100, 0.020)  # before the burst's peak...
BACK_S = (0.050, 0.130)  # ...and after it
BACK_RADPS = 2.0
CALM_G2 = 4.0  # before a push-off; before a landing at 2.5 m/s a foot's swing makes 9 at least


@compiled
def liveliness(s: np.record, ring: Ring, from_s: float, until_s: float) -> float:
    """Return the mean square of |a| - 1 g between two times."""
    newest, oldest = since(s, ring, until_s), since(s, ring, from_s)
    total = 0.0
    for n in range(newest, oldest):
        slot = back(s, ring, n)
        square = 0.0
        for axis in range(3):
            square += signal_at(ring, slot, RAW_G + axis) * signal_at(ring, slot, RAW_G + axis)
        away = sqrt(square) - 1.0
        total += away * away
    return total / max(1, oldest - newest)


@compiled
def turn_along(s: np.record, ring: Ring, from_s: float, until_s: float, axis: FloatArray) -> float:
    """Return the mean rate about an axis between two times."""
    newest, oldest = since(s, ring, until_s), since(s, ring, from_s)
    total = 0.0
    for n in range(newest, oldest):
        total += along(ring, back(s, ring, n), TURN_RADPS, axis)
    return total / max(1, oldest - newest)


@compiled
def turns_back(c: Tuning, s: np.record, ring: Ring, peak_s: float) -> bool:
    """Tell whether a shoe turned one way before its burst and turns the other way after it."""
    at_s = peak_s + c.turn.delay_s
    axis = ring.vectors[0]
    newest, oldest = since(s, ring, at_s - RISES_S[1]), since(s, ring, at_s - RISES_S[0])
    for a in range(3):
        axis[a] = 0.0
    for n in range(newest, oldest):
        slot = back(s, ring, n)
        for a in range(3):
            axis[a] += signal_at(ring, slot, TURN_RADPS + a)
    if shorten(axis) == 0.0:
        return False
    return turn_along(s, ring, at_s + BACK_S[0], at_s + BACK_S[1], axis) < -BACK_RADPS


@compiled
def walks_off(c: Tuning, s: np.record, ring: Ring, peak_s: float) -> bool:
    """Tell whether a shoe's burst is the push-off of a walk or shuffle: its heel comes back."""
    before = liveliness(s, ring, peak_s - SWINGS_S[0], peak_s - SWINGS_S[1])
    return c.has_gyro and before < CALM_G2 and turns_back(c, s, ring, peak_s)


@compiled
def lifts_off(c: Tuning, s: np.record, ring: Ring, peak_s: float) -> bool:
    """Tell whether a shoe's burst is its push-off: livelier after than before, or coming back.

    Nobody knows of a burst with which the samples begin.
    """
    if since(s, ring, peak_s - SWINGS_S[0]) == depth(s, ring):
        return False
    before = liveliness(s, ring, peak_s - SWINGS_S[0], peak_s - SWINGS_S[1])
    after = liveliness(s, ring, peak_s + LIES_S[0], peak_s + LIES_S[1])
    return (before < after and after > LIVELY_G2) or walks_off(c, s, ring, peak_s)
