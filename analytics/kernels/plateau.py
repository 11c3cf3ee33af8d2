"""What a gyroscope loses of a turn at the end of its range, put back.

Where an axis stays flat while it came and went steeply, the peak that is missing is a parabola
with those slopes: its area is put back.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import RAW_RADPS, Ring, three_at
from analytics.kernels.vectors import Vector

SMALLEST_RANGE_RADPS = 4.3  # +-250 deg/s, the least that gyroscopes offer
FLAT_WITHIN = 0.015  # of the plateau: sensors calibrate their axes after the range's end
SHOULDER = 0.05  # likewise, its last sample: a sensor's own filter rounds the edge
STEEP = 0.25  # slope x duration / height of a plateau; the top of a parabola makes 0.06
NEAR_LIMIT = 0.9  # of the largest rate ever on any axis: nothing lower is the range's end...
LOOK_FROM = 0.8  # ...so nothing below this is looked at

# Of an axis: `top_radps`, `rise` and `since_s` of strapdown.py's `RECKONING`.
Plateau: TypeAlias = tuple[float, float, float]


@compiled
def on_plateau(
    top: Plateau, before: float, rate: float, at_s: float, lasts_s: float, least_radps: float
) -> tuple[float, float, Plateau]:
    """Follow the plateau of an axis, or none, by a step; return (lost turn, its time, plateau).

    The lost turn (rad), mostly 0, is what a plateau that this sample ends has cost.
    """
    missing, flat_s = 0.0, 0.0
    height_radps, rise, since_s = top
    size, high = abs(rate), abs(height_radps)
    if high > 0.0:
        sign = 1.0 if height_radps > 0.0 else -1.0
        height, last = sign * rate, sign * before
        was_flat = last >= (1.0 - FLAT_WITHIN) * high
        if (1.0 - FLAT_WITHIN) * high <= height <= high / (1.0 - FLAT_WITHIN):
            return 0.0, 0.0, (rate if height > high else height_radps, rise, since_s)
        if was_flat and (1.0 - SHOULDER) * high <= height < high:
            return 0.0, 0.0, top
        flat_s = at_s - since_s - (0.0 if was_flat else lasts_s)
        if flat_s != 0.0:
            slope = min((last - height) / lasts_s, rise)
            if slope * flat_s > STEEP * high:
                missing = sign * slope * flat_s * flat_s / 6.0
    if size > least_radps:
        rise = (size - (before if rate > 0.0 else -before)) / lasts_s
        return missing, flat_s, (rate, rise, at_s + lasts_s)
    return missing, flat_s, (0.0, rise, since_s)


@compiled
def least_rate(most_radps: float) -> float:
    """Return the rate from which on an axis may be on a plateau, given the largest ever."""
    return max(SMALLEST_RANGE_RADPS, LOOK_FROM * most_radps)


@compiled
def plateau(k: np.record, a: int) -> Plateau:
    """Return the plateau that axis a is on."""
    return float(k.top_radps[a]), float(k.rise[a]), float(k.since_s[a])


@compiled
def keep_plateau(k: np.record, a: int, top: Plateau) -> None:
    """Keep the plateau that axis a is on."""
    k.top_radps[a], k.rise[a], k.since_s[a] = top


@compiled
def note_lost(k: np.record, at_s: float, flat_s: float, lasts_s: float) -> None:
    """Note that part of a turn was lost; two samples alike may as well be a sharp peak's."""
    if flat_s > 1.5 * lasts_s:
        k.lost_s = max(float(k.lost_s), at_s)


@compiled
def lost_turns(k: np.record, before: Vector, rate: Vector, at_s: float, lasts_s: float) -> Vector:
    """Return half the angles that the axes lost on plateaus that this sample ends."""
    k.most_radps = max(float(k.most_radps), abs(rate[0]), abs(rate[1]), abs(rate[2]))
    return (
        0.5 * lost_turn(k, 0, before[0], rate[0], at_s, lasts_s),
        0.5 * lost_turn(k, 1, before[1], rate[1], at_s, lasts_s),
        0.5 * lost_turn(k, 2, before[2], rate[2], at_s, lasts_s),
    )


@compiled
def lost_turn(
    k: np.record, a: int, before: float, rate: float, at_s: float, lasts_s: float
) -> float:
    """Return the angle (rad) that axis a lost on a plateau that this sample ends."""
    top = plateau(k, a)
    least_radps = least_rate(float(k.most_radps))
    missing, flat_s, after = on_plateau(top, before, rate, at_s, lasts_s, least_radps)
    keep_plateau(k, a, after)
    if missing == 0.0 or abs(top[0]) < NEAR_LIMIT * k.most_radps:
        return 0.0
    note_lost(k, at_s, flat_s, lasts_s)
    return missing


@compiled
def most_until(ring: Ring, k: np.record, first: int, j: int) -> float:
    """Return the largest rate of any axis up to the row's sample j."""
    most = float(k.most_radps)
    for slot in range(first, first + j + 1):
        x, y, z = three_at(ring, slot, RAW_RADPS)
        most = max(most, abs(x), abs(y), abs(z))
    return most
