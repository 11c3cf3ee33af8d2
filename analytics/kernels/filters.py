"""A chunk of raw samples into the ring: a tight loop a filter, its memories in local variables."""

from __future__ import annotations

from math import sqrt

import numpy as np

from analytics.kernels.axes import across, lanes, lanes_of, lay, parts, spread, within
from analytics.kernels.jit import compiled
from analytics.kernels.lanes import Lanes, larger
from analytics.kernels.lowpass import next_value, settled
from analytics.kernels.signals import (
    AHEAD,
    MOST_SKIPPED,
    RAW_G,
    RAW_RADPS,
    SIZE,
    STEP_G2,
    TURN_RADPS,
    Chunk,
    Ring,
    X,
    Y,
    Z,
    back,
    vector_at,
)
from analytics.kernels.tuning import MAX_GAP_S, Tuning
from analytics.records import FloatArray

# The ring rounds to single precision. So nothing in it is larger than what was largest before, a
# little enlarged, and samples alike in it differed by less than a sensor's step (0.1 mg at least).
ROUNDED_UP, SAME_G = 1.0 + 1e-6, 1e-4
TOGETHER = 4  # samples looked at together for a gap: at 100 Hz still less than the shortest


@compiled
def chunk_length(s: np.record, ring: Ring, time_s: FloatArray, k: int) -> int:
    """Return how many samples from the k-th on make one chunk: no gap, no end of the ring inside.

    A chunk begins in the slot after the newest sample's; at the ring's end, in its first.
    """
    if s.slot + 1 >= len(ring.time_s):
        s.slot = -1
    most = min(AHEAD, len(time_s) - k, len(ring.time_s) - 1 - s.slot)
    n = 1
    while n < most:
        last_s, some = time_s[k + n - 1], min(TOGETHER, most - n)
        if time_s[k + n - 1 + some] - last_s <= MAX_GAP_S:
            n += some  # times rise: no gap over all of them is none between two
        elif time_s[k + n] - last_s <= MAX_GAP_S:
            n += 1
        else:
            break
    return n


@compiled
def settle_all(c: Tuning, s: np.record, accel: FloatArray, gyro: FloatArray) -> None:
    """Put the filters in the state of rest at the first sample."""
    force = lanes_of(accel, 0)
    lay(force, s.last_g)
    m0, m1 = settled(c.landing, force)
    lay(m0, s.landing_memory[0])
    lay(m1, s.landing_memory[1])
    if c.has_gyro:
        t0, t1 = settled(c.turn, lanes_of(gyro, 0))
        lay(t0, s.turn_memory[0])
        lay(t1, s.turn_memory[1])


@compiled
def take_all(
    c: Tuning, s: np.record, ring: Ring, accel: FloatArray, gyro: FloatArray
) -> tuple[float, Lanes, bool]:
    """Filter the samples of a chunk; what is carried from sample to sample is in locals.

    Returns what is asked of all of them: the largest `STEP_G2`, the largest raw acceleration of
    each axis, and whether a sample may have that of the one before.
    """
    n, first, ahead_g = len(accel), s.slot + 1, ring.ahead_g
    signal = ring.signal[:, first : first + n]
    before_g = vector_at(ring, back(s, ring, 0), RAW_G)
    force, turn, last = s.landing_memory, s.turn_memory, s.last_g
    m0, m1, t0, t1 = lanes_of(force, 0), lanes_of(force, 1), lanes_of(turn, 0), lanes_of(turn, 1)
    last_g = lanes(last[X], last[Y], last[Z])
    step, most_g, repeats = 0.0, lanes(0.0, 0.0, 0.0), False
    for k in range(n):
        raw_g = lanes_of(accel, k)
        spread(raw_g, signal, RAW_G, k)
        most_g = larger(most_g, abs(raw_g))
        repeats = repeats or within(abs(raw_g - before_g), SAME_G)
        low_g, m0, m1 = next_value(c.landing, raw_g, m0, m1)
        square = across((low_g - last_g) * (low_g - last_g))
        signal[STEP_G2, k] = square
        step = max(step, square)
        ahead_g[k, X], ahead_g[k, Y], ahead_g[k, Z] = parts(low_g)
        ahead_g[k, SIZE] = sqrt(across(low_g * low_g))
        before_g, last_g = raw_g, low_g
        if c.has_gyro:
            rate = lanes_of(gyro, k)
            spread(rate, signal, RAW_RADPS, k)
            low, t0, t1 = next_value(c.turn, rate, t0, t1)
            spread(low, signal, TURN_RADPS, k)
    lay(m0, force[0])
    lay(m1, force[1])
    lay(t0, turn[0])
    lay(t1, turn[1])
    lay(last_g, last)
    return step, most_g, repeats


@compiled
def take(
    c: Tuning,
    s: np.record,
    ring: Ring,
    time_s: FloatArray,
    accel: FloatArray,
    gyro: FloatArray,
    number: int,
) -> Chunk:
    """Filter a chunk of n samples into the ring's next slots; accel, gyro: shape (n, 3).

    `number`: of the first of them, as the sensor counts.
    """
    skipped = 0 if s.seen == 0 else number - s.number - 1
    if s.seen == 0:
        settle_all(c, s, accel, gyro)
    n, first = len(time_s), s.slot + 1
    at_s, left_out = ring.time_s[first : first + n], ring.skipped[first : first + n]
    for k in range(n):
        at_s[k] = time_s[k]
        left_out[k] = 0
    left_out[0] = max(0, min(skipped, MOST_SKIPPED))
    s.number = number - 1
    step, most_g, repeats = take_all(c, s, ring, accel, gyro)
    jerk_gps = c.rate_hz * sqrt(step) * ROUNDED_UP
    x, y, z = parts(most_g)
    return Chunk(first, n, jerk_gps, max(x, y, z) * ROUNDED_UP, repeats)
