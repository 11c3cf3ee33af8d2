"""Recordings in, the files of the interfaces page out; or one line that says why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.errors import InputError, ServiceError
from analytics.records import Placement, SampleBlock, Side, Worn
from sensor_gateway.columns import AccelUnit, GyroUnit
from sensor_gateway.importers import ImuFile
from stridecue.analyze import Reading, analyze, in_order
from tests.stridecue.running import STRIDE_S, landings_s, shoe_file

FILES = {
    *("strides.jsonl", "windows.jsonl", "drift.jsonl", "cues.jsonl", "events.jsonl"),
    *("distance.jsonl", "summary.json"),
}
READING = Reading(placement=Placement.SHOE, units=AccelUnit.G, gyro_units=GyroUnit.DPS)


def run(*files: Path, out: Path | None = None, sides: str = "left right") -> dict[str, Any]:
    found = [Side(side) for side in sides.split()][: len(files)]
    return analyze(files, sides=found, reading=READING, out=out)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shoe_file(tmp_path_factory.mktemp("imu") / "left.csv", Side.LEFT)


@pytest.fixture(scope="module")
def right(left: Path) -> Path:
    return shoe_file(left.with_name("right.csv"), Side.RIGHT)


def test_the_strides_of_both_legs_come_out(left: Path, right: Path, tmp_path: Path) -> None:
    summary = run(left, right, out=tmp_path)
    assert set(contents(tmp_path)) == FILES
    strides = rows(tmp_path, "strides")
    for side in Side:
        true_s = landings_s(side, duration_s=60.0)[:-1]
        found_s = np.array([row["contact_s"] for row in strides if row["side"] == side])
        assert len(found_s) > 0.95 * len(true_s)
        nearest_s = np.abs(found_s[:, np.newaxis] - true_s).min(axis=1)
        assert np.sum(nearest_s > 0.06) <= 1  # the step out of standing
    assert summary["cadence_spm"] == pytest.approx(120 / STRIDE_S, abs=0.7)
    assert summary["strides"] == len(strides)
    assert json.loads((tmp_path / "summary.json").read_text()) == summary


def test_one_leg_is_a_session_too(left: Path, tmp_path: Path) -> None:
    summary = run(left, out=tmp_path)
    assert {row["side"] for row in rows(tmp_path, "strides")} == {"left"}
    assert set(summary["legs"]) == {"left"}
    assert rows(tmp_path, "windows")[-1]["peak_accel_g"]["right"] is None


def test_the_same_files_give_the_same_bytes(left: Path, right: Path, tmp_path: Path) -> None:
    for name in "ab":
        run(left, right, out=tmp_path / name)
    run(right, left, out=tmp_path / "c", sides="right left")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    a, c = rows(tmp_path / "a", "strides"), rows(tmp_path / "c", "strides")
    assert [r["contact_s"] for r in a] == [r["contact_s"] for r in c]


def test_the_summary_counts_what_the_files_hold(left: Path, right: Path, tmp_path: Path) -> None:
    summary = run(left, right, out=tmp_path)
    strides = rows(tmp_path, "strides")
    for side, leg in summary["legs"].items():
        mine = [row for row in strides if row["side"] == side]
        assert leg["strides"] == len(mine)
        assert leg["stride_time_s"] == pytest.approx(np.mean([r["stride_time_s"] for r in mine]))
        peaks = [r["peak_accel_resultant_g"] for r in mine if not r["clipped"]]
        assert leg["peak_accel_resultant_g"] == pytest.approx(np.mean(peaks))
        for name, reasons in leg["reasons"].items():
            assert sum(reasons.values()) == sum(name in row["reasons"] for row in mine)
    assert sum(summary["windows"].values()) == len(rows(tmp_path, "windows"))
    ways_m = [
        sum(row["stride_length_m"] or 0.0 for row in strides if row["side"] == side)
        for side in summary["legs"]
    ]
    assert summary["distance_m"] == pytest.approx(np.mean(ways_m), rel=0.03)
    assert summary["distance_source"] == "foot imu"
    assert [f["duration_s"] for f in summary["files"]] == [59.995, 59.995]


@pytest.mark.parametrize("start_s", [-3.0, 1000.0, 1_700_000_000.0])
def test_times_stay_on_the_recordings_own_clock(tmp_path: Path, start_s: float) -> None:
    # 1/256 s has no rounding, so that both files hold the same session to the last bit.
    for name, first_s in (("zero", 0.0), ("moved", start_s)):
        path = tmp_path / f"{name}.csv"
        shoe_file(path, Side.LEFT, start_s=first_s, rate_hz=256.0)
        run(path, out=tmp_path / name)
    for name, key in (("strides", "contact_s"), ("windows", "t_s")):
        zero = [row[key] for row in rows(tmp_path / "zero", name)]
        there = [row[key] for row in rows(tmp_path / "moved", name)]
        assert len(zero) > 5
        assert np.subtract(there, start_s) == pytest.approx(zero, abs=1e-6)


def test_a_gap_is_an_event_and_no_stride_spans_it(tmp_path: Path) -> None:
    path = shoe_file(tmp_path / "left.csv", Side.LEFT, gap=True)
    summary = run(path, out=tmp_path / "out")
    [gap] = [row for row in rows(tmp_path / "out", "events") if row["type"] == "gap"]
    assert (gap["start_s"], gap["end_s"], gap["n_samples"]) == (29.995, 33.0, 600)
    assert summary["legs"]["left"]["gaps"] == 1
    for row in rows(tmp_path / "out", "strides"):
        assert row["contact_s"] + row["stride_time_s"] < 30.0 or row["contact_s"] > 32.9


def test_the_legs_reach_the_pipeline_in_the_order_of_time(left: Path, right: Path) -> None:
    imus = [
        ImuFile(
            path,
            worn=Worn(runner="r", session="s", side=side, placement=Placement.SHOE),
            units=AccelUnit.G,
            gyro_units=GyroUnit.DPS,
        )
        for path, side in ((left, Side.LEFT), (right, Side.RIGHT))
    ]
    items = [item for item in in_order(imus) if isinstance(item, SampleBlock)]
    for imu in imus:
        imu.close()
    seconds = [(int(item.time_s[0]), item.worn.side) for item in items]
    assert seconds == [(second, side) for second in range(60) for side in Side]
    assert all(item.time_s[-1] - item.time_s[0] < 1.0 for item in items)
    lefts = [item for item in items if item.worn.side is Side.LEFT]
    assert all(b.first_index == a.first_index + len(a) for a, b in pairwise(lefts))


@pytest.mark.parametrize(("range_g", "clipped_pct"), [(None, None), (16.0, 0.0)])
def test_clipping_is_unknown_without_a_range(
    left: Path, range_g: float | None, clipped_pct: float | None
) -> None:
    summary = analyze([left], sides=[Side.LEFT], reading=replace(READING, range_g=range_g))
    assert summary["legs"]["left"]["clipped_pct"] == clipped_pct


def test_progress_goes_up_to_all(left: Path) -> None:
    shares: list[float] = []
    analyze([left], sides=[Side.LEFT], reading=READING, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def spoil(path: Path, left: Path, change: Callable[[str], str]) -> Path:
    path.write_text(change(left.read_text()))
    return path


def test_a_file_that_is_bad_near_its_end_leaves_nothing_of_its_session(
    left: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(left, out=out)
    before = contents(out)
    bad = spoil(tmp_path / "bad.csv", left, lambda text: text + "60.0,nan,0,1,0,0,0\n")
    with pytest.raises(InputError, match="line 12002, column ax: 'nan' is not"):
        run(bad, out=out)
    assert contents(out) == before
    with pytest.raises(InputError):
        run(bad, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_made_for_files_that_cannot_be_opened(left: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: no such file"):
        run(left, tmp_path / "none.csv", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_on_different_clocks_are_refused(left: Path, tmp_path: Path) -> None:
    late = shoe_file(tmp_path / "right.csv", Side.RIGHT, duration_s=10.0, start_s=500.0)
    with pytest.raises(InputError, match=r"right\.csv: begins at 500 s, after .* ended at 59\.995"):
        run(left, late, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("n_files", "sides", "what"),
    [
        (0, "", "0 files"),
        (3, "left right left", "3 files"),
        (2, "left", "given 1 times for 2 files"),
        (1, "left right", "given 2 times for 1 files"),
        (2, "left left", "left for both files"),
    ],
)
def test_sides_that_do_not_fit_the_files(left: Path, n_files: int, sides: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        analyze([left] * n_files, sides=[Side(side) for side in sides.split()], reading=READING)


def test_a_full_disk_ends_with_one_line(left: Path, tmp_path: Path) -> None:
    (tmp_path / "strides.jsonl.part").symlink_to("/dev/full")
    with pytest.raises(ServiceError, match="the disk is full; free some space"):
        run(left, out=tmp_path)
