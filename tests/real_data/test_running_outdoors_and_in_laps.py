"""Real shoes: slow laps in a small room under Vicon, and a run outdoors with an independent hip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.records import Placement, Side, Stride
from sensor_gateway.columns import AccelUnit, GyroUnit
from tests.real_data.recordings import rows, strides_of

pytestmark = pytest.mark.data


def laps(data: Path, *, label: str) -> dict[str, list[Stride]]:
    """Return the strides of all trials of a label in the Vicon room, by trial."""
    folder = data / "foot_imu_vicon_pyshoe"
    return {
        row["trial"]: strides_of(
            folder / f"{row['trial']}_imu.csv.gz",
            placement=Placement.SHOE,
            range_g=8.0,
            units=AccelUnit.MPS2,
            gyro_units=GyroUnit.RADPS,
        )
        for row in rows(folder / "trials.csv")
        if row["label"].startswith(label)
    }


def test_strides_of_tight_laps_are_found_and_last_as_long_as_vicon_says(data: Path) -> None:
    true = found = 0
    errors = []
    for trial, strides in laps(data, label="run").items():
        mine, theirs = [], []
        for row in rows(data / "foot_imu_vicon_pyshoe" / f"{trial}_strides.csv"):
            if row["truth_ok"] != "1":
                continue
            true += 1
            start, stop = float(row["midstance_s"]), float(row["next_midstance_s"])
            shared = [min(s.end_s, stop) - max(s.contact_s, start) for s in strides]
            if max(shared, default=0.0) > 0.5 * (stop - start):
                found += 1
                mine.append(strides[int(np.argmax(shared))].stride_time_s)
                theirs.append(stop - start)
        errors.append(abs(np.mean(mine) / np.mean(theirs) - 1.0))
    assert found >= 0.97 * true
    assert np.mean(errors) <= 0.01


@pytest.mark.parametrize("label", ["walk", "fast_walk", "mixed", "other"])
def test_walking_in_the_same_shoe_gives_no_running_strides(data: Path, label: str) -> None:
    assert [s for strides in laps(data, label=label).values() for s in strides] == []


def test_a_shin_that_walks_at_50_hz_gives_no_running_strides(data: Path) -> None:
    path = data / "shin_walking_2g_clipped_imuf" / "shin_50hz.csv.gz"
    strides = strides_of(
        path,
        placement=Placement.SHIN,
        range_g=2.0,
        units=AccelUnit.MPS2,
        gyro_units=GyroUnit.RADPS,
    )
    assert strides == []


def test_outdoors_the_cadence_is_within_one_step_a_minute_of_the_hips(data: Path) -> None:
    folder = data / "shoe_accel_outdoor_adept"
    strides = strides_of(
        folder / "left_shoe_100hz.csv.gz", placement=Placement.SHOE, side=Side.LEFT, range_g=8.0
    )
    errors = []
    for row in rows(folder / "cadence_reference_20s.csv"):
        if row["steady_run"] == "1":
            begin, end = float(row["t0_s"]), float(row["t1_s"])
            inside = [s for s in strides if begin <= (s.contact_s + s.end_s) / 2.0 < end]
            mean_s = np.mean([s.stride_time_s for s in inside])
            errors.append(120.0 / mean_s - float(row["cadence_hip_spm"]))
    assert np.mean(np.abs(errors) <= 1.0) >= 0.95
