"""A simulated sensor's samples as the core takes them, without firmware and radio between."""

from __future__ import annotations

import numpy as np

from analytics.records import SampleBlock, Worn
from firmware_sim.imu import Imu
from sensor_gateway.calibration import accel_from_counts, gyro_from_counts


def next_block(imu: Imu, *, worn: Worn, n: int) -> SampleBlock:
    """Return the sensor's next n samples in units, at the times its own clock says."""
    model, first = imu.model, imu.next_index
    counts = imu.read(n)
    return SampleBlock(
        worn=worn,
        first_index=first,
        time_s=(first + np.arange(n)) / model.rate_hz,
        accel_g=accel_from_counts(counts[:, :3], range_g=model.accel_range_g),
        gyro_radps=gyro_from_counts(counts[:, 3:], range_dps=model.gyro_range_dps),
        range_g=model.accel_range_g,
        rate_hz=model.rate_hz,
    )
