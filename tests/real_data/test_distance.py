"""Distances of whole runs against the belt of a treadmill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.records import Placement, Side, SpeedSource
from sensor_gateway.columns import AccelUnit, GyroUnit
from stridecue.analyze import Reading, analyze

pytestmark = pytest.mark.data

# Bias and SD over runners in per cent of the belt's nominal speed. The markers put the belt
# 0.4-0.8 % above it. The shin's model was derived on these runners: that row says how well it fits.
WITHIN_PCT = {"foot": (1.5, 1.0), "shank": (1.5, 2.0)}
SOURCE = {"foot": SpeedSource.FOOT_IMU, "shank": SpeedSource.SHIN_MODEL}


def error_pct(trial: Path, part: str) -> float:
    """Return by how much the distance of both legs' recordings is off, where it is covered."""
    files = [trial / f"virtual_{part}_imu_{leg}_200hz.csv.gz" for leg in "LR"]
    reading = Reading(
        placement=Placement.SHOE if part == "foot" else Placement.SHIN,
        units=AccelUnit.G,
        gyro_units=GyroUnit.DPS,
    )
    told = analyze(files, sides=tuple(Side), reading=reading)
    assert told["distance_source"] == SOURCE[part]
    assert told["distance_covered"] > 0.9
    belt_mps = int(trial.name.partition("_T")[2]) / 10.0
    metres = float(told["distance_m"])
    covered_s = float(told["distance_covered"] * told["running_s"])
    return 100.0 * (metres / (belt_mps * covered_s) - 1.0)


@pytest.mark.parametrize("part", SOURCE)
def test_a_run_is_as_long_as_the_belt_says(data: Path, part: str) -> None:
    trials = sorted((data / "treadmill_forceplate_mocap_fukuchi").glob("S*_T35"))
    errors = np.array([error_pct(trial, part) for trial in trials])
    bias_pct, sd_pct = WITHIN_PCT[part]
    assert len(errors) == 9
    assert abs(errors.mean()) <= bias_pct
    assert errors.std() <= sd_pct
