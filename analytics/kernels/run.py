"""The loop over samples: one sample in, at most one landing and one second out."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import gait, impact, landing, signals, stance
from analytics.kernels.jit import compiled
from analytics.kernels.signals import NUMBER, back, depth
from analytics.kernels.tuning import MAX_GAP_S, Tuning
from analytics.records import FloatArray

# Columns of an output row; nan where there is nothing to say.
KIND, TIME_S, INDEX, REPLACES = 0, 1, 2, 3
TOE_OFF_S, RESULTANT_G, AXIAL_G, TO_PEAK_S, JERK_GPS, CLIPS = 4, 5, 6, 7, 8, 9
ENERGY_G, QUIET_S, STRENGTH_GPS, CLOSES = 10, 11, 12, 13
COLUMNS = 14
LANDING_ROW, SECOND_ROW = 0.0, 1.0


class Streams(NamedTuple):
    """The whole state of N sensors: arrays whose first axis is the stream.

    `ring` and `window` hold samples, the others one record a stream.
    """

    ring: FloatArray
    window: FloatArray
    signals: NDArray[np.record]
    landing: NDArray[np.record]
    impact: NDArray[np.record]
    stance: NDArray[np.record]
    gait: NDArray[np.record]


class Samples(NamedTuple):
    """Consecutive samples of one sensor: times, shape (k,); axes, shape (k, 3)."""

    first_index: int
    time_s: FloatArray
    accel_g: FloatArray
    gyro_radps: FloatArray  # (1, 3), unread, where there is no gyroscope


def new_streams(*, n_streams: int, rate_hz: float) -> Streams:
    """Return N sensors before their first sample."""
    return Streams(
        ring=signals.new_ring(n_streams=n_streams, rate_hz=rate_hz),
        window=impact.new_window(n_streams=n_streams, rate_hz=rate_hz),
        signals=np.zeros(n_streams, signals.SIGNALS).view(np.recarray),
        landing=landing.new_landing(n_streams=n_streams),
        impact=impact.new_impact(n_streams=n_streams),
        stance=stance.new_stance(n_streams=n_streams),
        gait=gait.new_gait(n_streams=n_streams),
    )


def to_bytes(w: Streams) -> dict[str, bytes]:
    """Return the state by name."""
    return {name: array.tobytes() for name, array in w._asdict().items()}


def from_bytes(state: Mapping[str, bytes], *, n_streams: int, rate_hz: float) -> Streams:
    """Return the state that `to_bytes` took apart; ValueError if it is of another size."""
    empty = new_streams(n_streams=n_streams, rate_hz=rate_hz)
    return Streams(**{name: _filled(array, state[name]) for name, array in empty._asdict().items()})


def _filled(like: NDArray[Any], data: bytes) -> NDArray[Any]:
    flat = np.frombuffer(data, dtype=like.dtype).copy().reshape(like.shape)
    return flat.view(np.recarray) if like.dtype.names else flat


@compiled
def reset(s: np.record, p: np.record, m: np.record, q: np.record, g: np.record) -> None:
    """Forget the stride in progress; what was learned about the runner stays."""
    s.seen = 0
    landing.break_off(p)
    m.contact_s = -np.inf
    m.clips = 0
    m.still_n = 0
    q.contact_s = -np.inf
    q.forward = 0.0
    gait.open_stride(g)
    g.quiet_n = 0


@compiled
def index_at(s: np.record, ring: FloatArray, contact_s: float) -> float:
    """Return the sensor's index of the sample at or just before a time."""
    last = depth(s, ring) - 1
    for n in range(last):
        slot = back(s, ring, n)
        if ring[slot, signals.TIME_S] <= contact_s:
            return float(ring[slot, NUMBER])
    return float(ring[back(s, ring, last), NUMBER])


@compiled
def report_landing(c: Tuning, w: Streams, i: int, row: FloatArray) -> None:
    """Write the landing just confirmed and the stride that it closes; open the next."""
    ring, window = w.ring[i], w.window[i]
    s, p, m, q, g = w.signals[i], w.landing[i], w.impact[i], w.stance[i], w.gait[i]
    contact_s = landing.onset(c, s, ring, p)
    row[KIND] = LANDING_ROW
    row[TIME_S] = contact_s
    row[INDEX] = index_at(s, ring, contact_s)
    row[REPLACES] = 1.0 if landing.replaces(p) else 0.0
    row[CLOSES] = 1.0 if p.contact_s > -inf else 0.0
    row[TOE_OFF_S] = stance.toe_off(c, q)
    row[RESULTANT_G] = m.resultant_g
    row[AXIAL_G] = impact.axial(m, window)
    row[TO_PEAK_S] = m.at_s
    row[JERK_GPS] = m.jerk_gps
    row[ENERGY_G] = gait.stride_energy(g)
    row[QUIET_S] = g.stride_quiet / c.rate_hz
    row[STRENGTH_GPS] = p.peak_gps
    landing.accept(p, contact_s)
    row[CLIPS] = impact.open_stride(c, s, ring, m, window, contact_s)
    stance.open_stride(c, s, ring, q, contact_s, p.period_s)
    gait.open_stride(g)


@compiled
def report_second(g: np.record, row: FloatArray) -> None:
    """Write how lively the second was that has just ended."""
    row[KIND] = SECOND_ROW
    row[TIME_S] = floor(g.last_s) + 1.0
    row[ENERGY_G] = gait.second_energy(g)


@compiled
def advance(c: Tuning, w: Streams, i: int, x: Samples, out: FloatArray) -> int:
    """Push samples into stream i; return how many rows of `out` it gave.

    `out` has shape (2 k, COLUMNS): each sample can end one second and confirm one landing.
    """
    ring, window = w.ring[i], w.window[i]
    s, p, m, q, g = w.signals[i], w.landing[i], w.impact[i], w.stance[i], w.gait[i]
    rows = 0
    for k in range(len(x.time_s)):
        now_s = x.time_s[k]
        if g.second_n > 0 and now_s >= floor(g.last_s) + 1.0:
            report_second(g, out[rows])
            rows += 1
        if now_s - g.last_s > MAX_GAP_S:
            reset(s, p, m, q, g)
        g.last_s = now_s
        signals.take(c, s, ring, now_s, x.accel_g[k], x.gyro_radps[k if c.has_gyro else 0])
        ring[back(s, ring, 0), NUMBER] = x.first_index + k
        gait.measure(c, s, g)
        impact.follow(c, s, ring, m, window)
        stance.follow(c, s, ring, q, p.period_s)
        if landing.find(c, s, ring, p):
            report_landing(c, w, i, out[rows])
            rows += 1
    return rows


@compiled
def finish(c: Tuning, w: Streams, i: int, out: FloatArray) -> int:
    """Confirm the landing that the end of the stream left undecided; return 0 or 1 rows."""
    ring, s, p = w.ring[i], w.signals[i], w.landing[i]
    if s.seen == 0 or p.phase != landing.RISING:
        return 0
    if ring[back(s, ring, 0), signals.TIME_S] - p.peak_s < landing.HOLD_S:
        return 0
    report_landing(c, w, i, out[0])
    return 1


@compiled
def break_off(w: Streams, i: int) -> None:
    """Let stream i forget the stride in progress."""
    reset(w.signals[i], w.landing[i], w.impact[i], w.stance[i], w.gait[i])
