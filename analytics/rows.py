"""From a row of the kernels to a `Stride`: names, units and reasons for what is missing.

A column of the kernel's row that has the name of a `Stride` field is that field; nan is None,
with the reason given here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analytics.impact import reliability
from analytics.kernels.run import ROW
from analytics.kernels.shock import LEAST_RATE_HZ
from analytics.records import Stride, Worn

NO_GYRO = "no gyroscope"
NOT_SEEN = "no toe-off seen in the gyroscope's signal"
NO_AXIS = "segment axis not known yet: stand still for 2 s"
TOO_SLOW = "needs 100 samples a second or more"
CLIPPED = "the landing went beyond the sensor's range"
NO_RISE = "no rise after contact"
LATER = "not computed yet"
HALF = "contact longer than half a stride: no flight"

_ALL = [name for name in Stride.__dataclass_fields__ if name not in {"worn", "reasons"}]
_IN_ROW = [name for name in ROW.names or () if name in _ALL]


def stride_of(row: np.record, *, worn: Worn, rate_hz: float, has_gyro: bool) -> Stride:
    """Return the stride that a landing's row closes.

    Flight is half a stride less the contact: of one foot only, so both legs are taken as alike.
    """
    known: dict[str, Any] = {name: _value(row[name]) for name in _IN_ROW}
    stride_s = float(row.end_s - row.contact_s)
    contact_s = flight_s = None
    if known["toe_off_s"] is not None:
        contact_s = known["toe_off_s"] - known["contact_s"]
        flight_s = stride_s / 2.0 - contact_s
    known = dict.fromkeys(_ALL) | known
    known |= {
        "stride_time_s": stride_s,
        "contact_time_s": contact_s,
        "flight_time_s": flight_s if flight_s is not None and flight_s >= 0.0 else None,
        "duty_factor": None if contact_s is None else contact_s / stride_s,
        "cadence_spm": 120.0 / stride_s,
        "quality": reliability(known, rate_hz=rate_hz),
    }
    reasons = _reasons(known, rate_hz=rate_hz, has_gyro=has_gyro)
    return Stride(worn=worn, reasons=reasons, **known)


def _value(cell: np.generic) -> float | int | bool | None:
    value = cell.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _reasons(known: dict[str, Any], *, rate_hz: float, has_gyro: bool) -> dict[str, str]:
    """Say for each missing metric why."""
    no_toe_off = NOT_SEEN if has_gyro else NO_GYRO
    spoilt = CLIPPED if known["clipped"] else LATER
    no_loading = TOO_SLOW if rate_hz < LEAST_RATE_HZ else spoilt
    why = {
        "peak_accel_axial_g": NO_AXIS,
        "time_to_peak_s": spoilt,
        "loading_rate_gps": no_loading,
        "average_loading_rate_gps": no_loading if no_loading != LATER else NO_RISE,
        "impulse_gs": spoilt,
        "impact_band_ratio": no_loading,
        "toe_off_s": no_toe_off,
        "contact_time_s": no_toe_off,
        "duty_factor": no_toe_off,
        "flight_time_s": no_toe_off if known["toe_off_s"] is None else HALF,
    }
    return {name: why.get(name, LATER) for name, value in known.items() if value is None}
