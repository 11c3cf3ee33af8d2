"""What a landing does to the sensor: peaks, loading rate, clipping, and which way is up."""

from __future__ import annotations

import math
from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import IntArray, Signals, X, Y, Z, back, depth
from analytics.kernels.tuning import IMPACT_S, Tuning
from analytics.records import FloatArray

STILL_G = 0.05  # | |a| - 1 | of a sensor at rest (science.md, robustness)
STILL_S = 2.0  # so long at rest, and gravity tells the axis
MEAN_S = 20.0  # memory of the mean direction: some 28 strides
MEAN_AFTER_S = 0.45  # before, not even the shortest stride was seen

NO_AXIS, BY_MEAN, BY_GRAVITY, BY_FRAME = 0, 1, 2, 3


class Impact(NamedTuple):
    """Peaks of the open stride and the segment's axis; shapes (n,) and (n, 3).

    Attributes
    ----------
    contact_s : contact that opened the stride; -inf while there is none
    resultant_g, at_s, jerk_gps : the largest in the 75 ms after contact
    window_g, window_n : acceleration below 60 Hz in those 75 ms, shape (n, slots, 3)
    clips : clipped samples since contact
    axis, axis_from : unit vector up the segment in the sensor frame, and how it is known

    """

    contact_s: FloatArray
    resultant_g: FloatArray
    at_s: FloatArray
    jerk_gps: FloatArray
    window_g: FloatArray
    window_n: IntArray
    clips: IntArray
    axis: FloatArray
    axis_from: IntArray
    mean: FloatArray
    mean_n: IntArray
    still: FloatArray
    still_n: IntArray


def new_impact(*, n_streams: int, rate_hz: float) -> Impact:
    """Return the state before the first sample."""
    return Impact(
        contact_s=np.full(n_streams, -np.inf),
        resultant_g=np.zeros(n_streams),
        at_s=np.zeros(n_streams),
        jerk_gps=np.zeros(n_streams),
        window_g=np.zeros((n_streams, int(IMPACT_S * rate_hz) + 2, 3)),
        window_n=np.zeros(n_streams, np.int64),
        clips=np.zeros(n_streams, np.int64),
        axis=np.zeros((n_streams, 3)),
        axis_from=np.zeros(n_streams, np.int64),
        mean=np.zeros((n_streams, 3)),
        mean_n=np.zeros(n_streams, np.int64),
        still=np.zeros((n_streams, 3)),
        still_n=np.zeros(n_streams, np.int64),
    )


@compiled
def point(m: Impact, i: int, v: FloatArray, source: int) -> None:
    """Take the direction of vector v of stream i as the segment's axis."""
    length = sqrt(v[i, X] * v[i, X] + v[i, Y] * v[i, Y] + v[i, Z] * v[i, Z])
    if length > 0.0:
        for axis in range(3):
            m.axis[i, axis] = v[i, axis] / length
        m.axis_from[i] = source


@compiled
def orient(c: Tuning, s: Signals, m: Impact, i: int) -> None:
    """Follow the axis: the aligned frame's z, else gravity at rest, else (shin) the mean.

    A shank's mean acceleration over running points up the shank within some degrees; a shoe's
    does not, so an unaligned shoe has an axis only after its wearer stood still.
    """
    if c.is_aligned:
        m.axis[i, X], m.axis[i, Y], m.axis[i, Z] = 0.0, 0.0, 1.0
        m.axis_from[i] = BY_FRAME
        return
    size = 0.0
    for axis in range(3):
        size += s.landing[i, axis] * s.landing[i, axis]
    m.still_n[i] = m.still_n[i] + 1 if abs(sqrt(size) - 1.0) < STILL_G else 0
    keep = min(m.mean_n[i] + 1, int(MEAN_S * c.rate_hz))
    m.mean_n[i] = keep
    for axis in range(3):
        value = s.landing[i, axis]
        m.mean[i, axis] += (value - m.mean[i, axis]) / keep
        m.still[i, axis] = m.still[i, axis] + value if m.still_n[i] > 1 else value
    if m.still_n[i] >= int(STILL_S * c.rate_hz):
        point(m, i, m.still, BY_GRAVITY)
    elif c.is_shin and m.axis_from[i] != BY_GRAVITY and keep >= int(MEAN_AFTER_S * c.rate_hz):
        point(m, i, m.mean, BY_MEAN)


@compiled
def watch(c: Tuning, s: Signals, m: Impact, i: int, n: int) -> None:
    """Let the sample n before the newest raise the peaks if it lies in the impact window."""
    slot = back(s, i, n)
    after_s = s.time_s[i, slot] - c.shock.delay_s - m.contact_s[i]
    if not 0.0 <= after_s <= IMPACT_S:
        return
    size, jerk = 0.0, 0.0
    k = m.window_n[i]
    before = back(s, i, n + 1)
    for axis in range(3):
        value = s.shock_g[i, slot, axis]
        size += value * value
        if k < m.window_g.shape[1]:
            m.window_g[i, k, axis] = value
        change = (value - s.shock_g[i, before, axis]) * c.rate_hz
        jerk += change * change
    size = sqrt(size)
    jerk = sqrt(jerk)
    if size > m.resultant_g[i]:
        m.resultant_g[i] = size
        m.at_s[i] = after_s
    m.window_n[i] = min(k + 1, m.window_g.shape[1])
    m.jerk_gps[i] = max(m.jerk_gps[i], jerk)


@compiled
def axial(m: Impact, i: int) -> float:
    """Return the open stride's peak along the axis as it is known now, less 1 g."""
    if m.axis_from[i] == NO_AXIS or m.window_n[i] == 0:
        return math.nan
    peak = -math.inf
    for k in range(m.window_n[i]):
        along = 0.0
        for axis in range(3):
            along += m.window_g[i, k, axis] * m.axis[i, axis]
        peak = max(peak, along)
    return peak - 1.0


@compiled
def follow(c: Tuning, s: Signals, m: Impact, i: int) -> None:
    """Count the newest sample in."""
    orient(c, s, m, i)
    slot = back(s, i, 0)
    if s.clipped[i, slot] > 0:
        m.clips[i] += 1
    watch(c, s, m, i, 0)


@compiled
def open_stride(c: Tuning, s: Signals, m: Impact, i: int, contact_s: float) -> int:
    """Begin a stride at a contact up to 80 ms back; return the clipped samples of the last one."""
    m.contact_s[i] = contact_s
    m.resultant_g[i] = 0.0
    m.window_n[i] = 0
    m.at_s[i] = 0.0
    m.jerk_gps[i] = 0.0
    clips = 0
    for n in range(depth(s, i) - 1):
        slot = back(s, i, n)
        if s.time_s[i, slot] < contact_s:
            break
        if s.clipped[i, slot] > 0:
            clips += 1
        watch(c, s, m, i, n)
    before = m.clips[i] - clips
    m.clips[i] = clips
    return max(0, before)
