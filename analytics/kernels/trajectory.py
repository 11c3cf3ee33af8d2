"""How far, how fast and at what angle a foot or shank moved from one stance to the next.

In mid-stance the ground tells the sensor's speed. A foot is not still there: its sole rolls over
the ground under it, and a shank turns about its ankle. So over the flat part of a stance the way
is the turn times the height over the pivot, not zero (zero reads running strides 2 % short).
Two such stances give what dead reckoning between them lacks, the speed at the start and gravity:
no accelerometer reading is taken for gravity, which in a runner's mid-stance it is not (1.25 to
1.7 g). Gravity and the way then give up and ahead, so the sensor may sit as it likes.

Samples are summed when the flat part of a landing's stance is over, from the ring.
"""

from __future__ import annotations

import math
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from analytics.kernels import posture
from analytics.kernels.frozen import froze_since
from analytics.kernels.jit import compiled
from analytics.kernels.mount import NO_AXIS, lie_flat
from analytics.kernels.piece import PIECE, clear, copy, join
from analytics.kernels.posture import POSTURE
from analytics.kernels.signals import Ring, Span, time_at
from analytics.kernels.strapdown import RECKONING, keep_up, reckon
from analytics.kernels.strapdown import break_off as break_off_reckoning
from analytics.kernels.tuning import Tuning
from analytics.kernels.vectors import cross, flatten, shorten, turn
from analytics.records import STANDARD_GRAVITY_MPS2

# Where the sensor's speed is known: parts of the contact time. A foot lies flat from the end of
# its slap to heel-off; a shank turns about the ankle best in the middle of that.
SHOE_FLAT, SHIN_FLAT = (0.20, 0.50), (0.30, 0.50)
LATEST_FLAT_S = 0.170  # after contact: later, a stride's record would keep a cue waiting
# Height of the sensor over what it turns about. Shoe: the laces over the ground (an instep is
# 6 to 9 cm high; 1 cm more adds 0.3 % of a stride). Shin: over the ankle joint, worn a hand's
# breadth above it (1 cm more adds 1.2 %).
SHOE_PIVOT_M, SHIN_PIVOT_M = 0.075, 0.110
USUAL_DUTY = 0.36  # contact time over stride time until one was measured
LEARN = 0.3  # weight of the newest contact time in the usual one
LANDS_S = 0.030  # a plateau that ends so soon after contact may have begun before it
GRAVITY_WITHIN = 0.15  # of 1 g, else the sums are not to be trusted

TRAJECTORY = np.dtype(
    [
        ("contact_s", np.float64),  # of the stance under way...
        ("flat_s", np.float64),  # ...when it is flat...
        ("lifts_s", np.float64),  # ...and no longer; inf while no stance is awaited
        ("contact_time_s", np.float64),  # usual; 0 before one was seen
        ("is_whole", np.int8),  # the motion since the flat part before is known
        ("stand", PIECE),  # that flat part
        ("reckoning", RECKONING),
        ("posture", POSTURE),  # the landing before that flat part
    ]
)
WORK = np.dtype(  # room for what is under way: no part of a stream's state
    [
        ("swing", PIECE),  # from the flat part before to contact...
        ("fall", PIECE),  # ...from contact to flat...
        ("rest", PIECE),  # ...and the flat part that ends the stride
        ("next_roll", np.float64, (3,)),  # turn over the flat part that ends the stride
        ("first", np.float64, (3,)),  # ways over the flat parts, start and end
        ("last", np.float64, (3,)),
        *posture.WORK,
    ]
)
FIGURES = [
    ("stride_length_m", np.float64),
    ("speed_mps", np.float64),
    ("turn_clipped", np.bool_),  # part of a turn went beyond the gyroscope's range
    *posture.FIGURES,
]


def begin(trajectory: NDArray[np.void]) -> None:
    """Set motions, zero so far, to before the first sample."""
    trajectory["lifts_s"] = np.inf
    trajectory["reckoning"]["at_s"] = -np.inf
    trajectory["reckoning"]["lost_s"] = -np.inf


@compiled
def straighten_up(v: np.record, pivot: float, first: float, last: float, between: float) -> float:
    """Find up, and the mean speed over the first flat part (in `room`); return gravity in g.

    `pivot`: its height; `first`, `last`: one over the flat parts' times; `between`: over that
    from the middle of one to the other's.
    """
    gravity = 0.0
    for _ in range(3):  # the pivot is nearly along up already: each round leaves 1 % of the error
        cross(v.roll, v.up, v.room)
        cross(v.next_roll, v.up, v.other)
        for a in range(3):
            v.room[a] = (pivot * v.room[a] - v.first[a]) * first
            v.other[a] = (pivot * v.other[a] - v.last[a]) * last
            v.up[a] = (v.room[a] - v.other[a]) * between
        gravity = shorten(v.up)
    return gravity


@compiled
def solve(c: Tuning, t: np.record, v: np.record) -> float:
    """Return the way between the two stances in m; set up and ahead; nan if it makes no sense.

    With x(s) = path(s) + v s + G s²/2 (units of g, frame of the start), the way over either
    flat part is its roll x (pivot height up). Two equations give v and G; up is -G.
    """
    pivot = (SHIN_PIVOT_M if c.is_shin else SHOE_PIVOT_M) / STANDARD_GRAVITY_MPS2
    p, rest = t.stand, v.rest
    start_s = p.lasts_s
    for a in range(3):
        v.first[a] = p.path[a]
        v.roll[a] = 2.0 * p.spin[a + 1]  # sine of half the turn: within 1 % up to 0.5 rad
        v.other[a] = 2.0 * rest.spin[a + 1]
    join(p, v.swing)
    join(p, v.fall)
    turn(p.spin, v.other, v.next_roll)
    flat_s = p.lasts_s
    for a in range(3):
        v.ahead[a] = p.path[a]
    join(p, rest)
    rest_s = p.lasts_s - flat_s
    for a in range(3):
        v.last[a] = p.path[a] - v.ahead[a]
        v.up[a] = p.push[a]
    shorten(v.up)
    between_s = flat_s + 0.5 * rest_s - 0.5 * start_s
    gravity = straighten_up(v, pivot, 1.0 / start_s, 1.0 / rest_s, 1.0 / between_s)
    for a in range(3):
        speed = v.room[a] + 0.5 * start_s * gravity * v.up[a]
        v.ahead[a] += (speed - 0.5 * gravity * v.up[a] * flat_s) * flat_s
    flatten(v.ahead, v.up)
    length_m = STANDARD_GRAVITY_MPS2 * shorten(v.ahead)
    return length_m if abs(gravity - 1.0) <= GRAVITY_WITHIN else nan


@compiled
def tell_motion(c: Tuning, r: np.record, v: np.record, row: np.record) -> None:
    """Write the figures of the stride from the last flat part to the one that ends here."""
    t, u = r.trajectory, r.mount
    length_m = solve(c, t, v)
    if math.isnan(length_m):
        return
    row.stride_length_m = length_m
    row.speed_mps = length_m / (row.end_s - row.contact_s)
    f = t.posture
    lie_flat(c, u, v.up)
    posture.point_along(c, v, u, r.stance.axis)
    row.braking_g = posture.braking(f, v)
    if c.is_shin:
        if u.axis_from != NO_AXIS:
            row.tibia_angle_deg = posture.tibia_angle(f, v, u.axis)
        return
    row.strike_angle_deg = posture.strike_angle(f, v)
    posture.tell_pronation(c, f, v, row)


@compiled
def end_flat(c: Tuning, s: np.record, ring: Ring, r: np.record, row: np.record) -> None:
    """Sum up to the end of the stance's flat part; tell the stride that this completes."""
    t, v = r.trajectory, ring.work[0]
    k = t.reckoning
    in_time, since_s = t.contact_s >= k.at_s, row.contact_s
    # Summing up is long code: in a loop it is there once, and at hand for the second and third.
    for until_s, piece in ((t.contact_s, v.swing), (t.flat_s, v.fall), (t.lifts_s, v.rest)):
        reckon(s, ring, k, until_s)
        copy(k.piece, piece)
        clear(k.piece)
        if since_s <= k.lost_s < t.contact_s + LANDS_S:
            row.turn_clipped = True
        since_s = t.contact_s
    if froze_since(c, s, ring, r.landing, t.contact_s, t.lifts_s):
        in_time = False
    if t.is_whole == 1 and in_time and not row.frozen:
        tell_motion(c, r, v, row)
    t.is_whole = 1 if in_time else 0
    copy(v.rest, t.stand)
    for a in range(4):
        t.posture.struck[a] = v.fall.spin[a]
    posture.collect(s, ring, t.posture, t.contact_s, t.lifts_s)
    t.lifts_s = inf


@compiled
def follow(c: Tuning, s: np.record, ring: Ring, r: np.record, row: np.record, span: Span) -> None:
    """Count a span of samples in; `r` has all parts, `row` the stride the last landing closed."""
    if not c.has_gyro:
        return
    t = r.trajectory
    t.reckoning.behind += span.end - span.first
    keep_up(s, ring, t.reckoning)
    if time_at(ring, s.slot) >= t.lifts_s:
        end_flat(c, s, ring, r, row)


@compiled
def tell(t: np.record, row: np.record) -> None:
    """Write that nothing is known yet of the stride that ends; learn its contact time."""
    row.turn_clipped = False
    row.stride_length_m = nan
    row.speed_mps = nan
    row.strike_angle_deg = nan
    row.tibia_angle_deg = nan
    row.braking_g = nan
    row.pronation_velocity_dps = nan
    row.pronation_excursion_deg = nan
    contact_time_s = row.toe_off_s - row.contact_s
    if contact_time_s > 0.0:
        weight = LEARN if t.contact_time_s > 0.0 else 1.0
        t.contact_time_s += weight * (contact_time_s - t.contact_time_s)


@compiled
def tell_late(c: Tuning, s: np.record, ring: Ring, t: np.record, row: np.record) -> None:
    """Write whether a turn was clipped in a stride after which no flat part came."""
    k = t.reckoning
    if c.has_gyro and k.at_s < row.end_s:
        reckon(s, ring, k, row.end_s)
        row.turn_clipped = k.lost_s >= row.contact_s


@compiled
def open_stride(c: Tuning, t: np.record, contact_s: float, period_s: float) -> None:
    """Await the flat part of the stance that begins at a contact some time back."""
    if not c.has_gyro:
        return
    lasts_s = t.contact_time_s if t.contact_time_s > 0.0 else USUAL_DUTY * period_s
    begins, ends = SHIN_FLAT if c.is_shin else SHOE_FLAT
    t.contact_s = contact_s
    t.lifts_s = contact_s + min(ends * lasts_s, LATEST_FLAT_S)
    t.flat_s = contact_s + min(begins * lasts_s, begins / ends * LATEST_FLAT_S)


@compiled
def break_off(t: np.record) -> None:
    """Forget the motion: samples are missing."""
    t.lifts_s = inf
    t.is_whole = 0
    break_off_reckoning(t.reckoning)
