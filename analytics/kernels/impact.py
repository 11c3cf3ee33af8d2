"""What a landing does to the sensor: peaks, loading rate, clipping, and which way is up.

An impact is read once, when the newest sample has passed the end of its window: from the raw
samples in the ring, low-passed from some time before contact on (the filter has then forgotten
that it began there).
"""

from __future__ import annotations

import math
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import settle, step
from analytics.kernels.signals import RAW_G, Ring, X, Y, Z, back, signal_at, since, time_at
from analytics.kernels.tuning import IMPACT_S, Tuning
from analytics.records import FloatArray

STILL_G = 0.05  # | |a| - 1 | of a sensor at rest (science.md, robustness)
STILL_S = 2.0  # so long at rest, and gravity tells the axis
MEAN_S = 20.0  # memory of the mean direction: some 28 strides
MEAN_AFTER_S = 0.45  # before, not even the shortest stride was seen
WARM_UP_S = 0.050  # before contact: 13 time constants of the filter at 60 Hz

NO_AXIS, BY_MEAN, BY_GRAVITY, BY_FRAME = 0, 1, 2, 3


IMPACT = np.dtype(
    [
        ("contact_s", np.float64),  # contact that opened the stride; -inf while there is none
        ("due_s", np.float64),  # when its window is over; inf once it was read
        ("resultant_g", np.float64),  # the largest in the 75 ms after contact...
        ("at_s", np.float64),  # ...how long after it...
        ("axial_g", np.float64),  # ...along the axis, less 1 g; nan without one...
        ("jerk_gps", np.float64),  # ...and the largest jerk
        ("memory", np.float64, (3, 2)),  # the filter while the window is read
        ("shock_g", np.float64, (3,)),  # its last sample
        ("clips", np.int64),  # clipped samples since contact
        ("axis", np.float64, (3,)),  # unit vector up the segment, in the sensor's frame
        ("axis_from", np.int64),  # how it is known
        ("mean_g", np.float64, (3,)),
        ("mean_n", np.int64),  # slow samples in it
        ("still_g", np.float64, (3,)),
        ("still_n", np.int64),  # slow samples in it
    ]
)
FIGURES = [
    ("peak_accel_axial_g", np.float64),
    ("peak_accel_resultant_g", np.float64),
    ("time_to_peak_s", np.float64),
    ("loading_rate_gps", np.float64),
    ("clipped", np.bool_),
]


def begin(impact: NDArray[np.void]) -> None:
    """Set sensors, zero so far, to before their first sample."""
    impact["contact_s"] = -np.inf
    impact["due_s"] = np.inf


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
    slow_hz = c.rate_hz / c.slow_every
    m.still_n = m.still_n + 1 if abs(s.landing_size_g - 1.0) < STILL_G else 0
    keep = min(m.mean_n + 1, int(MEAN_S * slow_hz))
    m.mean_n = keep
    for axis in range(3):
        value = s.landing_g[axis]
        m.mean_g[axis] += (value - m.mean_g[axis]) / keep
        m.still_g[axis] = m.still_g[axis] + value if m.still_n > 1 else value
    if m.still_n >= int(STILL_S * slow_hz):
        point(m, m.still_g, BY_GRAVITY)
    elif c.is_shin and m.axis_from != BY_GRAVITY and keep >= int(MEAN_AFTER_S * slow_hz):
        point(m, m.mean_g, BY_MEAN)


@compiled
def is_clipped(c: Tuning, ring: Ring, slot: int) -> bool:
    """Tell whether a raw axis of a sample was at the end of its range."""
    largest = 0.0
    for axis in range(3):
        largest = max(largest, abs(signal_at(ring, slot, RAW_G + axis)))
    return largest >= c.clip_g


@compiled
def shock(c: Tuning, ring: Ring, m: np.record, slot: int) -> float:
    """Filter the next sample of the window into `shock_g`; return its jerk in g/s."""
    jerk = 0.0
    for axis in range(3):
        value = step(c.shock, m.memory[axis], signal_at(ring, slot, RAW_G + axis))
        change = (value - m.shock_g[axis]) * c.rate_hz
        jerk += change * change
        m.shock_g[axis] = value
    return sqrt(jerk)


@compiled
def raise_peaks(m: np.record, after_s: float, jerk_gps: float) -> None:
    """Let the sample just filtered, so long after contact, raise the peaks."""
    size, along = 0.0, 0.0
    for axis in range(3):
        value = m.shock_g[axis]
        size += value * value
        along += value * m.axis[axis]
    size = sqrt(size)
    if size > m.resultant_g:
        m.resultant_g = size
        m.at_s = after_s
    if m.axis_from != NO_AXIS and not along - 1.0 <= m.axial_g:
        m.axial_g = along - 1.0
    m.jerk_gps = max(m.jerk_gps, jerk_gps)


@compiled
def read_window(c: Tuning, s: np.record, ring: Ring, m: np.record) -> None:
    """Read the peaks of the open stride from the 75 ms after its contact."""
    m.due_s = math.inf
    m.resultant_g = 0.0
    m.at_s = 0.0
    m.axial_g = math.nan
    m.jerk_gps = 0.0
    contact_s = m.contact_s + c.shock.delay_s
    first = since(s, ring, contact_s - WARM_UP_S) - 1
    for n in range(first, -1, -1):
        slot = back(s, ring, n)
        if n == first:
            for axis in range(3):
                m.shock_g[axis] = signal_at(ring, slot, RAW_G + axis)
                settle(c.shock, m.memory[axis], m.shock_g[axis])
        jerk_gps = shock(c, ring, m, slot)
        after_s = time_at(ring, slot) - contact_s
        if after_s > IMPACT_S:
            break
        if after_s >= 0.0:
            raise_peaks(m, after_s, jerk_gps)


@compiled
def follow(c: Tuning, s: np.record, ring: Ring, m: np.record) -> None:
    """Count the newest sample in."""
    if s.slow == 0:
        orient(c, s, m)
    if is_clipped(c, ring, s.slot):
        m.clips += 1
    if time_at(ring, s.slot) > m.due_s:
        read_window(c, s, ring, m)


@compiled
def tell(c: Tuning, s: np.record, ring: Ring, m: np.record, end_s: float, row: np.record) -> None:
    """Write the figures of the stride that ends at a contact up to `RING_S` back."""
    if m.due_s < math.inf:
        read_window(c, s, ring, m)  # all there will be
    clips = 0
    if m.clips > 0:
        for n in range(since(s, ring, end_s)):
            if is_clipped(c, ring, back(s, ring, n)):
                clips += 1
    row.peak_accel_axial_g = m.axial_g
    row.peak_accel_resultant_g = m.resultant_g
    row.time_to_peak_s = m.at_s
    row.loading_rate_gps = m.jerk_gps
    row.clipped = m.clips > clips
    m.clips = clips


@compiled
def open_stride(c: Tuning, s: np.record, ring: Ring, m: np.record, contact_s: float) -> None:
    """Begin a stride at a contact up to `RING_S` back."""
    m.contact_s = contact_s
    m.due_s = contact_s + c.shock.delay_s + IMPACT_S
    if time_at(ring, s.slot) > m.due_s:
        read_window(c, s, ring, m)


@compiled
def break_off(m: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    m.contact_s = -math.inf
    m.due_s = math.inf
    m.clips = 0
    m.still_n = 0
