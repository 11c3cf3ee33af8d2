"""A shoe's push-off told from its landing: by what the foot does before and after the burst."""

from __future__ import annotations

from math import sqrt

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import RAW_G, Ring, back, signal_at, since

# A shoe's push-off may be the stronger burst at slow paces; but a foot swings before it lands and
# lies after it, and the other way round before it lifts (of 9 runners on a treadmill and one
# outdoors every landing was livelier before, of their push-offs one in 25). A shank is always busy.
SWINGS_S = (0.150, 0.030)  # before the burst's peak...
LIES_S = (0.040, 0.100)  # ...and after it
LIVELY_G2 = 0.25  # mean square of |a| - 1 g: the ringing after a landing makes less


@compiled
def liveliness(s: np.record, ring: Ring, from_s: float, until_s: float) -> float:
    """Return the mean square of |a| - 1 g between two times."""
    newest, oldest = since(s, ring, until_s), since(s, ring, from_s)
    total = 0.0
    for n in range(newest, oldest):
        slot = back(s, ring, n)
        square = 0.0
        for axis in range(3):
            square += signal_at(ring, slot, RAW_G + axis) * signal_at(ring, slot, RAW_G + axis)
        away = sqrt(square) - 1.0
        total += away * away
    return total / max(1, oldest - newest)


@compiled
def lifts_off(s: np.record, ring: Ring, peak_s: float) -> bool:
    """Tell whether a shoe is livelier after its burst than before: it does not land."""
    before = liveliness(s, ring, peak_s - SWINGS_S[0], peak_s - SWINGS_S[1])
    after = liveliness(s, ring, peak_s + LIES_S[0], peak_s + LIES_S[1])
    return before < after and after > LIVELY_G2
