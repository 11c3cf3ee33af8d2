"""Landings: the burst of jerk with which a foot lands, told from the rest of the stride.

Aubol & Milner 2020 (J Biomech) read the contact of running from the resultant's jerk, which
does not ask how the sensor is turned. When exactly the foot touched the ground is contact.py's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.frozen import in_time, is_hidden, thaws
from analytics.kernels.jit import compiled
from analytics.kernels.pushoff import lifts_off
from analytics.kernels.rhythm import (
    FLOOR_GPS,
    FORGET_AFTER_S,
    IDLE,
    RISING,
    STEADY_AFTER,
    STEADY_WITHIN,
    burst_at,
    find_steady,
    pass_over,
)
from analytics.kernels.signals import Ring, Span, jerk_at, step_on
from analytics.kernels.tuning import SHORTEST_S, Tuning

LEARN = 0.2  # weight of the newest landing in the usual strength and stride time...
LEARN_UNSTEADY = 0.5  # ...and in the usual strength while there is no rhythm
START_PERIOD_S = 0.70  # a usual stride (171 steps/min) until one was measured
LONGEST_S = 1.60  # of any stride: 75 steps/min

LAST_HOLD_S = 0.040  # at the end of the stream: the burst is over

# No rhythm yet: a landing is what nothing in the shortest stride outdoes, before or after.
UNSTEADY_SHARE = 0.4  # of the usual strength

JUDGED_AFTER_S = 0.150  # a shoe's burst: what follows it shows whether it was a push-off


LANDING = np.dtype(
    [
        ("phase", np.int8),
        ("found", np.bool_),  # with the newest sample
        ("peak_s", np.float64),  # the burst under way, and in the end the landing
        ("peak_gps", np.float64),
        ("judged", np.bool_),  # whether the burst lifts the foot was asked
        ("spare_s", np.float64),  # an earlier peak that may yet count
        ("spare_gps", np.float64),
        ("next_s", np.float64),  # the burst that goes on when the spare is taken before it
        ("next_gps", np.float64),
        ("hidden", np.bool_),  # by a freeze: the landing's time is the rhythm's
        ("frozen_n", np.int32),  # samples that repeated the one before
        ("freeze_n", np.int32),  # the same of the last freeze
        ("thawed_s", np.float64),  # until when the jump out of a freeze lasts
        ("steady", np.int8),  # strides in a row that kept the rhythm, at most STEADY_AFTER
        ("level_gps", np.float64),  # usual strength of this foot's landings
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
    ("strength_gps", np.float64),  # largest jerk of the landing that opened it
]


def begin(search: NDArray[np.void]) -> None:
    """Set searches, zero so far, to before their first sample."""
    search["period_s"] = START_PERIOD_S
    search["contact_s"] = np.nan
    for name in ("peak_s", "spare_s", "next_s", "last_s", "thawed_s"):
        search[name] = -np.inf


@compiled
def withdraw(p: np.record) -> None:
    """Drop the burst under way; go back to the one it outdid, if there is one."""
    p.peak_s, p.peak_gps = p.spare_s, p.spare_gps
    p.phase = RISING if p.spare_gps > 0.0 else IDLE
    p.spare_gps = 0.0


@compiled
def find_unsteady(
    c: Tuning, s: np.record, ring: Ring, p: np.record, now_s: float, jerk: float
) -> bool:
    """Find the next peak that nothing within the shortest stride outdoes.

    A peak outdone by one that is itself outdone stands if far enough from the last of them.
    """
    if p.phase == IDLE:
        if now_s - p.last_s < c.shortest_s:
            return False
        if jerk <= max(FLOOR_GPS, UNSTEADY_SHARE * p.level_gps):
            return False
        p.phase = RISING
        p.peak_gps = 0.0
        p.spare_gps = 0.0
        p.peak_s = now_s
    if jerk > p.peak_gps:
        p.judged = False
        before_s, before_gps = p.peak_s, p.peak_gps
        p.peak_s = now_s
        p.peak_gps = jerk
        if now_s - before_s >= c.hold_s:
            if p.spare_gps > 0.0 and now_s - p.spare_s >= c.shortest_s:
                p.next_s, p.next_gps = now_s, jerk
                p.peak_s, p.peak_gps = p.spare_s, p.spare_gps
                return True
            p.spare_s = before_s
            p.spare_gps = before_gps
    if not p.judged and now_s - p.peak_s >= JUDGED_AFTER_S - 0.5 / c.rate_hz:
        p.judged = True
        if not c.is_shin and lifts_off(c, s, ring, p.peak_s):
            withdraw(p)
    return bool(p.phase == RISING and now_s - p.peak_s >= c.shortest_s)


@compiled
def find(c: Tuning, s: np.record, ring: Ring, p: np.record, span: Span) -> Span:
    """Make a span's samples the newest, up to one that confirms a landing; return those.

    `found`: the last of them confirms the landing at `peak_s`.
    """
    p.found = False
    first = span.first
    while first < span.end:
        k = pass_over(c, ring, p, Span(span.chunk, first, span.end))
        step_on(s, min(k + 1, span.end) - first)
        first = k + 1
        if k < span.end and find_one(c, s, ring, p):
            p.found = True
            return Span(span.chunk, span.first, first)
    return span


@compiled
def find_one(c: Tuning, s: np.record, ring: Ring, p: np.record) -> bool:
    """Look at the newest sample; True when it confirms the landing at `peak_s`."""
    jerk = jerk_at(c, ring, s.slot)
    now_s = burst_at(c, ring, s.slot)
    if now_s - p.last_s > FORGET_AFTER_S:
        p.level_gps *= 1.0 - 0.7 / c.rate_hz  # halves within a second
    real = 0.0 if thaws(c, s, ring, p, now_s) else jerk
    if p.steady >= STEADY_AFTER:
        found = find_steady(c, s, ring, p, now_s, real, jerk)
    else:
        found = find_unsteady(c, s, ring, p, now_s, jerk)
    if found:
        p.spare_gps = 0.0
        p.hidden = is_hidden(c, p, p.steady >= STEADY_AFTER)
        if p.hidden:
            p.peak_s = in_time(c, p)
    return found


@compiled
def break_off(p: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    p.phase = IDLE
    p.steady = 0
    p.spare_gps = 0.0
    p.next_gps = 0.0
    p.frozen_n = 0
    p.last_s = -np.inf
    p.contact_s = np.nan


@compiled
def tell(p: np.record, contact_s: float, contact_index: int, row: np.record) -> None:
    """Write the landing just found, and the one that opened the stride it closes."""
    row.contact_s = p.contact_s
    row.contact_index = p.contact_index
    row.end_s = contact_s
    row.end_index = contact_index
    row.strength_gps = p.last_gps


@compiled
def accept(p: np.record, contact_s: float, contact_index: int) -> None:
    """Learn from a confirmed landing."""
    jerk = p.peak_gps
    since_s = p.peak_s - p.last_s
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
    p.judged = False
    p.peak_s, p.peak_gps = p.next_s, p.next_gps
    p.next_gps = 0.0
