"""How feet struck, against markers and against what the authors of the recordings saw on video."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from analytics.records import Placement, Side, Stride
from analytics.rows import strike_class
from tests.real_data.recordings import NEAR_S, recording, strides_in

pytestmark = pytest.mark.data


class Foot:
    """Strides of one foot in one trial, its true angles, and the authors' class of it."""

    def __init__(self, folder: Path, side: Side) -> None:
        letter = side[0].upper()
        (path,) = folder.glob(f"virtual_foot_imu_{letter}_*hz.csv.gz")
        told = strides_in(recording(path, placement=Placement.SHOE, side=side))
        self.strides: list[Stride] = [s for s in told if s.strike_angle_deg is not None]
        with (folder / "truth_steps.csv").open() as lines:
            steps = [row for row in csv.DictReader(lines) if row["foot"] == letter]
        self.contact_s = np.array([float(step["ic_s"]) for step in steps])
        self.angle_deg = np.array([float(step["foot_strike_angle_deg"]) for step in steps])
        summary = json.loads((folder / "summary.json").read_text())
        self.seen = str(summary[f"strike_class_author_{letter}"]).lower()

    def error_deg(self) -> float:
        """Return the mean of told less true angles."""
        errors = []
        for stride in self.strides:
            k = int(np.abs(self.contact_s - stride.contact_s).argmin())
            if abs(self.contact_s[k] - stride.contact_s) < NEAR_S:
                errors.append((stride.strike_angle_deg or 0.0) - self.angle_deg[k])
        return float(np.mean(errors))


@pytest.fixture(scope="module")
def feet(data: Path) -> list[Foot]:
    folders = sorted(path.parent for path in data.glob("treadmill_force*/**/truth_steps.csv"))
    return [Foot(folder, side) for folder in folders for side in Side]


def test_four_feet_of_five_strike_as_the_authors_saw_them(feet: list[Foot]) -> None:
    right = 0
    for foot in feet:
        middle = median(s.strike_angle_deg or 0.0 for s in foot.strides)
        right += strike_class(middle) == foot.seen
    assert right >= 0.8 * len(feet)


def test_a_heels_angle_is_the_markers_to_some_degrees(feet: list[Foot]) -> None:
    errors = [foot.error_deg() for foot in feet if foot.seen == "rearfoot"]
    assert abs(np.mean(errors)) <= 1.5
    assert np.std(errors) <= 1.5
