"""Smooth curves that motion is built of, with the derivatives that sensors see."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from analytics.records import FloatArray

MIN_JERK_60_PCT = 0.5537459025  # where a minimum-jerk move has gone 60 % of its way


class Turn(NamedTuple):
    """An angle with its rate and angular acceleration: rad, rad/s, rad/s²."""

    angle_rad: FloatArray
    rate_radps: FloatArray
    accel_radps2: FloatArray


def lobe(phase: FloatArray, peak_radps: FloatArray, duration_s: FloatArray) -> Turn:
    """Return a smooth swing of angular rate: zero at phase 0 and 1, `peak_radps` at 1/2.

    The rate is a squared sine, so angle and angular acceleration are exact. Outside 0..1 the
    angle keeps its end value and the rates are zero.
    """
    u = np.minimum(np.maximum(phase, 0.0), 1.0)
    sine, cosine = np.sin(2.0 * math.pi * u), np.cos(2.0 * math.pi * u)
    return Turn(
        angle_rad=peak_radps * duration_s * (0.5 * u - sine / (4.0 * math.pi)),
        rate_radps=0.5 * peak_radps * (1.0 - cosine),
        accel_radps2=peak_radps * math.pi / duration_s * sine,
    )


def min_jerk(phase: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return way, speed and acceleration of the smoothest move from 0 to 1 (by phase).

    References
    ----------
    Flash & Hogan 1985, J Neurosci: minimum-jerk trajectories.

    Examples
    --------
    >>> way, speed, accel = min_jerk(np.array([0.0, 0.5, 1.0]))
    >>> way.tolist(), speed.tolist(), accel.tolist()
    ([0.0, 0.5, 1.0], [0.0, 1.875, 0.0], [0.0, 0.0, 0.0])

    """
    u = np.minimum(np.maximum(phase, 0.0), 1.0)
    v = 1.0 - u
    way = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u)
    return way, 30.0 * u * u * v * v, 60.0 * u * v * (1.0 - 2.0 * u)


def hump_accel(phase: FloatArray) -> FloatArray:
    """Return the second derivative (by phase) of a lift from 0 to 1 and back, at rest at both ends.

    The lift is 64 u³(1-u)³: position, speed and acceleration are zero at both ends.
    """
    u = np.minimum(np.maximum(phase, 0.0), 1.0)
    w = u * (1.0 - u)
    return 384.0 * w * (1.0 - 5.0 * w)


def bump(phase: FloatArray) -> FloatArray:
    """Return a squared sine over phase 0..1: 1 in the middle, smooth to 0 at the ends."""
    out = np.zeros_like(phase)
    on = np.flatnonzero((phase > 0.0) & (phase < 1.0))
    out[on] = 0.5 - 0.5 * np.cos(2.0 * math.pi * phase[on])
    return out


def smooth_step(phase: FloatArray) -> FloatArray:
    """Return 0 up to phase 0, 1 from phase 1 on, and a smooth way between."""
    u = np.minimum(np.maximum(phase, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def bell(distance: FloatArray) -> FloatArray:
    """Return a Gaussian of standard deviation 1, zero beyond 5 of them (where it is 4e-6)."""
    out = np.zeros_like(distance)
    near = np.flatnonzero(np.abs(distance) < 5.0)  # noqa: PLR2004 - see the docstring
    out[near] = np.exp(-0.5 * distance[near] ** 2)
    return out


def decaying_sine(
    since_s: FloatArray, *, frequency_hz: float, decay_s: float, last_s: float
) -> FloatArray:
    """Return exp(-t/decay) sin(2 pi f t) from 0 to `last_s`, zero elsewhere."""
    out = np.zeros_like(since_s)
    on = np.flatnonzero((since_s >= 0.0) & (since_s < last_s))
    t = since_s[on]
    out[on] = np.exp(-t / decay_s) * np.sin(2.0 * math.pi * frequency_hz * t)
    return out
