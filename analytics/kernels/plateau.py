"""What a gyroscope loses of a turn at the end of its range, put back.

Where an axis stays flat while it came and went steeply, the peak that is missing is a parabola
with those slopes: its area is put back.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lanes import WIDTH, alike, larger, next_four, numbers
from analytics.kernels.signals import PITCH, POINT_S, RATE_RADPS, STEP_S, TURN
from analytics.records import FloatArray

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
def most_until(k: np.record, j: int, line: FloatArray) -> float:
    """Return the largest rate of any axis up to the end of the row's step j."""
    most = float(k.most_radps)
    for a in range(3):
        for i in range(1, j + 2):
            most = max(most, abs(line[RATE_RADPS + a * PITCH + i]))
    return most


@compiled
def put_lost_turns_back(k: np.record, n: int, line: FloatArray) -> None:
    """Add what the axes lost on plateaus in a row's n steps to half the rotation vectors.

    Few samples are fast enough for a plateau; an axis without one in the row is passed over.
    """
    most, least_radps = float(k.most_radps), least_rate(float(k.most_radps))
    for a in range(3):
        if k.top_radps[a] != 0.0 or fastest(n, RATE_RADPS + a * PITCH + 1, line) > least_radps:
            most = max(most, put_back(k, a, n, least_radps, line))
    k.most_radps = most


@compiled
def fastest(n: int, rates: int, line: FloatArray) -> float:
    """Return the largest of a row's n rates, or of up to three old ones that lie behind them."""
    most = alike(0.0)
    for j in range(rates, rates + n, WIDTH):
        most = larger(most, abs(next_four(line, j)))
    a, b, c, d = numbers(most)
    return max(a, b, c, d)


@compiled
def put_back(k: np.record, a: int, n: int, least_radps: float, line: FloatArray) -> float:
    """Add what one axis lost on plateaus to half its turns; return its largest rate above least."""
    rates, turns = RATE_RADPS + a * PITCH, TURN + (1 + a) * PITCH
    top, most, before = plateau(k, a), 0.0, float(line[rates])
    for j in range(n):
        rate = float(line[rates + 1 + j])
        if top[0] != 0.0 or abs(rate) > least_radps:
            most = max(most, abs(rate))
            height, at_s, lasts_s = abs(top[0]), float(line[POINT_S + j]), float(line[STEP_S + j])
            missing, flat_s, top = on_plateau(top, before, rate, at_s, lasts_s, least_radps)
            if missing != 0.0 and height >= NEAR_LIMIT * most_until(k, j, line):
                note_lost(k, at_s, flat_s, lasts_s)
                line[turns + j] += 0.5 * missing
        before = rate
    keep_plateau(k, a, top)
    return most
