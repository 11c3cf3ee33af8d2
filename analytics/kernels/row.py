"""Dead reckoning over a row of samples: half a stride at once.

A loop for each part of it: what does not hang on the sample before is computed for four samples
at once; old ones behind the last of them change nothing. The rest goes four ways: a row is
cut into four stretches of as many steps, whose turns and sums run side by side, each in the frame
that its stretch began in; then they are joined. Their lines lie in one flat array.
"""

from __future__ import annotations

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lanes import WIDTH, Four, Lanes, alike, four, next_four, numbers, put_four
from analytics.kernels.piece import add
from analytics.kernels.plateau import put_lost_turns_back
from analytics.kernels.signals import (
    FORCE_G,
    PITCH,
    POINT_S,
    RATE_RADPS,
    RAW_COLUMNS,
    STEP_S,
    TURN,
    Ring,
    signal_at,
    time_at,
)
from analytics.kernels.vectors import half_turned, product, turned
from analytics.records import FloatArray

STRETCHES = WIDTH  # one in each lane


@compiled
def reckon_row(ring: Ring, k: np.record, slot: int, n: int, until_s: float) -> None:
    """Sum n steps, `ROW` at most, to the samples from a slot on; the last one ends at a time."""
    line = ring.line
    fill_in(ring, k, slot, n, line)
    whole = n
    if line[POINT_S + n] > until_s:
        whole = n - 1
        cut(n, until_s, line)
    half_turns(n, line)
    put_lost_turns_back(k, whole, line)
    as_quaternions(n, line)
    add_up(k.piece, n, line)
    k.behind -= whole
    k.at_s = line[POINT_S + n]
    for a in range(3):
        k.rate_radps[a] = line[RATE_RADPS + a * PITCH + n]
        k.force_g[a] = line[FORCE_G + a * PITCH + n]


@compiled
def fill_in(ring: Ring, k: np.record, slot: int, n: int, line: FloatArray) -> None:
    """Fill in the row's points: where the sum ended, then n samples."""
    line[POINT_S] = k.at_s
    for a in range(3):
        line[RATE_RADPS + a * PITCH] = k.rate_radps[a]
        line[FORCE_G + a * PITCH] = k.force_g[a]
    some = min(n, len(ring.time_s) - slot)
    copy(ring, slot, 1, some, line)
    copy(ring, 0, 1 + some, n - some, line)  # the ring goes on in its first slot


@compiled
def copy(ring: Ring, slot: int, first: int, n: int, line: FloatArray) -> None:
    """Put n samples from a slot on into the row's points from `first` on."""
    if n < WIDTH:
        for j in range(n):
            line[POINT_S + first + j] = time_at(ring, slot + j)
            for column in range(RAW_COLUMNS):
                at = FORCE_G + column * PITCH + first
                line[at + j] = signal_at(ring, slot + j, column)
        return
    for j in range(0, n, WIDTH):
        k = min(j, n - WIDTH)
        put_four(next_four(ring.time_s, slot + k), line, POINT_S + first + k)
        for column in range(RAW_COLUMNS):
            values = next_four(ring.signal[column], slot + k)
            put_four(values, line, FORCE_G + column * PITCH + first + k)


@compiled
def cut(n: int, until_s: float, line: FloatArray) -> None:
    """Let the last step end at a time before its sample."""
    before_s = line[POINT_S + n - 1]
    part = (until_s - before_s) / (line[POINT_S + n] - before_s)
    line[POINT_S + n] = until_s
    for column in range(RAW_COLUMNS):
        at = FORCE_G + column * PITCH + n
        line[at] = line[at - 1] + part * (line[at] - line[at - 1])


@compiled
def half_turns(n: int, line: FloatArray) -> None:
    """Fill in how long each step takes, and half its rotation vector."""
    for j in range(0, n, WIDTH):
        step_s = next_four(line, POINT_S + 1 + j) - next_four(line, POINT_S + j)
        put_four(step_s, line, STEP_S + j)
        for a in range(3):
            rate = RATE_RADPS + a * PITCH + j
            both = next_four(line, rate) + next_four(line, rate + 1)
            put_four(0.25 * step_s * both, line, TURN + (1 + a) * PITCH + j)


@compiled
def as_quaternions(n: int, line: FloatArray) -> None:
    """Make unit quaternions of half rotation vectors."""
    for j in range(TURN, TURN + n, WIDTH):
        x, y = next_four(line, j + PITCH), next_four(line, j + 2 * PITCH)
        z = next_four(line, j + 3 * PITCH)
        w, f = half_turned(x * x + y * y + z * z)
        put_four(w, line, j)
        put_four(f * x, line, j + PITCH)
        put_four(f * y, line, j + 2 * PITCH)
        put_four(f * z, line, j + 3 * PITCH)


@compiled
def stand(first: int, end: int, line: FloatArray) -> None:
    """Let the steps from `first` to before the end take no time: they fill the last stretch."""
    for j in range(first, end):
        line[STEP_S + j] = 0.0
        line[TURN + j] = 1.0
        for a in range(3):
            line[TURN + (1 + a) * PITCH + j] = 0.0
            line[FORCE_G + a * PITCH + 1 + j] = 0.0


@compiled
def three(line: FloatArray, first: int, apart: int) -> tuple[Lanes, Lanes, Lanes]:
    """Return `four` of each of three neighbouring lines."""
    second, third = first + PITCH, first + 2 * PITCH
    return four(line, first, apart), four(line, second, apart), four(line, third, apart)


@compiled
def add_up(p: np.record, n: int, line: FloatArray) -> None:
    """Let the piece go on with n steps: in four stretches side by side, which are then joined."""
    steps = (n + STRETCHES - 1) // STRETCHES
    stand(n, STRETCHES * steps, line)
    none = alike(0.0)
    spin, lasts_s = (alike(1.0), none, none, none), none
    px, py, pz, x, y, z = none, none, none, none, none, none  # push and path
    fx, fy, fz = three(line, FORCE_G, steps)
    for j in range(steps):
        ix, iy, iz = three(line, TURN + PITCH + j, steps)
        spin = product(spin, (four(line, TURN + j, steps), ix, iy, iz))
        gx, gy, gz = three(line, FORCE_G + 1 + j, steps)
        gx, gy, gz = turned(spin[0], spin[1], spin[2], spin[3], gx, gy, gz)
        step_s = four(line, STEP_S + j, steps)
        half_s, sixth = 0.5 * step_s, 1.0 / 6.0 * (step_s * step_s)
        x = x + step_s * px + sixth * (2.0 * fx + gx)
        y = y + step_s * py + sixth * (2.0 * fy + gy)
        z = z + step_s * pz + sixth * (2.0 * fz + gz)
        px, py, pz = px + half_s * (fx + gx), py + half_s * (fy + gy), pz + half_s * (fz + gz)
        fx, fy, fz, lasts_s = gx, gy, gz, lasts_s + step_s
    turns = (numbers(spin[0]), numbers(spin[1]), numbers(spin[2]), numbers(spin[3]))
    pushes, paths = (numbers(px), numbers(py), numbers(pz)), (numbers(x), numbers(y), numbers(z))
    join(p, numbers(lasts_s), turns, pushes, paths)


@compiled
def join(
    p: np.record,
    lasts_s: Four,
    spin: tuple[Four, Four, Four, Four],
    push: tuple[Four, Four, Four],
    path: tuple[Four, Four, Four],
) -> None:
    """Let the piece go on with one stretch after the other."""
    w, i, j, k = spin
    (px, py, pz), (x, y, z) = push, path
    for n in range(STRETCHES):
        pushed, went = (px[n], py[n], pz[n]), (x[n], y[n], z[n])
        add(p, lasts_s[n], (w[n], i[n], j[n], k[n]), pushed, went)
