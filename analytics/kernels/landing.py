"""Initial contact: the burst of jerk with which a foot lands, told from the rest of the stride.

Aubol & Milner 2020 (J Biomech) read the contact of running from the resultant's jerk, which
does not ask how the sensor is turned. Walking back to a share of the jerk's maximum jumps from
one ripple to another, though; here the onset comes from the burst's first two moments: a
rectangle of energy begins sqrt(3) standard deviations before its centre.
"""

from __future__ import annotations

import math
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import JERK_GPS, Ring, back, depth, signal_at, time_at
from analytics.kernels.tuning import Tuning

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
EARLY_SHARE, DUE_SHARE = (
    1.20,
    0.35,
)  # of the usual strength: threshold early in the stride, when due
SPARE_SHARE = 0.15  # the best peak while one was due counts in the end, if not weaker than this
SUPERSEDE = 1.5  # a burst so much stronger shortly after an accepted one is the real landing
SUPERSEDE_UNTIL = 0.45  # of the stride time
WARY_FADES = 0.98  # a stride: half forgotten after 34

# No rhythm yet: a landing is what nothing in the shortest stride outdoes, before or after.
UNSTEADY_SHARE = 0.4  # of the usual strength
SAME_BURST_S = 0.10  # peaks nearer to each other belong to one landing

BEFORE_PEAK_S, AFTER_PEAK_S = 0.060, 0.015  # where the burst's energy is read...
SKIRT = 0.15  # ...as far as the jerk is over this share of its peak: swing and ripple stay out

IDLE, RISING = 0, 1


LANDING = np.dtype(
    [
        ("phase", np.int64),
        ("peak_s", np.float64),  # the burst under way, and in the end the landing
        ("peak_gps", np.float64),
        ("spare_s", np.float64),  # an earlier peak that may yet count
        ("spare_gps", np.float64),
        ("next_s", np.float64),  # the burst that goes on when the spare is taken before it
        ("next_gps", np.float64),
        ("wary_s", np.float64),  # how long a peak must stand since one was superseded
        ("steady", np.int64),  # strides in a row that kept the rhythm, at most STEADY_AFTER
        ("level_gps", np.float64),  # usual strength of this foot's landings
        ("level_before_gps", np.float64),  # the same before the last landing
        ("period_s", np.float64),  # usual stride time
        ("last_s", np.float64),  # peak of the last landing; -inf before the first
        ("last_gps", np.float64),
        ("contact_s", np.float64),  # initial contact of the last landing; nan while there is none
        ("contact_index", np.int64),  # the sensor's number of the sample at or just before it
    ]
)


FIGURES = [
    ("contact_s", np.float64),  # initial contact that opened the stride; nan where none did
    ("contact_index", np.int64),
    ("end_s", np.float64),  # the one that closed it: the landing just found
    ("end_index", np.int64),
    ("replaces", np.bool_),  # the landing reported before this one was none
]


def begin(search: NDArray[np.void]) -> None:
    """Set searches, zero so far, to before their first sample."""
    search["period_s"] = START_PERIOD_S
    search["contact_s"] = np.nan
    for name in ("peak_s", "spare_s", "next_s", "last_s"):
        search[name] = -np.inf


@compiled
def threshold(share: float, p: np.record) -> float:
    """Return the jerk that starts a burst in a steady rhythm, in g/s, `share` into the stride."""
    if share < SUPERSEDE_UNTIL:
        floor_gps: float = max(FLOOR_GPS, SUPERSEDE * p.last_gps)
        return floor_gps
    if share < REFRACTORY:
        return math.inf
    part = min(1.0, (share - REFRACTORY) / (1.0 - REFRACTORY))
    due = EARLY_SHARE + part * (DUE_SHARE - EARLY_SHARE)
    due_gps: float = max(FLOOR_GPS, due * p.level_gps)
    return due_gps


@compiled
def find_steady(p: np.record, now_s: float, jerk: float) -> bool:
    """Find the next landing of a rhythm; True when one is confirmed."""
    if p.phase == IDLE:
        share = (now_s - p.last_s) / p.period_s
        if DUE_FROM <= share <= DUE_UNTIL and jerk > p.spare_gps:
            p.spare_gps = jerk
            p.spare_s = now_s
        if share > DUE_UNTIL:
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
    strength = p.peak_gps / p.level_gps
    weak = min(1.0, max(0.0, (STRONG_SHARE - strength) / (STRONG_SHARE - WEAK_SHARE)))
    hold_s = HOLD_S + weak * WEAK_HOLD_S
    if strength < 1.0:
        hold_s = max(hold_s, p.wary_s)
    return bool(now_s - p.peak_s >= hold_s)


@compiled
def find_unsteady(p: np.record, now_s: float, jerk: float) -> bool:
    """Find the next peak that nothing within the shortest stride outdoes.

    A peak outdone by one that is itself outdone stands if far enough from the last of them.
    """
    if p.phase == IDLE:
        if now_s - p.last_s < SHORTEST_S:
            return False
        if jerk <= max(FLOOR_GPS, UNSTEADY_SHARE * p.level_gps):
            return False
        p.phase = RISING
        p.peak_gps = 0.0
        p.spare_gps = 0.0
        p.peak_s = now_s
    if jerk > p.peak_gps:
        before_s, before_gps = p.peak_s, p.peak_gps
        p.peak_s = now_s
        p.peak_gps = jerk
        if now_s - before_s >= SAME_BURST_S:
            if p.spare_gps > 0.0 and now_s - p.spare_s >= SHORTEST_S:
                p.next_s, p.next_gps = now_s, jerk
                p.peak_s, p.peak_gps = p.spare_s, p.spare_gps
                return True
            p.spare_s = before_s
            p.spare_gps = before_gps
    return bool(now_s - p.peak_s >= SHORTEST_S)


@compiled
def find(c: Tuning, s: np.record, ring: Ring, p: np.record) -> bool:
    """Look at the newest sample; True when it confirms the landing at `peak_s`."""
    jerk = signal_at(ring, s.slot, JERK_GPS)
    now_s = time_at(ring, s.slot) - c.landing.delay_s - 0.5 / c.rate_hz
    if now_s - p.last_s > FORGET_AFTER_S:
        p.level_gps *= 1.0 - 0.7 / c.rate_hz  # halves within a second
    if p.steady >= STEADY_AFTER:
        found = find_steady(p, now_s, jerk)
    else:
        found = find_unsteady(p, now_s, jerk)
    if found:
        p.spare_gps = 0.0
    return found


@compiled
def onset(c: Tuning, s: np.record, ring: Ring, p: np.record) -> float:
    """Return the initial contact in seconds: sqrt(3) SD before the centre of the burst's energy."""
    delay_s = c.landing.delay_s + 0.5 / c.rate_hz
    weight, first, second = 0.0, 0.0, 0.0
    for n in range(depth(s, ring)):
        slot = back(s, ring, n)
        at = time_at(ring, slot) - delay_s - p.peak_s
        if at < -BEFORE_PEAK_S:
            break
        if at <= AFTER_PEAK_S:
            over = max(0.0, signal_at(ring, slot, JERK_GPS) - SKIRT * p.peak_gps)
            energy = over * over
            weight += energy
            first += energy * at
            second += energy * at * at
    centre = first / weight
    spread = sqrt(max(0.0, second / weight - centre * centre))
    contact_s: float = p.peak_s + centre - sqrt(3.0) * spread - c.bias_s
    return contact_s


@compiled
def replaces(p: np.record) -> bool:
    """Tell whether the landing just found supersedes the last one reported."""
    return bool(p.peak_s - p.last_s < SUPERSEDE_UNTIL * p.period_s)


@compiled
def break_off(p: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    p.phase = IDLE
    p.steady = 0
    p.spare_gps = 0.0
    p.next_gps = 0.0
    p.last_s = -np.inf
    p.contact_s = np.nan


@compiled
def tell(p: np.record, contact_s: float, contact_index: int, row: np.record) -> None:
    """Write the landing just found, and the one that opened the stride it closes."""
    row.contact_s = p.contact_s
    row.contact_index = p.contact_index
    row.end_s = contact_s
    row.end_index = contact_index
    row.replaces = replaces(p)


@compiled
def accept(p: np.record, contact_s: float, contact_index: int) -> None:
    """Learn from a confirmed landing."""
    jerk = p.peak_gps
    since_s = p.peak_s - p.last_s
    if replaces(p):
        p.level_gps = p.level_before_gps  # the superseded burst was no landing...
        p.wary_s = min(HOLD_S + WEAK_HOLD_S, since_s)  # ...and this foot's next may not be
    else:
        p.wary_s *= WARY_FADES
    p.level_before_gps = p.level_gps
    if p.steady < STEADY_AFTER:
        p.level_gps += LEARN_UNSTEADY * (jerk - p.level_gps)
    else:  # one stamp does not deafen the detector
        p.level_gps += LEARN * (min(jerk, 2.0 * p.level_gps) - p.level_gps)
    in_time = abs(since_s - p.period_s) <= STEADY_WITHIN * p.period_s
    p.steady = min(p.steady + 1, STEADY_AFTER) if in_time else 0
    if SHORTEST_S <= since_s <= LONGEST_S:
        p.period_s += LEARN * (since_s - p.period_s)
    p.last_s = p.peak_s
    p.last_gps = jerk
    p.contact_s = contact_s
    p.contact_index = contact_index
    p.phase = RISING if p.next_gps > 0.0 else IDLE
    p.peak_s, p.peak_gps = p.next_s, p.next_gps
    p.next_gps = 0.0
