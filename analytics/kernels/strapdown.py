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
from analytics.kernels.vectors import Vector, spun, turn, turned
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
        ("at_s", np.float64),  # up to when the sum goes; -inf before the first
        ("rate_radps", np.float64, (3,)),  # then
        ("force_g", np.float64, (3,)),  # then, in the sensor's frame...
        ("felt_g", np.float64, (3,)),  # ...and in the frame the piece began in
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
        height = rate if k.top_radps[a] > 0.0 else -rate
        if (1.0 - FLAT_WITHIN) * top <= height <= top / (1.0 - FLAT_WITHIN):
            if height > top:
                k.top_radps[a] = rate
            return 0.0
        fall = (abs(before) - height) / lasts_s
        flat_s: float = at_s - k.since_s[a]
        slope: float = min(fall, k.rise[a])
        if slope * flat_s > STEEP * top and top >= NEAR_LIMIT * most:
            missing = slope * flat_s * flat_s / 6.0
            if k.top_radps[a] < 0.0:
                missing = -missing
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
def three_at(ring: Ring, slot: int, column: int) -> Vector:
    """Return three neighbouring columns of a sample."""
    return (
        signal_at(ring, slot, column),
        signal_at(ring, slot, column + 1),
        signal_at(ring, slot, column + 2),
    )


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

    Between samples rates and forces change evenly. The sums are in local variables while it goes
    on: a third of the time that reading and writing the state costs.
    """
    if k.behind > 0 and k.at_s == -inf:
        begin_at(ring, k, back(s, ring, k.behind - 1))
    p, rate, force, felt = k.piece, k.rate_radps, k.force_g, k.felt_g
    behind, at_s, lasts = k.behind, k.at_s, p.lasts_s
    w, x, y, z = p.spin[0], p.spin[1], p.spin[2], p.spin[3]
    rx, ry, rz = rate[0], rate[1], rate[2]
    ax, ay, az = force[0], force[1], force[2]
    fx, fy, fz = felt[0], felt[1], felt[2]
    vx, vy, vz = p.push[0], p.push[1], p.push[2]
    px, py, pz = p.path[0], p.path[1], p.path[2]
    while behind > 0 and at_s < until_s:
        slot = back(s, ring, behind - 1)
        now_s = time_at(ring, slot)
        step_s = now_s - at_s
        nx, ny, nz = three_at(ring, slot, RAW_RADPS)
        bx, by, bz = three_at(ring, slot, RAW_G)
        hx, hy, hz = 0.0, 0.0, 0.0
        if now_s > until_s:
            part = (until_s - at_s) / step_s
            step_s = until_s - at_s
            now_s = until_s
            nx, ny, nz = rx + part * (nx - rx), ry + part * (ny - ry), rz + part * (nz - rz)
            bx, by, bz = ax + part * (bx - ax), ay + part * (by - ay), az + part * (bz - az)
        else:
            behind -= 1
            hx, hy, hz = lost_turns(k, (rx, ry, rz), (nx, ny, nz), at_s, step_s)
        q = 0.25 * step_s
        hx, hy, hz = hx + q * (rx + nx), hy + q * (ry + ny), hz + q * (rz + nz)
        w, x, y, z = spun(w, x, y, z, hx, hy, hz)
        gx, gy, gz = turned(w, x, y, z, bx, by, bz)
        half_s, sixth = 0.5 * step_s, step_s * step_s / 6.0
        px += step_s * vx + sixth * (2.0 * fx + gx)
        py += step_s * vy + sixth * (2.0 * fy + gy)
        pz += step_s * vz + sixth * (2.0 * fz + gz)
        vx += half_s * (fx + gx)
        vy += half_s * (fy + gy)
        vz += half_s * (fz + gz)
        lasts += step_s
        at_s = now_s
        fx, fy, fz, rx, ry, rz, ax, ay, az = gx, gy, gz, nx, ny, nz, bx, by, bz
    k.behind, k.at_s, p.lasts_s = behind, at_s, lasts
    p.spin[0], p.spin[1], p.spin[2], p.spin[3] = w, x, y, z
    rate[0], rate[1], rate[2] = rx, ry, rz
    force[0], force[1], force[2] = ax, ay, az
    felt[0], felt[1], felt[2] = fx, fy, fz
    p.push[0], p.push[1], p.push[2] = vx, vy, vz
    p.path[0], p.path[1], p.path[2] = px, py, pz


@compiled
def break_off(k: np.record) -> None:
    """Forget the motion: samples are missing."""
    k.behind = 0
    k.at_s = -inf
    for a in range(3):
        k.top_radps[a] = 0.0
