"""Mercer et al. 2003: contact and toe-off are minima of the shank's axial acceleration.

Mercer, Bates, Dufek, Hreljac 2003, Journal of Sports Sciences 21:911-919. Contact is the minimum
before the impact peak; toe-off the minimum after the second maximum that follows the peak.
Choices of ours: low-pass 15 Hz without lag for the minima, the peak from 60 Hz; the minimum is
sought up to 100 ms before the peak; the second maximum is the highest 8-26 % of a stride after it.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import find_peaks

from bench.peers.leg import Contacts, Leg, axial_peaks, lowpass, paired, vertex

CUTOFF_HZ = 15.0
PEAK_CUTOFF_HZ = 60.0
BEFORE_S = 0.100
FROM, TO = 0.08, 0.26  # of a stride; swing has a maximum of its own later


def contacts(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs of a shank."""
    axial = leg.accel_g[:, 2]
    smooth = lowpass(axial, leg.rate_hz, CUTOFF_HZ)
    maxima, _ = find_peaks(smooth)
    minima, _ = find_peaks(-smooth)
    peaks = axial_peaks(lowpass(axial, leg.rate_hz, PEAK_CUTOFF_HZ), leg)
    stride = float(np.median(np.diff(peaks))) if len(peaks) > 1 else leg.rate_hz
    on: list[float] = []
    off: list[float] = []
    for peak in peaks:
        before = minima[(minima < peak) & (minima > peak - BEFORE_S * leg.rate_hz)]
        if not len(before):
            continue
        second = maxima[(maxima > peak + FROM * stride) & (maxima < peak + TO * stride)]
        after = minima[minima > second[smooth[second].argmax()]] if len(second) else second
        on.append(vertex(smooth, int(before[-1])))
        off.append(vertex(smooth, int(after[0])) if len(after) else np.nan)
    return paired(leg, on, off)
