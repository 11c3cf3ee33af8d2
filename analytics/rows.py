"""From a row of the kernels to a `Stride`: names, units and reasons for what is missing.

A column of the kernel's row that has the name of a `Stride` field is that field; nan is None,
with the reason given here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from analytics.impact import reliability
from analytics.kernels.shock import LEAST_RATE_HZ
from analytics.kernels.state import ROW
from analytics.records import Placement, SpeedSource, Stride, StrikeClass, Worn

Row: TypeAlias = Mapping[str, Any]  # the figures of a row by name

NO_GYRO = "no gyroscope"
NOT_SEEN = "no toe-off seen in the gyroscope's signal"
NO_AXIS = "segment axis not known yet: stand still for 2 s"
TOO_SLOW = "needs 100 samples a second or more"
CLIPPED = "the landing went beyond the sensor's range"
TURN_CLIPPED = "a turn went beyond the gyroscope's range; the accelerometer's was enough"
FROZEN = "the sensor froze: it repeated a sample for 30 ms or more"
NO_RISE = "no rise after contact"
LATER = "not computed yet"
HALF = "contact longer than half a stride: no flight"
NO_WAY = "the motion from this stance to the next is not known whole"
ON_SHIN = "worn on the shin"
ON_SHOE = "worn on the shoe"

# Of the strike angle (Altman & Davis 2012, Gait Posture).
FOREFOOT_BELOW_DEG, REARFOOT_ABOVE_DEG = -1.6, 8.0

_ALL = [name for name in Stride.__dataclass_fields__ if name not in {"worn", "reasons", "revision"}]
_FOOT_ONLY = (
    "strike_angle_deg", "strike_class", "pronation_velocity_dps", "pronation_excursion_deg",
)  # fmt: skip
_MOTION = (
    "stride_length_m", "speed_mps", "speed_source", "tibia_angle_deg", "braking_g", *_FOOT_ONLY,
)  # fmt: skip
_SPEED_SOURCE = {
    Placement.SHOE: SpeedSource.FOOT_IMU,
    Placement.SHIN: SpeedSource.SHIN_MODEL,
}
_IN_ROW = [name for name in ROW.names or () if name in _ALL]
_MARKS = ("turn_clipped", "frozen")  # in the row, and no fields of a stride


def stride_of(row: Row, *, worn: Worn, rate_hz: float, has_gyro: bool) -> Stride:
    """Return the stride that a landing's row closes.

    Flight is half a stride less the contact: of one foot only, so both legs are taken as alike.
    """
    known: dict[str, Any] = {name: _known(row[name]) for name in _IN_ROW}
    marks = {name: bool(row[name]) for name in _MARKS}
    stride_s = row["end_s"] - row["contact_s"]
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
        "strike_class": strike_class(known["strike_angle_deg"]),
        "speed_source": None if known["speed_mps"] is None else _SPEED_SOURCE[worn.placement],
        "quality": reliability(known | marks, rate_hz=rate_hz),
    }
    reasons = _reasons(known | marks, placement=worn.placement, rate_hz=rate_hz, has_gyro=has_gyro)
    known["clipped"] = known["clipped"] or marks["turn_clipped"]
    return Stride(worn=worn, reasons=reasons, **known)


def strike_class(angle_deg: float | None) -> StrikeClass | None:
    """Return the class of a strike angle.

    Examples
    --------
    >>> str(strike_class(12.0))
    'rearfoot'

    """
    if angle_deg is None:
        return None
    if angle_deg < FOREFOOT_BELOW_DEG:
        return StrikeClass.FOREFOOT
    return StrikeClass.REARFOOT if angle_deg > REARFOOT_ABOVE_DEG else StrikeClass.MIDFOOT


def _known(value: float) -> float | None:
    return None if isinstance(value, float) and math.isnan(value) else value


def _reasons(
    known: dict[str, Any], *, placement: Placement, rate_hz: float, has_gyro: bool
) -> dict[str, str]:
    """Say for each missing metric why, and for marks what the metrics do not say."""
    frozen = FROZEN if known["frozen"] else None
    no_toe_off = (frozen or NOT_SEEN) if has_gyro else NO_GYRO
    no_way = (frozen or NO_WAY) if has_gyro else NO_GYRO
    spoilt = CLIPPED if known["clipped"] else frozen or LATER
    no_loading = TOO_SLOW if rate_hz < LEAST_RATE_HZ else spoilt
    why = dict.fromkeys(_MOTION, no_way) | {
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
    if placement is Placement.SHIN:
        why |= dict.fromkeys(_FOOT_ONLY, ON_SHIN)
        if known["stride_length_m"] is not None:
            why["tibia_angle_deg"] = NO_AXIS
    else:
        why["tibia_angle_deg"] = ON_SHOE
    reasons = {name: why.get(name, LATER) for name, value in known.items() if value is None}
    if known["turn_clipped"] and not known["clipped"]:
        reasons["clipped"] = TURN_CLIPPED
    return reasons | ({"quality": FROZEN} if frozen else {})
