"""Initial contact: the burst of jerk with which a foot lands, told from the rest of the stride.

Aubol & Milner 2020 (J Biomech) read the contact of running from the resultant's jerk, which
does not ask how the sensor is turned. Walking back to a share of the jerk's maximum jumps from
one ripple to another, though; here the onset comes from the burst's first two moments: a
rectangle of energy begins sqrt(3) standard deviations before its centre.
"""

from __future__ import annotations

import math
from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import IntArray, Signals, back, depth
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

FLOOR_GPS = 25.0  # walking on the flat makes 50 g/s at the shin; below half of it nothing lands
LEARN = 0.2  # weight of the newest landing in the usual strength and stride time...
LEARN_UNSTEADY = 0.5  # ...and in the usual strength while there is no rhythm
START_PERIOD_S = 0.70  # a usual stride (171 steps/min) until one was measured
SHORTEST_S, LONGEST_S = 0.42, 1.60  # of any stride: 285 and 75 steps/min
FORGET_AFTER_S = 1.5  # no landing for so long: the usual strength is forgotten by halves

# Steady rhythm: cues cannot wait, so a peak is a landing 20 ms after it, but up to 100 ms later
# the weaker it is: the foot's braking before contact can make half of a landing's jerk.
STEADY_AFTER = 3  # strides in a row that keep the rhythm...
STEADY_WITHIN = 0.25  # ...to this share of the usual stride time
HOLD_S, WEAK_HOLD_S = 0.020, 0.100
STRONG_SHARE, WEAK_SHARE = 0.75, 0.50  # of the usual strength: from here on the hold grows, is full
REFRACTORY = 0.55  # of the stride time: toe-off comes before, the next landing after
DUE_FROM, DUE_UNTIL = 0.80, 1.20  # of the stride time: where a landing is due
EARLY_SHARE, DUE_SHARE = 1.20, 0.35  # of the usual strength: threshold early in the stride, when due
SPARE_SHARE = 0.15  # the best peak while one was due counts in the end, if not weaker than this
SUPERSEDE = 1.5  # a burst so much stronger shortly after an accepted one is the real landing
SUPERSEDE_UNTIL = 0.45  # of the stride time
WARY_FADES = 0.98  # a stride: half forgotten after 34

# No rhythm yet: a landing is what nothing in the shortest stride outdoes, before or after.
UNSTEADY_SHARE = 0.4  # of the usual strength
SAME_BURST_S = 0.10  # peaks nearer to each other belong to one landing

BEFORE_PEAK_S, AFTER_PEAK_S = 0.060, 0.015  # where the burst's energy is read

IDLE, RISING = 0, 1


class Landing(NamedTuple):
    """Where each stream stands in the search for the next landing; all shape (n,)."""

    phase: IntArray
    peak_s: FloatArray  # the burst under way, and in the end the landing
    peak_gps: FloatArray
    spare_s: FloatArray  # an earlier peak that may yet count
    spare_gps: FloatArray
    next_s: FloatArray  # the burst that goes on when the spare is taken before it
    next_gps: FloatArray
    wary_s: FloatArray  # how long a peak must stand since one was superseded
    steady: IntArray  # strides in a row that kept the rhythm, at most STEADY_AFTER
    level_gps: FloatArray  # usual strength of this foot's landings
    level_before_gps: FloatArray  # the same before the last landing
    period_s: FloatArray  # usual stride time
    last_s: FloatArray  # peak of the last landing; -inf before the first
    last_gps: FloatArray
    contact_s: FloatArray  # initial contact of the last landing


def new_landing(*, n_streams: int) -> Landing:
    """Return the state before the first sample."""
    none = np.full(n_streams, -np.inf)
    return Landing(
        phase=np.zeros(n_streams, np.int64),
        peak_s=none.copy(),
        peak_gps=np.zeros(n_streams),
        spare_s=none.copy(),
        spare_gps=np.zeros(n_streams),
        next_s=none.copy(),
        next_gps=np.zeros(n_streams),
        wary_s=np.zeros(n_streams),
        steady=np.zeros(n_streams, np.int64),
        level_gps=np.zeros(n_streams),
        level_before_gps=np.zeros(n_streams),
        period_s=np.full(n_streams, START_PERIOD_S),
        last_s=none.copy(),
        last_gps=np.zeros(n_streams),
        contact_s=none.copy(),
    )


@compiled
def threshold(share: float, p: Landing, i: int) -> float:
    """Return the jerk that starts a burst in a steady rhythm, in g/s, `share` into the stride."""
    if share < SUPERSEDE_UNTIL:
        return max(FLOOR_GPS, SUPERSEDE * p.last_gps[i])
    if share < REFRACTORY:
        return math.inf
    part = min(1.0, (share - REFRACTORY) / (1.0 - REFRACTORY))
    return max(FLOOR_GPS, (EARLY_SHARE + part * (DUE_SHARE - EARLY_SHARE)) * p.level_gps[i])


@compiled
def find_steady(p: Landing, i: int, now_s: float, jerk: float) -> bool:
    """Find the next landing of a rhythm; True when one is confirmed."""
    if p.phase[i] == IDLE:
        share = (now_s - p.last_s[i]) / p.period_s[i]
        if DUE_FROM <= share <= DUE_UNTIL and jerk > p.spare_gps[i]:
            p.spare_gps[i] = jerk
            p.spare_s[i] = now_s
        if share > DUE_UNTIL:
            p.steady[i] = 0
            if p.spare_gps[i] >= max(FLOOR_GPS, SPARE_SHARE * p.level_gps[i]):
                p.peak_gps[i] = p.spare_gps[i]
                p.peak_s[i] = p.spare_s[i]
                return True
        if jerk <= threshold(share, p, i):
            return False
        p.phase[i] = RISING
        p.peak_gps[i] = 0.0
    if jerk > p.peak_gps[i]:
        p.peak_gps[i] = jerk
        p.peak_s[i] = now_s
    strength = p.peak_gps[i] / p.level_gps[i]
    weak = min(1.0, max(0.0, (STRONG_SHARE - strength) / (STRONG_SHARE - WEAK_SHARE)))
    hold_s = HOLD_S + weak * WEAK_HOLD_S
    if strength < 1.0:
        hold_s = max(hold_s, p.wary_s[i])
    return now_s - p.peak_s[i] >= hold_s


@compiled
def find_unsteady(p: Landing, i: int, now_s: float, jerk: float) -> bool:
    """Find the next peak that nothing within the shortest stride outdoes.

    A peak outdone by one that is itself outdone stands if far enough from the last of them.
    """
    if p.phase[i] == IDLE:
        if now_s - p.last_s[i] < SHORTEST_S:
            return False
        if jerk <= max(FLOOR_GPS, UNSTEADY_SHARE * p.level_gps[i]):
            return False
        p.phase[i] = RISING
        p.peak_gps[i] = 0.0
        p.spare_gps[i] = 0.0
        p.peak_s[i] = now_s
    if jerk > p.peak_gps[i]:
        before_s, before_gps = p.peak_s[i], p.peak_gps[i]
        p.peak_s[i] = now_s
        p.peak_gps[i] = jerk
        if now_s - before_s >= SAME_BURST_S:
            if p.spare_gps[i] > 0.0 and now_s - p.spare_s[i] >= SHORTEST_S:
                p.next_s[i], p.next_gps[i] = now_s, jerk
                p.peak_s[i], p.peak_gps[i] = p.spare_s[i], p.spare_gps[i]
                return True
            p.spare_s[i] = before_s
            p.spare_gps[i] = before_gps
    return now_s - p.peak_s[i] >= SHORTEST_S


@compiled
def find(c: Tuning, s: Signals, p: Landing, i: int, slot: int) -> bool:
    """Look at the newest sample; True when it confirms the landing at `peak_s`."""
    now_s = s.time_s[i, slot] - c.landing.delay_s - 0.5 / c.rate_hz
    if now_s - p.last_s[i] > FORGET_AFTER_S:
        p.level_gps[i] *= 1.0 - 0.7 / c.rate_hz  # halves within a second
    if p.steady[i] >= STEADY_AFTER:
        found = find_steady(p, i, now_s, s.jerk_gps[i, slot])
    else:
        found = find_unsteady(p, i, now_s, s.jerk_gps[i, slot])
    if found:
        p.spare_gps[i] = 0.0
    return found


@compiled
def onset(c: Tuning, s: Signals, p: Landing, i: int) -> float:
    """Return the initial contact in seconds: sqrt(3) SD before the centre of the burst's energy."""
    delay_s = c.landing.delay_s + 0.5 / c.rate_hz
    weight, first, second = 0.0, 0.0, 0.0
    for n in range(depth(s, i)):
        slot = back(s, i, n)
        at = s.time_s[i, slot] - delay_s - p.peak_s[i]
        if at < -BEFORE_PEAK_S:
            break
        if at <= AFTER_PEAK_S:
            energy = s.jerk_gps[i, slot] * s.jerk_gps[i, slot]
            weight += energy
            first += energy * at
            second += energy * at * at
    centre = first / weight
    spread = sqrt(max(0.0, second / weight - centre * centre))
    return p.peak_s[i] + centre - sqrt(3.0) * spread - c.bias_s


@compiled
def accept(p: Landing, i: int, contact_s: float) -> None:
    """Learn from a confirmed landing."""
    jerk = p.peak_gps[i]
    since_s = p.peak_s[i] - p.last_s[i]
    if since_s < SUPERSEDE_UNTIL * p.period_s[i]:
        p.level_gps[i] = p.level_before_gps[i]  # the superseded burst was no landing...
        p.wary_s[i] = min(HOLD_S + WEAK_HOLD_S, since_s)  # ...and this foot's next may not be
    else:
        p.wary_s[i] *= WARY_FADES
    p.level_before_gps[i] = p.level_gps[i]
    if p.steady[i] < STEADY_AFTER:
        p.level_gps[i] += LEARN_UNSTEADY * (jerk - p.level_gps[i])
    else:  # one stamp does not deafen the detector
        p.level_gps[i] += LEARN * (min(jerk, 2.0 * p.level_gps[i]) - p.level_gps[i])
    in_time = abs(since_s - p.period_s[i]) <= STEADY_WITHIN * p.period_s[i]
    p.steady[i] = min(p.steady[i] + 1, STEADY_AFTER) if in_time else 0
    if SHORTEST_S <= since_s <= LONGEST_S:
        p.period_s[i] += LEARN * (since_s - p.period_s[i])
    p.last_s[i] = p.peak_s[i]
    p.last_gps[i] = jerk
    p.contact_s[i] = contact_s
    p.phase[i] = RISING if p.next_gps[i] > 0.0 else IDLE
    p.peak_s[i], p.peak_gps[i] = p.next_s[i], p.next_gps[i]
    p.next_gps[i] = 0.0
