"""From raw samples to the signals that events are read from, kept for a short look back.

Filtered sample by sample is only what is asked of every sample. What one event needs (the shock
of a landing below 60 Hz, say) is filtered at the event, from the raw samples in the ring.

Samples are taken a chunk at a time: one tight loop a filter puts up to `AHEAD` samples into the
ring's next slots. Then a span of them at a time becomes the newest (`step_on`): up to the next
sample at which something happens. So whoever looks back from the newest sample sees the same,
however the samples were cut into blocks and chunks.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.axes import lanes
from analytics.kernels.jit import compiled, place
from analytics.kernels.lanes import Lanes
from analytics.kernels.tuning import RING_S, Tuning
from analytics.kernels.vectors import SingleArray, Vector
from analytics.records import FloatArray

X, Y, Z = 0, 1, 2

# Columns of `Ring.signal`. Single precision is plenty for what is only looked back at (the
# ring is most of a stream's memory); times stay float64. Read one with `signal_at`.
RAW_G = 0  # acceleration as it came, three columns
RAW_RADPS = 3  # angular rate as it came, three columns
TURN_RADPS = 6  # angular rate below 20 Hz, three columns
STEP_G2 = 9  # square of the change from the sample before, below 30 Hz: `jerk_at` makes jerk of it
RING_COLUMNS, RAW_COLUMNS = 10, 6
MOST_SKIPPED = 255  # more than any sensor sends in `MAX_GAP_S`

SIZE = 3  # column of `Ring.ahead_g` after X, Y, Z
LINES = 3
# The lines of a row of samples lie in one flat array, at distances that the compiler knows; no
# power of two, else the cache would keep few of them at once.
ROW, PITCH = 128, 136
POINT_S, FORCE_G, RATE_RADPS = 0, PITCH, 4 * PITCH  # one, three and three lines
STEP_S, TURN, ROW_LINES = 7 * PITCH, 8 * PITCH, 12  # one and four
AHEAD = 17  # samples: a block of ten is one chunk, one of fifty three; each costs 49 B of a state

SIGNALS = np.dtype(
    [
        ("seen", np.int64),  # samples since the last reset
        ("slot", np.int32),  # of the newest sample in the ring
        ("number", np.int64),  # of the newest sample, as the sensor counts
        ("slow", np.int32),  # samples since the last slow one
        ("landing_memory", np.float64, (2, 3)),  # filter states
        ("turn_memory", np.float64, (2, 3)),
        ("last_g", np.float64, (3,)),  # acceleration below 30 Hz of the chunk's last sample
    ]
)


class Ring(NamedTuple):
    """The newest samples of one stream, each in the slot after the one before it, around.

    `impact_g` is no sample's: it is here for its single precision. The rest is room to work in,
    shared by all streams and no part of their state: kernels allocate nothing. It holds what one
    call put there, until the next call.
    """

    time_s: FloatArray  # shape (slots,), when, as the sensor said
    signal: SingleArray  # shape (RING_COLUMNS, slots): loops over samples of a column are quick
    skipped: NDArray[np.uint8]  # shape (slots,), samples missing just before this one
    impact_g: SingleArray  # shape (impact.KEPT, 3), what was kept of the last landing
    ahead_g: FloatArray  # shape (AHEAD, 4), the chunk's acceleration below 30 Hz and its length
    lines: FloatArray  # shape (LINES, slots), a number a sample looked back at...
    vectors: FloatArray  # shape (slots, 3), ...or three
    line: FloatArray  # shape (ROW_LINES * PITCH,), lines of up to `ROW` samples: row.py
    work: NDArray[np.record]  # shape (1,), trajectory.WORK


class Chunk(NamedTuple):
    """Samples that were filtered into the ring together, and what is asked of all of them.

    Most chunks hold nothing of a kind; then their samples need not be looked at one by one.
    """

    slot: int  # of the first
    n: int
    jerk_gps: float  # no jerk is larger
    raw_g: float  # no raw acceleration of any axis is, either way
    repeats: bool  # a sample may have the raw acceleration of the one before


class Span(NamedTuple):
    """Samples of a chunk, from the `first` (0: the chunk's first) to before the `end`."""

    chunk: Chunk
    first: int
    end: int


def slots(rate_hz: float) -> int:
    """Return how many samples a ring keeps: the last `RING_S`, and a chunk ahead."""
    return int(RING_S * rate_hz) + 4 + AHEAD


@compiled
def step_on(s: np.record, n: int) -> None:
    """Make the chunk's n-th sample after the newest the newest."""
    s.slot += n
    s.number += n
    s.seen += n


@compiled
def first_slow(c: Tuning, s: np.record, span: Span) -> int:
    """Return which sample of the chunk is the span's first slow one; then every n-th is."""
    first: int = span.first + max(0, c.slow_every - 1 - s.slow)
    return first


@compiled
def count_slow(c: Tuning, s: np.record, span: Span) -> None:
    """Count on to the next slow sample."""
    slow = s.slow + span.end - span.first
    while slow >= c.slow_every:
        slow -= c.slow_every
    s.slow = slow


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
    """Return how many of the newest samples are at or after a time, as far as the ring goes.

    Samples come at nearly even times: a guess from the ring's ends, then single steps.
    """
    most = depth(s, ring)
    if most == 0:
        return 0
    newest_s = ring.time_s[s.slot]
    lasts_s = newest_s - ring.time_s[back(s, ring, most - 1)]
    n = 0
    if 0.0 < newest_s - at_s < lasts_s:
        n = int((newest_s - at_s) / lasts_s * (most - 1))
    elif newest_s - at_s >= lasts_s:
        n = most - 1
    while n > 0 and ring.time_s[back(s, ring, n - 1)] < at_s:
        n -= 1
    while n < most and not ring.time_s[back(s, ring, n)] < at_s:
        n += 1
    return n


@compiled
def signal_at(ring: Ring, slot: int, column: int) -> float:
    """Return a signal of one sample in the ring.

    In numba `float` of a float32 stays one; the factor makes it a float64, as in Python.
    """
    return 1.0 * float(ring.signal[column, place(slot)])


@compiled
def jerk_at(c: Tuning, ring: Ring, slot: int) -> float:
    """Return the length of a sample's jerk vector below 30 Hz: free of the sensor's orientation."""
    return c.rate_hz * sqrt(signal_at(ring, slot, STEP_G2))


@compiled
def three_at(ring: Ring, slot: int, column: int) -> Vector:
    """Return three neighbouring columns of a sample."""
    return (
        signal_at(ring, slot, column),
        signal_at(ring, slot, column + 1),
        signal_at(ring, slot, column + 2),
    )


@compiled
def vector_at(ring: Ring, slot: int, column: int) -> Lanes:
    """Return three neighbouring columns of a sample side by side."""
    signal, at = ring.signal, place(slot)
    return lanes(signal[column, at], signal[column + 1, at], signal[column + 2, at])


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
    return float(ring.time_s[place(slot)])


@compiled
def number_at(s: np.record, ring: Ring, at_s: float) -> int:
    """Return the sensor's number of the sample at or just before a time."""
    number: int = s.number
    for n in range(depth(s, ring) - 1):
        slot = back(s, ring, n)
        if ring.time_s[slot] <= at_s:
            break
        number -= 1 + int(ring.skipped[slot])
    return number
