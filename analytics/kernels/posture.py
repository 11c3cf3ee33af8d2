"""How a foot or shank came down: its angle at contact, how it braked and rolled inwards.

What a landing's samples mean is known only once the stride it opens is: which way is up and
ahead comes from the whole of it (trajectory.py). Until then the landing is kept as short means.
"""

from __future__ import annotations

import math
from math import asin, atan2, cos, inf, sin

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.mount import BY_FRAME
from analytics.kernels.signals import RAW_G, RAW_RADPS, Ring, back, signal_at, since, time_at
from analytics.kernels.tuning import Tuning
from analytics.kernels.vectors import (
    Vector,
    cross,
    dot,
    flatten,
    half_turned,
    shorten,
    turn,
    turn_back,
    turned,
)
from analytics.records import FloatArray

FORCE_BIN_S, RATE_BIN_S = 0.005, 0.010
FORCE_BINS, RATE_BINS = 15, 18  # to 75 and 180 ms after contact
FORCES_A_RATE = 2  # bins of force in one of rate
LANDING_BINS, STRIKE_BINS = 4, 9  # until when a ball has sunk, and its heel has dropped

# Where a foot points: a foot that lands on its outer edge, rolling in, else seems to pitch. As it
# pushes off it turns about the ball of the foot. Square to that axis lies so far outward of the
# markers' line from heel to toes: 9 runners, 54 feet, 4 +- 3 deg between feet (8 at most). Until
# a push-off was seen the toes point so far outward of the way: 11 +- 6 deg.
SQUARE_OUT_RAD, TOE_OUT_RAD = 4.0 * math.pi / 180.0, 10.0 * math.pi / 180.0
ASIDE = cos(45.0 * math.pi / 180.0)  # no toes point further off the way (30 deg at most): no push
# Against standing the shoe leans so far forward in mid-stance, the reference here: markers of 9
# runners, 1.7 +- 0.8 deg between feet.
LEAN_DEG = 1.7
# A heel that drops so far after contact came down last, not first; between the two both share
# the landing. The pitch ripples by less when the heel came first: 27 feet, 0.5 deg at most.
HEEL_DROPS_DEG = (0.75, 1.25)

DEG = 180.0 / math.pi

POSTURE = np.dtype(
    [
        ("struck", np.float64, (4,)),  # spin from contact to the flat part of the stance
        ("force_n", np.int16, (FORCE_BINS,)),  # after contact: samples...
        ("force_g", np.float64, (FORCE_BINS, 3)),  # ...and means of specific force...
        ("rate_n", np.int16, (RATE_BINS,)),
        ("rate_radps", np.float64, (RATE_BINS, 3)),  # ...and of angular rate
    ]
)
WORK = [  # room for what is under way
    ("up", np.float64, (3,)),  # unit vectors in the sensor's frame when the flat part begins
    ("ahead", np.float64, (3,)),  # where the way goes
    ("along", np.float64, (3,)),  # where the segment points
    ("roll", np.float64, (3,)),  # turn over the flat part
    ("room", np.float64, (3,)),
    ("other", np.float64, (3,)),
]
FIGURES = [
    ("strike_angle_deg", np.float64),
    ("tibia_angle_deg", np.float64),
    ("braking_g", np.float64),
    ("pronation_velocity_dps", np.float64),
    ("pronation_excursion_deg", np.float64),
]


@compiled
def point_along(c: Tuning, v: np.record, u: np.record, axis: FloatArray) -> None:
    """Set where the segment points: as the aligned frame says; a foot square to its push-off.

    `axis` is the mediolateral one (stance.py). A shank points ahead, a foot not seen to push off
    yet as well, toes turned out.
    """
    if u.axis_from == BY_FRAME:
        v.along[0], v.along[1], v.along[2] = 1.0, 0.0, 0.0
        flatten(v.along, v.up)
        shorten(v.along)
        return
    outward = 0.0 if c.is_shin else TOE_OUT_RAD
    for a in range(3):
        v.room[a] = v.ahead[a]
    cross(axis, v.up, v.other)
    shorten(v.other)
    if not c.is_shin and dot(v.other, v.ahead) > ASIDE:
        outward = -SQUARE_OUT_RAD
        for a in range(3):
            v.room[a] = v.other[a]
    elif not c.is_shin:
        for a in range(3):
            axis[a] = 0.0  # forget what was no push-off
    if not c.is_left:
        outward = -outward
    cross(v.up, v.room, v.other)
    for a in range(3):
        v.along[a] = cos(outward) * v.room[a] + sin(outward) * v.other[a]


@compiled
def strike_angle(f: np.record, v: np.record) -> float:
    """Return the foot's pitch, in deg and toes up, when the part that lands first is down.

    A heel lands at contact and the foot slaps flat: the pitch at contact against the flat foot's.
    A ball goes on sinking for some hundredths of a second, then the heel drops: there the pitch
    is lowest, whatever it was at contact. It is against standing then (Altman & Davis 2012, Gait &
    Posture): while a heel up in the air comes down, the foot under the shin already leans on.
    """
    turn_back(f.struck, v.along, v.room)
    cross(v.roll, v.along, v.other)
    pitch = asin(min(1.0, max(-1.0, dot(v.room, v.up)))) - 0.5 * dot(v.other, v.up)
    cross(v.up, v.along, v.other)
    at_contact, low, drop = pitch, pitch, 0.0
    for j in range(STRIKE_BINS):
        pitch -= RATE_BIN_S * dot(f.rate_radps[j], v.other)
        if pitch < low and j < LANDING_BINS:
            low = pitch
            drop = 0.0
        drop = max(drop, pitch - low)
    least, most = HEEL_DROPS_DEG
    by_ball = min(1.0, max(0.0, (DEG * drop - least) / (most - least)))
    return DEG * at_contact + by_ball * (DEG * (low - at_contact) - LEAN_DEG)


@compiled
def tibia_angle(f: np.record, v: np.record, axis: FloatArray) -> float:
    """Return how far the shank leans back at contact, in deg; `axis` points up the shank."""
    turn_back(f.struck, axis, v.room)
    return DEG * atan2(-dot(v.room, v.along), dot(v.room, v.up))


@compiled
def braking(f: np.record, v: np.record) -> float:
    """Return the largest backward specific force in the 75 ms after contact, in g.

    The way ahead is turned back into the sensor's frame of each force: over a bin of rates at
    once, so that few turns wait for each other; forces are in the middle of either half.
    """
    turn(f.struck, v.ahead, v.other)  # ahead in the frame of contact
    ahead = (float(v.other[0]), float(v.other[1]), float(v.other[2]))
    half_s = 0.125 * RATE_BIN_S  # of half an angle, over a quarter of a bin
    most = -inf
    for i in range((FORCE_BINS + 1) // FORCES_A_RATE):
        rate = f.rate_radps[i]
        x, y, z = half_s * rate[0], half_s * rate[1], half_s * rate[2]
        h = x * x + y * y + z * z
        w, share = half_turned(h)
        whole_w, whole = half_turned(16.0 * h)
        whole *= -4.0
        early = turned(w, -share * x, -share * y, -share * z, ahead[0], ahead[1], ahead[2])
        ahead = turned(whole_w, whole * x, whole * y, whole * z, ahead[0], ahead[1], ahead[2])
        most = max(most, backward(f, FORCES_A_RATE * i, early))
        if FORCES_A_RATE * i + 1 < FORCE_BINS:
            late = turned(w, share * x, share * y, share * z, ahead[0], ahead[1], ahead[2])
            most = max(most, backward(f, FORCES_A_RATE * i + 1, late))
    return most


@compiled
def backward(f: np.record, j: int, ahead: Vector) -> float:
    """Return a bin's specific force against the way ahead, in g; -inf without a sample."""
    force_g = f.force_g[j]
    against: float = -(force_g[0] * ahead[0] + force_g[1] * ahead[1] + force_g[2] * ahead[2])
    return against if f.force_n[j] > 0 else -inf


@compiled
def tell_pronation(c: Tuning, f: np.record, v: np.record, row: np.record) -> None:
    """Write how the foot rolled inwards about its long axis from contact until it lifts.

    Turning about the axis ahead raises the left edge: inwards on the left foot.
    """
    inwards = DEG if c.is_left else -DEG
    fastest, most, angle = 0.0, 0.0, 0.0
    before, last = 0.0, inwards * dot(f.rate_radps[0], v.along)
    for j in range(1, RATE_BINS):
        if f.rate_n[j] == 0:
            break
        now = inwards * dot(f.rate_radps[j], v.along)
        fastest = max(fastest, 0.25 * (before + 2.0 * last + now))
        angle += RATE_BIN_S * last
        most = max(most, angle)
        before, last = last, now
    row.pronation_velocity_dps = fastest
    row.pronation_excursion_deg = most


@compiled
def collect(s: np.record, ring: Ring, f: np.record, contact_s: float, lifts_s: float) -> None:
    """Keep means of force and rate after the contact of the stance that has just been flat."""
    for j in range(FORCE_BINS):
        f.force_n[j] = 0
        for a in range(3):
            f.force_g[j][a] = 0.0
    for j in range(RATE_BINS):
        f.rate_n[j] = 0
        for a in range(3):
            f.rate_radps[j][a] = 0.0
    for n in range(since(s, ring, contact_s) - 1, -1, -1):
        slot = back(s, ring, n)
        after_s = time_at(ring, slot) - contact_s
        i = int(after_s * (1.0 / FORCE_BIN_S))
        j = i // FORCES_A_RATE
        if time_at(ring, slot) > lifts_s or j >= RATE_BINS:
            break
        f.rate_n[j] += 1
        for a in range(3):
            f.rate_radps[j][a] += signal_at(ring, slot, RAW_RADPS + a)
        if i < FORCE_BINS:
            f.force_n[i] += 1
            for a in range(3):
                f.force_g[i][a] += signal_at(ring, slot, RAW_G + a)
    average(f)


@compiled
def average(f: np.record) -> None:
    """Make means of the sums; a bin of rates without a sample goes on like the one before."""
    last = RATE_BINS - 1
    while last > 0 and f.rate_n[last] == 0:
        last -= 1
    for j in range(last + 1):
        n = f.rate_n[j]
        if n > 1:
            share = 1.0 / n
            for a in range(3):
                f.rate_radps[j][a] *= share
        elif n == 0 and j > 0:
            for a in range(3):
                f.rate_radps[j][a] = f.rate_radps[j - 1][a]
        f.rate_n[j] = max(n, 1)
    for j in range(FORCE_BINS):
        n = f.force_n[j]
        if n > 1:
            share = 1.0 / n
            for a in range(3):
                f.force_g[j][a] *= share
