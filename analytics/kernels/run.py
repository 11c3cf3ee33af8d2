"""The loop over streams and samples: one sample in, at most one landing and one second out."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, sqrt
from typing import Any, NamedTuple

import numpy as np

from analytics.kernels import impact, landing, signals, stance
from analytics.kernels.impact import Impact, new_impact
from analytics.kernels.jit import compiled
from analytics.kernels.landing import SUPERSEDE_UNTIL, Landing, new_landing
from analytics.kernels.signals import IntArray, Signals, back, depth, new_signals
from analytics.kernels.stance import Stance, new_stance
from analytics.kernels.tuning import MAX_GAP_S, Tuning
from analytics.records import FloatArray

QUIET_G = 0.15  # | |a| - 1 g | of a foot at rest on the ground, slow tilt and bias included...
BUMP_S = 0.04  # ...and so short a bump

# Columns of an output row; NaN where there is nothing to say.
KIND, TIME_S, INDEX, STRIDE_S, REPLACES = 0, 1, 2, 3, 4
TOE_OFF_S, RESULTANT_G, AXIAL_G, TO_PEAK_S, JERK_GPS, CLIPS = 5, 6, 7, 8, 9, 10
ENERGY_G, QUIET_S, STRENGTH_GPS = 11, 12, 13
COLUMNS = 14
LANDING_ROW, SECOND_ROW = 0.0, 1.0


class Gait(NamedTuple):
    """Sums over the open stride and over the running second; shape (n,)."""

    last_s: FloatArray
    stride_n: IntArray
    stride_energy: FloatArray
    stride_quiet: IntArray
    quiet_n: IntArray
    loud_n: IntArray
    second_n: IntArray
    second_energy: FloatArray


class Streams(NamedTuple):
    """The whole state of N sensors, as arrays."""

    signals: Signals
    landing: Landing
    impact: Impact
    stance: Stance
    gait: Gait


def new_streams(*, n_streams: int, rate_hz: float) -> Streams:
    """Return N sensors before their first sample."""
    gait = Gait(
        last_s=np.full(n_streams, -np.inf),
        stride_n=np.zeros(n_streams, np.int64),
        stride_energy=np.zeros(n_streams),
        stride_quiet=np.zeros(n_streams, np.int64),
        quiet_n=np.zeros(n_streams, np.int64),
        loud_n=np.zeros(n_streams, np.int64),
        second_n=np.zeros(n_streams, np.int64),
        second_energy=np.zeros(n_streams),
    )
    return Streams(
        signals=new_signals(n_streams=n_streams, rate_hz=rate_hz),
        landing=new_landing(n_streams=n_streams),
        impact=new_impact(n_streams=n_streams, rate_hz=rate_hz),
        stance=new_stance(n_streams=n_streams),
        gait=gait,
    )


def to_arrays(w: Streams) -> dict[str, dict[str, Any]]:
    """Return the state as plain names and arrays."""
    return {name: part._asdict() for name, part in w._asdict().items()}


def from_arrays(arrays: Mapping[str, Mapping[str, Any]]) -> Streams:
    """Return the state that `to_arrays` took apart."""
    return Streams(
        signals=Signals(**arrays["signals"]),
        landing=Landing(**arrays["landing"]),
        impact=Impact(**arrays["impact"]),
        stance=Stance(**arrays["stance"]),
        gait=Gait(**arrays["gait"]),
    )


@compiled
def reset(w: Streams, i: int) -> None:
    """Forget the stride in progress; what was learned about the runner stays."""
    w.signals.seen[i] = 0
    w.landing.phase[i] = landing.IDLE
    w.landing.steady[i] = 0
    w.landing.next_gps[i] = 0.0
    w.landing.spare_gps[i] = 0.0
    w.landing.last_s[i] = -np.inf
    w.landing.contact_s[i] = -np.inf
    w.impact.contact_s[i] = -np.inf
    w.impact.clips[i] = 0
    w.impact.still_n[i] = 0
    w.stance.contact_s[i] = -np.inf
    w.stance.forward[i] = 0.0
    w.gait.stride_n[i] = 0
    w.gait.stride_energy[i] = 0.0
    w.gait.stride_quiet[i] = 0
    w.gait.quiet_n[i] = 0


@compiled
def index_at(s: Signals, i: int, contact_s: float) -> int:
    """Return the sensor's index of the sample at or just before a time."""
    for n in range(depth(s, i)):
        slot = back(s, i, n)
        if s.time_s[i, slot] <= contact_s:
            return s.number[i, slot]
    return s.number[i, back(s, i, depth(s, i) - 1)]


@compiled
def report_landing(c: Tuning, w: Streams, i: int, row: FloatArray) -> None:
    """Write the landing just confirmed and the stride that it closes; open the next."""
    p, m, q, g = w.landing, w.impact, w.stance, w.gait
    contact_s = landing.onset(c, w.signals, p, i)
    replaces = p.peak_s[i] - p.last_s[i] < SUPERSEDE_UNTIL * p.period_s[i]
    row[KIND] = LANDING_ROW
    row[TIME_S] = contact_s
    row[INDEX] = index_at(w.signals, i, contact_s)
    row[STRIDE_S] = contact_s - p.contact_s[i]
    row[REPLACES] = 1.0 if replaces else 0.0
    row[TOE_OFF_S] = stance.toe_off(c, q, i)
    row[RESULTANT_G] = m.resultant_g[i]
    row[AXIAL_G] = impact.axial(m, i)
    row[TO_PEAK_S] = m.at_s[i]
    row[JERK_GPS] = m.jerk_gps[i]
    n = max(1, g.stride_n[i])
    row[ENERGY_G] = sqrt(g.stride_energy[i] / n)
    row[QUIET_S] = g.stride_quiet[i] / c.rate_hz
    row[STRENGTH_GPS] = p.peak_gps[i]
    landing.accept(p, i, contact_s)
    row[CLIPS] = impact.open_stride(c, w.signals, m, i, contact_s)
    stance.open_stride(c, w.signals, q, i, contact_s, p.period_s[i])
    g.stride_n[i] = 0
    g.stride_energy[i] = 0.0
    g.stride_quiet[i] = 0


@compiled
def report_second(w: Streams, i: int, row: FloatArray) -> None:
    """Write how lively the second was that has just ended."""
    g = w.gait
    row[:] = np.nan
    row[KIND] = SECOND_ROW
    row[TIME_S] = floor(g.last_s[i]) + 1.0
    row[ENERGY_G] = sqrt(g.second_energy[i] / max(1, g.second_n[i]))
    g.second_n[i] = 0
    g.second_energy[i] = 0.0


@compiled
def measure(c: Tuning, w: Streams, i: int) -> None:
    """Add the newest sample to the sums."""
    g, s = w.gait, w.signals
    size = 0.0
    for axis in range(3):
        size += s.landing[i, axis] * s.landing[i, axis]
    away = sqrt(size) - 1.0
    g.stride_n[i] += 1
    g.stride_energy[i] += away * away
    if abs(away) < QUIET_G:
        g.quiet_n[i] += 1
        g.loud_n[i] = 0
        g.stride_quiet[i] = max(g.stride_quiet[i], g.quiet_n[i])
    else:
        g.loud_n[i] += 1
        if g.loud_n[i] > BUMP_S * c.rate_hz:
            g.quiet_n[i] = 0
    g.second_n[i] += 1
    g.second_energy[i] += away * away


@compiled
def advance(
    c: Tuning,
    w: Streams,
    i: int,
    first_index: int,
    time_s: FloatArray,
    accel_g: FloatArray,
    gyro_radps: FloatArray,
    out: FloatArray,
) -> int:
    """Push samples, shape (k,) and (k, 3), into stream i; return how many rows of `out` it gave.

    `out` has shape (2 k, COLUMNS): each sample can end one second and confirm one landing.
    """
    g = w.gait
    rows = 0
    for k in range(len(time_s)):
        now_s = time_s[k]
        if g.second_n[i] > 0 and now_s >= floor(g.last_s[i]) + 1.0:
            report_second(w, i, out[rows])
            rows += 1
        if now_s - g.last_s[i] > MAX_GAP_S:
            reset(w, i)
        g.last_s[i] = now_s
        slot = signals.take(
            c, w.signals, i, now_s, first_index + k, accel_g[k], gyro_radps[k if c.has_gyro else 0]
        )
        measure(c, w, i)
        impact.follow(c, w.signals, w.impact, i)
        stance.follow(c, w.signals, w.stance, i, w.landing.period_s[i])
        if landing.find(c, w.signals, w.landing, i, slot):
            report_landing(c, w, i, out[rows])
            rows += 1
    return rows


@compiled
def finish(c: Tuning, w: Streams, i: int, out: FloatArray) -> int:
    """Confirm the landing that the end of the stream left undecided; return 0 or 1 rows."""
    s, p = w.signals, w.landing
    if s.seen[i] == 0 or p.phase[i] != landing.RISING:
        return 0
    if s.time_s[i, back(s, i, 0)] - p.peak_s[i] < landing.HOLD_S:
        return 0
    report_landing(c, w, i, out[0])
    return 1
