"""Sinclair et al. 2013: zero crossing before the axial peak, and the plateau after the next one.

Sinclair, Hobbs, Protheroe, Edmundson, Greenhalgh 2013, Journal of Applied Biomechanics 29:118-122.
Low-pass 60 Hz. Contact: going back from the axial peak, the zero crossing that 20 ms of positive
values follow. Toe-off: after the largest maximum between two landings, the first point where the
signal stops falling.
Choices of ours: gravity is taken off (their sensor gave zero at rest); "stops falling" is a slope
above -2 % of the signal's own size a second for 10 ms; the maximum is the highest 8-26 % of
a stride after the peak (swing has one of its own later).
"""

from __future__ import annotations

import numpy as np

from analytics.records import FloatArray
from bench.peers.leg import Contacts, Leg, axial_peaks, crossing, lowpass, paired

CUTOFF_HZ = 60.0
POSITIVE_S = 0.020
BACK_S = 0.120
FLAT_S = 0.010
FLAT_PER_S = 0.02  # of the signal a second
FROM, TO, LATEST = 0.08, 0.26, 0.75


def contacts(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs of a shank."""
    axial = lowpass(leg.accel_g[:, 2] - 1.0, leg.rate_hz, CUTOFF_HZ)
    peaks = axial_peaks(axial, leg).astype(int)
    on: list[float] = []
    off: list[float] = []
    ends = np.r_[peaks[1:], [2 * peaks[-1] - peaks[-2]] if len(peaks) > 1 else []].astype(int)
    for peak, following in zip(peaks, ends, strict=False):
        start = _zero_before(axial, int(peak), leg.rate_hz)
        if start is None:
            continue
        on.append(start)
        off.append(_plateau(axial, int(peak), int(following - peak), leg.rate_hz))
    return paired(leg, on, off)


def _zero_before(axial: FloatArray, peak: int, rate_hz: float) -> float | None:
    """Return the last upward crossing that stays positive for 20 ms, or None."""
    least = max(1, round(POSITIVE_S * rate_hz))
    for i in range(peak - 1, max(0, peak - round(BACK_S * rate_hz)), -1):
        if axial[i] < 0.0 <= axial[i + 1] and (axial[i + 1 : i + 1 + least] >= 0.0).all():
            return crossing(axial, i)
    return None


def _plateau(axial: FloatArray, peak: int, stride: int, rate_hz: float) -> float:
    """Return where the signal stops falling after its largest late maximum, or nan."""
    window = axial[peak + round(FROM * stride) : peak + round(TO * stride)]
    if not len(window):
        return np.nan
    top = peak + round(FROM * stride) + int(window.argmax())
    tail = axial[top : peak + round(LATEST * stride)]
    if len(tail) < 2:  # noqa: PLR2004 - a slope takes two
        return np.nan
    slope = np.gradient(tail) * rate_hz
    size = np.abs(tail)
    flat = slope > -FLAT_PER_S * np.maximum(size, 0.05)
    least = max(2, round(FLAT_S * rate_hz))
    # The top itself is flat: the signal has to have fallen first.
    falling = np.flatnonzero(~flat)
    for i in range(int(falling[0]) if len(falling) else len(flat), len(flat) - least):
        if flat[i : i + least].all():
            return float(top + i)
    return np.nan
