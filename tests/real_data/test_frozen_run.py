"""A real run, frozen: a threshold changed on purpose is found, stride by stride."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.running import environment, finished

pytestmark = pytest.mark.data

# A threshold changed on purpose: toe-off of shoes, 10 ms earlier.
CHANGED = (
    "from analytics.kernels import stance\n"
    "stance.SHOE_OFFSET_S += 0.010\n"
    "from stridecue.cli import main\n"
    "main()\n"
)


def test_a_changed_threshold_is_found_on_a_real_run_and_the_strides_that_moved_are_named(
    data: Path, tmp_path: Path
) -> None:
    trial = data / "treadmill_forceplate_mocap_fukuchi" / "S01_T35"
    legs = [str(trial / f"virtual_foot_imu_{leg}_200hz.csv.gz") for leg in "LR"]
    worn = ("--placement", "shoe", "--side", "left", "--side", "right")
    made = finished(tmp_path, "freeze", *legs, *worn, "--out", "frozen", "--to", "12")
    assert made.returncode == 0, made.stderr
    assert finished(tmp_path, "verify", "--expect", "frozen").returncode == 0
    changed = subprocess.run(
        [sys.executable, "-c", CHANGED, "verify", "--expect", "frozen"],
        env=environment(tmp_path) | {"NUMBA_DISABLE_JIT": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert changed.returncode == 1, changed.stderr
    head, *rows = changed.stdout.splitlines()
    assert head.startswith("strides: ")
    assert "toe_off -1" in next(row for row in rows if row.startswith("  moved    left"))
