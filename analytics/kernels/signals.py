"""From raw samples to the signals that events are read from, kept for a short look back."""

from __future__ import annotations

from math import sqrt

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import settle, step
from analytics.kernels.tuning import RING_S, Tuning
from analytics.records import FloatArray

X, Y, Z = 0, 1, 2

# Columns of the ring, shape (slots, RING_COLUMNS), sample k in slot k % slots.
TIME_S = 0  # when, as the sensor said
NUMBER = 1  # which sample, as the sensor counts
CLIPPED = 2  # 1 where a raw axis was at >= 0.99 of its range
JERK_GPS = 3  # length of the jerk vector below 30 Hz: free of the sensor's orientation
SHOCK_G = 4  # acceleration below 60 Hz, three columns
TURN_RADPS = 7  # angular rate below 20 Hz, three columns
RING_COLUMNS = 10

SIGNALS = np.dtype(
    [
        ("seen", np.int64),  # samples since the last reset
        ("shock_memory", np.float64, (3, 2)),  # filter states
        ("landing_memory", np.float64, (3, 2)),
        ("turn_memory", np.float64, (3, 2)),
        ("landing_g", np.float64, (3,)),  # last acceleration below 30 Hz
    ]
)


def new_ring(*, n_streams: int, rate_hz: float) -> FloatArray:
    """Return empty rings for the last `RING_S`, shape (n_streams, slots, RING_COLUMNS)."""
    return np.zeros((n_streams, int(RING_S * rate_hz) + 4, RING_COLUMNS))


@compiled
def take(
    c: Tuning, s: np.record, ring: FloatArray, now_s: float, accel: FloatArray, gyro: FloatArray
) -> None:
    """Filter one sample and keep it."""
    slot = s.seen % len(ring)
    if s.seen == 0:
        for axis in range(3):
            settle(c.shock, s.shock_memory[axis], accel[axis])
            settle(c.landing, s.landing_memory[axis], accel[axis])
            s.landing_g[axis] = accel[axis]
            if c.has_gyro:
                settle(c.turn, s.turn_memory[axis], gyro[axis])
    jerk, clipped = 0.0, 0.0
    for axis in range(3):
        ring[slot, SHOCK_G + axis] = step(c.shock, s.shock_memory[axis], accel[axis])
        landing_g = step(c.landing, s.landing_memory[axis], accel[axis])
        change = (landing_g - s.landing_g[axis]) * c.rate_hz
        jerk += change * change
        s.landing_g[axis] = landing_g
        if c.has_gyro:
            ring[slot, TURN_RADPS + axis] = step(c.turn, s.turn_memory[axis], gyro[axis])
        if abs(accel[axis]) >= c.clip_g:
            clipped = 1.0
    ring[slot, TIME_S] = now_s
    ring[slot, CLIPPED] = clipped
    ring[slot, JERK_GPS] = sqrt(jerk)
    s.seen += 1


@compiled
def back(s: np.record, ring: FloatArray, n: int) -> int:
    """Return the slot of the sample n before the newest (n = 0: the newest)."""
    slot: int = (s.seen - 1 - n) % len(ring)
    return slot


@compiled
def depth(s: np.record, ring: FloatArray) -> int:
    """Return how many samples can be looked back at."""
    n: int = min(s.seen, len(ring))
    return n
