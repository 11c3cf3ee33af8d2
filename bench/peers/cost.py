"""What the peers' analyses of a recording cost, in CPU seconds a frame."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

from analytics.records import FloatArray, SampleBlock
from bench.peers import falbriard, gaitmap_foot
from bench.peers.leg import Leg


def best_of(times: int, work: Callable[[], object], frames: int) -> float:
    """Return the CPU seconds a frame costs: the best of several times."""
    best = np.inf
    for _ in range(times):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return float(best) / frames


def scipy_s(whole: SampleBlock, *, rate_hz: float) -> float:
    """Return what scipy's offline zero-phase filter and peak search cost a frame."""
    assert whole.gyro_radps is not None  # noqa: S101 - simulated sensors have one
    six: FloatArray = np.column_stack([whole.accel_g, whole.gyro_radps])
    sos = butter(2, 60.0, fs=rate_hz, output="sos")

    def analyse() -> object:
        smooth = sosfiltfilt(sos, six, axis=0)
        size = np.linalg.norm(smooth[:, :3], axis=1)
        return find_peaks(size, height=2.0, distance=int(0.45 * rate_hz))

    return best_of(20, analyse, len(whole))


def level_leg(whole: SampleBlock) -> Leg:
    """Return a shoe's samples in the segment's frame, which peers have to be told.

    Up is gravity while standing; left is the axis of most turning, whichever way round gives
    the peer more contacts.
    """
    assert whole.gyro_radps is not None  # noqa: S101 - simulated sensors have one
    up = whole.accel_g[:600].mean(axis=0)
    up /= np.linalg.norm(up)
    turning = np.linalg.eigh(whole.gyro_radps.T @ whole.gyro_radps)[1][:, 2]
    turning -= up * (turning @ up)
    turning /= np.linalg.norm(turning)
    legs = []
    for left in (turning, -turning):
        frame = np.column_stack([np.cross(left, up), left, up])
        gyro_dps = np.degrees(whole.gyro_radps @ frame)
        legs.append(Leg(time_s=whole.time_s, accel_g=whole.accel_g @ frame, gyro_dps=gyro_dps))
    return max(legs, key=lambda leg: len(falbriard.contacts(leg).contact_s))


def gaitmap_s(whole: SampleBlock) -> float:
    """Return what gaitmap's strides and stride-by-stride trajectories cost a frame."""
    leg = level_leg(whole)
    assert len(gaitmap_foot.per_stride(leg).contact_s) > 50  # noqa: S101, PLR2004 - it works
    return best_of(3, lambda: gaitmap_foot.per_stride(leg), len(leg.time_s))
