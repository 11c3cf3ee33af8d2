"""What a recording holds reaches the pipeline: times, units, gaps, in any common spelling."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from analytics.records import Gap, SampleBlock
from sensor_gateway.columns import AccelUnit, GyroUnit
from sensor_gateway.csv_table import CsvTable
from sensor_gateway.importers import ImuFile
from sensor_gateway.tables import ByteSource
from tests.sensor_gateway.imu_files import (
    PLAIN,
    WORN,
    csv_text,
    parquet,
    read,
    rows,
    samples,
    write,
)


def test_a_plain_csv_comes_out_as_it_is(tmp_path: Path) -> None:
    items = read(write(tmp_path, csv_text(rows(5))), range_g=16.0)
    [block] = [item for item in items if isinstance(item, SampleBlock)]
    assert block.time_s.tolist() == [0.0, 0.005, 0.01, 0.015, 0.02]
    assert block.accel_g.tolist() == [[0.1, 0.2, z] for z in (1.0, 1.1, 1.2, 1.0, 1.1)]
    assert (block.gyro_radps, block.range_g, block.rate_hz, block.first_index) == (
        None,
        16.0,
        200.0,
        0,
    )


@pytest.mark.parametrize(
    ("name", "per_second"),
    [
        ("t", 1),
        ("time", 1),
        ("Time_s", 1),
        ("timestamp", 1),
        ("t_ms", 1e3),
        ("time_us", 1e6),
        ("timestamp_ns", 1e9),
    ],
)
def test_time_may_be_named_and_counted_in_many_ways(
    tmp_path: Path, name: str, per_second: float
) -> None:
    cells = [[repr(round(i * per_second / 200, 3)), "0", "0", "1"] for i in range(300)]
    text = csv_text(cells, header=(name, *PLAIN[1:]))
    time_s = samples(read(write(tmp_path, text)))["time_s"]
    assert time_s == pytest.approx(np.arange(300) / 200, abs=1e-12)


def test_the_clearest_time_column_counts_where_there_are_several(tmp_path: Path) -> None:
    cells = [["1700000000", row[0], *row[1:]] for row in rows(10)]
    path = write(tmp_path, csv_text(cells, header=("timestamp", *PLAIN)))
    assert samples(read(path))["time_s"][-1] == 0.045


def test_jitter_of_the_file_is_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.uniform(0.002, 0.008, 500))
    cells = [[repr(float(t)), "0", "0", "1"] for t in times]
    items = read(write(tmp_path, csv_text(cells)))
    assert samples(items)["time_s"].tolist() == times.tolist()
    assert not any(isinstance(item, Gap) for item in items)


def test_suffixes_state_the_units(tmp_path: Path) -> None:
    header = ("gz_dps", "t_s", "ax_mps2", "note", "ay_g", "az_mps2", "gx_radps", "gy_dps")
    cells = [["180", f"{i / 100}", "9.80665", "x", "2", "19.6133", "3", "90"] for i in range(4)]
    got = samples(read(write(tmp_path, csv_text(cells, header=header))))
    assert got["accel_g"][0] == pytest.approx([1.0, 2.0, 2.0])
    assert got["gyro_radps"][0] == pytest.approx([3.0, math.pi / 2, math.pi])


def test_options_state_the_units_of_bare_names(tmp_path: Path) -> None:
    header = ("t_s", "ax", "ay", "az", "gx", "gy", "gz")
    cells = [[f"{i / 100}", "0", "0", "9.80665", "0", "0", "180"] for i in range(4)]
    path = write(tmp_path, csv_text(cells, header=header))
    got = samples(read(path, units=AccelUnit.MPS2, gyro_units=GyroUnit.DPS))
    assert got["accel_g"][0] == pytest.approx([0, 0, 1])
    assert got["gyro_radps"][0] == pytest.approx([0, 0, math.pi])


def test_a_hole_becomes_a_gap_and_the_index_counts_what_is_missing(tmp_path: Path) -> None:
    cells = rows(100) + rows(100, start_s=0.795)
    before, gap, after = read(write(tmp_path, csv_text(cells)))
    assert isinstance(before, SampleBlock)
    assert isinstance(gap, Gap)
    assert isinstance(after, SampleBlock)
    assert (gap.start_s, gap.end_s, gap.n_samples, gap.first_index) == (0.495, 0.795, 59, 100)
    assert (len(before), after.first_index, len(after)) == (100, 159, 100)


@pytest.mark.parametrize(("rate_hz", "hole_s", "is_gap"), [(200, 0.049, 0), (200, 0.051, 1)])
def test_a_hole_of_up_to_50_ms_is_none(
    tmp_path: Path, rate_hz: float, hole_s: float, is_gap: int
) -> None:
    cells = rows(300, rate_hz=rate_hz) + rows(300, rate_hz=rate_hz, start_s=299 / 200 + hole_s)
    items = read(write(tmp_path, csv_text(cells)))
    assert sum(isinstance(item, Gap) for item in items) == is_gap


def test_one_lost_sample_at_50_hz_is_no_gap(tmp_path: Path) -> None:
    cells = rows(300, rate_hz=50)
    del cells[150]
    assert not any(isinstance(i, Gap) for i in read(write(tmp_path, csv_text(cells))))


def test_lost_samples_do_not_lower_the_measured_rate(tmp_path: Path) -> None:
    kept = np.random.default_rng(2).random(2000) > 0.2
    cells = [row for row, keep in zip(rows(2000), kept, strict=True) if keep]
    with ImuFile(write(tmp_path, csv_text(cells)), worn=WORN) as recording:
        assert recording.rate_hz == 200.0


def test_a_gap_may_fall_anywhere_between_the_pieces_that_are_read(tmp_path: Path) -> None:
    cells = rows(500) + rows(500, start_s=4.0)
    path = write(tmp_path, csv_text(cells))
    whole = samples(read(path))
    for batch_bytes in (1, 7, 100, 1000):
        table = CsvTable(ByteSource(path), batch_bytes=batch_bytes)
        pieces = np.concatenate([chunk.cells for chunk in table.chunks([0, 1, 2, 3])])
        table.close()
        assert pieces[:, 0].tolist() == whole["time_s"].tolist()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters_do_not_matter(
    tmp_path: Path, newline: str, delimiter: str
) -> None:
    text = csv_text(rows(50), delimiter=delimiter, newline=newline)
    plain = samples(read(write(tmp_path, csv_text(rows(50)), name="plain.csv")))
    got = samples(read(write(tmp_path, text)))
    assert got["accel_g"].tolist() == plain["accel_g"].tolist()


def test_decimal_commas_are_numbers_where_the_delimiter_is_another(tmp_path: Path) -> None:
    text = csv_text(rows(50)).replace(",", ";").replace(".", ",")
    assert samples(read(write(tmp_path, text)))["accel_g"][1].tolist() == [0.1, 0.2, 1.1]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: "\ufeff" + t, id="BOM"),
        pytest.param(lambda t: t.replace(",", " , "), id="spaces"),
        pytest.param(lambda t: t.replace("ax_g", '"AX_G"'), id="quoted header"),
        pytest.param(lambda t: t.replace(",0.1,", ',"0.1",'), id="quoted cells"),
        pytest.param(lambda t: t.replace("\n", "\n\n"), id="blank lines"),
        pytest.param(lambda t: t.replace("\n", ",\n"), id="a delimiter at every line's end"),
        pytest.param(lambda t: t.replace("\n", ",\n").replace("g,\n", "g\n"), id="not in header"),
        pytest.param(lambda t: "# device 7\n#\n" + t, id="comments"),
        pytest.param(lambda t: "# device 7\n# " + t, id="numpy.savetxt"),
        pytest.param(lambda t: t.rstrip("\n"), id="no newline at the end"),
        pytest.param(lambda t: t.replace(",0.1,", ",+1.0E-1,"), id="exponents"),
        pytest.param(
            lambda t: t.replace("\n", ",h\u00e9 \u65e5\n"), id="other columns in other scripts"
        ),
    ],
)
def test_csv_is_read_as_people_have_it(tmp_path: Path, change: object) -> None:
    assert callable(change)
    items = read(write(tmp_path, change(csv_text(rows(50)))))
    got = samples(items)
    assert got["accel_g"].tolist() == [[0.1, 0.2, 1 + i % 3 / 10] for i in range(50)]
    assert got["time_s"].tolist() == [i / 200 for i in range(50)]


@pytest.mark.parametrize("name", ["run.csv.gz", "run.csv"])
def test_gzip_is_known_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, gzip.compress(csv_text(rows(50)).encode()), name=name)
    assert len(samples(read(path))["time_s"]) == 50


def test_parquet_gives_the_same_as_csv(tmp_path: Path) -> None:
    cells = np.array(rows(1000), float)
    named = {name: cells[:, i] for i, name in enumerate(PLAIN)}
    path = parquet(tmp_path, note=["x"] * 1000, **named)
    got, plain = samples(read(path)), samples(read(write(tmp_path, csv_text(rows(1000)))))
    assert got["time_s"].tolist() == plain["time_s"].tolist()
    assert got["accel_g"].tolist() == plain["accel_g"].tolist()


def test_parquet_timestamps_and_integers_are_numbers(tmp_path: Path) -> None:
    at_ms = pa.array(np.arange(100) * 5 + 1_700_000_000_000, pa.timestamp("ms"))
    one = pa.array(np.ones(100, np.int16))
    got = samples(read(parquet(tmp_path, timestamp=at_ms, ax_g=one, ay_g=one, az_g=one)))
    assert got["time_s"][1] == 1_700_000_000.005
    assert got["accel_g"][0].tolist() == [1.0, 1.0, 1.0]


def test_the_share_read_goes_from_nothing_to_all(tmp_path: Path) -> None:
    with ImuFile(write(tmp_path, csv_text(rows(100_000))), worn=WORN) as recording:
        shares = [recording.fraction_read for _ in recording]
        assert 0 < shares[0] < 1
        assert recording.fraction_read == 1.0


def test_a_long_recording_is_never_held_as_a_whole(tmp_path: Path) -> None:
    with ImuFile(write(tmp_path, csv_text(rows(200_000))), worn=WORN) as recording:
        longest = max(len(item) for item in recording if isinstance(item, SampleBlock))
    assert longest < 60_000


@pytest.mark.parametrize(
    ("units", "rest", "doubted"),
    [("g", "1", 0), ("g", "9.8", 1), ("m/s2", "9.8", 0), ("m/s2", "1", 1), ("g", "0.05", 1)],
)
def test_a_unit_that_cannot_be_right_is_doubted(
    tmp_path: Path, units: str, rest: str, doubted: int
) -> None:
    cells = [[row[0], "0", "0", rest] for row in rows(300)]
    path = write(tmp_path, csv_text(cells, header=("t_s", "ax", "ay", "az")))
    with ImuFile(path, worn=WORN, units=AccelUnit(units)) as recording:
        assert len(recording.doubts()) == doubted
