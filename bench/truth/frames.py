"""A recording's samples in the frame that published methods need, evenly spaced."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from bench.peers.leg import Leg

STILL_S = 0.5
UP_SIDE_DOWN = np.diag([1.0, -1.0, -1.0])  # a sensor mounted with z down, x forward


def leg(table: Mapping[str, FloatArray], *, mount: FloatArray | None = None) -> Leg:
    """Return the samples of a file (columns ax_g ... gz_radps) on an even grid.

    Parameters
    ----------
    table : mapping of column name to array, shape (n,)
        Units stand in the names.
    mount : array, shape (3, 3), or None
        Turns the sensor's axes roughly into x forward, y left, z up, to be levelled by gravity
        while standing; None for files that are in the segment's frame already.

    """
    accel = _axes(table, "a", {"g": 1.0, "mps2": 1.0 / STANDARD_GRAVITY_MPS2})
    gyro = _axes(table, "g", {"dps": 1.0, "radps": float(np.degrees(1.0))})
    if accel is None:
        raise ValueError(f"columns {', '.join(table)}: none are ax_g or ax_mps2")
    time_s = table["t_s"]
    n = len(time_s)
    even_s = np.linspace(time_s[0], time_s[-1], n)
    accel = _on(even_s, time_s, accel)
    gyro = None if gyro is None else _on(even_s, time_s, gyro)
    if mount is not None:
        turn = _levelled(accel @ mount.T, n / float(time_s[-1] - time_s[0])) @ mount
        accel = accel @ turn.T
        gyro = None if gyro is None else gyro @ turn.T
    return Leg(time_s=even_s, accel_g=accel, gyro_dps=gyro)


def unknown_mount(table: Mapping[str, FloatArray]) -> FloatArray:
    """Return a mount for a sensor whose axes nobody wrote down.

    z is the mean specific force; y the direction across it of most turning, or any without a
    gyroscope; which way x points stays open.
    """
    accel = _axes(table, "a", {"g": 1.0, "mps2": 1.0 / STANDARD_GRAVITY_MPS2})
    gyro = _axes(table, "g", {"dps": 1.0, "radps": float(np.degrees(1.0))})
    if accel is None:
        raise ValueError(f"columns {', '.join(table)}: none are ax_g or ax_mps2")
    up = _unit(accel.mean(axis=0))
    y = np.cross(up, [0.0, 0.0, 1.0] if abs(up[2]) < 0.9 else [1.0, 0.0, 0.0])  # noqa: PLR2004
    if gyro is not None:
        flat = gyro - np.outer(gyro @ up, up)
        y = np.linalg.svd(flat, full_matrices=False)[2][0]
        pitch = flat @ y
        # Push-off turns the foot's top forward, faster than anything turns it back.
        y = y if np.percentile(pitch, 99.5) >= -np.percentile(pitch, 0.5) else -y
    y = _unit(y - (y @ up) * up)
    return np.array([np.cross(y, up), y, up])


def _axes(
    table: Mapping[str, FloatArray], kind: str, units: Mapping[str, float]
) -> FloatArray | None:
    for unit, scale in units.items():
        names = [f"{kind}{axis}_{unit}" for axis in "xyz"]
        if all(name in table for name in names):
            return np.column_stack([table[name] for name in names]) * scale
    return None


def _on(even_s: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    return np.column_stack([np.interp(even_s, time_s, v) for v in values.T])


def _unit(v: FloatArray) -> FloatArray:
    return np.asarray(v / np.linalg.norm(v))


def _levelled(accel: FloatArray, rate_hz: float) -> FloatArray:
    """Return the least rotation that makes the stillest half second's force point along z."""
    n = max(2, round(STILL_S * rate_hz))
    sums = np.cumsum(np.vstack([np.zeros(3), accel]), axis=0)
    squares = np.cumsum(np.r_[0.0, (accel**2).sum(axis=1)])
    mean = (sums[n:] - sums[:-n]) / n
    variance = (squares[n:] - squares[:-n]) / n - (mean**2).sum(axis=1)
    up = _unit(mean[int(variance.argmin())])
    axis = np.cross(up, [0.0, 0.0, 1.0])
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1.0 + up[2]))
