"""The acceleration below 60 Hz in steps between the samples, filtered at an event."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import next_value, settled
from analytics.kernels.signals import RAW_G, Ring, X, Y, Z, back, depth, three_at, time_at
from analytics.kernels.tuning import Tuning
from analytics.kernels.vectors import Vector
from analytics.records import FloatArray

Axes: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]  # x, y and z of n samples or steps


@compiled
def raw_at(s: np.record, ring: Ring, n: int) -> Vector:
    """Return the raw acceleration of the sample n before the newest, or the nearest there is."""
    n = max(0, min(n, depth(s, ring) - 1))
    return three_at(ring, back(s, ring, n), RAW_G)


@compiled
def between(before: float, here: float, after: float, later: float, part: float) -> float:
    """Return the value a part of the way from `here` to `after`: a cubic (Catmull & Rom 1974)."""
    cubic = 3.0 * (here - after) + later - before
    square = 2.0 * before - 5.0 * here + 4.0 * after - later
    return here + 0.5 * part * (after - before + part * (square + part * cubic))


@compiled
def low_passed(c: Tuning, s: np.record, ring: Ring, first: int, shock_g: Axes) -> None:
    """Filter at 60 Hz from the sample `first` before the newest on; fill the n of `shock_g`.

    Between two samples there are `Tuning.shock_parts` steps. At 200 Hz the filter, designed for
    twice the rate, then reads shocks of 12 to 25 Hz within 0.6 %; designed for 200 Hz and fed
    the samples alone it reads them 2 to 4 % high.
    """
    low, n = c.shock, first
    before, here = raw_at(s, ring, n + 1), raw_at(s, ring, n)
    after, later = raw_at(s, ring, n - 1), raw_at(s, ring, n - 2)
    m00, m01 = settled(low, here[X])
    m10, m11 = settled(low, here[Y])
    m20, m21 = settled(low, here[Z])
    share = 1.0 / c.shock_parts
    part = 0
    for k in range(len(shock_g[X])):
        u = part * share
        x = between(before[X], here[X], after[X], later[X], u)
        y = between(before[Y], here[Y], after[Y], later[Y], u)
        z = between(before[Z], here[Z], after[Z], later[Z], u)
        shock_g[X][k], m00, m01 = next_value(low, x, m00, m01)
        shock_g[Y][k], m10, m11 = next_value(low, y, m10, m11)
        shock_g[Z][k], m20, m21 = next_value(low, z, m20, m21)
        part += 1
        if part == c.shock_parts:
            part, n = 0, n - 1
            before, here, after, later = here, after, later, raw_at(s, ring, n - 2)


@compiled
def times(c: Tuning, s: np.record, ring: Ring, first: int, at_s: FloatArray) -> None:
    """Fill in the times of the steps from the sample `first` before the newest on."""
    share = 1.0 / c.shock_parts
    n, part = first, 0
    here_s = time_at(ring, back(s, ring, n))
    way_s = time_at(ring, back(s, ring, max(n - 1, 0))) - here_s
    for k in range(len(at_s)):
        at_s[k] = here_s + way_s * (part * share)
        part += 1
        if part == c.shock_parts:
            part, n = 0, max(n - 1, 0)
            here_s += way_s
            way_s = time_at(ring, back(s, ring, max(n - 1, 0))) - here_s
