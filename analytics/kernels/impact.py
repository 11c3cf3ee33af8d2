"""What a landing does to the sensor: peaks, loading, and whether its range was enough.

An impact is read once, when the newest sample has passed the end of its window: from the raw
samples in the ring, low-passed from some time before contact on (the filter has then forgotten
that it began there). The window's accelerations are kept until the stride ends, since the
segment's axis may only be learned from the stride itself.
"""

from __future__ import annotations

import math
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import shock
from analytics.kernels.axes import lanes, parts
from analytics.kernels.jit import compiled
from analytics.kernels.mount import NO_AXIS
from analytics.kernels.signals import (
    RAW_G,
    Ring,
    Span,
    X,
    Y,
    Z,
    back,
    signal_at,
    since,
    time_at,
    vector_at,
)
from analytics.kernels.steps import AT_S, SIZE_G, SLOPE_G, low_passed
from analytics.kernels.tuning import IMPACT_S, Tuning
from analytics.records import FloatArray

WARM_UP_S = 0.030  # before contact: what came before has faded to 0.03 % at 60 Hz
IMPULSE_S = 0.100  # after contact (science.md, 2)
KEPT_HZ = 200.0  # enough for a parabola through a peak below 60 Hz
KEPT = 26  # samples of the impact window and one on either side, at up to 300 Hz

IMPACT = np.dtype(
    [
        ("contact_s", np.float64),  # contact that opened the stride; -inf while there is none
        ("due_s", np.float64),  # when its window is over; inf once it was read
        ("resultant_g", np.float64),  # the largest in the 75 ms after contact...
        ("to_peak_s", np.float64),  # ...and how long after it
        ("jerk_gps", np.float64),
        ("average_gps", np.float64),
        ("impulse_gs", np.float64),
        ("band_ratio", np.float64),
        ("clips", np.int32),  # clipped samples since contact
        ("clipped_s", np.float64),  # the last of all clipped samples; -inf before the first
        ("kept_n", np.int8),
        ("kept_from_s", np.float64),  # the impact window: its first sample, after contact...
        ("kept_every_s", np.float64),  # ...and the time between two: `Ring.impact_g`
    ]
)
FIGURES = [
    ("peak_accel_axial_g", np.float64),
    ("peak_accel_resultant_g", np.float64),
    ("time_to_peak_s", np.float64),
    ("loading_rate_gps", np.float64),
    ("average_loading_rate_gps", np.float64),
    ("impulse_gs", np.float64),
    ("impact_band_ratio", np.float64),
    ("clipped", np.bool_),
]


def begin(impact: NDArray[np.void]) -> None:
    """Set sensors, zero so far, to before their first sample."""
    impact["contact_s"] = -np.inf
    impact["due_s"] = np.inf
    impact["clipped_s"] = -np.inf


@compiled
def is_clipped(c: Tuning, ring: Ring, slot: int) -> bool:
    """Tell whether a raw axis of a sample was at the end of its range."""
    x, y = abs(signal_at(ring, slot, RAW_G)), abs(signal_at(ring, slot, RAW_G + 1))
    return max(x, y, abs(signal_at(ring, slot, RAW_G + 2))) >= c.clip_g


@compiled
def every(rate_hz: float, wanted_hz: float) -> int:
    """Return which of the samples make about `wanted_hz`: every n-th."""
    n: int = max(1, int(rate_hz / wanted_hz + 0.5))
    return n


@compiled
def read_window(c: Tuning, s: np.record, ring: Ring, m: np.record) -> None:
    """Read the open stride's figures from the 250 ms after its contact, as far as they came."""
    m.due_s = math.inf
    contact_s = m.contact_s + c.shock.delay_s
    first = since(s, ring, contact_s - WARM_UP_S) - 1
    last = max(0, since(s, ring, contact_s + IMPULSE_S) - 1)  # the first one past the window
    n = min((first - last) * c.shock_parts + 1, len(ring.vectors))
    low_passed(c, s, ring, first, n)
    since_s, size_g = ring.lines[AT_S, :n], ring.lines[SIZE_G, :n]
    for k in range(n):
        since_s[k] -= contact_s
        size_g[k] = sqrt(size_g[k])
    rate_hz = c.rate_hz * c.shock_parts
    keep(ring, m, rate_hz, since_s, ring.vectors[:n])
    read_peak(m, rate_hz, since_s, size_g)
    read_loading(c, m, since_s, size_g, ring.lines[SLOPE_G, :n])
    m.band_ratio = read_bands(c, s, ring, m.contact_s, first)
    if m.clipped_s >= time_at(ring, back(s, ring, first)) and is_spoilt(
        c, s, ring, first, since(s, ring, contact_s + shock.BAND_S)
    ):
        spoil(m)


@compiled
def keep(
    ring: Ring, m: np.record, rate_hz: float, since_s: FloatArray, shock_g: FloatArray
) -> None:
    """Keep the impact window and a sample on either side, at some 200 Hz."""
    by = every(rate_hz, KEPT_HZ)
    m.kept_n = 0
    m.kept_every_s = by / rate_hz
    for k in range(0, len(since_s), by):
        if m.kept_n == KEPT or since_s[k] > IMPACT_S + m.kept_every_s:
            break
        if since_s[k] >= -m.kept_every_s:
            if m.kept_n == 0:
                m.kept_from_s = since_s[k]
            kept_g, now_g = ring.impact_g[m.kept_n], shock_g[k]
            kept_g[X], kept_g[Y], kept_g[Z] = now_g[X], now_g[Y], now_g[Z]
            m.kept_n += 1


@compiled
def read_peak(m: np.record, rate_hz: float, since_s: FloatArray, size_g: FloatArray) -> None:
    """Read the resultant's peak in the 75 ms after contact."""
    m.resultant_g, m.to_peak_s = 0.0, 0.0
    top = shock.highest(since_s, size_g, IMPACT_S)
    if top >= 0:
        m.resultant_g, after = shock.vertex(size_g, top)
        m.to_peak_s = min(IMPACT_S, max(0.0, since_s[top] + after / rate_hz))


@compiled
def read_loading(
    c: Tuning, m: np.record, since_s: FloatArray, size_g: FloatArray, slope_g2: FloatArray
) -> None:
    """Read how fast the load comes, and how much there is of it."""
    m.jerk_gps, m.average_gps = math.nan, math.nan
    top = shock.highest(since_s, slope_g2, IMPACT_S)
    if c.rate_hz >= shock.LEAST_RATE_HZ and top >= 0:
        for k in range(max(0, top - 1), min(len(slope_g2), top + 2)):
            slope_g2[k] = sqrt(slope_g2[k])
        slope_g, _ = shock.vertex(slope_g2, top)
        m.jerk_gps = slope_g * (c.rate_hz * c.shock_parts)
        m.average_gps = shock.average_rate(since_s, size_g, IMPACT_S)
    m.impulse_gs = shock.impulse(since_s, size_g, IMPULSE_S)


@compiled
def read_bands(c: Tuning, s: np.record, ring: Ring, contact_s: float, first: int) -> float:
    """Return the band ratio of the 250 ms after contact; nan where they are not there.

    The sample `first` before the newest lies before contact.
    """
    by = every(c.rate_hz, shock.BAND_RATE_HZ)
    n = int(shock.BAND_S * c.rate_hz / by + 0.5)
    while first >= 0 and time_at(ring, back(s, ring, first)) < contact_s:
        first -= 1
    if c.rate_hz < shock.LEAST_RATE_HZ or first + 1 < n * by:
        return math.nan
    steps_g, slot = ring.vectors[:n], back(s, ring, first)
    for m in range(n):
        sum_g = lanes(0.0, 0.0, 0.0)
        for _ in range(by):
            sum_g = sum_g + vector_at(ring, slot, RAW_G)
            slot = slot + 1 if slot + 1 < len(ring.time_s) else 0
        steps_g[m, X], steps_g[m, Y], steps_g[m, Z] = parts(sum_g)
    return shock.band_ratio(steps_g)


@compiled
def is_spoilt(c: Tuning, s: np.record, ring: Ring, first: int, until: int) -> bool:
    """Tell whether one of the samples from `first` to `until` before the newest was clipped."""
    n = until
    while n <= first and not is_clipped(c, ring, back(s, ring, n)):
        n += 1
    return n <= first


@compiled
def spoil(m: np.record) -> None:
    """Forget the figures that a clipped sample falsifies; the peaks are kept as lower bounds."""
    m.to_peak_s, m.jerk_gps, m.average_gps = math.nan, math.nan, math.nan
    m.impulse_gs, m.band_ratio = math.nan, math.nan


@compiled
def axial(ring: Ring, m: np.record, u: np.record) -> float:
    """Return the impact's peak along the axis as it is known now, less 1 g."""
    if u.axis_from == NO_AXIS or m.kept_n == 0:
        return math.nan
    since_s, along_g = ring.lines[0, : m.kept_n], ring.lines[1, : m.kept_n]
    for k in range(m.kept_n):
        since_s[k] = m.kept_from_s + k * m.kept_every_s
        kept_g = ring.impact_g[k]  # single precision: the factor widens it, as in `signal_at`
        x_g, y_g, z_g = 1.0 * float(kept_g[X]), 1.0 * float(kept_g[Y]), 1.0 * float(kept_g[Z])
        along_g[k] = x_g * u.axis[X] + y_g * u.axis[Y] + z_g * u.axis[Z]
    top = shock.highest(since_s, along_g, IMPACT_S)
    if top < 0:
        return math.nan
    peak_g, _ = shock.vertex(along_g, top)
    return peak_g - 1.0


@compiled
def follow(c: Tuning, s: np.record, ring: Ring, m: np.record, span: Span) -> None:
    """Count a span of samples in."""
    if span.chunk.raw_g >= c.clip_g:
        for k in range(span.first, span.end):
            if is_clipped(c, ring, span.chunk.slot + k):
                m.clips += 1
                m.clipped_s = time_at(ring, span.chunk.slot + k)
    if time_at(ring, s.slot) > m.due_s:
        read_window(c, s, ring, m)


@compiled
def tell(c: Tuning, s: np.record, ring: Ring, m: np.record, u: np.record, row: np.record) -> None:
    """Write the figures of the stride that ends at a contact up to `RING_S` back.

    The row has the contact already, the mount has learned from the stride.
    """
    if m.due_s < math.inf:
        read_window(c, s, ring, m)  # all there will be
    clips = 0
    if m.clips > 0:
        for n in range(since(s, ring, row.end_s)):
            if is_clipped(c, ring, back(s, ring, n)):
                clips += 1
    row.peak_accel_axial_g = axial(ring, m, u)
    row.peak_accel_resultant_g = m.resultant_g
    row.time_to_peak_s = m.to_peak_s
    row.loading_rate_gps = m.jerk_gps
    row.average_loading_rate_gps = m.average_gps
    row.impulse_gs = m.impulse_gs
    row.impact_band_ratio = m.band_ratio
    row.clipped = m.clips > clips
    m.clips = clips


@compiled
def tell_late(ring: Ring, m: np.record, u: np.record, row: np.record) -> None:
    """Write the axial peak of a stride whose axis was learned while its row waited.

    Its window is still kept: the next one is read 250 ms after the contact at the earliest.
    """
    if math.isnan(row.peak_accel_axial_g):
        row.peak_accel_axial_g = axial(ring, m, u)


@compiled
def open_stride(c: Tuning, m: np.record, contact_s: float) -> None:
    """Begin a stride at a contact up to `RING_S` back; a window that is over is read next."""
    m.contact_s = contact_s
    m.due_s = contact_s + c.shock.delay_s + shock.BAND_S


@compiled
def break_off(m: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    m.contact_s = -math.inf
    m.due_s = math.inf
    m.clips = 0
