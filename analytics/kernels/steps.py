"""The acceleration below 60 Hz in steps between the samples, filtered at an event."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from analytics.kernels.axes import across, parts
from analytics.kernels.jit import compiled, place
from analytics.kernels.lanes import Lanes
from analytics.kernels.signals import RAW_G, Ring, X, Y, Z, back, depth, time_at, vector_at
from analytics.kernels.tuning import Tuning

AT_S, SIZE_G, SLOPE_G = 0, 1, 2  # lines of steps
Cubic: TypeAlias = tuple[Lanes, Lanes, Lanes, Lanes]


@compiled
def cubic(far: Lanes, near: Lanes, to: Lanes, past: Lanes) -> Cubic:
    """Return the cubic through `near` and `to` that goes on as the samples about them do.

    Its coefficients, constant first; it goes from 0 at `near` to 1 at `to`, its slopes at both
    are half the difference of their neighbours (Catmull & Rom 1974).
    """
    rise, lean, bend = to - near, 0.5 * (to - far), 0.5 * (past - near)
    return near, lean, 3.0 * rise - 2.0 * lean - bend, lean + bend - 2.0 * rise


@compiled
def after(ring: Ring, slot: int, newest: int) -> int:
    """Return the slot after another one, but never one past the newest sample's."""
    if slot == newest:
        return slot
    return slot + 1 if slot + 1 < len(ring.time_s) else 0


@compiled
def low_passed(c: Tuning, s: np.record, ring: Ring, first: int, n: int) -> None:
    """Filter at 60 Hz from the sample `first` before the newest on, in n steps.

    Fills `Ring.vectors` with the filtered acceleration, and `Ring.lines` with the steps' times
    and the squares of its length and of its change from the step before. Between two samples are
    `Tuning.shock_parts` steps. At 200 Hz the filter, designed for twice the rate, then reads
    shocks of 12 to 25 Hz within 0.6 %; designed for 200 Hz and fed the samples alone it reads
    them 2 to 4 % high. Beyond the ring's oldest and newest sample the nearest there is counts.
    """
    low, share, k, shock_g = c.shock, 1.0 / c.shock_parts, 0, ring.vectors
    at_s, size_g2, slope_g2 = ring.lines[AT_S], ring.lines[SIZE_G], ring.lines[SLOPE_G]
    here, there = back(s, ring, first), after(ring, back(s, ring, first), s.slot)
    far = vector_at(ring, back(s, ring, min(first + 1, depth(s, ring) - 1)), RAW_G)
    near, to = vector_at(ring, here, RAW_G), vector_at(ring, there, RAW_G)
    x1, x2, y1, y2 = near, near, near, near  # as if it had been so for ever: no start-up step
    while k < n:
        here_s, way_s = time_at(ring, here), time_at(ring, there) - time_at(ring, here)
        here, there = there, after(ring, there, s.slot)
        past = vector_at(ring, there, RAW_G)
        c0, c1, c2, c3 = cubic(far, near, to, past)
        for part in range(min(c.shock_parts, n - k)):
            t = part * share
            x = t * (t * (t * c3 + c2) + c1) + c0
            y = low.b0 * x + low.b1 * x1 + low.b2 * x2 - low.a2 * y2 - low.a1 * y1
            at = place(k)
            at_s[at] = here_s + t * way_s
            shock_g[at, X], shock_g[at, Y], shock_g[at, Z] = parts(y)
            size_g2[at], slope_g2[at] = across(y * y), across((y - y1) * (y - y1))
            x1, x2, y1, y2 = x, x1, y, y1
            k += 1
        far, near, to = near, to, past
