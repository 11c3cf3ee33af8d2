"""Mizrahi et al. 2000: initial contact is the peak of the shank's axial acceleration.

Mizrahi, Verbitsky, Isakov, Daily 2000, Human Movement Science 19:139-151. It gives no toe-off.
Choices of ours: the signal is low-passed at 60 Hz without lag; the peak is a parabola's vertex.
"""

from __future__ import annotations

import numpy as np

from bench.peers.leg import Contacts, Leg, axial_peaks, lowpass, paired, vertex

CUTOFF_HZ = 60.0


def contacts(leg: Leg) -> Contacts:
    """Return the contacts of a shank."""
    axial = lowpass(leg.accel_g[:, 2], leg.rate_hz, CUTOFF_HZ)
    peaks = [vertex(axial, int(i)) for i in axial_peaks(axial, leg)]
    return paired(leg, peaks, [np.nan] * len(peaks))
