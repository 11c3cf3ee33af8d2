"""Counts to physical units: g and rad/s, in the sensor's own frame."""

from __future__ import annotations

import math

import numpy as np

from analytics.records import FloatArray
from sensor_gateway.wire import FULL_SCALE_COUNTS, Counts


def accel_from_counts(counts: Counts, *, range_g: float) -> FloatArray:
    """Return specific force in g, shape (n, 3).

    Examples
    --------
    >>> accel_from_counts(np.array([[0, 2048, -32768]], dtype=np.int16), range_g=16.0)
    array([[  0.,   1., -16.]])
    """
    return counts.astype(np.float64) * (range_g / FULL_SCALE_COUNTS)


def gyro_from_counts(counts: Counts, *, range_dps: float) -> FloatArray:
    """Return angular rate in rad/s, shape (n, 3)."""
    return counts.astype(np.float64) * (math.radians(range_dps) / FULL_SCALE_COUNTS)
