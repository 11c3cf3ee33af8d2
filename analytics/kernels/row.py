"""Dead reckoning over a row of samples at once, as strapdown.py does it step by step.

A loop for each part of it: what does not hang on the sample before is then computed for several
samples at once (signals.py, `ROW`). Costs half of what steps cost.
"""

from __future__ import annotations

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.plateau import (
    NEAR_LIMIT,
    keep_plateau,
    least_rate,
    most_until,
    note_lost,
    on_plateau,
    plateau,
)
from analytics.kernels.signals import PITCH, RAW_G, RAW_RADPS, Ring, signal_at, time_at
from analytics.kernels.vectors import half_turned, product, turned
from analytics.records import FloatArray

# Lines of `Ring.line`: a row's steps, their turns (in the end ways) and forces (pushes).
STEP_S, SIXTH = 0, PITCH
TURN_W, TURN_X, TURN_Y, TURN_Z = 2 * PITCH, 3 * PITCH, 4 * PITCH, 5 * PITCH
FORCE_X, FORCE_Y, FORCE_Z = 6 * PITCH, 7 * PITCH, 8 * PITCH


@compiled
def reckon_row(ring: Ring, k: np.record, first: int, n: int) -> None:
    """Sum the n samples in the slots from `first` on, `ROW` at most; the one before was summed."""
    line = ring.line
    half_turns(ring, first, n, line)
    put_lost_turns_back(ring, k, first, n, line)
    as_quaternions(n, line)
    chain(k.piece, n, line)
    turn_forces(ring, k, first, n, line)
    add_up(k, n, line)
    last = first + n - 1
    k.behind -= n
    k.at_s = time_at(ring, last)
    for a in range(3):
        k.rate_radps[a] = signal_at(ring, last, RAW_RADPS + a)
        k.force_g[a] = signal_at(ring, last, RAW_G + a)


@compiled
def half_turns(ring: Ring, first: int, n: int, line: FloatArray) -> None:
    """Fill in how long each step takes, and half its rotation vector."""
    time_s = ring.time_s[first - 1 : first + n]
    for j in range(n):
        step_s = time_s[j + 1] - time_s[j]
        line[STEP_S + j] = step_s
        line[SIXTH + j] = step_s * step_s / 6.0
    x = ring.signal[RAW_RADPS, first - 1 : first + n]
    y = ring.signal[RAW_RADPS + 1, first - 1 : first + n]
    z = ring.signal[RAW_RADPS + 2, first - 1 : first + n]
    for j in range(n):
        q = 0.25 * line[STEP_S + j]
        nx, ny, nz = 1.0 * float(x[j + 1]), 1.0 * float(y[j + 1]), 1.0 * float(z[j + 1])
        line[TURN_X + j] = q * (1.0 * float(x[j]) + nx)
        line[TURN_Y + j] = q * (1.0 * float(y[j]) + ny)
        line[TURN_Z + j] = q * (1.0 * float(z[j]) + nz)


@compiled
def put_lost_turns_back(ring: Ring, k: np.record, first: int, n: int, line: FloatArray) -> None:
    """Add what the axes lost on plateaus to half the rotation vectors.

    Few samples are fast enough for a plateau; an axis without one in the row is passed over.
    """
    most, least_radps = float(k.most_radps), least_rate(float(k.most_radps))
    for a in range(3):
        rates, fast = ring.signal[RAW_RADPS + a, first : first + n], 0
        for j in range(n):
            fast += abs(1.0 * float(rates[j])) > least_radps
        if fast > 0 or k.top_radps[a] != 0.0:
            most = max(most, put_back(ring, k, a, first, n, least_radps, line))
    k.most_radps = most


@compiled
def put_back(
    ring: Ring, k: np.record, a: int, first: int, n: int, least_radps: float, line: FloatArray
) -> float:
    """Add what one axis lost on plateaus to half its turns; return its largest rate above least."""
    rates = ring.signal[RAW_RADPS + a]
    top, most, before = plateau(k, a), 0.0, 1.0 * float(rates[first - 1])
    for j in range(n):
        rate = 1.0 * float(rates[first + j])
        if top[0] != 0.0 or abs(rate) > least_radps:
            most = max(most, abs(rate))
            height, at_s, lasts_s = abs(top[0]), time_at(ring, first + j - 1), line[STEP_S + j]
            missing, flat_s, top = on_plateau(top, before, rate, at_s, lasts_s, least_radps)
            if missing != 0.0 and height >= NEAR_LIMIT * most_until(ring, k, first, j):
                note_lost(k, at_s, flat_s, lasts_s)
                line[TURN_X + a * PITCH + j] += 0.5 * missing
        before = rate
    keep_plateau(k, a, top)
    return most


@compiled
def as_quaternions(n: int, line: FloatArray) -> None:
    """Make unit quaternions of half rotation vectors."""
    for j in range(n):
        x, y, z = line[TURN_X + j], line[TURN_Y + j], line[TURN_Z + j]
        w, f = half_turned(x * x + y * y + z * z)
        line[TURN_W + j] = w
        line[TURN_X + j], line[TURN_Y + j], line[TURN_Z + j] = f * x, f * y, f * z


@compiled
def chain(p: np.record, n: int, line: FloatArray) -> None:
    """Turn the piece on, step by step; put its spin after each step in the step's place."""
    spin = p.spin
    w, x, y, z = spin[0], spin[1], spin[2], spin[3]
    for j in range(n):
        on = (line[TURN_W + j], line[TURN_X + j], line[TURN_Y + j], line[TURN_Z + j])
        w, x, y, z = product((w, x, y, z), on)
        line[TURN_W + j], line[TURN_X + j], line[TURN_Y + j], line[TURN_Z + j] = w, x, y, z
    spin[0], spin[1], spin[2], spin[3] = w, x, y, z


@compiled
def turn_forces(ring: Ring, k: np.record, first: int, n: int, line: FloatArray) -> None:
    """Fill in the specific forces, in the frame the piece began in; the one before comes first."""
    felt = k.felt_g
    line[FORCE_X], line[FORCE_Y], line[FORCE_Z] = felt[0], felt[1], felt[2]
    x = ring.signal[RAW_G, first : first + n]
    y = ring.signal[RAW_G + 1, first : first + n]
    z = ring.signal[RAW_G + 2, first : first + n]
    for j in range(n):
        line[FORCE_X + 1 + j], line[FORCE_Y + 1 + j], line[FORCE_Z + 1 + j] = turned(
            line[TURN_W + j],
            line[TURN_X + j],
            line[TURN_Y + j],
            line[TURN_Z + j],
            1.0 * float(x[j]),
            1.0 * float(y[j]),
            1.0 * float(z[j]),
        )
    felt[0], felt[1], felt[2] = line[FORCE_X + n], line[FORCE_Y + n], line[FORCE_Z + n]


@compiled
def add_up(k: np.record, n: int, line: FloatArray) -> None:
    """Add the steps to the piece's duration, push and path."""
    p = k.piece
    for a in range(3):
        force, way = FORCE_X + a * PITCH, TURN_X + a * PITCH
        for j in range(n):
            line[way + j] = line[SIXTH + j] * (2.0 * line[force + j] + line[force + 1 + j])
    for a in range(3):
        force = FORCE_X + a * PITCH
        for j in range(n):
            line[force + j] = 0.5 * line[STEP_S + j] * (line[force + j] + line[force + 1 + j])
    push, path, lasts_s = p.push, p.path, p.lasts_s
    px, py, pz = push[0], push[1], push[2]
    x, y, z = path[0], path[1], path[2]
    for j in range(n):
        step_s = line[STEP_S + j]
        x += step_s * px + line[TURN_X + j]
        y += step_s * py + line[TURN_Y + j]
        z += step_s * pz + line[TURN_Z + j]
        px += line[FORCE_X + j]
        py += line[FORCE_Y + j]
        pz += line[FORCE_Z + j]
        lasts_s += step_s
    push[0], push[1], push[2] = px, py, pz
    path[0], path[1], path[2] = x, y, z
    p.lasts_s = lasts_s
