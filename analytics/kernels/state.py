"""What N sensors' streams are made of: their rings, the parts of their state, the rows they give.

A new figure: name it in its part's `FIGURES` and write it in `tell`; it is then a field of `ROW`.
A new part: its record in `PARTS`, its figures in `ROW`, its four calls in run.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import frozen, gait, impact, landing, mount, signals, stance, trajectory
from analytics.kernels.vectors import SingleArray
from analytics.records import FloatArray

ROW = np.dtype(
    [
        ("kind", np.int64),
        ("stream", np.int64),
        *landing.FIGURES,
        *gait.FIGURES,
        *mount.FIGURES,
        *impact.FIGURES,
        *stance.FIGURES,
        *frozen.FIGURES,
        *trajectory.FIGURES,
    ]
)
_RECORD = np.dtype((np.record, ROW))
PARTS = np.dtype(
    [
        ("last_s", np.float64),  # time of the newest sample; -inf before the first
        ("row_due_s", np.float64),  # when the row that waits is given; inf while none does
        ("signals", signals.SIGNALS),
        ("landing", landing.LANDING),
        ("mount", mount.MOUNT),
        ("stance", stance.STANCE),
        ("gait", gait.GAIT),
        ("impact", impact.IMPACT),
        ("trajectory", trajectory.TRAJECTORY),
    ]
)


def _place(*path: str) -> int:
    """Return at which byte of `PARTS` a part of a part begins."""
    at, kind = 0, PARTS
    for name in path:
        fields: Any = kind.fields
        kind, offset = fields[name][:2]
        at += offset
    return at


# Bytes of `PARTS` up to which samples touch it; what lies after them is touched once a stride.
SOON = _place("trajectory", "reckoning", "rate_radps")


class Streams(NamedTuple):
    """The whole state of N sensors, arrays whose first axis is the stream; and room to work in."""

    time_s: FloatArray  # the rings, shape (N, slots)...
    signal: SingleArray  # ...and (N, RING_COLUMNS, slots)
    skipped: NDArray[np.uint8]  # ...and (N, slots)
    impact_g: SingleArray  # shape (N, impact.KEPT, 3)
    parts: NDArray[np.record]
    row: NDArray[np.record]  # the stride whose row waits to be given
    ahead_g: FloatArray  # the room that `Ring` tells of
    lines: FloatArray
    vectors: FloatArray
    line: FloatArray
    work: NDArray[np.record]


STATE = ("time_s", "signal", "skipped", "impact_g", "parts", "row")  # what a stream is made of


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
        signal=np.zeros((n_streams, signals.RING_COLUMNS, slots), np.float32),
        skipped=np.zeros((n_streams, slots), np.uint8),
        impact_g=np.zeros((n_streams, impact.KEPT, 3), np.float32),
        parts=parts.view(np.ndarray),
        row=new_rows(n_streams),
        ahead_g=np.zeros((signals.AHEAD, 4)),
        lines=np.zeros((signals.LINES, slots)),
        vectors=np.zeros((slots, 3)),
        line=np.zeros(signals.ROW_LINES * signals.PITCH),
        work=np.zeros(1, np.dtype((np.record, trajectory.WORK))),
    )


def new_rows(n: int) -> NDArray[np.record]:
    """Return room for n rows: records in a plain array, which is handed over four times faster."""
    return np.zeros(n, _RECORD)


def to_bytes(w: Streams) -> dict[str, bytes]:
    """Return the state by name."""
    return {name: getattr(w, name).tobytes() for name in STATE}


def from_bytes(state: Mapping[str, bytes], *, n_streams: int, rate_hz: float) -> Streams:
    """Return the state that `to_bytes` took apart; ValueError if it is of another size."""
    empty = new_streams(n_streams=n_streams, rate_hz=rate_hz)
    return empty._replace(**{name: _filled(getattr(empty, name), state[name]) for name in STATE})


def _filled(like: NDArray[Any], data: bytes) -> NDArray[Any]:
    return np.frombuffer(data, dtype=like.dtype).copy().reshape(like.shape)
