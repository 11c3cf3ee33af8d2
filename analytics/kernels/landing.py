"""Initial contact: the burst of jerk with which a foot lands, told from the rest of the stride.

Aubol & Milner 2020 (J Biomech) read the contact of running from the resultant's jerk, which
does not ask how the sensor is turned. Walking back to a share of the jerk's maximum jumps from
one ripple to another, though; here the onset comes from the burst's first two moments: a
rectangle of energy begins sqrt(3) standard deviations before its centre.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import IntArray, Signals, back, depth
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

FLOOR_GPS = 25.0  # walking on the flat makes 50 g/s at the shin; below half of it nothing lands
HOLD_S = 0.015  # in a steady rhythm a peak that stood so long is the landing: cues cannot wait...
WEAK_HOLD_S = 0.035  # ...but so much longer, in proportion, the weaker it is than usual
UNSTEADY_HOLD_S = 0.420  # without a rhythm a landing is what nothing in the shortest stride outdoes
STEADY_AFTER = 3  # strides in a row that keep the rhythm...
STEADY_WITHIN = 0.25  # ...to this share of the usual stride time
LONGEST_RISE_S = 0.060  # in a steady rhythm, from crossing the threshold to the peak
BEFORE_PEAK_S = 0.060  # the burst's energy is read from here...
AFTER_PEAK_S = 0.015  # ...to here
REFRACTORY = 0.55  # of the stride time: toe-off comes before, the next landing after
SUPERSEDE = 1.5  # a burst so much stronger shortly after an accepted one is the real landing
SUPERSEDE_UNTIL = 0.45  # of the stride time
START_PERIOD_S = 0.70  # a usual stride (171 steps/min) until one was measured
FORGET_AFTER_S = 1.5  # no landing for so long: the usual strength is forgotten by halves
LEARN = 0.2  # weight of the newest landing in the usual strength and stride time
SHORTEST_S, LONGEST_S = 0.42, 1.60  # of any stride: 285 and 75 steps/min

UNSTEADY_SHARE = 0.4  # of the usual strength: without a rhythm the longer hold decides
EARLY_SHARE, DUE_SHARE, LEAST_SHARE = 0.9, 0.5, 0.2  # of the usual strength, by time in stride
OVERDUE = 1.1  # of the stride time: from here on weaker and weaker landings count

IDLE, RISING = 0, 1


class Landing(NamedTuple):
    """Where each stream stands in the search for the next landing; all shape (n,)."""

    phase: IntArray
    start_s: FloatArray
    peak_s: FloatArray
    peak_gps: FloatArray
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
        start_s=none.copy(),
        peak_s=none.copy(),
        peak_gps=np.zeros(n_streams),
        steady=np.zeros(n_streams, np.int64),
        level_gps=np.zeros(n_streams),
        level_before_gps=np.zeros(n_streams),
        period_s=np.full(n_streams, START_PERIOD_S),
        last_s=none.copy(),
        last_gps=np.zeros(n_streams),
        contact_s=none.copy(),
    )


@compiled
def threshold(since_s: float, p: Landing, i: int) -> float:
    """Return the jerk that starts a burst, in g/s: high early in the stride, lower when due."""
    share = since_s / p.period_s[i]
    if share < REFRACTORY:
        if share > SUPERSEDE_UNTIL:
            return np.inf
        return max(FLOOR_GPS, SUPERSEDE * p.last_gps[i])
    if p.steady[i] < STEADY_AFTER:
        return max(FLOOR_GPS, UNSTEADY_SHARE * p.level_gps[i])
    if share < OVERDUE:
        due = max(DUE_SHARE, EARLY_SHARE - (share - REFRACTORY))
    else:
        due = max(LEAST_SHARE, DUE_SHARE - (share - OVERDUE))
    return max(FLOOR_GPS, due * p.level_gps[i])


@compiled
def find(c: Tuning, s: Signals, p: Landing, i: int, slot: int) -> bool:
    """Look at the newest sample; True when it confirms a landing (peak_s, peak_gps)."""
    now_s = s.time_s[i, slot] - c.landing.delay_s - 0.5 / c.rate_hz
    jerk = s.jerk_gps[i, slot]
    if p.phase[i] == IDLE:
        since_s = now_s - p.last_s[i]
        if since_s > FORGET_AFTER_S:
            p.level_gps[i] *= 1.0 - 0.7 / c.rate_hz  # halves within a second
        if jerk <= threshold(since_s, p, i):
            return False
        p.phase[i] = RISING
        p.start_s[i] = now_s
        p.peak_gps[i] = 0.0
    steady = p.steady[i] >= STEADY_AFTER
    if jerk > p.peak_gps[i] and (not steady or now_s - p.start_s[i] <= LONGEST_RISE_S):
        p.peak_gps[i] = jerk
        p.peak_s[i] = now_s
    hold_s = UNSTEADY_HOLD_S
    if steady:
        hold_s = HOLD_S + WEAK_HOLD_S * max(0.0, 1.0 - p.peak_gps[i] / p.level_gps[i])
    if now_s - p.peak_s[i] < hold_s:
        return False
    p.phase[i] = IDLE
    return True


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
        p.level_gps[i] = p.level_before_gps[i]  # the superseded burst was no landing
    p.level_before_gps[i] = p.level_gps[i]
    if p.level_gps[i] < FLOOR_GPS:
        p.level_gps[i] = jerk
    else:
        p.level_gps[i] += LEARN * (min(jerk, 2.0 * p.level_gps[i]) - p.level_gps[i])
    in_time = abs(since_s - p.period_s[i]) <= STEADY_WITHIN * p.period_s[i]
    p.steady[i] = min(p.steady[i] + 1, STEADY_AFTER) if in_time else 0
    if SHORTEST_S <= since_s <= LONGEST_S:
        p.period_s[i] += LEARN * (since_s - p.period_s[i])
    p.last_s[i] = p.peak_s[i]
    p.last_gps[i] = jerk
    p.contact_s[i] = contact_s
