"""What a landing does to the sensor: peaks, loading rate, clipping, and which way is up."""

from __future__ import annotations

import math
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import CLIPPED, SHOCK_G, TIME_S, X, Y, Z, back, depth
from analytics.kernels.tuning import IMPACT_S, Tuning
from analytics.records import FloatArray

STILL_G = 0.05  # | |a| - 1 | of a sensor at rest (science.md, robustness)
STILL_S = 2.0  # so long at rest, and gravity tells the axis
MEAN_S = 20.0  # memory of the mean direction: some 28 strides
MEAN_AFTER_S = 0.45  # before, not even the shortest stride was seen

NO_AXIS, BY_MEAN, BY_GRAVITY, BY_FRAME = 0, 1, 2, 3


IMPACT = np.dtype(
    [
        ("contact_s", np.float64),  # contact that opened the stride; -inf while there is none
        ("resultant_g", np.float64),  # the largest in the 75 ms after contact...
        ("at_s", np.float64),  # ...how long after it...
        ("jerk_gps", np.float64),  # ...and the largest jerk
        ("window_n", np.int64),  # samples of that window kept
        ("clips", np.int64),  # clipped samples since contact
        ("axis", np.float64, (3,)),  # unit vector up the segment, in the sensor's frame
        ("axis_from", np.int64),  # how it is known
        ("mean_g", np.float64, (3,)),
        ("mean_n", np.int64),
        ("still_g", np.float64, (3,)),
        ("still_n", np.int64),
    ]
)


def new_impact(*, n_streams: int) -> NDArray[np.record]:
    """Return N sensors before their first sample."""
    impact = np.zeros(n_streams, IMPACT).view(np.recarray)
    impact.contact_s = -np.inf
    return impact


def new_window(*, n_streams: int, rate_hz: float) -> FloatArray:
    """Return room for the impact's acceleration below 60 Hz, shape (n_streams, slots, 3)."""
    return np.zeros((n_streams, int(IMPACT_S * rate_hz) + 2, 3))


@compiled
def point(m: np.record, v: FloatArray, source: int) -> None:
    """Take the direction of vector v as the segment's axis."""
    length = sqrt(v[X] * v[X] + v[Y] * v[Y] + v[Z] * v[Z])
    if length > 0.0:
        for axis in range(3):
            m.axis[axis] = v[axis] / length
        m.axis_from = source


@compiled
def orient(c: Tuning, s: np.record, m: np.record) -> None:
    """Follow the axis: the aligned frame's z, else gravity at rest, else (shin) the mean.

    A shank's mean acceleration over running points up the shank within some degrees; a shoe's
    does not, so an unaligned shoe has an axis only after its wearer stood still.
    """
    if c.is_aligned:
        m.axis[X], m.axis[Y], m.axis[Z] = 0.0, 0.0, 1.0
        m.axis_from = BY_FRAME
        return
    size = 0.0
    for axis in range(3):
        size += s.landing_g[axis] * s.landing_g[axis]
    m.still_n = m.still_n + 1 if abs(sqrt(size) - 1.0) < STILL_G else 0
    keep = min(m.mean_n + 1, int(MEAN_S * c.rate_hz))
    m.mean_n = keep
    for axis in range(3):
        value = s.landing_g[axis]
        m.mean_g[axis] += (value - m.mean_g[axis]) / keep
        m.still_g[axis] = m.still_g[axis] + value if m.still_n > 1 else value
    if m.still_n >= int(STILL_S * c.rate_hz):
        point(m, m.still_g, BY_GRAVITY)
    elif c.is_shin and m.axis_from != BY_GRAVITY and keep >= int(MEAN_AFTER_S * c.rate_hz):
        point(m, m.mean_g, BY_MEAN)


@compiled
def watch(
    c: Tuning, s: np.record, ring: FloatArray, m: np.record, window: FloatArray, n: int
) -> None:
    """Let the sample n before the newest raise the peaks if it lies in the impact window."""
    slot = back(s, ring, n)
    after_s = ring[slot, TIME_S] - c.shock.delay_s - m.contact_s
    if not 0.0 <= after_s <= IMPACT_S:
        return
    size, jerk = 0.0, 0.0
    k = m.window_n
    before = back(s, ring, n + 1)
    for axis in range(3):
        value = ring[slot, SHOCK_G + axis]
        size += value * value
        if k < len(window):
            window[k, axis] = value
        change = (value - ring[before, SHOCK_G + axis]) * c.rate_hz
        jerk += change * change
    size = sqrt(size)
    jerk = sqrt(jerk)
    if size > m.resultant_g:
        m.resultant_g = size
        m.at_s = after_s
    m.window_n = min(k + 1, len(window))
    m.jerk_gps = max(m.jerk_gps, jerk)


@compiled
def axial(m: np.record, window: FloatArray) -> float:
    """Return the open stride's peak along the axis as it is known now, less 1 g."""
    if m.axis_from == NO_AXIS or m.window_n == 0:
        return math.nan
    peak = -math.inf
    for k in range(m.window_n):
        along = 0.0
        for axis in range(3):
            along += window[k, axis] * m.axis[axis]
        peak = max(peak, along)
    return peak - 1.0


@compiled
def follow(c: Tuning, s: np.record, ring: FloatArray, m: np.record, window: FloatArray) -> None:
    """Count the newest sample in."""
    orient(c, s, m)
    slot = back(s, ring, 0)
    if ring[slot, CLIPPED] > 0.0:
        m.clips += 1
    watch(c, s, ring, m, window, 0)


@compiled
def open_stride(
    c: Tuning,
    s: np.record,
    ring: FloatArray,
    m: np.record,
    window: FloatArray,
    contact_s: float,
) -> int:
    """Begin a stride at a contact up to 80 ms back; return the clipped samples of the last one."""
    m.contact_s = contact_s
    m.resultant_g = 0.0
    m.window_n = 0
    m.at_s = 0.0
    m.jerk_gps = 0.0
    clips = 0
    for n in range(depth(s, ring) - 1):
        slot = back(s, ring, n)
        if ring[slot, TIME_S] < contact_s:
            break
        if ring[slot, CLIPPED] > 0.0:
            clips += 1
        watch(c, s, ring, m, window, n)
    before: int = m.clips - clips
    m.clips = clips
    return max(0, before)
