"""A runner's leg made of bumps: contacts and toe-offs at known times, a stride of known length."""

from __future__ import annotations

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from bench.peers.leg import Leg

RATE_HZ = 200.0
STRIDE_S = 0.70
CONTACT_S = 0.22  # contact time
LENGTH_M = 2.0
FIRST_S = 0.40
REST = 0.4  # of contact: the moment the foot lies still


def contacts_s(n: int = 20) -> FloatArray:
    """Return the true contacts."""
    return np.asarray(FIRST_S + STRIDE_S * np.arange(n), float)


def times(n: int) -> FloatArray:
    """Return sample times that end well after the last contact's swing."""
    return np.arange(0.0, FIRST_S + STRIDE_S * n + 0.3, 1.0 / RATE_HZ)


def bumps(t: FloatArray, at_s: FloatArray, height: float, width_s: float) -> FloatArray:
    """Return a Gaussian bump at each time."""
    return np.asarray(
        height * np.exp(-0.5 * ((t[:, np.newaxis] - at_s) / width_s) ** 2).sum(axis=1)
    )


def shank(n: int = 20) -> Leg:
    """Return a shank: dip, impact, hump, toe-off dip; its swing ends about contact."""
    t, on = times(n), contacts_s(n)
    off = on + CONTACT_S
    axial = (
        1.0
        + bumps(t, on - 0.015, -2.0, 0.010)
        + bumps(t, on + 0.025, 7.0, 0.008)
        + bumps(t, on + 0.110, 2.5, 0.035)
        + bumps(t, off, -2.0, 0.015)
    )
    forward = bumps(t, on + 0.010, -4.0, 0.010) + bumps(t, off, -1.5, 0.015)
    left = bumps(t, off, -1.5, 0.015)
    swing = (
        bumps(t, on - 0.12, 500.0, 0.05)
        + bumps(t, on + 0.03, -350.0, 0.025)
        + bumps(t, off + 0.09, -300.0, 0.04)
        + bumps(t, off, 60.0, 0.006)
    )
    gyro = np.column_stack([np.zeros_like(t), -swing, np.zeros_like(t)])
    return Leg(time_s=t, accel_g=np.column_stack([forward, left, axial]), gyro_dps=gyro)


def foot(n: int = 20) -> Leg:
    """Return a foot that slides forward 2 m a stride and pitches; still at 40 % of contact."""
    t, on = times(n), contacts_s(n)
    swing = (
        bumps(t, on - 0.15, 600.0, 0.05)
        + bumps(t, on + 0.012, -400.0, 0.010)
        + bumps(t, on + CONTACT_S, -650.0, 0.04)
    )
    # Whatever the bumps add up to, the foot is flat again at every rest.
    swing += bumps(t, on - 0.15, -_sum(swing, t, on) / (0.05 * np.sqrt(2 * np.pi)), 0.05)
    pitch = -np.radians(np.cumsum(swing) / RATE_HZ)
    pitch -= np.interp(on[0] + REST * CONTACT_S, t, pitch)
    forward = _slides(t, on + REST * CONTACT_S) / STANDARD_GRAVITY_MPS2
    accel = np.column_stack(
        [
            forward * np.cos(pitch) - np.sin(pitch),
            np.zeros_like(t),
            forward * np.sin(pitch) + np.cos(pitch),
        ]
    )
    gyro = np.column_stack([np.zeros_like(t), -swing, np.zeros_like(t)])
    return Leg(time_s=t, accel_g=accel, gyro_dps=gyro)


def _sum(swing: FloatArray, t: FloatArray, on: FloatArray) -> float:
    """Return the degrees turned from one rest to the next."""
    rest = on + REST * CONTACT_S
    inside = (t >= rest[3]) & (t < rest[4])
    return float(swing[inside].sum() / RATE_HZ)


def _slides(t: FloatArray, rest: FloatArray) -> FloatArray:
    """Return the acceleration of minimum-jerk slides from each rest to the next, m/s²."""
    out = np.zeros_like(t)
    still_s = 0.05
    for begin, end in zip(rest[:-1] + still_s, rest[1:] - still_s, strict=True):
        s = np.clip((t - begin) / (end - begin), 0.0, 1.0)
        out += LENGTH_M / (end - begin) ** 2 * (60 * s - 180 * s**2 + 120 * s**3)
    return out
