"""From raw samples to the signals that events are read from, kept for a short look back.

Filtered sample by sample is only what is asked of every sample. What one event needs (the shock
of a landing below 60 Hz, say) is filtered at the event, from the raw samples in the ring.

Samples are taken a chunk at a time: one tight loop a filter puts up to `AHEAD` samples into the
ring's next slots, then `step_on` makes them the newest one by one. So whoever looks back from
the newest sample sees the same, however the samples were cut into blocks and chunks.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import next_value, settle
from analytics.kernels.tuning import MAX_GAP_S, RING_S, Tuning
from analytics.records import FloatArray

SingleArray: TypeAlias = NDArray[np.float32]

X, Y, Z = 0, 1, 2

# Columns of `Ring.signal`. Single precision is plenty for what is only looked back at (the
# ring is most of a stream's memory); times stay float64. Read one with `signal_at`.
RAW_G = 0  # acceleration as it came, three columns
RAW_RADPS = 3  # angular rate as it came, three columns
TURN_RADPS = 6  # angular rate below 20 Hz, three columns
JERK_GPS = 9  # length of the jerk vector below 30 Hz: free of the sensor's orientation
SKIPPED = 10  # samples missing just before this one
RING_COLUMNS = 11

LINES = 4
AHEAD = 16  # samples: enough to keep the filters in registers, few enough to cost little memory

SIGNALS = np.dtype(
    [
        ("seen", np.int64),  # samples since the last reset
        ("slot", np.int64),  # of the newest sample in the ring
        ("number", np.int64),  # of the newest sample, as the sensor counts
        ("slow", np.int64),  # samples since the last slow one; 0: the newest is one
        ("landing_memory", np.float64, (3, 2)),  # filter states
        ("turn_memory", np.float64, (3, 2)),
        ("last_g", np.float64, (3,)),  # acceleration below 30 Hz of the chunk's last sample...
        ("landing_g", np.float64, (3,)),  # ...of the newest slow sample...
        ("landing_size_g", np.float64),  # ...and its length, of the newest sample
    ]
)


class Ring(NamedTuple):
    """The newest samples of one stream, each in the slot after the one before it, around.

    The rest is room to work in, shared by all streams and no part of their state: kernels
    allocate nothing. It holds what one call put there, until the next call.
    """

    time_s: FloatArray  # shape (slots,), when, as the sensor said
    signal: SingleArray  # shape (slots, RING_COLUMNS)
    ahead_g: FloatArray  # shape (AHEAD, 4), the chunk's acceleration below 30 Hz and its length
    lines: FloatArray  # shape (LINES, slots), a number a sample looked back at...
    vectors: FloatArray  # shape (slots, 3), ...or three


def slots(rate_hz: float) -> int:
    """Return how many samples a ring keeps: the last `RING_S`, and a chunk ahead."""
    return int(RING_S * rate_hz) + 4 + AHEAD


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
    c: Tuning, s: np.record, accel: FloatArray, signal: SingleArray, ahead_g: FloatArray
) -> None:
    """Filter the accelerations of a chunk; what is carried from sample to sample is in locals."""
    low, memory, last = c.landing, s.landing_memory, s.last_g
    m00, m01, m10, m11 = memory[X][0], memory[X][1], memory[Y][0], memory[Y][1]
    m20, m21 = memory[Z][0], memory[Z][1]
    x0, y0, z0 = last[X], last[Y], last[Z]
    for k in range(len(accel)):
        raw_x, raw_y, raw_z = float(accel[k, X]), float(accel[k, Y]), float(accel[k, Z])
        signal[k, RAW_G + X], signal[k, RAW_G + Y], signal[k, RAW_G + Z] = raw_x, raw_y, raw_z
        x, m00, m01 = next_value(low, raw_x, m00, m01)
        y, m10, m11 = next_value(low, raw_y, m10, m11)
        z, m20, m21 = next_value(low, raw_z, m20, m21)
        dx, dy, dz = x - x0, y - y0, z - z0
        signal[k, JERK_GPS] = c.rate_hz * sqrt(dx * dx + dy * dy + dz * dz)
        ahead_g[k, X], ahead_g[k, Y], ahead_g[k, Z] = x, y, z
        ahead_g[k, 3] = sqrt(x * x + y * y + z * z)
        x0, y0, z0 = x, y, z
    memory[X][0], memory[X][1], memory[Y][0], memory[Y][1] = m00, m01, m10, m11
    memory[Z][0], memory[Z][1] = m20, m21
    last[X], last[Y], last[Z] = x0, y0, z0


@compiled
def take_gyro(c: Tuning, s: np.record, gyro: FloatArray, signal: SingleArray) -> None:
    """Filter the angular rates of a chunk."""
    low, memory = c.turn, s.turn_memory
    m00, m01, m10, m11 = memory[X][0], memory[X][1], memory[Y][0], memory[Y][1]
    m20, m21 = memory[Z][0], memory[Z][1]
    for k in range(len(gyro)):
        raw_x, raw_y, raw_z = float(gyro[k, X]), float(gyro[k, Y]), float(gyro[k, Z])
        signal[k, RAW_RADPS + X], signal[k, RAW_RADPS + Y] = raw_x, raw_y
        signal[k, RAW_RADPS + Z] = raw_z
        x, m00, m01 = next_value(low, raw_x, m00, m01)
        y, m10, m11 = next_value(low, raw_y, m10, m11)
        z, m20, m21 = next_value(low, raw_z, m20, m21)
        signal[k, TURN_RADPS + X], signal[k, TURN_RADPS + Y], signal[k, TURN_RADPS + Z] = x, y, z
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
) -> None:
    """Filter a chunk of n samples into the ring's next slots; accel, gyro: shape (n, 3)."""
    if s.seen == 0:
        settle_all(c, s, accel, gyro)
    n, first = len(time_s), s.slot + 1
    for k in range(n):
        ring.time_s[first + k] = time_s[k]
    signal = ring.signal[first : first + n]
    take_accel(c, s, accel, signal, ring.ahead_g)
    if c.has_gyro:
        take_gyro(c, s, gyro, signal)


@compiled
def step_on(c: Tuning, s: np.record, ring: Ring, number: int, k: int) -> None:
    """Make sample k of the chunk, with this number of the sensor's, the newest."""
    slot, slow = s.slot + 1, s.slow + 1
    s.slot = slot
    ring.signal[slot, SKIPPED] = 0.0 if s.seen == 0 else number - s.number - 1.0
    s.number = number
    s.seen += 1
    s.landing_size_g = float(ring.ahead_g[k, 3])
    s.slow = slow if slow < c.slow_every else 0
    if slow >= c.slow_every:
        s.landing_g[X] = float(ring.ahead_g[k, X])
        s.landing_g[Y] = float(ring.ahead_g[k, Y])
        s.landing_g[Z] = float(ring.ahead_g[k, Z])


@compiled
def back(s: np.record, ring: Ring, n: int) -> int:
    """Return the slot of the sample n before the newest (n = 0: the newest)."""
    slot: int = s.slot - n
    return slot if slot >= 0 else slot + len(ring.time_s)


@compiled
def depth(s: np.record, ring: Ring) -> int:
    """Return how many samples can be looked back at."""
    n: int = min(s.seen, len(ring.time_s) - AHEAD)
    return n


@compiled
def since(s: np.record, ring: Ring, at_s: float) -> int:
    """Return how many of the newest samples are at or after a time, as far as the ring goes."""
    most = depth(s, ring)
    for n in range(most):
        if ring.time_s[back(s, ring, n)] < at_s:
            return n
    return most


@compiled
def signal_at(ring: Ring, slot: int, column: int) -> float:
    """Return a signal of one sample in the ring.

    In numba `float` of a float32 stays one; the factor makes it a float64, as in Python.
    """
    return 1.0 * float(ring.signal[slot, column])


@compiled
def along(ring: Ring, slot: int, column: int, axis: FloatArray) -> float:
    """Return a vector signal's part along an axis; `column` is its first of three."""
    x, y = signal_at(ring, slot, column), signal_at(ring, slot, column + 1)
    z = signal_at(ring, slot, column + 2)
    part: float = x * axis[X] + y * axis[Y] + z * axis[Z]
    return part


@compiled
def length(ring: Ring, slot: int, column: int) -> float:
    """Return a vector signal's length; `column` is its first of three."""
    x, y = signal_at(ring, slot, column), signal_at(ring, slot, column + 1)
    z = signal_at(ring, slot, column + 2)
    return sqrt(x * x + y * y + z * z)


@compiled
def time_at(ring: Ring, slot: int) -> float:
    """Return the time of one sample in the ring."""
    return float(ring.time_s[slot])


@compiled
def number_at(s: np.record, ring: Ring, at_s: float) -> int:
    """Return the sensor's number of the sample at or just before a time."""
    number: int = s.number
    for n in range(depth(s, ring) - 1):
        slot = back(s, ring, n)
        if ring.time_s[slot] <= at_s:
            break
        number -= 1 + int(ring.signal[slot, SKIPPED])
    return number
