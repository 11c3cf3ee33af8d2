from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from analytics.records import FormMetrics, Placement, Side, Stride
from bench import validation
from bench.simulating import faulty
from bench.truth import cells, plate, plate_figures, vocabulary
from bench.truth.figures import all_rows
from bench.truth.measure import OURS, Measured, measure
from bench.truth.page import number, page
from bench.truth.recordings import recordings
from firmware_sim.gait.landing import FAMILIES
from tests.stridecue import running

HEADER = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps"
PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


def test_a_folder_that_is_not_there_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validation.main(["--data", str(tmp_path / "nowhere")]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert "no such folder" in error


def test_a_folder_without_recordings_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validation.main(["--data", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "docs/validation.md" in error


@pytest.mark.parametrize(("record", "skipped"), [(Stride, set()), (FormMetrics, set())])
def test_every_metric_of_the_records_is_on_the_page(record: type, skipped: set[str]) -> None:
    known = vocabulary.STRIDE if record is Stride else vocabulary.WINDOW
    names = {field.name for field in fields(record)} - vocabulary.NOT_MEASUREMENTS - skipped
    assert names == set(known)
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"| `{name}` |" not in text] == []


def test_every_figure_with_a_target_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = [
        figure.name for figure in plate_figures.figures({}) if figure.name != "length_bias_pct"
    ]
    assert [name for name in names if f"`{name}`" not in text] == []


def own_session(folder: Path, *, header: str = HEADER) -> None:
    """Write a session in the layout that anybody's own recordings have."""
    folder.mkdir(parents=True)
    path = running.shoe_file(folder / "shoe_left.csv", Side.LEFT)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *lines[1:]]) + "\n")
    contacts_s = running.landings_s(Side.LEFT, duration_s=60.0)
    truth = ["side,contact_s,toe_off_s,stride_length_m,speed_mps"]
    truth += [f"left,{t:.4f},{t + 0.24:.4f},2.1," for t in contacts_s]
    (folder / "truth_contacts.csv").write_text("\n".join(truth) + "\n")


def test_anybodys_own_recording_is_measured_beside_the_peers(tmp_path: Path) -> None:
    own_session(tmp_path / "data" / "monday")
    todo = recordings(tmp_path / "data", tmp_path)
    found = measure(todo, tmp_path / "records", skip=validation.SLOW_PEERS)
    rows = {row.name: row for row in all_rows(found)}
    recall = rows["own/monday_shoe_recall_pct"]
    assert recall.value is not None
    assert recall.value > 80.0
    assert recall.peer is not None
    assert recall.target is None
    assert rows["own/monday_shoe_contact_time_bias_ms"].peer_value is not None


def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_session(tmp_path / "monday", header="t_s,one,two,three,four,five,six")
    assert validation.main(["--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert "shoe_left.csv" in told[-1]
    assert not any("Traceback" in line for line in told)


def test_the_rows_of_ones_own_recording_are_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_session(tmp_path / "monday")
    monkeypatch.setattr(cells, "cells", lambda **_: [])
    assert validation.main(["--data", str(tmp_path), "--json", "--quick"]) == 0
    rows = json.loads(capsys.readouterr().out)
    keys = {"name", "value", "unit", "target", "met", "peer", "peer_value"}
    assert all(keys <= set(row) for row in rows)


def test_without_recordings_the_simulated_rows_alone_are_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRIDECUE_DATA", raising=False)
    monkeypatch.setattr(validation, "REPOSITORY", tmp_path / "alone")
    one = cells.cell("rearfoot", Placement.SHIN)
    monkeypatch.setattr(cells, "cells", lambda **_: [one])
    validation.main(["--json"])
    out, error = capsys.readouterr()
    assert "simulated rows alone" in error
    rows = {row["name"]: row for row in json.loads(out)}
    assert all(name.startswith("simulated_shank_") for name in rows)
    assert rows["simulated_shank_recall_pct"]["value"] >= 99.0
    assert rows["simulated_shank_contact_bias_ms"]["peer"]


def test_a_cell_is_the_same_each_time_and_its_truth_is_of_every_landing() -> None:
    frozen, _, _ = cells.TROUBLES
    cell = replace(cells.cell("midfoot", Placement.SHOE), faults=frozen)
    one, two = cells.simulate(cell), cells.simulate(cell)
    assert (one.block.accel_g == two.block.accel_g).all()
    assert len(one.truth) == pytest.approx(cells.RUNNING_S / 0.70, abs=3)
    same = (np.diff(one.block.accel_g, axis=0) == 0).all(axis=1)
    assert same.mean() == pytest.approx(faulty.FROZEN_SHARE, abs=0.01)


def test_a_stride_is_timed_unless_its_stance_is_partly_frozen() -> None:
    frozen, _, _ = cells.TROUBLES
    truth, block = faulty.recording(replace(cells.cell("midfoot", Placement.SHOE), faults=frozen))
    same = np.append((np.diff(block.accel_g, axis=0) == 0).all(axis=1), False)
    for k, timed in enumerate(truth.can_be_timed):
        near = (block.time_s > truth.contact_s[k]) & (block.time_s < truth.toe_off_s[k])
        assert not (timed and same[near].sum() > 2)
    assert 0.75 < truth.can_be_timed.mean() < 1.0


def test_the_matrix_holds_every_family_rate_speed_and_trouble() -> None:
    every = list(cells.cells(quick=False))
    assert {c.family for c in every} == set(FAMILIES)
    assert {c.rate_hz for c in every} == set(faulty.RATES_HZ)
    assert {c.speed_mps for c in every} >= set(faulty.SPEEDS_MPS)
    assert {c.faults for c in every} >= set(cells.TROUBLES)
    assert len(every) == len(set(every))


def measured() -> Measured:
    """Return a made-up measurement: one runner's legs, and a peer that is 10 ms late."""
    true = [{"ic_s": t, "to_s": t + 0.2, "gct_s": 0.2} for t in (1.0, 1.7, 2.4)]

    def legs(late_s: float) -> list[plate.LegScore]:
        strides = [
            {"contact_s": t["ic_s"] + late_s, "stride_time_s": 0.7, "cadence_spm": 120 / 0.7}
            for t in true
        ]
        return [plate.score_leg(true, strides, "rearfoot") for _ in Side]

    where = ("fukuchi", Placement.SHIN)
    return Measured(
        plates={where: {OURS: legs(0.001), "Peer 1999": legs(0.010)}},
        runners={where: ["S01", "S01"]},
    )


def test_the_page_shows_ours_beside_the_peer_and_is_the_same_each_time() -> None:
    found = measured()
    text = page(all_rows(found), found, [])
    assert text == page(all_rows(found), found, [])
    assert "| `contact_bias_ms` | 1.00 ms | ± 5 | yes | Peer 1999 | 10.0 |" in text
    assert "| fukuchi shank | ms | **stridecue** | 6 | 1.00 |" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (-0.001, "0.00"), (12.34, "12.3"), (100.0, "100"), (3.0, "3.00")],
)
def test_a_figure_has_as_many_digits_as_it_deserves(value: float | None, text: str) -> None:
    assert number(value) == text
