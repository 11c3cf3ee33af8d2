"""Dead reckoning: raw samples of one sensor summed into pieces of motion that can be joined.

A piece knows how far the sensor turned and what specific force did over it, in the sensor's own
frame at the piece's start. Gravity and the speed at the start are not in it: whoever knows
something about the ends of the motion solves for them (trajectory.py). Pieces join exactly, so
a motion may be cut wherever its parts become known later.
"""

from __future__ import annotations

from math import inf

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.plateau import lost_turns
from analytics.kernels.row import reckon_row
from analytics.kernels.signals import (
    RAW_G,
    RAW_RADPS,
    ROW,
    Ring,
    back,
    signal_at,
    since,
    three_at,
    time_at,
)
from analytics.kernels.vectors import product, spun, turn, turned
from analytics.records import FloatArray

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
    last in the ring is summed in loops of its own (row.py).
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
        n = min(whole - 1, len(ring.time_s) - 1 - slot, ROW)
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
def break_off(k: np.record) -> None:
    """Forget the motion: samples are missing."""
    k.behind = 0
    k.at_s = -inf
    for a in range(3):
        k.top_radps[a] = 0.0
