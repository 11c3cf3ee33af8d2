"""Sensors that freeze: they repeat a sample, then jump to where they are."""

from __future__ import annotations

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import RAW_G, Ring, back, signal_at
from analytics.kernels.tuning import Tuning

# A sensor that repeats itself has frozen (noise alone moves one of three axes), and jumps as it
# thaws: that jump, low-passed, is no landing while a better one can be had.
FROZEN_S, FROZEN_N = 0.030, 3  # so long, and so many samples at least
THAW_S = 0.040


@compiled
def thaws(c: Tuning, s: np.record, ring: Ring, p: np.record, now_s: float) -> bool:
    """Tell whether the newest sample still shows the jump out of a freeze."""
    now, before = s.slot, back(s, ring, 1)
    same = True
    for axis in range(RAW_G, RAW_G + 3):
        same = same and signal_at(ring, now, axis) == signal_at(ring, before, axis)
    if same:
        p.frozen_n += 1
    elif p.frozen_n > 0:
        if p.frozen_n >= max(FROZEN_N, FROZEN_S * c.rate_hz):
            p.thawed_s = now_s + THAW_S
        p.frozen_n = 0
    return bool(now_s < p.thawed_s)
