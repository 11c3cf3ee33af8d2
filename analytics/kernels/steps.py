"""The acceleration below 60 Hz in steps between the samples, filtered at an event."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import next_value, settled
from analytics.kernels.signals import RAW_G, Ring, X, Y, Z, back, depth, three_at, time_at
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

Axes: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]  # x, y and z of n samples or steps


@compiled
def weights(part: float) -> tuple[float, float, float, float]:
    """Return the shares of four samples in a value between the middle two (Catmull & Rom 1974).

    `part`: of the way from the second to the third.
    """
    square, cube = part * part, part * part * part
    return (
        square - 0.5 * (part + cube),
        1.0 - 2.5 * square + 1.5 * cube,
        0.5 * part + 2.0 * square - 1.5 * cube,
        0.5 * (cube - square),
    )


@compiled
def raw(s: np.record, ring: Ring, first: int, lines: FloatArray) -> None:
    """Fill in raw accelerations from the sample before the `first` before the newest on.

    `lines`: shape (3, n). Beyond the ring's oldest and newest sample the nearest there is.
    """
    oldest = depth(s, ring) - 1
    x, y, z = lines[X], lines[Y], lines[Z]
    for k in range(lines.shape[1]):
        slot = back(s, ring, max(0, min(first + 1 - k, oldest)))
        x[k], y[k], z[k] = three_at(ring, slot, RAW_G)


@compiled
def low_passed(c: Tuning, s: np.record, ring: Ring, first: int, shock_g: Axes) -> None:
    """Filter at 60 Hz from the sample `first` before the newest on; fill the n of `shock_g`.

    Between two samples there are `Tuning.shock_parts` steps. At 200 Hz the filter, designed for
    twice the rate, then reads shocks of 12 to 25 Hz within 0.6 %; designed for 200 Hz and fed
    the samples alone it reads them 2 to 4 % high.
    """
    low, n, parts = c.shock, len(shock_g[X]), c.shock_parts
    samples = ring.lines[:, : (n - 1) // parts + 4]
    raw(s, ring, first, samples)
    for part in range(parts):
        w0, w1, w2, w3 = weights(part / parts)
        for a in range(3):
            x, steps = samples[a], shock_g[a]
            for k in range((n - 1 - part) // parts + 1):
                steps[k * parts + part] = w0 * x[k] + w1 * x[k + 1] + w2 * x[k + 2] + w3 * x[k + 3]
    m00, m01 = settled(low, float(shock_g[X][0]))
    m10, m11 = settled(low, float(shock_g[Y][0]))
    m20, m21 = settled(low, float(shock_g[Z][0]))
    for k in range(n):
        shock_g[X][k], m00, m01 = next_value(low, float(shock_g[X][k]), m00, m01)
        shock_g[Y][k], m10, m11 = next_value(low, float(shock_g[Y][k]), m10, m11)
        shock_g[Z][k], m20, m21 = next_value(low, float(shock_g[Z][k]), m20, m21)


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
