"""From raw samples to the signals that events are read from, kept for a short look back.

Filtered sample by sample is only what is asked of every sample. What one event needs (the shock
of a landing below 60 Hz, say) is filtered at the event, from the raw samples in the ring.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import settle, step
from analytics.kernels.tuning import RING_S, Tuning
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

SIGNALS = np.dtype(
    [
        ("seen", np.int64),  # samples since the last reset
        ("slot", np.int64),  # of the newest sample in the ring
        ("number", np.int64),  # of the newest sample, as the sensor counts
        ("slow", np.int64),  # samples since the last slow one; 0: the newest is one
        ("landing_memory", np.float64, (3, 2)),  # filter states
        ("turn_memory", np.float64, (3, 2)),
        ("landing_g", np.float64, (3,)),  # last acceleration below 30 Hz
        ("landing_size_g", np.float64),  # its length
    ]
)


class Ring(NamedTuple):
    """The newest samples of one stream, each in the slot after the one before it, around."""

    time_s: FloatArray  # shape (slots,), when, as the sensor said
    signal: SingleArray  # shape (slots, RING_COLUMNS)


def slots(rate_hz: float) -> int:
    """Return how many samples a ring keeps: the last `RING_S`."""
    return int(RING_S * rate_hz) + 4


@compiled
def settle_all(c: Tuning, s: np.record, accel: FloatArray, gyro: FloatArray, k: int) -> None:
    """Put the filters in the state of rest at sample k."""
    for axis in range(3):
        s.landing_g[axis] = float(accel[k, axis])
        settle(c.landing, s.landing_memory[axis], float(accel[k, axis]))
        if c.has_gyro:
            settle(c.turn, s.turn_memory[axis], float(gyro[k, axis]))


@compiled
def take(
    c: Tuning, s: np.record, ring: Ring, time_s: float, accel: FloatArray, gyro: FloatArray, k: int
) -> None:
    """Filter sample k of accel and gyro, shape (n, 3), and keep it in the next slot."""
    if s.seen == 0:
        settle_all(c, s, accel, gyro, k)
    slot = s.slot + 1
    if slot >= len(ring.time_s):
        slot = 0
    jerk, size = 0.0, 0.0
    for axis in range(3):
        value = float(accel[k, axis])
        ring.signal[slot, RAW_G + axis] = value
        landing_g = step(c.landing, s.landing_memory[axis], value)
        change = (landing_g - s.landing_g[axis]) * c.rate_hz
        jerk += change * change
        size += landing_g * landing_g
        s.landing_g[axis] = landing_g
    if c.has_gyro:
        for axis in range(3):
            value = float(gyro[k, axis])
            ring.signal[slot, RAW_RADPS + axis] = value
            ring.signal[slot, TURN_RADPS + axis] = step(c.turn, s.turn_memory[axis], value)
    ring.signal[slot, JERK_GPS] = sqrt(jerk)
    ring.time_s[slot] = time_s
    s.landing_size_g = sqrt(size)
    s.slot = slot


@compiled
def count(c: Tuning, s: np.record, ring: Ring, number: int) -> None:
    """Note the sensor's number of the sample just taken."""
    ring.signal[s.slot, SKIPPED] = 0.0 if s.seen == 0 else number - s.number - 1.0
    s.number = number
    s.slow = s.slow + 1 if s.slow + 1 < c.slow_every else 0
    s.seen += 1


@compiled
def back(s: np.record, ring: Ring, n: int) -> int:
    """Return the slot of the sample n before the newest (n = 0: the newest)."""
    slot: int = s.slot - n
    return slot if slot >= 0 else slot + len(ring.time_s)


@compiled
def depth(s: np.record, ring: Ring) -> int:
    """Return how many samples can be looked back at."""
    n: int = min(s.seen, len(ring.time_s))
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
