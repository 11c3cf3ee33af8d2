"""Smooth curves that motion is built of, with the derivatives that sensors see.

Times are increasing, so that each curve is computed only where it is not constant.
"""

from __future__ import annotations

import math

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.contacts import span

MIN_JERK_60_PCT = 0.5537459025  # phase at which a minimum-jerk move has gone 60 % of its way


class Turn:
    """An angle with its rate and angular acceleration (rad, rad/s, rad/s²), built of lobes."""

    def __init__(self, *, time_s: FloatArray, start_rad: float) -> None:
        self.time_s = time_s
        self.angle_rad = np.full(len(time_s), start_rad)
        self.rate_radps = np.zeros(len(time_s))
        self.accel_radps2 = np.zeros(len(time_s))

    def add_lobe(self, *, start_s: float, lasts_s: float, peak_radps: float) -> None:
        """Add a smooth swing of angular rate: a squared sine, so its integral is exact."""
        on = span(self.time_s, start_s, start_s + lasts_s)
        phase = 2.0 * math.pi / lasts_s * (self.time_s[on] - start_s)
        sine, cosine = np.sin(phase), np.cos(phase)
        area = 0.5 * peak_radps * lasts_s
        self.angle_rad[on] += area / (2.0 * math.pi) * (phase - sine)
        self.angle_rad[on.stop :] += area
        self.rate_radps[on] += 0.5 * peak_radps * (1.0 - cosine)
        self.accel_radps2[on] += peak_radps * math.pi / lasts_s * sine


def min_jerk(phase: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return way, speed and acceleration of the smoothest move from 0 to 1, at phases in 0..1.

    References
    ----------
    Flash & Hogan 1985, J Neurosci: minimum-jerk trajectories.

    Examples
    --------
    >>> way, speed, accel = min_jerk(np.array([0.0, 0.5, 1.0]))
    >>> way.tolist(), speed.tolist(), abs(accel).tolist()
    ([0.0, 0.5, 1.0], [0.0, 1.875, 0.0], [0.0, 0.0, 0.0])

    """
    square = phase * phase
    left = 1.0 - phase
    way = square * phase * (10.0 - 15.0 * phase + 6.0 * square)
    return way, 30.0 * square * left * left, 60.0 * phase * left * (1.0 - 2.0 * phase)


def hump_accel(phase: FloatArray) -> FloatArray:
    """Return the second derivative (by phase) of a lift from 0 to 1 and back, at phases in 0..1.

    The lift is 64 u³(1-u)³: position, speed and acceleration are zero at both ends.
    """
    w = phase * (1.0 - phase)
    return 384.0 * w * (1.0 - 5.0 * w)


def smooth_step(phase: FloatArray) -> FloatArray:
    """Return 0 up to phase 0, 1 from phase 1 on, and a smooth way between."""
    u = np.minimum(np.maximum(phase, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def add_bell(
    out: FloatArray, time_s: FloatArray, *, at_s: float, width_s: float, size: float
) -> None:
    """Add a Gaussian of standard deviation `width_s`, cut where it is 4e-6 of its size."""
    on = span(time_s, at_s - 5.0 * width_s, at_s + 5.0 * width_s)
    if on.stop > on.start:
        out[on] += size * np.exp(-0.5 * ((time_s[on] - at_s) / width_s) ** 2)


def add_bump(
    out: FloatArray, time_s: FloatArray, *, start_s: float, stop_s: float, size: float
) -> None:
    """Add a squared sine from start to stop, `size` high in the middle."""
    on = span(time_s, start_s, stop_s)
    phase = 2.0 * math.pi / (stop_s - start_s) * (time_s[on] - start_s)
    out[on] += 0.5 * size * (1.0 - np.cos(phase))


def ringing(since_s: FloatArray, *, frequency_hz: float, decay: FloatArray) -> FloatArray:
    """Return a sine that begins at 0 and dies away as `decay` says."""
    return decay * np.sin(2.0 * math.pi * frequency_hz * since_s)
