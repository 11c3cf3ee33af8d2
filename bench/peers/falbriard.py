"""Falbriard et al. 2018: contact and toe-off from the pitch rate of a foot-worn gyroscope.

Falbriard, Meyer, Mariani, Millet, Aminian 2018, Frontiers in Physiology 9:610. Mid-swing is the
maximum of the pitch rate; contact its minimum in the first half of mid-swing to mid-swing, toe-off
its minimum in the second half.
Choices of ours: low-pass 30 Hz without lag; mid-swing from 5 Hz, because swing has two humps; it
exceeds 150 deg/s and comes at least 0.6 of the commonest stride after the last. Contact is the
most prominent local minimum: at slow speeds the first half ends on the slope to toe-off.
The paper's bias is not taken out: it goes with the speed and the runners it was measured on.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from analytics.records import FloatArray
from bench.peers.leg import (
    LONGEST_STRIDE_S,
    Contacts,
    Leg,
    lowpass,
    paired,
    stride_period_s,
    vertex,
)

CUTOFF_HZ = 30.0
SWING_CUTOFF_HZ = 5.0
LEAST_DPS = 150.0


def mid_swings(leg: Leg) -> NDArray[np.int_]:
    """Return the samples of the foot's fastest toe-up turning, one a stride."""
    pitch = lowpass(leg.swing_dps, leg.rate_hz, SWING_CUTOFF_HZ)
    apart = 0.6 * stride_period_s(leg) * leg.rate_hz
    swings, _ = find_peaks(pitch, height=LEAST_DPS, distance=max(1.0, apart))
    return np.asarray(swings, int)


def contacts(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs of a foot."""
    pitch = lowpass(leg.swing_dps, leg.rate_hz, CUTOFF_HZ)
    swings = mid_swings(leg)
    stride = round(stride_period_s(leg) * leg.rate_hz)
    on: list[float] = []
    off: list[float] = []
    for swing, following in pairwise([*swings, len(pitch) + stride]):
        # A bout's last mid-swing has no next one; its cycle is taken to last as usual.
        last = following - swing > LONGEST_STRIDE_S * leg.rate_hz
        end = int(swing + stride if last else following)
        half = (int(swing) + end) // 2
        if half > len(pitch):
            break
        contact = _minimum(pitch[swing:half])
        if np.isfinite(contact):
            on.append(swing + contact)
            late = pitch[half:end]
            off.append(vertex(pitch, half + int(late.argmin())) if len(late) else np.nan)
    return paired(leg, on, off)


def _minimum(pitch: FloatArray) -> float:
    """Return the position of the most prominent local minimum, nan where there is none."""
    found, how = find_peaks(-pitch, prominence=0.0)
    if not len(found):
        return np.nan
    return vertex(pitch, int(found[how["prominences"].argmax()]))
