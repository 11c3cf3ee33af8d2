"""When a foot that has landed touched the ground: read off the burst that the landing made.

Two things tell the time of contact whichever way the sensor sits. The jerk's energy begins with
it: a rectangle of energy begins sqrt(3) standard deviations before its centre (Aubol & Milner
2020, J Biomech, read contact from the resultant's jerk; walking back to a share of its maximum
jumps from one ripple to another, moments do not). And the shank, which swings back before it
lands, turns forward at half of its later speed (Fadillioglu et al. 2020, Gait Posture, take the
moment when it turns round). Their errors have little in common, so their mean is better than
either. A shoe rings; the middle of its burst's energy is the steadiest mark.
"""

from __future__ import annotations

import math
from math import sqrt

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import (
    STEP_G2,
    TURN_RADPS,
    Ring,
    along,
    back,
    jerk_at,
    signal_at,
    since,
    time_at,
)
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

SKIRT = 0.15  # of the burst's peak: jerk below it is swing and ripple
ONSET_SHARE = 0.6  # of the burst in the shin's contact, the rest is the rotation's
HALF = 0.5  # of the shank's largest forward rate after contact
TURNS_WITHIN_S = 0.120  # before the peak: where the shank turns round


@compiled
def begin(c: Tuning, s: np.record, ring: Ring, peak_s: float, peak_gps: float) -> float:
    """Return where the burst's energy begins, in seconds."""
    at_s = peak_s + c.landing.delay_s + 0.5 / c.rate_hz  # of the sample that holds the peak
    weight, first, second = 0.0, 0.0, 0.0
    for n in range(since(s, ring, at_s + c.burst_s), since(s, ring, at_s - c.burst_s)):
        slot = back(s, ring, n)
        after_s = time_at(ring, slot) - at_s
        over = max(0.0, jerk_at(c, ring, slot) - SKIRT * peak_gps)
        weight += over * over
        first += over * over * after_s
        second += over * over * after_s * after_s
    centre_s = first / weight
    spread_s = sqrt(max(0.0, second / weight - centre_s * centre_s))
    begin_s: float = peak_s + centre_s - sqrt(3.0) * spread_s
    return begin_s


@compiled
def middle(c: Tuning, s: np.record, ring: Ring, peak_s: float) -> float:
    """Return when half of the burst's energy was spent, in seconds."""
    at_s = peak_s + c.landing.delay_s + 0.5 / c.rate_hz
    newest, oldest = since(s, ring, at_s + c.burst_s), since(s, ring, at_s - c.burst_s)
    left = 0.0
    for n in range(newest, oldest):
        left += 0.5 * signal_at(ring, back(s, ring, n), STEP_G2)
    for n in range(newest, oldest):
        slot = back(s, ring, n)
        energy = signal_at(ring, slot, STEP_G2)
        if energy >= left:  # each sample's is spread over its period
            part = 0.5 - left / energy
            middle_s: float = peak_s + time_at(ring, slot) - at_s + part / c.rate_hz
            return middle_s
        left -= energy
    return peak_s


@compiled
def half_turn(c: Tuning, s: np.record, ring: Ring, axis: FloatArray, peak_s: float) -> float:
    """Return when the shank turned forward at half of its later speed; nan if it did not."""
    at_s = peak_s + c.turn.delay_s
    n = since(s, ring, at_s + c.burst_s)
    oldest = since(s, ring, at_s - TURNS_WITHIN_S)
    top, rate = 0.0, 0.0
    while n < oldest:
        slot = back(s, ring, n)
        rate = along(ring, slot, TURN_RADPS, axis)
        if rate <= 0.0 and time_at(ring, slot) < at_s:
            break
        top = max(top, rate)
        n += 1
    if n == oldest or top == 0.0:
        return math.nan
    before, last = rate, rate
    while before < HALF * top:
        n -= 1
        last, before = before, along(ring, back(s, ring, n), TURN_RADPS, axis)
    part = (before - HALF * top) / (before - last)
    half_s: float = time_at(ring, back(s, ring, n)) - part / c.rate_hz - c.turn.delay_s
    return half_s


@compiled
def contact(c: Tuning, s: np.record, ring: Ring, axis: FloatArray, p: np.record) -> float:
    """Return the initial contact of the landing just found, in seconds.

    One that a freeze hid came as long after the last as its burst did.
    """
    peak_s, peak_gps = float(p.peak_s), float(p.peak_gps)
    if p.hidden:
        hidden_s: float = peak_s
        if not math.isnan(p.contact_s):
            hidden_s = p.contact_s + peak_s - p.last_s
        return hidden_s
    if not c.is_shin:
        shoe_s: float = middle(c, s, ring, peak_s) - c.middle_s
        return shoe_s
    onset_s: float = begin(c, s, ring, peak_s, peak_gps) - c.onset_s
    if not c.has_gyro:
        return onset_s
    half_s = half_turn(c, s, ring, axis, peak_s) - c.half_turn_s
    if math.isnan(half_s):
        return onset_s
    shin_s: float = ONSET_SHARE * onset_s + (1.0 - ONSET_SHARE) * half_s
    return shin_s
