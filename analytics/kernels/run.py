"""The loop over streams and samples: what each part of the state machine does, and when.

Theory of operation
-------------------
A stream's state is its ring of recent samples (signals.py) and one record with a part for each
module. Samples are taken a span at a time: up to the next one that confirms a landing or that
something waits for. Each part's `follow` counts the span in, in a loop of its own. A landing
confirmed (landing.py), some tens of ms after contact, closes one stride and opens the next:
each part's `tell` writes its figures of the closed stride into the stream's row, then its
`open_stride` begins anew at the contact, looking back over the ring. The row is given once the
newest sample is `Tuning.settle_s` past the closing contact, so that figures that need samples
after it can still be read (`give`).
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import (
    contact,
    filters,
    frozen,
    gait,
    impact,
    landing,
    mount,
    rhythm,
    signals,
    stance,
    trajectory,
)
from analytics.kernels.fetch import fetch_next
from analytics.kernels.jit import compiled, entry, loaded, stored
from analytics.kernels.signals import Chunk, Ring, Span, time_at
from analytics.kernels.state import Samples, Streams
from analytics.kernels.tuning import MAX_GAP_S, Tuning

LANDING, SECOND = 0, 1  # kinds of rows
ROWS_A_SAMPLE = 3  # a row that waited, a second's end and a landing


class Stream(NamedTuple):
    """One sensor under way: its constants and its state."""

    tuned: Tuning
    number: int
    parts: np.record
    row: np.record
    ring: Ring


@compiled
def ring_of(w: Streams, i: int) -> Ring:
    """Return the recent samples of stream i."""
    room = (w.ahead_g, w.lines, w.vectors, w.line, w.work)
    return Ring(w.time_s[i], w.signal[i], w.skipped[i], w.impact_g[i], *room)


@compiled
def give(x: Stream, out: NDArray[np.record], n: int) -> int:
    """Put the row that waits, if one does, after the n of `out`; return how many there are."""
    r = x.parts
    if r.row_due_s == inf:
        return n
    r.row_due_s = inf
    impact.tell_late(x.ring, r.impact, r.mount, x.row)
    trajectory.tell_late(x.tuned, r.signals, x.ring, r.trajectory, x.row)
    out[n] = x.row
    return n + 1


@compiled
def reset(r: np.record) -> None:
    """Forget the stride in progress; what was learned about the runner stays."""
    r.signals.seen = 0
    landing.break_off(r.landing)
    mount.break_off(r.mount)
    impact.break_off(r.impact)
    stance.break_off(r.stance)
    trajectory.break_off(r.trajectory)
    gait.break_off(r.gait)


@compiled
def land(x: Stream) -> None:
    """Close a stride at the landing just confirmed, write its row, and open the next."""
    c, r, row, ring = x.tuned, x.parts, x.row, x.ring
    s, p = r.signals, r.landing
    stance.face_forward(c, s, ring, r.stance, p.peak_s)
    contact_s = contact.contact(c, s, ring, r.stance.axis, p)
    contact_index = signals.number_at(s, ring, contact_s)
    row.kind = LANDING
    row.stream = x.number
    landing.tell(p, contact_s, contact_index, row)
    gait.tell(c, s, ring, r.gait, contact_s, row)
    mount.tell(c, r.mount, row)
    impact.tell(c, s, ring, r.impact, r.mount, row)
    stance.tell(c, s, ring, r.stance, row)
    frozen.tell(c, s, ring, p, row)
    trajectory.tell(r.trajectory, row)
    landing.accept(p, contact_s, contact_index)
    impact.open_stride(c, r.impact, contact_s)
    stance.open_stride(c, s, ring, r.stance, contact_s, p.period_s)
    trajectory.open_stride(c, r.trajectory, contact_s, p.period_s)
    r.row_due_s = contact_s + c.settle_s
    if c.has_gyro:
        r.row_due_s = max(r.row_due_s, r.trajectory.lifts_s)


@compiled
def until(r: np.record, ring: Ring, chunk: Chunk, first: int) -> int:
    """Return before which sample of the chunk the span from `first` on has to end.

    A second begins with a sample; all else that is due happens once its sample was followed.
    """
    due_s = min(r.row_due_s, r.impact.due_s, r.trajectory.lifts_s)
    second_end_s, last = r.gait.second_end_s, chunk.slot + chunk.n - 1
    if time_at(ring, last) < min(due_s, second_end_s):
        return chunk.n
    for k in range(first, chunk.n):
        now_s = time_at(ring, chunk.slot + k)
        if now_s >= second_end_s:
            return k
        if now_s >= due_s:
            return k + 1
    return chunk.n


@compiled
def follow(x: Stream, chunk: Chunk, first: int, out: NDArray[np.record], n: int) -> tuple[int, int]:
    """Count a span in; put rows after the n of `out`; return (its end, how many there are)."""
    c, r, ring = x.tuned, x.parts, x.ring
    s = r.signals
    gait.enter_second(r.gait, time_at(ring, chunk.slot + first))
    span = landing.find(c, s, ring, r.landing, Span(chunk, first, until(r, ring, chunk, first)))
    gait.follow(c, ring, r.gait, span)
    mount.follow(c, s, ring, r.mount, span)
    impact.follow(c, s, ring, r.impact, span)
    stance.follow(c, s, ring, r.stance, span, r.landing.period_s)
    signals.count_slow(c, s, span)
    if r.landing.found:
        n = give(x, out, n)
        land(x)
    trajectory.follow(c, s, ring, r, x.row, span)
    if time_at(ring, s.slot) >= r.row_due_s:
        n = give(x, out, n)
    return span.end, n


@compiled
def tell_second(x: Stream, out: NDArray[np.record], n: int) -> int:
    """Put the second's row after the n of `out`, return how many there are."""
    out[n].kind = SECOND
    out[n].stream = x.number
    gait.tell_second(x.parts.gait, out[n])
    return n + 1


@entry
def advance_one(
    c: Tuning, w: Streams, i: int, samples: Samples, out: NDArray[np.record], n: int
) -> int:
    """Push its samples into stream i; put rows after the n of `out`, return how many there are."""
    x = Stream(c, i, loaded(w.parts, i), w.row[i], ring_of(w, i))
    r, ring, time_s, accel = x.parts, x.ring, samples.time_s[i], samples.accel_g[i]
    gyro = samples.gyro_radps[i if c.has_gyro else 0]
    k = 0
    while k < len(time_s):
        if time_s[k] - r.last_s > MAX_GAP_S:
            n = give(x, out, n)
            reset(r)
        end = k + filters.chunk_length(r.signals, ring, time_s, k)
        number = samples.first_index[i] + k
        chunk = filters.take(c, r.signals, ring, time_s[k:end], accel[k:end], gyro[k:end], number)
        fetch_next(c, w, samples, i, k, end)
        r.last_s = float(time_s[end - 1])
        first = chunk.n - chunk.n  # 0, but not the literal: `follow` is compiled for that as well
        while first < chunk.n:
            if time_at(ring, chunk.slot + first) >= r.gait.second_end_s:
                n = tell_second(x, out, n)
            first, n = follow(x, chunk, first, out, n)
        k = end
    stored(w.parts, i, r)
    return n


@entry
def advance(
    c: Tuning, w: Streams, x: Samples, first: int, out: NDArray[np.record]
) -> tuple[int, int]:
    """Push samples into the streams from `first` on; return (rows, the stream to go on from).

    It stops before a stream whose rows might not fit: `out` has room for `ROWS_A_SAMPLE` times
    the block's length at least, and the rest is a second call with an empty `out`.
    """
    rows = len(out) - len(out)  # 0, but not the literal, as in `advance_one`
    room = len(out) - ROWS_A_SAMPLE * x.time_s.shape[1]
    for i in range(first, len(w.parts)):
        if rows > room:
            return rows, i
        rows = advance_one(c, w, i, x, out, rows)
    return rows, len(w.parts)


@entry
def finish(c: Tuning, w: Streams, i: int, out: NDArray[np.record]) -> int:
    """Give what the end of stream i left: a row that waits, an undecided landing; 0 to 2 rows."""
    x = Stream(c, i, loaded(w.parts, i), w.row[i], ring_of(w, i))
    n = give(x, out, 0)
    s, p = x.parts.signals, x.parts.landing
    if (
        s.seen > 0
        and p.phase == rhythm.RISING
        and time_at(x.ring, s.slot) - p.peak_s >= landing.LAST_HOLD_S
    ):
        land(x)
        n = give(x, out, n)
    stored(w.parts, i, x.parts)
    return n


@entry
def break_off(c: Tuning, w: Streams, i: int, out: NDArray[np.record]) -> int:
    """Let stream i forget the stride in progress; give the row that waits, if one does."""
    x = Stream(c, i, loaded(w.parts, i), w.row[i], ring_of(w, i))
    n = give(x, out, 0)
    reset(x.parts)
    stored(w.parts, i, x.parts)
    return n
