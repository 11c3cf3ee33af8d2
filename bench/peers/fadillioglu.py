"""Fadillioglu et al. 2020: contact and toe-off from the shank's gyroscope alone.

Fadillioglu, Stetter, Ringhof, Krafft, Sell, Stein 2020, Gait & Posture 81:102-108. The rate about
the mediolateral axis is low-passed at 15 Hz; a mid-swing peak exceeds 250 deg/s; contact is the
first zero crossing after it; toe-off the largest smoothed residual (raw less low-passed) before it.
Choices of ours: the residual's size is smoothed at 15 Hz and sought between 100 ms after contact
and the trough before mid-swing; peaks are at least 0.6 of the commonest stride apart.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from bench.peers.leg import Contacts, Leg, crossing, lowpass, paired, stride_period_s, vertex

CUTOFF_HZ = 15.0
LEAST_DPS = 250.0
AFTER_S = 0.100


def contacts(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs of a shank."""
    raw = leg.swing_dps
    smooth = lowpass(raw, leg.rate_hz, CUTOFF_HZ)
    residual = lowpass(np.abs(raw - smooth), leg.rate_hz, CUTOFF_HZ)
    apart = 0.6 * stride_period_s(leg) * leg.rate_hz
    swings, _ = find_peaks(smooth, height=LEAST_DPS, distance=max(1.0, apart))
    falls = np.flatnonzero((smooth[:-1] > 0.0) & (smooth[1:] <= 0.0))
    on: list[float] = []
    off: list[float] = []
    for swing, following in pairwise([*swings, len(raw)]):
        after = falls[(falls >= swing) & (falls < following)]
        if not len(after):
            continue
        on.append(crossing(smooth, int(after[0])))
        off.append(np.nan)
        if (
            int(after[0]) + AFTER_S * leg.rate_hz < following < len(raw)
        ):  # this contact's toe-off comes before the next swing
            begin = int(after[0]) + round(AFTER_S * leg.rate_hz)
            trough = begin + int(smooth[begin : int(following)].argmin())
            part = residual[begin:trough]
            if len(part):
                off[-1] = vertex(residual, begin + int(part.argmax()))
    return paired(leg, on, off)
