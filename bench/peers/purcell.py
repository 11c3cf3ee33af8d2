"""Purcell et al. 2006: contact and toe-off from a tri-axial accelerometer on the tibia.

Purcell, Channells, James, Barrett 2006, Proceedings of SPIE 6036, 603615. Contact is the minimum
of the anteroposterior acceleration nearest to the resultant's peak; toe-off the mean of the
anteroposterior and the mediolateral minima in 20-60 % of the stride.
Choices of ours: low-pass 60 Hz without lag; "nearest" within 60 ms.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from analytics.records import FloatArray
from bench.peers.leg import Contacts, Leg, landings, lowpass, paired, vertex

CUTOFF_HZ = 60.0
NEAR_S = 0.060
FROM, TO = 0.2, 0.6


def contacts(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs of a shank."""
    accel = lowpass(leg.accel_g, leg.rate_hz, CUTOFF_HZ)
    peaks = landings(leg)
    minima, _ = find_peaks(-accel[:, 0])
    stride = float(np.median(np.diff(peaks))) if len(peaks) > 1 else leg.rate_hz
    on: list[float] = []
    off: list[float] = []
    for peak, following in pairwise([*peaks, np.inf]):
        near = minima[np.abs(minima - peak) < NEAR_S * leg.rate_hz]
        if not len(near):
            continue
        lasts = min(following - peak, 1.5 * stride)
        begin, end = round(peak + FROM * lasts), round(peak + TO * lasts)
        on.append(vertex(accel[:, 0], int(near[np.abs(near - peak).argmin()])))
        off.append(float(np.mean([_lowest(accel[:, axis], begin, end) for axis in (0, 1)])))
    return paired(leg, on, off)


def _lowest(x: FloatArray, begin: int, end: int) -> float:
    part = x[begin:end]
    return vertex(x, begin + int(part.argmin())) if len(part) else np.nan
