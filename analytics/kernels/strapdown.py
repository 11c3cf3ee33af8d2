"""Dead reckoning: raw samples of one sensor summed into pieces of motion that can be joined.

A piece knows how far the sensor turned and what specific force did over it, in the sensor's own
frame at the piece's start. Gravity and the speed at the start are not in it: whoever knows
something about the ends of the motion solves for them (trajectory.py). Pieces join exactly, so
a motion may be cut wherever its parts become known later.

A gyroscope at the end of its range loses part of a turn. Where an axis stays flat while it came
and went steeply, the peak that is missing is a parabola with those slopes: its area is put back.
"""

from __future__ import annotations

from math import inf

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import RAW_G, RAW_RADPS, Ring, back, signal_at, time_at
from analytics.kernels.vectors import spin_on, turn
from analytics.records import FloatArray

SMALLEST_RANGE_RADPS = 4.3  # +-250 deg/s, the least that gyroscopes offer
FLAT_WITHIN = 0.015  # of the plateau: sensors calibrate their axes after the range's end
STEEP = 0.2  # slope x duration / height of a plateau; the top of a parabola makes 0.06
NEAR_LIMIT = 0.9  # of the largest rate ever on any axis: nothing lower is the range's end

PIECE = np.dtype(
    [
        ("lasts_s", np.float64),
        ("spin", np.float64, (4,)),  # unit quaternion: from the frame at the end to the start's
        ("push", np.float64, (3,)),  # integral of specific force, g s...
        ("path", np.float64, (3,)),  # ...and its integral, g s²
    ]
)
RECKONING = np.dtype(
    [
        ("behind", np.int64),  # newest samples in the ring that are not summed yet
        ("at_s", np.float64),  # up to when they are; -inf before the first
        ("rate_radps", np.float64, (3,)),  # then
        ("force_g", np.float64, (3,)),  # then, in the sensor's frame...
        ("felt_g", np.float64, (3,)),  # ...and in the frame the piece began in
        ("next_radps", np.float64, (3,)),  # the sample being added
        ("next_g", np.float64, (3,)),
        ("room", np.float64, (3,)),  # for a vector under way
        ("top_radps", np.float64, (3,)),  # a plateau of the rate under way, signed; 0 if none...
        ("rise", np.float64, (3,)),  # ...how steeply it was reached, rad/s²...
        ("since_s", np.float64, (3,)),  # ...and when
        ("most_radps", np.float64),  # largest rate ever on any axis
        ("piece", PIECE),  # the sum
    ]
)


@compiled
def clear(p: np.record) -> None:
    """Make a piece of motion that lasts no time."""
    p.lasts_s = 0.0
    p.spin[0] = 1.0
    for a in range(3):
        p.spin[a + 1] = 0.0
        p.push[a] = 0.0
        p.path[a] = 0.0


@compiled
def copy(p: np.record, out: np.record) -> None:
    """Put a piece into another's place."""
    out.lasts_s = p.lasts_s
    out.spin[0] = p.spin[0]
    for a in range(3):
        out.spin[a + 1] = p.spin[a + 1]
        out.push[a] = p.push[a]
        out.path[a] = p.path[a]


@compiled
def join(p: np.record, after: np.record, room: FloatArray) -> None:
    """Let piece p go on with the piece that came after it; `room` is any vector."""
    for a in range(3):
        p.path[a] += p.push[a] * after.lasts_s
    turn(p.spin, after.path, room)
    for a in range(3):
        p.path[a] += room[a]
    turn(p.spin, after.push, room)
    for a in range(3):
        p.push[a] += room[a]
    p.lasts_s += after.lasts_s
    w0, x0, y0, z0 = p.spin[0], p.spin[1], p.spin[2], p.spin[3]
    w, x, y, z = after.spin[0], after.spin[1], after.spin[2], after.spin[3]
    p.spin[0] = w0 * w - x0 * x - y0 * y - z0 * z
    p.spin[1] = w0 * x + x0 * w + y0 * z - z0 * y
    p.spin[2] = w0 * y - x0 * z + y0 * w + z0 * x
    p.spin[3] = w0 * z + x0 * y - y0 * x + z0 * w


@compiled
def lost_turn(k: np.record, a: int, rate: float, lasts_s: float) -> float:
    """Return the angle (rad) that axis a lost on a plateau that this sample ends, mostly 0."""
    before = k.rate_radps[a]
    size = abs(rate)
    most: float = max(k.most_radps, size)
    k.most_radps = most
    top = abs(k.top_radps[a])
    missing: float = 0.0
    if top > 0.0:
        height = rate if k.top_radps[a] > 0.0 else -rate
        if (1.0 - FLAT_WITHIN) * top <= height <= top / (1.0 - FLAT_WITHIN):
            if height > top:
                k.top_radps[a] = rate
            return 0.0
        fall = (abs(before) - height) / lasts_s
        flat_s: float = k.at_s - k.since_s[a]
        slope: float = min(fall, k.rise[a])
        if slope * flat_s > STEEP * top and top >= NEAR_LIMIT * most:
            missing = slope * flat_s * flat_s / 6.0
            if k.top_radps[a] < 0.0:
                missing = -missing
        k.top_radps[a] = 0.0
    if size > SMALLEST_RANGE_RADPS:
        k.top_radps[a] = rate
        k.rise[a] = (size - (before if rate > 0.0 else -before)) / lasts_s
        k.since_s[a] = k.at_s + lasts_s
    return missing


@compiled
def step(k: np.record, lasts_s: float) -> None:
    """Add a step from the last sample to the next: rates and forces change evenly between."""
    p = k.piece
    spin, rate, force = p.spin, k.next_radps, k.next_g
    quarter_s = 0.25 * lasts_s
    spin_on(
        spin,
        quarter_s * (k.rate_radps[0] + rate[0]),
        quarter_s * (k.rate_radps[1] + rate[1]),
        quarter_s * (k.rate_radps[2] + rate[2]),
    )
    before, now = k.felt_g, k.room
    turn(spin, force, now)
    half_s, sixth = 0.5 * lasts_s, lasts_s * lasts_s / 6.0
    for a in range(3):
        p.path[a] += lasts_s * p.push[a] + sixth * (2.0 * before[a] + now[a])
        p.push[a] += half_s * (before[a] + now[a])
        before[a] = now[a]
        k.rate_radps[a] = rate[a]
        k.force_g[a] = force[a]
    p.lasts_s += lasts_s


@compiled
def read_next(ring: Ring, k: np.record, slot: int) -> None:
    """Take the rates and forces of a sample from the ring."""
    for a in range(3):
        k.next_radps[a] = signal_at(ring, slot, RAW_RADPS + a)
        k.next_g[a] = signal_at(ring, slot, RAW_G + a)


@compiled
def begin_piece(k: np.record) -> None:
    """Begin the sum anew, in the sensor's frame of now."""
    clear(k.piece)
    for a in range(3):
        k.felt_g[a] = k.force_g[a]


@compiled
def reckon(s: np.record, ring: Ring, k: np.record, until_s: float) -> None:
    """Sum the waiting samples up to a time, the last step only as far as that time."""
    while k.behind > 0 and k.at_s < until_s:
        slot = back(s, ring, k.behind - 1)
        now_s = time_at(ring, slot)
        read_next(ring, k, slot)
        lasts_s = now_s - k.at_s
        if k.at_s == -inf:
            for a in range(3):
                k.rate_radps[a] = k.next_radps[a]
                k.force_g[a] = k.next_g[a]
            begin_piece(k)
        elif now_s > until_s:
            part = (until_s - k.at_s) / lasts_s
            for a in range(3):
                k.next_radps[a] = k.rate_radps[a] + part * (k.next_radps[a] - k.rate_radps[a])
                k.next_g[a] = k.force_g[a] + part * (k.next_g[a] - k.force_g[a])
            step(k, until_s - k.at_s)
            k.at_s = until_s
            return
        else:
            x = lost_turn(k, 0, k.next_radps[0], lasts_s)
            y = lost_turn(k, 1, k.next_radps[1], lasts_s)
            z = lost_turn(k, 2, k.next_radps[2], lasts_s)
            step(k, lasts_s)
            if x != 0.0 or y != 0.0 or z != 0.0:
                spin_on(k.piece.spin, 0.5 * x, 0.5 * y, 0.5 * z)
        k.at_s = now_s
        k.behind -= 1


@compiled
def break_off(k: np.record) -> None:
    """Forget the motion: samples are missing."""
    k.behind = 0
    k.at_s = -inf
    for a in range(3):
        k.top_radps[a] = 0.0
