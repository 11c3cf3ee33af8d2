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
from analytics.kernels.signals import (
    RAW_G,
    RAW_RADPS,
    Ring,
    back,
    signal_at,
    since,
    three_at,
    time_at,
)
from analytics.kernels.vectors import Vector, half_turned, product, spun, turn, turned
from analytics.records import FloatArray

SMALLEST_RANGE_RADPS = 4.3  # +-250 deg/s, the least that gyroscopes offer
FLAT_WITHIN = 0.015  # of the plateau: sensors calibrate their axes after the range's end
SHOULDER = 0.05  # likewise, its last sample: a sensor's own filter rounds the edge
STEEP = 0.25  # slope x duration / height of a plateau; the top of a parabola makes 0.06
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
        ("behind", np.int32),  # newest samples in the ring that are not summed yet
        ("at_s", np.float64),  # up to when the sum goes; -inf before the first
        ("rate_radps", np.float64, (3,)),  # then
        ("force_g", np.float64, (3,)),  # then, in the sensor's frame...
        ("felt_g", np.float64, (3,)),  # ...and in the frame the piece began in
        ("top_radps", np.float64, (3,)),  # a plateau of the rate under way, signed; 0 if none...
        ("rise", np.float64, (3,)),  # ...how steeply it was reached, rad/s²...
        ("since_s", np.float64, (3,)),  # ...and when
        ("most_radps", np.float64),  # largest rate ever on any axis
        ("lost_s", np.float64),  # when a plateau last took part of a turn; -inf before any did
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
    spin, on = p.spin, after.spin
    spin[0], spin[1], spin[2], spin[3] = product(
        (spin[0], spin[1], spin[2], spin[3]), (on[0], on[1], on[2], on[3])
    )


@compiled
def lost_turn(
    k: np.record, a: int, before: float, rate: float, at_s: float, lasts_s: float
) -> float:
    """Return the angle (rad) that axis a lost on a plateau that this sample ends, mostly 0."""
    size = abs(rate)
    most: float = max(k.most_radps, size)
    k.most_radps = most
    top = abs(k.top_radps[a])
    missing: float = 0.0
    if top > 0.0:
        sign = 1.0 if k.top_radps[a] > 0.0 else -1.0
        height, last = sign * rate, sign * before
        was_flat = last >= (1.0 - FLAT_WITHIN) * top
        if (1.0 - FLAT_WITHIN) * top <= height <= top / (1.0 - FLAT_WITHIN):
            if height > top:
                k.top_radps[a] = rate
            return 0.0
        if was_flat and (1.0 - SHOULDER) * top <= height < top:
            return 0.0
        fall = (last - height) / lasts_s
        flat_s: float = at_s - k.since_s[a] - (0.0 if was_flat else lasts_s)
        slope: float = min(fall, k.rise[a])
        if slope * flat_s > STEEP * top and top >= NEAR_LIMIT * most:
            missing = sign * slope * flat_s * flat_s / 6.0
            if flat_s > 1.5 * lasts_s:  # two samples alike may as well be a sharp peak's
                k.lost_s = at_s
        k.top_radps[a] = 0.0
    if size > SMALLEST_RANGE_RADPS:
        k.top_radps[a] = rate
        k.rise[a] = (size - (before if rate > 0.0 else -before)) / lasts_s
        k.since_s[a] = at_s + lasts_s
    return missing


@compiled
def lost_turns(k: np.record, before: Vector, rate: Vector, at_s: float, lasts_s: float) -> Vector:
    """Return half the angles that the axes lost on plateaus that this sample ends."""
    top = k.top_radps
    x, y, z = 0.0, 0.0, 0.0
    if top[0] != 0.0 or abs(rate[0]) > SMALLEST_RANGE_RADPS:
        x = 0.5 * lost_turn(k, 0, before[0], rate[0], at_s, lasts_s)
    if top[1] != 0.0 or abs(rate[1]) > SMALLEST_RANGE_RADPS:
        y = 0.5 * lost_turn(k, 1, before[1], rate[1], at_s, lasts_s)
    if top[2] != 0.0 or abs(rate[2]) > SMALLEST_RANGE_RADPS:
        z = 0.5 * lost_turn(k, 2, before[2], rate[2], at_s, lasts_s)
    return x, y, z


@compiled
def begin_piece(k: np.record) -> None:
    """Begin the sum anew, in the sensor's frame of now."""
    clear(k.piece)
    for a in range(3):
        k.felt_g[a] = k.force_g[a]


@compiled
def begin_at(ring: Ring, k: np.record, slot: int) -> None:
    """Begin with the first sample there is."""
    for a in range(3):
        k.rate_radps[a] = signal_at(ring, slot, RAW_RADPS + a)
        k.force_g[a] = signal_at(ring, slot, RAW_G + a)
    k.at_s = time_at(ring, slot)
    k.behind -= 1
    begin_piece(k)


@compiled
def reckon(s: np.record, ring: Ring, k: np.record, until_s: float) -> None:
    """Sum the waiting samples up to a time, the last step only as far as that time.

    Between samples rates and forces change evenly. A row of samples that follow the one summed
    last in the ring is summed in loops of its own (`reckon_row`).
    """
    if k.behind > 0 and k.at_s == -inf:
        begin_at(ring, k, back(s, ring, k.behind - 1))
    if k.at_s >= until_s:
        return
    whole = k.behind - since(s, ring, until_s)
    while whole > 0:
        slot = back(s, ring, k.behind - 1)
        step(ring, k, slot, time_at(ring, slot))
        k.behind -= 1
        n = min(whole - 1, len(ring.time_s) - 1 - slot)
        if n > 0:
            reckon_row(ring, k, slot + 1, n)
        whole -= 1 + n
    if k.behind > 0 and k.at_s < until_s:
        slot = back(s, ring, k.behind - 1)
        step(ring, k, slot, until_s)
        if time_at(ring, slot) <= until_s:
            k.behind -= 1


@compiled
def step(ring: Ring, k: np.record, slot: int, until_s: float) -> None:
    """Sum up to the sample in this slot, or to a time before it."""
    p, rate, force, felt = k.piece, k.rate_radps, k.force_g, k.felt_g
    now_s = time_at(ring, slot)
    step_s = now_s - k.at_s
    nx, ny, nz = three_at(ring, slot, RAW_RADPS)
    bx, by, bz = three_at(ring, slot, RAW_G)
    hx, hy, hz = 0.0, 0.0, 0.0
    rx, ry, rz = rate[0], rate[1], rate[2]
    if now_s > until_s:
        part = (until_s - k.at_s) / step_s
        step_s = until_s - k.at_s
        now_s = until_s
        nx, ny, nz = rx + part * (nx - rx), ry + part * (ny - ry), rz + part * (nz - rz)
        bx = force[0] + part * (bx - force[0])
        by = force[1] + part * (by - force[1])
        bz = force[2] + part * (bz - force[2])
    else:
        hx, hy, hz = lost_turns(k, (rx, ry, rz), (nx, ny, nz), k.at_s, step_s)
    q = 0.25 * step_s
    hx, hy, hz = hx + q * (rx + nx), hy + q * (ry + ny), hz + q * (rz + nz)
    spin = spun(p.spin[0], p.spin[1], p.spin[2], p.spin[3], hx, hy, hz)
    g = turned(spin[0], spin[1], spin[2], spin[3], bx, by, bz)
    half_s, sixth = 0.5 * step_s, step_s * step_s / 6.0
    for a in range(3):
        p.path[a] += step_s * p.push[a] + sixth * (2.0 * felt[a] + g[a])
        p.push[a] += half_s * (felt[a] + g[a])
        felt[a] = g[a]
    for a in range(4):
        p.spin[a] = spin[a]
    p.lasts_s += step_s
    k.at_s = now_s
    rate[0], rate[1], rate[2] = nx, ny, nz
    force[0], force[1], force[2] = bx, by, bz


@compiled
def reckon_row(ring: Ring, k: np.record, first: int, n: int) -> None:
    """Sum the n samples in the slots from `first` on; the one before them was summed.

    As `step` does it, a loop for each part of it: what does not hang on the sample before can
    then be computed for several samples at once. Costs half of what one loop over all costs.
    """
    steps_s = ring.lines[0, :n]
    turns, forces = ring.lines[1:5, :n], ring.lines[5:8, :n]
    half_turns(ring, first, steps_s, turns)
    put_lost_turns_back(ring, k, first, steps_s, turns)
    as_quaternions(turns)
    chain(k.piece, turns)
    turn_forces(ring, first, turns, forces)
    add_up(k, steps_s, forces)
    last = first + n - 1
    k.behind -= n
    k.at_s = time_at(ring, last)
    for a in range(3):
        k.rate_radps[a] = signal_at(ring, last, RAW_RADPS + a)
        k.force_g[a] = signal_at(ring, last, RAW_G + a)


@compiled
def half_turns(ring: Ring, first: int, steps_s: FloatArray, turns: FloatArray) -> None:
    """Fill in how long each step takes, and half its rotation vector: shape (4, n), rows 1-3."""
    for j in range(len(steps_s)):
        slot = first + j
        rx, ry, rz = three_at(ring, slot - 1, RAW_RADPS)
        nx, ny, nz = three_at(ring, slot, RAW_RADPS)
        step_s = time_at(ring, slot) - time_at(ring, slot - 1)
        q = 0.25 * step_s
        steps_s[j] = step_s
        turns[1, j], turns[2, j], turns[3, j] = q * (rx + nx), q * (ry + ny), q * (rz + nz)


@compiled
def put_lost_turns_back(
    ring: Ring, k: np.record, first: int, steps_s: FloatArray, turns: FloatArray
) -> None:
    """Add what the axes lost on plateaus to half the rotation vectors."""
    for j in range(len(steps_s)):
        before = first + j - 1
        rates, at_s = three_at(ring, before, RAW_RADPS), time_at(ring, before)
        lost = lost_turns(k, rates, three_at(ring, before + 1, RAW_RADPS), at_s, steps_s[j])
        if lost[0] != 0.0 or lost[1] != 0.0 or lost[2] != 0.0:
            turns[1, j] = lost[0] + turns[1, j]
            turns[2, j] = lost[1] + turns[2, j]
            turns[3, j] = lost[2] + turns[3, j]


@compiled
def as_quaternions(turns: FloatArray) -> None:
    """Make unit quaternions of half rotation vectors, shape (4, n)."""
    for j in range(turns.shape[1]):
        x, y, z = turns[1, j], turns[2, j], turns[3, j]
        w, f = half_turned(x * x + y * y + z * z)
        turns[0, j], turns[1, j], turns[2, j], turns[3, j] = w, f * x, f * y, f * z


@compiled
def chain(p: np.record, turns: FloatArray) -> None:
    """Turn the piece on, step by step; put its spin after each step in the step's place."""
    spin = p.spin
    w, x, y, z = spin[0], spin[1], spin[2], spin[3]
    for j in range(turns.shape[1]):
        on = (turns[0, j], turns[1, j], turns[2, j], turns[3, j])
        w, x, y, z = product((w, x, y, z), on)
        turns[0, j], turns[1, j], turns[2, j], turns[3, j] = w, x, y, z
    spin[0], spin[1], spin[2], spin[3] = w, x, y, z


@compiled
def turn_forces(ring: Ring, first: int, spins: FloatArray, forces: FloatArray) -> None:
    """Fill in the specific forces, turned into the frame the piece began in."""
    for j in range(spins.shape[1]):
        x, y, z = three_at(ring, first + j, RAW_G)
        forces[0, j], forces[1, j], forces[2, j] = turned(
            spins[0, j], spins[1, j], spins[2, j], spins[3, j], x, y, z
        )


@compiled
def add_up(k: np.record, steps_s: FloatArray, forces: FloatArray) -> None:
    """Add steps with these forces at their ends to the piece's duration, push and path."""
    p, felt = k.piece, k.felt_g
    for a in range(3):
        before, push, path = felt[a], p.push[a], p.path[a]
        for j in range(len(steps_s)):
            step_s, now = steps_s[j], forces[a, j]
            path += step_s * push + step_s * step_s / 6.0 * (2.0 * before + now)
            push += 0.5 * step_s * (before + now)
            before = now
        felt[a], p.push[a], p.path[a] = before, push, path
    lasts_s = p.lasts_s
    for j in range(len(steps_s)):
        lasts_s += steps_s[j]
    p.lasts_s = lasts_s


@compiled
def break_off(k: np.record) -> None:
    """Forget the motion: samples are missing."""
    k.behind = 0
    k.at_s = -inf
    for a in range(3):
        k.top_radps[a] = 0.0
