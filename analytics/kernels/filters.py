"""A chunk of raw samples into the ring: a tight loop a filter, its memories in local variables."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import next_value, settle
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
    SingleArray,
    X,
    Y,
    Z,
    back,
    three_at,
)
from analytics.kernels.tuning import MAX_GAP_S, Tuning
from analytics.kernels.vectors import Vector
from analytics.records import FloatArray

# The ring rounds to single precision. So nothing in it is larger than what was largest before, a
# little enlarged, and samples alike in it differed by less than a sensor's step (0.1 mg at least).
ROUNDED_UP, SAME_G = 1.0 + 1e-6, 1e-4


@compiled
def chunk_length(s: np.record, ring: Ring, time_s: FloatArray, k: int) -> int:
    """Return how many samples from the k-th on make one chunk: no gap, no end of the ring inside.

    A chunk begins in the slot after the newest sample's; at the ring's end, in its first.
    """
    if s.slot + 1 >= len(ring.time_s):
        s.slot = -1
    most = min(AHEAD, len(time_s) - k, len(ring.time_s) - 1 - s.slot)
    n = 1
    while n < most and time_s[k + n] - time_s[k + n - 1] <= MAX_GAP_S:
        n += 1
    return n


@compiled
def settle_all(c: Tuning, s: np.record, accel: FloatArray, gyro: FloatArray) -> None:
    """Put the filters in the state of rest at the first sample."""
    for axis in range(3):
        s.last_g[axis] = float(accel[0, axis])
        settle(c.landing, s.landing_memory[axis], float(accel[0, axis]))
        if c.has_gyro:
            settle(c.turn, s.turn_memory[axis], float(gyro[0, axis]))


@compiled
def take_accel(
    c: Tuning,
    s: np.record,
    accel: FloatArray,
    before_g: Vector,
    signal: SingleArray,
    ahead_g: FloatArray,
) -> Vector:
    """Filter the accelerations of a chunk; what is carried from sample to sample is in locals.

    Returns what is asked of all of them: the largest `STEP_G2`, the largest raw acceleration of
    any axis, and the least change of the raw acceleration from one sample (first: `before_g`) to
    the next.
    """
    low, memory, last = c.landing, s.landing_memory, s.last_g
    m00, m01, m10, m11 = memory[X][0], memory[X][1], memory[Y][0], memory[Y][1]
    m20, m21 = memory[Z][0], memory[Z][1]
    x0, y0, z0 = last[X], last[Y], last[Z]
    raw_x0, raw_y0, raw_z0 = before_g
    step, most_g, change_g = 0.0, 0.0, inf
    for k in range(len(accel)):
        raw_x, raw_y, raw_z = float(accel[k, X]), float(accel[k, Y]), float(accel[k, Z])
        signal[RAW_G + X, k], signal[RAW_G + Y, k], signal[RAW_G + Z, k] = raw_x, raw_y, raw_z
        most_g = max(most_g, abs(raw_x), abs(raw_y), abs(raw_z))
        change_g = min(change_g, abs(raw_x - raw_x0) + abs(raw_y - raw_y0) + abs(raw_z - raw_z0))
        raw_x0, raw_y0, raw_z0 = raw_x, raw_y, raw_z
        x, m00, m01 = next_value(low, raw_x, m00, m01)
        y, m10, m11 = next_value(low, raw_y, m10, m11)
        z, m20, m21 = next_value(low, raw_z, m20, m21)
        dx, dy, dz = x - x0, y - y0, z - z0
        square = dx * dx + dy * dy + dz * dz
        signal[STEP_G2, k] = square
        step = max(step, square)
        ahead_g[k, X], ahead_g[k, Y], ahead_g[k, Z] = x, y, z
        ahead_g[k, SIZE] = sqrt(x * x + y * y + z * z)
        x0, y0, z0 = x, y, z
    memory[X][0], memory[X][1], memory[Y][0], memory[Y][1] = m00, m01, m10, m11
    memory[Z][0], memory[Z][1] = m20, m21
    last[X], last[Y], last[Z] = x0, y0, z0
    return step, most_g, change_g


@compiled
def take_gyro(c: Tuning, s: np.record, gyro: FloatArray, signal: SingleArray) -> None:
    """Filter the angular rates of a chunk."""
    low, memory = c.turn, s.turn_memory
    m00, m01, m10, m11 = memory[X][0], memory[X][1], memory[Y][0], memory[Y][1]
    m20, m21 = memory[Z][0], memory[Z][1]
    for k in range(len(gyro)):
        raw_x, raw_y, raw_z = float(gyro[k, X]), float(gyro[k, Y]), float(gyro[k, Z])
        signal[RAW_RADPS + X, k], signal[RAW_RADPS + Y, k] = raw_x, raw_y
        signal[RAW_RADPS + Z, k] = raw_z
        x, m00, m01 = next_value(low, raw_x, m00, m01)
        y, m10, m11 = next_value(low, raw_y, m10, m11)
        z, m20, m21 = next_value(low, raw_z, m20, m21)
        signal[TURN_RADPS + X, k], signal[TURN_RADPS + Y, k], signal[TURN_RADPS + Z, k] = x, y, z
    memory[X][0], memory[X][1], memory[Y][0], memory[Y][1] = m00, m01, m10, m11
    memory[Z][0], memory[Z][1] = m20, m21


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
    for k in range(n):
        ring.time_s[first + k] = time_s[k]
        ring.skipped[first + k] = 0
    ring.skipped[first] = max(0, min(skipped, MOST_SKIPPED))
    s.number = number - 1
    signal = ring.signal[:, first : first + n]
    before_g = three_at(ring, back(s, ring, 0), RAW_G)
    step, most_g, change_g = take_accel(c, s, accel, before_g, signal, ring.ahead_g)
    if c.has_gyro:
        take_gyro(c, s, gyro, signal)
    jerk_gps = c.rate_hz * sqrt(step) * ROUNDED_UP
    return Chunk(first, n, jerk_gps, most_g * ROUNDED_UP, change_g <= SAME_G)
