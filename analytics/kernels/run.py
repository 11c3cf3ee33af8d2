"""The loop over streams and samples: what each part of the state machine does, and when.

Theory of operation
-------------------
A stream's state is its ring of recent samples (signals.py) and one record with a part for each
module. Per sample each part's `follow` counts the newest sample in. When a landing is confirmed
(landing.py), some tens of milliseconds after contact, it closes one stride and opens the next:
each part's `tell` writes its figures of the closed stride into the stream's row, then its
`open_stride` begins anew at the contact, looking back over the ring. The row is given once the
newest sample is `Tuning.settle_s` past the closing contact, so that figures that need samples
after it can still be read (`give`).

A new figure: name it in its part's `FIGURES` and write it in `tell`; it is then a field of `ROW`.
A new part: its record in `PARTS`, its figures in `ROW`, its four calls here.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import contact, gait, impact, landing, mount, signals, stance, trajectory
from analytics.kernels.jit import compiled, loaded, stored
from analytics.kernels.signals import Ring, SingleArray, time_at
from analytics.kernels.tuning import MAX_GAP_S, Tuning
from analytics.records import FloatArray

LANDING, SECOND = 0, 1  # kinds of rows
ROWS_A_SAMPLE = 3  # a row that waited, a second's end and a landing

ROW = np.dtype(
    [
        ("kind", np.int64),
        ("stream", np.int64),
        *landing.FIGURES,
        *gait.FIGURES,
        *mount.FIGURES,
        *impact.FIGURES,
        *stance.FIGURES,
        *trajectory.FIGURES,
    ]
)
PARTS = np.dtype(
    [
        ("last_s", np.float64),  # time of the newest sample; -inf before the first
        ("row_due_s", np.float64),  # when the row that waits is given; inf while none does
        ("signals", signals.SIGNALS),
        ("landing", landing.LANDING),
        ("mount", mount.MOUNT),
        ("impact", impact.IMPACT),
        ("stance", stance.STANCE),
        ("trajectory", trajectory.TRAJECTORY),
        ("gait", gait.GAIT),
    ]
)


class Streams(NamedTuple):
    """The whole state of N sensors, arrays whose first axis is the stream; and room to work in."""

    time_s: FloatArray  # the rings, shape (N, slots)...
    signal: SingleArray  # ...and (N, slots, RING_COLUMNS)
    parts: NDArray[np.record]
    row: NDArray[np.record]  # the stride whose row waits to be given
    ahead_g: FloatArray  # the room that `Ring` tells of
    lines: FloatArray
    vectors: FloatArray


STATE = ("time_s", "signal", "parts", "row")  # what a stream is made of


class Samples(NamedTuple):
    """Consecutive samples of N sensors, as many of each."""

    first_index: NDArray[np.int64]  # shape (N,)
    time_s: FloatArray  # shape (N, k)
    accel_g: FloatArray  # shape (N, k, 3)
    gyro_radps: FloatArray  # shape (N, k, 3); (1, 1, 3), unread, where there is no gyroscope


def new_streams(*, n_streams: int, rate_hz: float) -> Streams:
    """Return N sensors before their first sample."""
    slots = signals.slots(rate_hz)
    parts = np.zeros(n_streams, PARTS).view(np.recarray)
    parts.last_s = -np.inf
    parts.row_due_s = np.inf
    landing.begin(parts.landing)
    mount.begin(parts["mount"])
    impact.begin(parts.impact)
    stance.begin(parts.stance)
    trajectory.begin(parts.trajectory)
    gait.begin(parts.gait)
    return Streams(
        time_s=np.zeros((n_streams, slots)),
        signal=np.zeros((n_streams, slots, signals.RING_COLUMNS), np.float32),
        parts=parts,
        row=new_rows(n_streams),
        ahead_g=np.zeros((signals.AHEAD, 4)),
        lines=np.zeros((signals.LINES, slots)),
        vectors=np.zeros((slots, 3)),
    )


def new_rows(n: int) -> NDArray[np.record]:
    """Return room for n rows."""
    return np.zeros(n, ROW).view(np.recarray)


def to_bytes(w: Streams) -> dict[str, bytes]:
    """Return the state by name."""
    return {name: getattr(w, name).tobytes() for name in STATE}


def from_bytes(state: Mapping[str, bytes], *, n_streams: int, rate_hz: float) -> Streams:
    """Return the state that `to_bytes` took apart; ValueError if it is of another size."""
    empty = new_streams(n_streams=n_streams, rate_hz=rate_hz)
    return empty._replace(**{name: _filled(getattr(empty, name), state[name]) for name in STATE})


def _filled(like: NDArray[Any], data: bytes) -> NDArray[Any]:
    flat = np.frombuffer(data, dtype=like.dtype).copy().reshape(like.shape)
    return flat.view(np.recarray) if like.dtype.names else flat


@compiled
def ring_of(w: Streams, i: int) -> Ring:
    """Return the recent samples of stream i."""
    return Ring(w.time_s[i], w.signal[i], w.ahead_g, w.lines, w.vectors)


@compiled
def give(w: Streams, i: int, r: np.record, out: NDArray[np.record], n: int) -> int:
    """Put the row that waits, if one does, after the n of `out`; return how many there are."""
    if r.row_due_s == inf:
        return n
    r.row_due_s = inf
    impact.tell_late(ring_of(w, i), r.impact, r.mount, w.row[i])
    out[n] = w.row[i]
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
def land(c: Tuning, w: Streams, i: int, r: np.record) -> None:
    """Close a stride at the landing just confirmed, write its row, and open the next."""
    ring = ring_of(w, i)
    s, p, row = r.signals, r.landing, w.row[i]
    stance.face_forward(c, s, ring, r.stance, p.peak_s)
    contact_s = contact.contact(c, s, ring, r.stance.axis, p.peak_s, p.peak_gps)
    contact_index = signals.number_at(s, ring, contact_s)
    row.kind = LANDING
    row.stream = i
    landing.tell(p, contact_s, contact_index, row)
    gait.tell(c, r.gait, row)
    mount.tell(c, r.mount, row)
    impact.tell(c, s, ring, r.impact, r.mount, row)
    stance.tell(c, r.stance, row)
    trajectory.tell(r.trajectory, row)
    landing.accept(p, contact_s, contact_index)
    impact.open_stride(c, r.impact, contact_s)
    stance.open_stride(c, s, ring, r.stance, contact_s, p.period_s)
    trajectory.open_stride(c, r.trajectory, contact_s, p.period_s)
    gait.open_stride(r.gait)
    r.row_due_s = contact_s + c.settle_s
    if c.has_gyro:
        r.row_due_s = max(r.row_due_s, r.trajectory.lifts_s)


@compiled
def follow(
    c: Tuning, w: Streams, i: int, r: np.record, ring: Ring, out: NDArray[np.record], n: int
) -> int:
    """Count the newest sample in; put rows after the n of `out`, return how many there are."""
    s, now_s = r.signals, time_at(ring, r.signals.slot)
    gait.measure(c, s, r.gait, now_s)
    mount.follow(c, s, r.mount)
    impact.follow(c, s, ring, r.impact)
    stance.follow(c, s, ring, r.stance, r.landing.period_s)
    if landing.find(c, s, ring, r.landing):
        n = give(w, i, r, out, n)
        land(c, w, i, r)
    trajectory.follow(c, s, ring, r.trajectory, r.mount, w.row[i])
    if now_s >= r.row_due_s:
        n = give(w, i, r, out, n)
    return n


@compiled
def advance_one(
    c: Tuning,
    w: Streams,
    i: int,
    x: Samples,
    out: NDArray[np.record],
    n: int,
) -> int:
    """Push its samples into stream i; put rows after the n of `out`, return how many there are."""
    r = loaded(w.parts, i)
    s, ring = r.signals, ring_of(w, i)
    time_s, accel, gyro = x.time_s[i], x.accel_g[i], x.gyro_radps[i if c.has_gyro else 0]
    k = 0
    while k < len(time_s):
        if time_s[k] - r.last_s > MAX_GAP_S:
            n = give(w, i, r, out, n)
            reset(r)
        end = k + signals.chunk_length(s, ring, time_s, k)
        signals.take(c, s, ring, time_s[k:end], accel[k:end], gyro[k:end])
        r.last_s = float(time_s[end - 1])
        for j in range(end - k):
            if time_s[k + j] >= r.gait.second_end_s:
                out[n].kind = SECOND
                out[n].stream = i
                gait.tell_second(r.gait, out[n])
                n += 1
            signals.step_on(c, s, ring, x.first_index[i] + k + j, j)
            n = follow(c, w, i, r, ring, out, n)
        k = end
    stored(w.parts, i, r)
    return n


@compiled
def advance(
    c: Tuning, w: Streams, x: Samples, first: int, out: NDArray[np.record]
) -> tuple[int, int]:
    """Push samples into the streams from `first` on; return (rows, the stream to go on from).

    It stops before a stream whose rows might not fit: `out` has room for `ROWS_A_SAMPLE` times
    the block's length at least, and the rest is a second call with an empty `out`.
    """
    rows = 0
    room = len(out) - ROWS_A_SAMPLE * x.time_s.shape[1]
    for i in range(first, len(w.parts)):
        if rows > room:
            return rows, i
        rows = advance_one(c, w, i, x, out, rows)
    return rows, len(w.parts)


@compiled
def finish(c: Tuning, w: Streams, i: int, out: NDArray[np.record]) -> int:
    """Give what the end of stream i left: a row that waits, an undecided landing; 0 to 2 rows."""
    ring = ring_of(w, i)
    r = loaded(w.parts, i)
    n = give(w, i, r, out, 0)
    s, p = r.signals, r.landing
    if (
        s.seen > 0
        and p.phase == landing.RISING
        and time_at(ring, s.slot) - p.peak_s >= landing.LAST_HOLD_S
    ):
        land(c, w, i, r)
        n = give(w, i, r, out, n)
    stored(w.parts, i, r)
    return n


@compiled
def break_off(w: Streams, i: int, out: NDArray[np.record]) -> int:
    """Let stream i forget the stride in progress; give the row that waits, if one does."""
    r = loaded(w.parts, i)
    n = give(w, i, r, out, 0)
    reset(r)
    stored(w.parts, i, r)
    return n
