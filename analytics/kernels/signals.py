"""From raw samples to the signals that events are read from, kept for a short look back."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import settle, step
from analytics.kernels.tuning import RING_S, Tuning
from analytics.records import FloatArray

IntArray = NDArray[np.int64]

X, Y, Z = 0, 1, 2


class Signals(NamedTuple):
    """Filters and the last `RING_S` of signals; first axis: stream, second (rings): slot.

    Attributes
    ----------
    seen : samples since the last reset; sample k lies in slot k % n_slots
    shock_memory, landing_memory, turn_memory : filter states, shape (n, 3, 2)
    landing : last acceleration below 30 Hz in g, shape (n, 3)
    time_s, number : when and which sample, as the sensor said
    jerk_gps : length of the jerk vector below 30 Hz, g/s: free of the sensor's orientation
    shock_g : acceleration below 60 Hz, shape (n, slots, 3)
    turn_radps : angular rate below 20 Hz, shape (n, slots, 3)
    clipped : 1 where a raw axis was at >= 0.99 of its range

    """

    seen: IntArray
    shock_memory: FloatArray
    landing_memory: FloatArray
    turn_memory: FloatArray
    landing: FloatArray
    time_s: FloatArray
    number: IntArray
    jerk_gps: FloatArray
    shock_g: FloatArray
    turn_radps: FloatArray
    clipped: NDArray[np.int8]


def new_signals(*, n_streams: int, rate_hz: float) -> Signals:
    """Return signals before the first sample."""
    slots = int(RING_S * rate_hz) + 4
    return Signals(
        seen=np.zeros(n_streams, np.int64),
        shock_memory=np.zeros((n_streams, 3, 2)),
        landing_memory=np.zeros((n_streams, 3, 2)),
        turn_memory=np.zeros((n_streams, 3, 2)),
        landing=np.zeros((n_streams, 3)),
        time_s=np.zeros((n_streams, slots)),
        number=np.zeros((n_streams, slots), np.int64),
        jerk_gps=np.zeros((n_streams, slots)),
        shock_g=np.zeros((n_streams, slots, 3)),
        turn_radps=np.zeros((n_streams, slots, 3)),
        clipped=np.zeros((n_streams, slots), np.int8),
    )


@compiled
def take(
    c: Tuning, s: Signals, i: int, now_s: float, index: int, accel: FloatArray, gyro: FloatArray
) -> int:
    """Filter one sample of stream i, keep it, and return the slot it lies in."""
    slot = s.seen[i] % s.time_s.shape[1]
    if s.seen[i] == 0:
        for axis in range(3):
            settle(c.shock, s.shock_memory, i, axis, accel[axis])
            settle(c.landing, s.landing_memory, i, axis, accel[axis])
            s.landing[i, axis] = accel[axis]
            if c.has_gyro:
                settle(c.turn, s.turn_memory, i, axis, gyro[axis])
    jerk, clipped = 0.0, 0
    for axis in range(3):
        s.shock_g[i, slot, axis] = step(c.shock, s.shock_memory, i, axis, accel[axis])
        landing = step(c.landing, s.landing_memory, i, axis, accel[axis])
        change = (landing - s.landing[i, axis]) * c.rate_hz
        jerk += change * change
        s.landing[i, axis] = landing
        if c.has_gyro:
            s.turn_radps[i, slot, axis] = step(c.turn, s.turn_memory, i, axis, gyro[axis])
        if abs(accel[axis]) >= c.clip_g:
            clipped = 1
    s.time_s[i, slot] = now_s
    s.number[i, slot] = index
    s.jerk_gps[i, slot] = sqrt(jerk)
    s.clipped[i, slot] = clipped
    s.seen[i] += 1
    return slot


@compiled
def back(s: Signals, i: int, n: int) -> int:
    """Return the slot of the sample n before the last one (n = 0: the last one)."""
    return (s.seen[i] - 1 - n) % s.time_s.shape[1]


@compiled
def depth(s: Signals, i: int) -> int:
    """Return how many samples can be looked back at."""
    return min(s.seen[i], s.time_s.shape[1])
