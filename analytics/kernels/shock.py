"""Figures of one impact, read from some 50 samples around a landing: pure functions of arrays.

Throughout `since_s` are times after contact, rising, shape (n,), and `size_g` the length of the
acceleration vector below 60 Hz at those times.
"""

from __future__ import annotations

import math
from math import cos, pi

from analytics.kernels.axes import across, lanes, lanes_of
from analytics.kernels.jit import compiled
from analytics.kernels.lanes import Lanes
from analytics.records import FloatArray

LEAST_RATE_HZ = 95.0  # 100 Hz and a clock's tolerance: below it the shock's slope is not seen
LOW, HIGH = 0.2, 0.8  # of the rise: between them the average loading rate is taken
RISE_BEFORE_S = 0.020  # contact is known to some 10 ms
BAND_S = 0.250  # a stance, and one period of the band ratio's lowest tone, 4 Hz
BAND_RATE_HZ = 100.0  # five samples a period of the highest tone


@compiled
def highest(since_s: FloatArray, values: FloatArray, until_s: float) -> int:
    """Return where the highest peak in [0, until_s] after contact stands; -1 without samples.

    A peak is higher than its neighbours. A shoe still brakes with 4 to 8 g when it lands: that
    this is higher at contact than all that follows is no impact. Without a peak: the largest.
    """
    top, edge = -1, -1
    last = len(values) - 1
    for k in range(len(since_s)):
        if since_s[k] > until_s:
            break
        if since_s[k] >= 0.0:
            if edge < 0 or values[k] > values[edge]:
                edge = k
            is_peak = 0 < k < last and values[k - 1] < values[k] >= values[k + 1]
            if is_peak and (top < 0 or values[k] > values[top]):
                top = k
    return top if top >= 0 else edge


@compiled
def vertex(values: FloatArray, top: int) -> tuple[float, float]:
    """Return height and place (in samples after `top`) of the parabola through a maximum.

    The true maximum lies between the samples: at 200 Hz a 15 Hz shock is up to 3 % higher than
    the highest of them. Without a lower sample on both sides it is the sample itself.
    """
    here: float = values[top]
    if top == 0 or top == len(values) - 1:
        return here, 0.0
    fall = values[top - 1] - 2.0 * here + values[top + 1]
    lean = values[top + 1] - values[top - 1]
    if fall >= 0.0 or max(values[top - 1], values[top + 1]) > here:
        return here, 0.0
    return here - lean * lean / (8.0 * fall), -0.5 * lean / fall


@compiled
def crossing(since_s: FloatArray, size_g: FloatArray, top: int, level_g: float) -> float:
    """Return when the rise to sample `top` last passed a level; nan if that was not seen."""
    for k in range(top, 0, -1):
        if size_g[k - 1] < level_g <= size_g[k]:
            part = (level_g - size_g[k - 1]) / (size_g[k] - size_g[k - 1])
            at_s: float = since_s[k - 1] + part * (since_s[k] - since_s[k - 1])
            return at_s
    return math.nan


@compiled
def average_rate(since_s: FloatArray, size_g: FloatArray, until_s: float) -> float:
    """Return the mean slope from 20 to 80 % of the largest rise, in g/s; nan if there is none.

    Largest from 20 ms before contact on: at the shoe, and at a fast runner's shin, the swing
    still accelerates the sensor by several g then, and the rise to the peak begins below that.
    """
    top, low_g, foot_g, rise_g = -1, math.inf, 0.0, 0.0
    for k in range(len(since_s)):
        if -RISE_BEFORE_S <= since_s[k] <= until_s:
            low_g = min(low_g, size_g[k])
            if size_g[k] - low_g > rise_g:
                top, foot_g, rise_g = k, low_g, size_g[k] - low_g
    if top < 0:
        return math.nan
    peak_g, _ = vertex(size_g, top)
    rise_g = peak_g - foot_g
    late_s = crossing(since_s, size_g, top, foot_g + HIGH * rise_g)
    early_s = crossing(since_s, size_g, top, foot_g + LOW * rise_g)
    return (HIGH - LOW) * rise_g / (late_s - early_s)


@compiled
def impulse(since_s: FloatArray, size_g: FloatArray, until_s: float) -> float:
    """Return the integral of the length less 1 g over [0, until_s] after contact, in g s.

    Trapezes between the samples, cut at both ends: where the samples lie does not matter.
    """
    total = 0.0
    for k in range(1, len(since_s)):
        begin, end = since_s[k - 1], since_s[k]
        if begin >= until_s or end <= 0.0:
            continue
        middle_g = 0.5 * (size_g[k - 1] + size_g[k])
        if begin < 0.0 or end > until_s:
            slope = (size_g[k] - size_g[k - 1]) / (end - begin)
            middle_s = 0.5 * (begin + end)
            begin, end = max(0.0, begin), min(until_s, end)
            middle_g += slope * (0.5 * (begin + end) - middle_s)
        total += (middle_g - 1.0) * (end - begin)
    return total


@compiled
def tone_power(twice: float, now: Lanes, before: Lanes) -> float:
    """Return the power at a tone that its resonator holds once all steps are in."""
    return across(now * now + before * before) - twice * across(now * before)


@compiled
def band_ratio(steps: FloatArray) -> float:
    """Return power at 12, 16 and 20 Hz over power at 4 and 8 Hz of acceleration over `BAND_S`.

    The bands 10-20 Hz (shock) and 4-8 Hz (the runner's motion) of Shorten & Winslow 1992 (Int J
    Sport Biomech), on the tones that fit a whole number of times into the time looked at: so
    gravity, a constant, leaks into none. Each tone has a resonator (Goertzel 1958, Am Math Mon).
    Power is summed over the axes: free of the sensor's orientation. `steps`: means over 10 ms
    (or the samples), shape (n, 3).
    """
    two_a = 2.0 * cos(2.0 * pi / len(steps))
    two_b = two_a * two_a - 2.0
    two_c = two_a * two_b - two_a
    two_d = two_a * two_c - two_b
    two_e = two_a * two_d - two_c
    none = lanes(0.0, 0.0, 0.0)
    a, b, c, d, e = none, none, none, none, none
    a0, b0, c0, d0, e0 = none, none, none, none, none
    for k in range(len(steps)):
        step = lanes_of(steps, k)
        a, a0 = step - a0 + two_a * a, a
        b, b0 = step - b0 + two_b * b, b
        c, c0 = step - c0 + two_c * c, c
        d, d0 = step - d0 + two_d * d, d
        e, e0 = step - e0 + two_e * e, e
    low = tone_power(two_a, a, a0) + tone_power(two_b, b, b0)
    high = tone_power(two_c, c, c0) + tone_power(two_d, d, d0) + tone_power(two_e, e, e0)
    return high / low if low > 0.0 else math.nan
