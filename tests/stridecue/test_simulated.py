"""A data set of a simulated run: whole, the same again, with its truth and a picture."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from firmware_sim.scenarios import scenario
from stridecue.picture import draw
from stridecue.simulated import COLUMNS, DataSet, simulate, write_card, write_csv, write_parquet

RUN = scenario("out-of-reach").with_(minutes=1.2)
FILES = ("recording.scue", "truth_strides.jsonl", "truth_session.json", "left.csv", "right.csv")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    made = simulate(RUN, seed=5, out=tmp_path_factory.mktemp("data"))
    write_csv(made)
    return made


def test_nearly_every_true_stride_is_found_in_what_the_sensors_sent(data: DataSet) -> None:
    assert len(data.truth) > 100
    assert len(data.found) / len(data.truth) == pytest.approx(1.0, abs=0.02)


def test_a_leg_has_every_sample_once_also_those_that_came_late(data: DataSet) -> None:
    for samples in data.samples.values():
        apart_s = np.diff(samples[:, 0])
        assert apart_s.min() > 0.004
        assert apart_s.max() < 0.006
    assert data.gaps == ()


def test_the_samples_read_back_are_those_that_were_written(data: DataSet) -> None:
    with (data.folder / "left.csv").open() as file:
        names, *rows = csv.reader(file)
    assert tuple(names) == COLUMNS
    samples = next(iter(data.samples.values()))
    assert np.allclose(np.array(rows, np.float64), samples, atol=1e-6)
    (left, _) = write_parquet(data)
    assert np.array_equal(parquet.read_table(left)["ax_g"].to_numpy(), samples[:, 1])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    data: DataSet, tmp_path: Path
) -> None:
    write_csv(simulate(RUN, seed=5, out=tmp_path / "again"))
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (data.folder / name).read_bytes(), name
    other = simulate(RUN, seed=6, out=tmp_path / "other")
    assert other.truth != data.truth


def test_the_card_says_what_happened(data: DataSet) -> None:
    text = write_card(data, RUN).read_text()
    story = json.loads((data.folder / "truth_session.json").read_bytes())
    assert f"{story['n_strides']}, mean cadence {story['mean_cadence_spm']:.2f} spm" in text
    assert "out_of_reach left from 40 to 48 s" in text
    assert "--scenario out-of-reach --seed 5 --minutes 1.2 --placement shoe" in text


def test_the_picture_is_a_picture(data: DataSet) -> None:
    assert draw(data).read_bytes().startswith(b"\x89PNG")
