"""Landings of a steady rhythm: one is due a stride's time after the last, little else counts."""

from __future__ import annotations

import math

import numpy as np

from analytics.kernels.frozen import hides
from analytics.kernels.jit import compiled
from analytics.kernels.pushoff import walks_off
from analytics.kernels.signals import Ring, Span, jerk_at, time_at
from analytics.kernels.tuning import Tuning

FLOOR_GPS = 25.0  # walking on the flat makes 50 g/s at the shin; below half of it nothing lands
FORGET_AFTER_S = 1.5  # no landing for so long: the usual strength is forgotten by halves

# Steady rhythm: the foot's braking before contact and its rocking after make bursts of their own,
# up to 100 ms away from the landing's and seldom stronger; so the strongest of 100 ms is the one.
STEADY_AFTER = 3  # strides in a row that keep the rhythm...
STEADY_WITHIN = 0.25  # ...to this share of the usual stride time
REFRACTORY = 0.55  # of the stride time: toe-off comes before, the next landing after
DUE_FROM, DUE_UNTIL = 0.80, 1.20  # of the stride time: where a landing is due
EARLY_UNTIL = 0.90  # of the stride time: until then a shoe's burst may be a walk's push-off
EARLY_SHARE = 1.20  # of the usual strength: threshold early in the stride...
DUE_SHARE = 0.35  # ...and when a landing is due
SPARE_SHARE = 0.15  # the best peak while one was due counts in the end, if not weaker than this

IDLE, RISING = 0, 1
ROUNDING_S = 1e-6  # far below a sample: what is near a limit is looked at


@compiled
def burst_at(c: Tuning, ring: Ring, slot: int) -> float:
    """Return the time at which a sample's jerk was made."""
    return time_at(ring, slot) - c.landing.delay_s - 0.5 / c.rate_hz


@compiled
def threshold(share: float, p: np.record) -> float:
    """Return the jerk that starts a burst in a steady rhythm, in g/s, `share` into the stride."""
    if share < REFRACTORY:
        return math.inf
    part = min(1.0, (share - REFRACTORY) / (1.0 - REFRACTORY))
    due = EARLY_SHARE + part * (DUE_SHARE - EARLY_SHARE)
    due_gps: float = max(FLOOR_GPS, due * p.level_gps)
    return due_gps


@compiled
def find_steady(
    c: Tuning,
    s: np.record,
    ring: Ring,
    p: np.record,
    now_s: float,
    jerk: float,
    any_jerk: float,
) -> bool:
    """Find the next landing of a rhythm; True when one is confirmed.

    Of nothing better than the jump out of a freeze (in `any_jerk` alone) that one counts.
    """
    if p.phase == IDLE:
        share = (now_s - p.last_s) / p.period_s
        if DUE_FROM <= share <= DUE_UNTIL and any_jerk > p.spare_gps:
            p.spare_gps = any_jerk
            p.spare_s = now_s
        if share > DUE_UNTIL:
            if hides(c, p, p.last_s + p.period_s):
                p.peak_gps = p.level_gps
                p.peak_s = p.last_s + p.period_s
                return True
            p.steady = 0
            if p.spare_gps >= max(FLOOR_GPS, SPARE_SHARE * p.level_gps):
                p.peak_gps = p.spare_gps
                p.peak_s = p.spare_s
                return True
        if jerk <= threshold(share, p):
            return False
        p.phase = RISING
        p.peak_gps = 0.0
    if jerk > p.peak_gps:
        p.peak_gps = jerk
        p.peak_s = now_s
    if now_s - p.peak_s < c.hold_s:
        return False
    early = p.peak_s - p.last_s < EARLY_UNTIL * p.period_s
    if early and not c.is_shin and walks_off(c, s, ring, p.peak_s):
        p.phase = IDLE
        return False
    return True


@compiled
def pass_idle(c: Tuning, ring: Ring, p: np.record, span: Span, end_s: float) -> int:
    """Pass over samples that start no burst; keep the best peak while a landing is due."""
    chunk, due_s = span.chunk, p.last_s + DUE_FROM * p.period_s - ROUNDING_S
    if end_s < p.last_s + REFRACTORY * p.period_s - ROUNDING_S:
        return span.end  # so it is most of the stride
    least_gps = threshold(1.0, p)
    if end_s < due_s and chunk.jerk_gps <= least_gps:
        return span.end
    until_s = p.last_s + min(DUE_UNTIL * p.period_s, FORGET_AFTER_S) - ROUNDING_S
    spare_s, spare_gps, k = float(p.spare_s), float(p.spare_gps), span.first
    while k < span.end:
        jerk, now_s = jerk_at(c, ring, chunk.slot + k), burst_at(c, ring, chunk.slot + k)
        if jerk > least_gps or now_s >= until_s:
            break
        if now_s >= due_s and jerk > spare_gps and (now_s - p.last_s) / p.period_s >= DUE_FROM:
            spare_s, spare_gps = now_s, jerk
        k += 1
    p.spare_s, p.spare_gps = spare_s, spare_gps
    return k


@compiled
def pass_rising(c: Tuning, ring: Ring, p: np.record, span: Span, end_s: float) -> int:
    """Pass over samples that decide nothing about the burst under way; keep its peak."""
    chunk, forget_s = span.chunk, p.last_s + FORGET_AFTER_S - ROUNDING_S
    hold_s, peak_s, peak_gps = c.hold_s - ROUNDING_S, float(p.peak_s), float(p.peak_gps)
    if end_s < min(peak_s + hold_s, forget_s) and chunk.jerk_gps <= peak_gps:
        return span.end
    k = span.first
    while k < span.end:
        jerk, now_s = jerk_at(c, ring, chunk.slot + k), burst_at(c, ring, chunk.slot + k)
        if now_s >= forget_s or now_s < p.thawed_s:
            break
        if jerk > peak_gps:
            peak_s, peak_gps = now_s, jerk
        elif now_s >= peak_s + hold_s:
            break
        k += 1
    p.peak_s, p.peak_gps = peak_s, peak_gps
    return k


@compiled
def pass_over(c: Tuning, ring: Ring, p: np.record, span: Span) -> int:
    """Return the span's first sample that has to be looked at by itself; its end if none has to.

    What the others change is counted in. It is the same as `find_steady` makes of them one by
    one, in half of its time.
    """
    chunk = span.chunk
    if p.steady < STEADY_AFTER or p.frozen_n > 0 or chunk.repeats:
        return span.first
    end_s = burst_at(c, ring, chunk.slot + span.end - 1)
    if p.phase == IDLE:
        return pass_idle(c, ring, p, span, end_s)
    return pass_rising(c, ring, p, span, end_s)
