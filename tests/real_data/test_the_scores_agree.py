"""Our own scores and the stand-alone scorer read the same records and give the same figures."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analytics.records import Placement
from bench.truth import laps, plate
from bench.truth.measure import OURS, Measured, measure
from bench.truth.recordings import LAPS, OUTDOORS, recordings

pytestmark = pytest.mark.data

STEPS = "treadmill_forceplate_mocap_fukuchi"
TRIALS = ("S01_T25", "S12_T35")
LAP = "2017-11-27-11-13-10"


@pytest.fixture(scope="module")
def few(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a few of the recordings."""
    folder = tmp_path_factory.mktemp("few")
    for trial in TRIALS:
        shutil.copytree(data / STEPS / trial, folder / STEPS / trial)
    shutil.copytree(data / OUTDOORS, folder / OUTDOORS)
    (folder / LAPS).mkdir()
    for path in (data / LAPS).glob(f"{LAP}*"):
        shutil.copy(path, folder / LAPS)
    lines = (data / LAPS / "trials.csv").read_text().splitlines()
    chosen = [lines[0], *(line for line in lines if line.startswith(LAP))]
    (folder / LAPS / "trials.csv").write_text("\n".join(chosen) + "\n")
    return folder


@pytest.fixture(scope="module")
def both(
    data: Path, few: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Measured, dict[str, Any]]:
    """Return our scores and the scorer's, of the same records."""
    scorer = data.parent / "tools" / "score_recordings.py"
    if not scorer.exists():
        pytest.skip("the stand-alone scorer is not beside the recordings")
    records = tmp_path_factory.mktemp("records")
    ours = measure(recordings(few, records), records, peers=False)
    told = subprocess.run(
        [sys.executable, scorer, "--data", few, "--records", records, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    return ours, json.loads(told.stdout)["pooled"] | json.loads(told.stdout)["recordings"]


@pytest.mark.parametrize(
    ("placement", "part"), [(Placement.SHIN, "shank"), (Placement.SHOE, "foot")]
)
def test_against_the_force_plate(
    both: tuple[Measured, dict[str, Any]], placement: Placement, part: str
) -> None:
    ours, scorers = both
    mine = plate.pooled(ours.plates["fukuchi", placement][OURS])
    his = scorers[f"fukuchi_{part}"]
    assert (mine.recall, mine.precision) == (his["recall"], his["precision"])
    assert mine.asymmetry.right == his["asymmetry"]["right"]
    assert mine.strike_class.right == his["strike_class"]["right"]
    for name in ("contact_ms", "toe_off_ms", "contact_time_ms", "length_pct", "cadence_spm"):
        error = mine.errors[name]
        assert error.n == his[name]["n"]
        for value, key in (
            (error.bias, "bias"),
            (error.within, "within_leg_sd"),
            (error.between, "between_leg_sd"),
        ):
            assert value == pytest.approx(his[name][key])


def test_in_laps(both: tuple[Measured, dict[str, Any]]) -> None:
    ours, scorers = both
    mine, his = laps.pooled(ours.laps[OURS]), scorers["pyshoe_run"]
    assert mine.recall == his["recall"]
    for name in ("landing_time_ms", "mean_stride_time_pct", "length_cm", "speed_mps"):
        assert mine.errors[name].bias == pytest.approx(his[name]["bias"])
        assert mine.errors[name].sd == pytest.approx(his[name]["sd"])


def test_outdoors(both: tuple[Measured, dict[str, Any]]) -> None:
    ours, scorers = both
    mine, his = ours.outdoors[OURS], scorers[f"{OUTDOORS}/left_shoe"]
    assert mine.cadence_spm.mae == pytest.approx(his["cadence_spm"]["mae"])
    assert mine.within_1spm == his["rows_within_1spm"]
    assert mine.calm_strides == his["calm_running_strides"]
    assert mine.covered == pytest.approx(his["running_time_covered"])
