"""The acceleration below 60 Hz in steps between the samples, filtered at an event."""

from __future__ import annotations

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.lowpass import next_value, settled
from analytics.kernels.signals import RAW_G, Ring, back, depth, signal_at, time_at
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray


@compiled
def raw_at(s: np.record, ring: Ring, n: int, axis: int) -> float:
    """Return the raw acceleration of the sample n before the newest, or the nearest there is."""
    n = max(0, min(n, depth(s, ring) - 1))
    return signal_at(ring, back(s, ring, n), RAW_G + axis)


@compiled
def between(before: float, here: float, after: float, later: float, part: float) -> float:
    """Return the value a part of the way from `here` to `after`: a cubic (Catmull & Rom 1974)."""
    cubic = 3.0 * (here - after) + later - before
    square = 2.0 * before - 5.0 * here + 4.0 * after - later
    return here + 0.5 * part * (after - before + part * (square + part * cubic))


@compiled
def low_passed(
    c: Tuning, s: np.record, ring: Ring, first: int, axis: int, shock_g: FloatArray
) -> None:
    """Filter one axis at 60 Hz from the sample `first` before the newest on; fill `shock_g`.

    Between two samples there are `Tuning.shock_parts` steps. At 200 Hz the filter, designed for
    twice the rate, then reads shocks of 12 to 25 Hz within 0.6 %; designed for 200 Hz and fed
    the samples alone it reads them 2 to 4 % high.
    """
    n = first
    before, here = raw_at(s, ring, n + 1, axis), raw_at(s, ring, n, axis)
    after, later = raw_at(s, ring, n - 1, axis), raw_at(s, ring, n - 2, axis)
    m0, m1 = settled(c.shock, here)
    share = 1.0 / c.shock_parts
    part = 0
    for k in range(len(shock_g)):
        raw_g = between(before, here, after, later, part * share)
        value, m0, m1 = next_value(c.shock, raw_g, m0, m1)
        shock_g[k, axis] = value
        part += 1
        if part == c.shock_parts:
            part, n = 0, n - 1
            before, here, after, later = here, after, later, raw_at(s, ring, n - 2, axis)


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
