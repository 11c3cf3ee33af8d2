"""Stride length and speed against Vicon in tight laps and against a treadmill's belt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.records import Placement, Side, Stride
from sensor_gateway.columns import AccelUnit, GyroUnit
from tests.real_data.recordings import recording, rows, strides_in

pytestmark = pytest.mark.data


def belt(data: Path, *, part: str) -> Iterator[tuple[list[Stride], list[dict[str, str]]]]:
    """Yield strides and true steps of each leg on the treadmill."""
    placement = Placement.SHIN if part == "shank" else Placement.SHOE
    for folder in sorted(path.parent for path in data.glob("treadmill_force*/**/truth_steps.csv")):
        for side in Side:
            letter = side[0].upper()
            (path,) = folder.glob(f"virtual_{part}_imu_{letter}_*hz.csv.gz")
            steps = [r for r in rows(folder / "truth_steps.csv") if r["foot"] == letter]
            strides = strides_in(recording(path, placement=placement, side=side))
            yield strides, steps


def errors_pct(strides: list[Stride], steps: list[dict[str, str]]) -> list[float]:
    """Return found over true length, less 1, in percent."""
    true_s = np.array([float(step["ic_s"]) for step in steps])
    out = []
    for stride in strides:
        k = int(np.abs(true_s - stride.contact_s).argmin())
        near = abs(true_s[k] - stride.contact_s) < 0.06
        if near and steps[k]["stride_length_m"] and stride.stride_length_m is not None:
            out.append(100.0 * (stride.stride_length_m / float(steps[k]["stride_length_m"]) - 1.0))
    return out


@pytest.mark.parametrize(
    ("part", "bias", "within", "between"), [("foot", 1.0, 1.0, 1.0), ("shank", 2.0, 1.5, 2.2)]
)
def test_stride_length_is_that_of_the_belt_at_every_speed(
    data: Path, part: str, bias: float, within: float, between: float
) -> None:
    legs = [errors_pct(strides, steps) for strides, steps in belt(data, part=part)]
    assert abs(np.mean(np.concatenate(legs))) <= bias
    assert np.sqrt(np.mean([np.var(leg) for leg in legs])) <= within
    assert np.std([np.mean(leg) for leg in legs]) <= between


def test_nearly_every_stride_has_each_metric_of_its_sensor(data: Path) -> None:
    told = [
        stride.stride_length_m is not None and stride.strike_angle_deg is not None
        for strides, _ in belt(data, part="foot")
        for stride in strides
    ]
    assert np.mean(told) >= 0.95


def test_a_saturated_gyroscope_in_tight_laps_reads_within_2_cm_of_vicon(data: Path) -> None:
    folder = data / "foot_imu_vicon_pyshoe"
    errors = []
    for trial in rows(folder / "trials.csv"):
        if trial["label"] != "run":
            continue
        strides = strides_in(
            recording(
                folder / f"{trial['trial']}_imu.csv.gz",
                placement=Placement.SHOE,
                range_g=8.0,
                units=AccelUnit.MPS2,
                gyro_units=GyroUnit.RADPS,
            )
        )
        for row in rows(folder / f"{trial['trial']}_strides.csv"):
            start, stop = float(row["midstance_s"]), float(row["next_midstance_s"])
            shared = [min(s.end_s, stop) - max(s.contact_s, start) for s in strides]
            if row["truth_ok"] == "1" and max(shared, default=0.0) > 0.5 * (stop - start):
                length_m = strides[int(np.argmax(shared))].stride_length_m
                if length_m is not None:
                    errors.append(length_m - float(row["stride_length_m"]))
    assert len(errors) > 150
    assert abs(np.mean(errors)) <= 0.020
    assert np.std(errors) <= 0.029
