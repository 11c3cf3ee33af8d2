"""Dead reckoning: raw samples of one sensor summed into pieces of motion (piece.py).

Between samples rates and forces change evenly. Samples wait in the ring until the end of a piece
is known, and are then summed a row at a time (row.py).
"""

from __future__ import annotations

from math import inf

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.piece import PIECE, clear
from analytics.kernels.row import reckon_row
from analytics.kernels.signals import (
    AHEAD,
    RAW_G,
    RAW_RADPS,
    ROW,
    Ring,
    back,
    signal_at,
    since,
    time_at,
)

OLD = 4  # samples that are summed together when the ring would forget the oldest

RECKONING = np.dtype(
    [
        ("behind", np.int32),  # newest samples in the ring that are not summed yet
        ("at_s", np.float64),  # up to when the sum goes; -inf before the first
        ("rate_radps", np.float64, (3,)),  # then
        ("force_g", np.float64, (3,)),  # then
        ("top_radps", np.float64, (3,)),  # a plateau of the rate under way, signed; 0 if none...
        ("rise", np.float64, (3,)),  # ...how steeply it was reached, rad/s²...
        ("since_s", np.float64, (3,)),  # ...and when
        ("most_radps", np.float64),  # largest rate ever on any axis
        ("lost_s", np.float64),  # when a plateau last took part of a turn; -inf before any did
        ("piece", PIECE),  # the sum
    ]
)


@compiled
def begin(s: np.record, ring: Ring, k: np.record) -> None:
    """Begin with the first sample there is, if nothing was summed yet."""
    if k.at_s > -inf or k.behind == 0:
        return
    slot = back(s, ring, k.behind - 1)
    for a in range(3):
        k.rate_radps[a] = signal_at(ring, slot, RAW_RADPS + a)
        k.force_g[a] = signal_at(ring, slot, RAW_G + a)
    k.at_s = time_at(ring, slot)
    k.behind -= 1
    clear(k.piece)


@compiled
def reckon(s: np.record, ring: Ring, k: np.record, until_s: float) -> None:
    """Sum the waiting samples up to a time, the last step only as far as that time."""
    begin(s, ring, k)
    if k.at_s >= until_s:
        return
    steps = min(k.behind, k.behind - since(s, ring, until_s) + 1)
    while steps > 0:
        n = min(steps, ROW)
        reckon_row(ring, k, back(s, ring, k.behind - 1), n, until_s)
        steps -= n


@compiled
def keep_up(s: np.record, ring: Ring, k: np.record) -> None:
    """Sum the oldest of the waiting samples before the ring forgets them.

    A few at a time: what a stance known later looks back at must not be summed yet. How many
    hangs on the samples alone, not on how they were cut into spans: sums round as they are cut.
    """
    while k.behind > len(ring.time_s) - AHEAD - 2:
        begin(s, ring, k)
        reckon_row(ring, k, back(s, ring, k.behind - 1), OLD, inf)


@compiled
def break_off(k: np.record) -> None:
    """Forget the motion: samples are missing."""
    k.behind = 0
    k.at_s = -inf
    for a in range(3):
        k.top_radps[a] = 0.0
