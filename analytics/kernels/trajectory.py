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
from math import asin, atan2, cos, inf, nan, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.mount import BY_FRAME, NO_AXIS
from analytics.kernels.signals import RAW_G, RAW_RADPS, Ring, back, signal_at, since, time_at
from analytics.kernels.strapdown import (
    PIECE,
    RECKONING,
    begin_piece,
    copy,
    join,
    reckon,
    spin_on,
    turn,
    turn_back,
)
from analytics.kernels.strapdown import break_off as break_off_reckoning
from analytics.kernels.tuning import Tuning
from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray

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
GRAVITY_WITHIN = 0.15  # of 1 g, else the sums are not to be trusted
# Toes point so far outward of the way: 9 runners, 10 +- 6 deg between feet. Without it a foot
# that lands on its outer edge, rolling in, seems to pitch.
TOE_OUT_RAD = 10.0 * math.pi / 180.0

BRAKING_S, FORCE_BIN_S = 0.075, 0.005
RATE_BIN_S = 0.010
FORCE_BINS, RATE_BINS = 15, 18  # to 75 and 180 ms after contact
LANDING_BINS, STRIKE_BINS = 4, 9  # until when a ball has sunk, and its heel has dropped

# Against standing the shoe leans so far forward in mid-stance, the reference here: markers of 9
# runners, 1.7 +- 0.8 deg between feet. Strike angles are against standing (Altman & Davis 2012).
LEAN_DEG = 1.7
HEEL_DROPS_DEG = 1.0  # twice the ripple of the pitch after a heel's landing

DEG = 180.0 / math.pi

TRAJECTORY = np.dtype(
    [
        ("contact_s", np.float64),  # of the stance under way...
        ("flat_s", np.float64),  # ...when it is flat...
        ("lifts_s", np.float64),  # ...and no longer; inf while no stance is awaited
        ("contact_time_s", np.float64),  # usual; 0 before one was seen
        ("is_whole", np.int64),  # the motion since the flat part before is known
        ("flat", PIECE),  # that flat part...
        ("swing", PIECE),  # ...from there to contact...
        ("fall", PIECE),  # ...and from contact to flat
        ("struck", np.float64, (4,)),  # spin of the fall before that flat part
        ("reckoning", RECKONING),
        ("force_n", np.int64, (FORCE_BINS,)),  # after the contact before that flat part: samples
        ("force_g", np.float64, (FORCE_BINS, 3)),  # ...and means of specific force
        ("rate_n", np.int64, (RATE_BINS,)),
        ("rate_radps", np.float64, (RATE_BINS, 3)),
        ("up", np.float64, (3,)),  # unit vectors in the sensor's frame when the foot goes flat
        ("ahead", np.float64, (3,)),  # where the way goes
        ("along", np.float64, (3,)),  # where the segment points
        ("roll", np.float64, (3,)),  # turn over the flat parts, start and end
        ("next_roll", np.float64, (3,)),
        ("first", np.float64, (3,)),  # ways over the flat parts, start and end
        ("last", np.float64, (3,)),
        ("spin", np.float64, (4,)),  # room for what is under way
        ("room", np.float64, (3,)),
        ("other", np.float64, (3,)),
    ]
)
FIGURES = [
    ("stride_length_m", np.float64),
    ("speed_mps", np.float64),
    ("strike_angle_deg", np.float64),
    ("tibia_angle_deg", np.float64),
    ("braking_g", np.float64),
    ("pronation_velocity_dps", np.float64),
    ("pronation_excursion_deg", np.float64),
]


def begin(trajectory: NDArray[np.void]) -> None:
    """Set motions, zero so far, to before the first sample."""
    trajectory["lifts_s"] = np.inf
    trajectory["reckoning"]["at_s"] = -np.inf


@compiled
def dot(u: FloatArray, v: FloatArray) -> float:
    """Return the scalar product."""
    product: float = u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
    return product


@compiled
def cross(u: FloatArray, v: FloatArray, out: FloatArray) -> None:
    """Put u x v into a third vector."""
    out[0] = u[1] * v[2] - u[2] * v[1]
    out[1] = u[2] * v[0] - u[0] * v[2]
    out[2] = u[0] * v[1] - u[1] * v[0]


@compiled
def shorten(v: FloatArray) -> float:
    """Make a vector a unit vector; return its length."""
    length = sqrt(dot(v, v))
    if length > 0.0:
        for a in range(3):
            v[a] /= length
    return length


@compiled
def flatten(v: FloatArray, up: FloatArray) -> None:
    """Take the part along `up` out of a vector."""
    rise = dot(v, up)
    for a in range(3):
        v[a] -= rise * up[a]


@compiled
def solve(c: Tuning, t: np.record) -> float:
    """Return the way between the two stances in m; set up and ahead; nan if it makes no sense.

    With x(s) = path(s) + v s + G s²/2 (units of g, frame of the start), the way over either
    flat part is its roll x (pivot height up). Two equations give v and G; up is -G.
    """
    pivot = (SHIN_PIVOT_M if c.is_shin else SHOE_PIVOT_M) / STANDARD_GRAVITY_MPS2
    p, rest = t.flat, t.reckoning.piece
    start_s = p.lasts_s
    for a in range(3):
        t.first[a] = p.path[a]
        t.roll[a] = 2.0 * p.spin[a + 1]  # sine of half the turn: within 1 % up to 0.5 rad
        t.other[a] = 2.0 * rest.spin[a + 1]
    join(p, t.swing, t.room)
    join(p, t.fall, t.room)
    turn(p.spin, t.other, t.next_roll)
    flat_s = p.lasts_s
    for a in range(3):
        t.ahead[a] = p.path[a]
    join(p, rest, t.room)
    rest_s = p.lasts_s - flat_s
    for a in range(3):
        t.last[a] = p.path[a] - t.ahead[a]
        t.up[a] = p.push[a]
    shorten(t.up)
    between_s = flat_s + 0.5 * rest_s - 0.5 * start_s
    gravity = 0.0
    for _ in range(3):  # the pivot is nearly along up already: each round leaves 1 % of the error
        cross(t.roll, t.up, t.room)
        cross(t.next_roll, t.up, t.other)
        for a in range(3):
            t.room[a] = (pivot * t.room[a] - t.first[a]) / start_s
            t.other[a] = (pivot * t.other[a] - t.last[a]) / rest_s
            t.up[a] = (t.room[a] - t.other[a]) / between_s
        gravity = shorten(t.up)
    for a in range(3):
        speed = t.room[a] + 0.5 * start_s * gravity * t.up[a]
        t.ahead[a] += (speed - 0.5 * gravity * t.up[a] * flat_s) * flat_s
    flatten(t.ahead, t.up)
    length_m = STANDARD_GRAVITY_MPS2 * shorten(t.ahead)
    return length_m if abs(gravity - 1.0) <= GRAVITY_WITHIN else nan


@compiled
def point_along(c: Tuning, t: np.record, u: np.record) -> None:
    """Set where the segment points: as the aligned frame says, else ahead, toes turned out."""
    if u.axis_from == BY_FRAME:
        t.along[0], t.along[1], t.along[2] = 1.0, 0.0, 0.0
        flatten(t.along, t.up)
        shorten(t.along)
        return
    cross(t.up, t.ahead, t.other)
    outward = 0.0 if c.is_shin else TOE_OUT_RAD if c.is_left else -TOE_OUT_RAD
    for a in range(3):
        t.along[a] = cos(outward) * t.ahead[a] + sin(outward) * t.other[a]


@compiled
def strike_angle(t: np.record) -> float:
    """Return the foot's pitch, in deg and toes up, when the part that lands first is down.

    A heel lands at contact and the foot slaps flat. A ball goes on sinking for some hundredths
    of a second, then the heel drops: there the pitch is lowest, whatever it was at contact.
    """
    turn_back(t.struck, t.along, t.room)
    cross(t.roll, t.along, t.other)
    pitch = asin(min(1.0, max(-1.0, dot(t.room, t.up)))) - 0.5 * dot(t.other, t.up)
    cross(t.up, t.along, t.other)
    at_contact, low, drop = pitch, pitch, 0.0
    for j in range(STRIKE_BINS):
        pitch -= RATE_BIN_S * dot(t.rate_radps[j], t.other)
        if pitch < low and j < LANDING_BINS:
            low = pitch
            drop = 0.0
        drop = max(drop, pitch - low)
    return DEG * (low if DEG * drop > HEEL_DROPS_DEG else at_contact) - LEAN_DEG


@compiled
def tibia_angle(t: np.record, axis: FloatArray) -> float:
    """Return how far the shank leans back at contact, in deg; `axis` points up the shank."""
    turn_back(t.struck, axis, t.room)
    return DEG * atan2(-dot(t.room, t.along), dot(t.room, t.up))


@compiled
def braking(t: np.record) -> float:
    """Return the largest backward specific force in the 75 ms after contact, in g."""
    turn(t.struck, t.ahead, t.other)  # ahead in the frame of contact
    t.spin[0] = 1.0
    for a in range(3):
        t.spin[a + 1] = 0.0
    most = -inf
    for j in range(FORCE_BINS):
        rate = t.rate_radps[int(j * FORCE_BIN_S / RATE_BIN_S)]
        half_s = 0.25 * FORCE_BIN_S  # of half an angle, twice a bin
        spin_on(t.spin, half_s * rate[0], half_s * rate[1], half_s * rate[2])
        if t.force_n[j] > 0:
            turn(t.spin, t.force_g[j], t.room)
            most = max(most, -dot(t.room, t.other))
        spin_on(t.spin, half_s * rate[0], half_s * rate[1], half_s * rate[2])
    return most


@compiled
def tell_pronation(c: Tuning, t: np.record, row: np.record) -> None:
    """Write how the foot rolled inwards about its long axis from contact until it lifts.

    Turning about the axis ahead raises the left edge: inwards on the left foot.
    """
    inwards = DEG if c.is_left else -DEG
    fastest, most, angle = 0.0, 0.0, 0.0
    before, last = 0.0, inwards * dot(t.rate_radps[0], t.along)
    for j in range(1, RATE_BINS):
        if t.rate_n[j] == 0:
            break
        now = inwards * dot(t.rate_radps[j], t.along)
        fastest = max(fastest, 0.25 * (before + 2.0 * last + now))
        angle += RATE_BIN_S * last
        most = max(most, angle)
        before, last = last, now
    row.pronation_velocity_dps = fastest
    row.pronation_excursion_deg = most


@compiled
def collect(s: np.record, ring: Ring, t: np.record) -> None:
    """Keep means of force and rate after the contact of the stance that has just been flat."""
    for j in range(FORCE_BINS):
        t.force_n[j] = 0
        for a in range(3):
            t.force_g[j][a] = 0.0
    for j in range(RATE_BINS):
        t.rate_n[j] = 0
        for a in range(3):
            t.rate_radps[j][a] = 0.0
    for n in range(since(s, ring, t.contact_s) - 1, -1, -1):
        slot = back(s, ring, n)
        after_s = time_at(ring, slot) - t.contact_s
        i, j = int(after_s / FORCE_BIN_S), int(after_s / RATE_BIN_S)
        if time_at(ring, slot) > t.lifts_s or j >= RATE_BINS:
            break
        t.rate_n[j] += 1
        for a in range(3):
            t.rate_radps[j][a] += signal_at(ring, slot, RAW_RADPS + a)
        if i < FORCE_BINS:
            t.force_n[i] += 1
            for a in range(3):
                t.force_g[i][a] += signal_at(ring, slot, RAW_G + a)
    average(t)


@compiled
def average(t: np.record) -> None:
    """Make means of the sums; a bin of rates without a sample goes on like the one before."""
    last = RATE_BINS - 1
    while last > 0 and t.rate_n[last] == 0:
        last -= 1
    for j in range(last + 1):
        n = t.rate_n[j]
        for a in range(3):
            if n > 0:
                t.rate_radps[j][a] /= n
            elif j > 0:
                t.rate_radps[j][a] = t.rate_radps[j - 1][a]
        t.rate_n[j] = max(n, 1)
    for j in range(FORCE_BINS):
        for a in range(3):
            t.force_g[j][a] /= max(1, t.force_n[j])


@compiled
def tell_motion(c: Tuning, t: np.record, u: np.record, row: np.record) -> None:
    """Write the figures of the stride from the last flat part to the one that ends here."""
    length_m = solve(c, t)
    if math.isnan(length_m):
        return
    row.stride_length_m = length_m
    row.speed_mps = length_m / (row.end_s - row.contact_s)
    point_along(c, t, u)
    row.braking_g = braking(t)
    if c.is_shin:
        if u.axis_from != NO_AXIS:
            row.tibia_angle_deg = tibia_angle(t, u.axis)
        return
    row.strike_angle_deg = strike_angle(t)
    tell_pronation(c, t, row)


@compiled
def end_flat(
    c: Tuning,
    s: np.record,
    ring: Ring,
    t: np.record,
    u: np.record,
    row: np.record,
) -> None:
    """Sum up to the end of the stance's flat part; tell the stride that this completes."""
    k = t.reckoning
    in_time = t.contact_s >= k.at_s
    reckon(s, ring, k, t.contact_s)
    copy(k.piece, t.swing)
    begin_piece(k)
    reckon(s, ring, k, t.flat_s)
    copy(k.piece, t.fall)
    begin_piece(k)
    reckon(s, ring, k, t.lifts_s)
    if t.is_whole == 1 and in_time:
        tell_motion(c, t, u, row)
    t.is_whole = 1 if in_time else 0
    copy(k.piece, t.flat)
    for a in range(4):
        t.struck[a] = t.fall.spin[a]
    begin_piece(k)
    collect(s, ring, t)
    t.lifts_s = inf


@compiled
def follow(
    c: Tuning,
    s: np.record,
    ring: Ring,
    t: np.record,
    u: np.record,
    row: np.record,
) -> None:
    """Count the newest sample in; `row` is the stride that the last landing closed."""
    if not c.has_gyro:
        return
    k = t.reckoning
    k.behind += 1
    if time_at(ring, s.slot) >= t.lifts_s:
        end_flat(c, s, ring, t, u, row)
    elif k.behind > len(ring.time_s) - 2:
        reckon(s, ring, k, time_at(ring, back(s, ring, k.behind - 1)))


@compiled
def tell(t: np.record, row: np.record) -> None:
    """Write that nothing is known yet of the stride that ends; learn its contact time."""
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
