"""gaitmap 2.6 on a foot: Herzer's events, and two zero-velocity trajectories.

Küderle et al. 2024, IEEE Open Journal of Engineering in Medicine and Biology 5:163-172. What is
called is the MIT part. Its stride segmentations (in the AGPL sister package) match templates of
walking, and its own events were made for walking and stairs, so it is given more than it asks for:
stride borders from toe-off to toe-off as Falbriard's method finds them for Herzer's events;
Falbriard's events and the 30 ms of least turning inside their stance for the trajectories, with
one zero-velocity update a stride there, because a running foot seldom falls below the default
threshold of 34 deg/s.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from bench.peers import falbriard
from bench.peers.leg import LONGEST_STRIDE_S, Contacts, Leg

if TYPE_CHECKING:
    import pandas as pd

STILL_S = 0.030
STANCE = (0.30, 0.50)  # of contact time: where least turning is looked for
AXES = [f"{kind}_{axis}" for kind in ("acc", "gyr") for axis in "xyz"]


def events(leg: Leg) -> Contacts:
    """Return the contacts and toe-offs that Herzer's event detection finds."""
    import pandas as pd  # noqa: PLC0415 - slow
    from gaitmap.event_detection import HerzerEventDetection  # noqa: PLC0415 - slow

    ends = np.rint((falbriard.contacts(leg).toe_off_s - leg.time_s[0]) * leg.rate_hz)
    borders = _strides(ends[np.isfinite(ends)], leg)
    if not borders:
        return _nothing()
    segments = pd.DataFrame(borders, columns=["start", "end"])
    segments.index.name = "s_id"
    table = _table(leg)
    # Body frame: anterior, to the left, downwards; rates positive while the foot swings forward,
    # as gaitmap turns a left foot. For these events a right foot's mirror makes no difference.
    names = {"x": "pa", "y": "ml", "z": "si"}
    body = pd.DataFrame(
        {
            f"{kind}_{names[axis]}": table[f"{kind}_{axis}"] * sign
            for kind, signs in (("acc", (1, 1, -1)), ("gyr", (-1, -1, -1)))
            for axis, sign in zip("xyz", signs, strict=True)
        }
    )
    found = HerzerEventDetection(min_vel_search_win_size_ms=1000.0 * STILL_S).detect(
        body, segments, sampling_rate_hz=leg.rate_hz
    )
    both = found.min_vel_event_list_.sort_values("pre_ic")
    on, off, following = (np.asarray(both[name], float) for name in ("pre_ic", "tc", "ic"))
    return Contacts(
        contact_s=leg.at(on),
        toe_off_s=leg.at(off),
        metrics={"stride_time_s": (following - on) / leg.rate_hz},
    )


def per_stride(leg: Leg) -> Contacts:
    """Return lengths from integrating each stride by itself, forward and backward."""
    from gaitmap.trajectory_reconstruction import StrideLevelTrajectory  # noqa: PLC0415 - slow

    strides = _from_rest_to_rest(leg)
    if not len(strides):
        return _nothing()
    found = StrideLevelTrajectory(align_window_width=_window(leg)).estimate(
        _table(leg), strides, sampling_rate_hz=leg.rate_hz
    )
    return _spatial(leg, strides, found.position_, found.orientation_)


def kalman(leg: Leg) -> Contacts:
    """Return lengths from a Kalman smoother over each unbroken bout of strides."""
    import pandas as pd  # noqa: PLC0415 - slow
    from gaitmap.trajectory_reconstruction import (  # noqa: PLC0415 - slow
        RegionLevelTrajectory,
        RtsKalman,
    )
    from gaitmap.zupt_detection import StrideEventZuptDetector  # noqa: PLC0415 - slow

    strides = _from_rest_to_rest(leg)
    if not len(strides):
        return _nothing()
    begin, end = strides["start"].to_numpy(), strides["end"].to_numpy()
    first = np.r_[True, begin[1:] != end[:-1]]
    bouts = pd.DataFrame({"start": begin[first], "end": end[np.r_[first[1:], True]]})
    bouts.index.name = "roi_id"
    still = StrideEventZuptDetector(half_region_size_s=STILL_S / 2.0)
    found = RegionLevelTrajectory(
        ori_method=None,
        pos_method=None,
        trajectory_method=RtsKalman(zupt_detector=still),
        align_window_width=_window(leg),
    ).estimate_intersect(
        _table(leg), bouts, stride_event_list=strides, sampling_rate_hz=leg.rate_hz
    )
    return _spatial(leg, strides, found.position_, found.orientation_)


def _nothing() -> Contacts:
    return Contacts(contact_s=np.zeros(0), toe_off_s=np.zeros(0))


def _window(leg: Leg) -> int:
    return max(1, round(STILL_S * leg.rate_hz))


def _table(leg: Leg) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow

    if leg.gyro_dps is None:
        raise ValueError("gaitmap needs a gyroscope")
    cells = np.column_stack([leg.accel_g * STANDARD_GRAVITY_MPS2, leg.gyro_dps])
    return pd.DataFrame(cells, columns=AXES)


def _strides(borders: FloatArray, leg: Leg) -> list[tuple[int, int]]:
    """Return neighbouring borders (samples) that are no more than a stride apart."""
    longest = LONGEST_STRIDE_S * leg.rate_hz
    return [(int(a), int(b)) for a, b in pairwise(borders) if 0 < b - a < longest]


def _from_rest_to_rest(leg: Leg) -> pd.DataFrame:
    """Return strides between moments of least turning, with Falbriard's events in samples."""
    import pandas as pd  # noqa: PLC0415 - slow

    pitch = falbriard.contacts(leg)
    on, off = ((x - leg.time_s[0]) * leg.rate_hz for x in (pitch.contact_s, pitch.toe_off_s))
    table = _table(leg)
    energy = np.convolve(
        (table[AXES[3:]].to_numpy() ** 2).sum(axis=1), np.ones(_window(leg)), "same"
    )
    usual = float(np.nanmedian(off - on)) if len(on) else 0.0
    rest = np.array([_least(energy, contact, usual) for contact in on])
    rows = [
        (int(rest[k]), int(rest[k + 1]), int(rest[k]), on[k], on[k + 1], off[k])
        for k in range(len(on) - 1)
        if 0 < rest[k + 1] - rest[k] < LONGEST_STRIDE_S * leg.rate_hz
    ]
    strides = pd.DataFrame(rows, columns=["start", "end", "min_vel", "pre_ic", "ic", "tc"])
    strides.index.name = "s_id"
    return strides


def _least(energy: FloatArray, contact: float, lasts: float) -> int:
    begin, end = (round(contact + part * lasts) for part in STANCE)
    begin, end = min(begin, len(energy) - 1), min(end, len(energy))
    return begin + int(energy[begin : max(end, begin + 1)].argmin())


def _spatial(
    leg: Leg, strides: pd.DataFrame, position: pd.DataFrame, orientation: pd.DataFrame
) -> Contacts:
    """Return strides forward from their first contact, with gaitmap's spatial parameters."""
    from gaitmap.parameters import SpatialParameterCalculation  # noqa: PLC0415 - slow

    wanted = ("stride_length", "gait_velocity")
    whole = strides.round().astype(dict.fromkeys(("start", "pre_ic", "ic"), "int64"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that angles at toe-off were not asked for
        found = SpatialParameterCalculation(calculate_only=wanted).calculate(
            whole, position, orientation, sampling_rate_hz=leg.rate_hz
        )
    on, following, off = (np.asarray(strides[name], float) for name in ("pre_ic", "ic", "tc"))
    stride_time_s = (following - on) / leg.rate_hz
    length_m = np.asarray(found.parameters_["stride_length"], float)
    return Contacts(
        contact_s=leg.at(on),
        toe_off_s=leg.at(off),
        metrics={
            "stride_time_s": stride_time_s,
            "stride_length_m": length_m,
            "speed_mps": length_m / stride_time_s,
            "strike_angle_deg": _angles(whole, found.sole_angle_course_),
        },
    )


def _angles(strides: pd.DataFrame, course: pd.Series) -> FloatArray:
    """Return the sole's angle at the contact that closes each stride, less that at its start.

    gaitmap levels the sole by gravity where the stride starts; a runner's foot pushes there, so
    the angle it starts with is not flat and is taken off.
    """
    angles = []
    for stride, rows in course.groupby(level="s_id"):
        values = rows.to_numpy()
        at = int(strides.loc[stride, "ic"] - strides.loc[stride, "start"])
        angles.append(values[min(at, len(values) - 1)] - values[0])
    return np.array(angles, float)
