"""Recordings at another sampling rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly

from analytics.records import FloatArray, SampleBlock


def whole(blocks: Iterable[object]) -> SampleBlock:
    """Return a recording's samples as one block; it must be without gaps."""
    parts = [block for block in blocks if isinstance(block, SampleBlock)]
    gyro = [part.gyro_radps for part in parts if part.gyro_radps is not None]
    return replace(
        parts[0],
        time_s=np.concatenate([part.time_s for part in parts]),
        accel_g=np.concatenate([part.accel_g for part in parts]),
        gyro_radps=np.concatenate(gyro) if gyro else None,
    )


def at_rate(block: SampleBlock, rate_hz: float) -> SampleBlock:
    """Return the recording sampled evenly at another rate, band-limited to the lower of the two."""
    even_s = np.arange(block.time_s[0], block.time_s[-1], 1.0 / block.rate_hz)
    share = Fraction(rate_hz / block.rate_hz).limit_denominator(100)

    def resampled(signal: FloatArray) -> FloatArray:
        even = np.column_stack([np.interp(even_s, block.time_s, axis) for axis in signal.T])
        other = resample_poly(even, share.numerator, share.denominator, axis=0, padtype="line")
        return np.asarray(other, np.float64)

    accel_g = resampled(block.accel_g)
    return replace(
        block,
        time_s=block.time_s[0] + np.arange(len(accel_g)) / rate_hz,
        accel_g=accel_g,
        gyro_radps=None if block.gyro_radps is None else resampled(block.gyro_radps),
        rate_hz=rate_hz,
    )
