"""Files of a simulated runner's shoes, as any logger would write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analytics.records import FloatArray, Side
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Leg
from firmware_sim.gait.shoe import ShoeGait

STRIDE_S = 0.72  # 166.7 steps/min
STANDS_S = 5.0  # before the first landing


def landings_s(side: Side, *, duration_s: float) -> FloatArray:
    """Return when the foot lands: steadily but for 5 ms, the legs half a stride apart."""
    n = int((duration_s - STANDS_S - 1.0) / STRIDE_S)
    rng = np.random.default_rng([1, side is Side.LEFT])
    late_s = STRIDE_S / 2 if side is Side.RIGHT else 0.0
    return STANDS_S + late_s + STRIDE_S * np.arange(n) + rng.normal(0.0, 0.005, n)


def shoe_file(
    path: Path,
    side: Side,
    *,
    duration_s: float = 60.0,
    start_s: float = 0.0,
    gap: bool = False,
    rate_hz: float = 200.0,
) -> Path:
    """Write one shoe's recording in g and deg/s (bare names, no units), and return its path."""
    contacts = landings_s(side, duration_s=duration_s)
    n = len(contacts)
    gait = ShoeGait(
        contacts=Contacts(
            contact_s=contacts,
            contact_time_s=np.full(n, 0.24),
            peak_accel_g=np.random.default_rng(2).normal(7.0, 0.4, n),
            stride_length_m=np.full(n, 2.1),
            strike_angle_deg=np.full(n, 12.0),
        )
    )
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    motion = Leg(gait=gait).motion(time_s)
    table = np.column_stack([time_s + start_s, motion[:3].T, np.degrees(motion[3:].T)])
    if gap:  # three seconds lost in the middle
        table = table[(time_s < duration_s / 2) | (time_s >= duration_s / 2 + 3.0)]
    header = "t_s,ax,ay,az,gx,gy,gz"
    np.savetxt(path, table, delimiter=",", fmt="%.8f", header=header, comments="")
    return path
