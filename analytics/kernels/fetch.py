"""Memory that the next streams need, asked for while another stream is worked on.

Some thousand streams are more than a core's cache holds, and main memory answers after 150 ns:
the time that three frames cost. What a block of samples surely touches of a stream is known
before: its ring's next slots, what the parts keep from sample to sample, the samples of a short
block; where its rhythm has a landing due, also the stride that is then looked back at. A share of
it is asked for with every chunk, so that the answers come evenly. Only time is won or lost by it,
and one stream alone asks for nothing.
"""

from __future__ import annotations

from analytics.kernels.jit import ask_for, compiled
from analytics.kernels.signals import RAW_COLUMNS, RING_COLUMNS
from analytics.kernels.state import SOON, Samples, Streams
from analytics.kernels.tuning import Tuning

SINGLE, DOUBLE, VECTOR = 4, 8, 24  # bytes of a number and of three
LATE_N = 2  # samples past the block: a landing so late may yet come inside it
LONG_N = 32  # samples of a block: longer ones' order the processor sees by itself


@compiled
def fetch_next(c: Tuning, w: Streams, x: Samples, i: int, first: int, end: int) -> None:
    """Ask for what the streams after stream i need, as much as samples first..end-1 are of all."""
    if i + 1 < len(w.parts):
        fetch_ring(w, i + 1, first, end - first)
        if x.time_s.shape[1] < LONG_N:
            fetch_samples(c, x, i + 1, first, end - first)
        if lands_soon(c, w, i + 1, x.time_s.shape[1]):
            fetch_past(w, i + 1, first, end, x.time_s.shape[1])
    if i + 2 < len(w.parts):  # its ring's slot is then known when the ring is asked for
        fetch_parts(w, i + 2, first, end, x.time_s.shape[1])


@compiled
def fetch_ring(w: Streams, i: int, first: int, n: int) -> None:
    """Ask for the n slots that stream i fills after the next `first`."""
    slots = w.time_s.shape[1]
    slot = w.parts[i].signals.slot + 1 + first
    if slot >= slots:
        slot -= slots
    ask_for(w.time_s, DOUBLE * (i * slots + slot), DOUBLE * n)
    ask_for(w.skipped, i * slots + slot, n)
    for column in range(RING_COLUMNS):
        ask_for(w.signal, SINGLE * ((i * RING_COLUMNS + column) * slots + slot), SINGLE * n)


@compiled
def fetch_samples(c: Tuning, x: Samples, i: int, first: int, n: int) -> None:
    """Ask for n of stream i's samples from the `first` on."""
    at = i * x.time_s.shape[1] + first
    ask_for(x.time_s, DOUBLE * at, DOUBLE * n)
    ask_for(x.accel_g, VECTOR * at, VECTOR * n)
    if c.has_gyro:
        ask_for(x.gyro_radps, VECTOR * at, VECTOR * n)


@compiled
def fetch_parts(w: Streams, i: int, first: int, end: int, whole: int) -> None:
    """Ask for a share of what stream i keeps from sample to sample."""
    at = i * w.parts.strides[0]
    begin = SOON * first // whole
    ask_for(w.parts, at + begin, SOON * end // whole - begin)


@compiled
def lands_soon(c: Tuning, w: Streams, i: int, n: int) -> bool:
    """Tell whether the rhythm of stream i has a landing confirmed within the next n samples."""
    r = w.parts[i]
    due_s = r.landing.last_s + r.landing.period_s + c.landing.delay_s + c.hold_s
    soon: bool = r.last_s < due_s <= r.last_s + (n + LATE_N) / c.rate_hz
    return soon


@compiled
def fetch_past(w: Streams, i: int, first: int, end: int, whole: int) -> None:
    """Ask for a share of the raw samples in stream i's ring: it holds little more than a stride."""
    slots = w.time_s.shape[1]
    slot = slots * first // whole
    n = slots * end // whole - slot
    ask_for(w.time_s, DOUBLE * (i * slots + slot), DOUBLE * n)
    for column in range(RAW_COLUMNS):
        ask_for(w.signal, SINGLE * ((i * RING_COLUMNS + column) * slots + slot), SINGLE * n)
