"""A file that cannot be used says what is wrong, where and how to mend it, on one line."""

from __future__ import annotations

import gzip
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sensor_gateway.columns import AccelUnit, GyroUnit
from tests.sensor_gateway.imu_files import PLAIN, csv_text, read, refusal, rows, write


def with_cell(row: int, column: int, cell: str) -> str:
    cells = rows(1000)
    cells[row][column] = cell
    return csv_text(cells)


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert refusal(path) == f"{path}: no such file; check its path"


def test_a_folder(tmp_path: Path) -> None:
    assert "this is a folder" in refusal(tmp_path)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Run as a user without rights, for root may read everything."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


def test_a_file_without_permission(nobody: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    del nobody, tmp_path_factory
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"stridecue-test-{os.getpid()}"  # noqa: S108
    folder.mkdir()
    path = write(folder, csv_text(rows(5)))
    path.chmod(0)
    try:
        assert "no permission" in refusal(path)
    finally:
        path.unlink()
        folder.rmdir()


@pytest.mark.parametrize("name", ["run.csv", "run.csv.gz", "run.parquet"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    assert "the file is empty" in refusal(write(tmp_path, "", name=name))


@pytest.mark.parametrize("text", ["t_s,ax_g,ay_g,az_g", "t_s,ax_g,ay_g,az_g\n\n"])
def test_a_header_alone(tmp_path: Path, text: str) -> None:
    assert "a header but no samples" in refusal(write(tmp_path, text))


@pytest.mark.parametrize("text", ["\n\n", "# a comment\n", "\ufeff"])
def test_nothing_but_blanks_and_comments(tmp_path: Path, text: str) -> None:
    assert "no header and no samples" in refusal(write(tmp_path, text))


def test_one_sample_alone(tmp_path: Path) -> None:
    assert "one sample only" in refusal(write(tmp_path, csv_text(rows(1))))


def test_an_empty_gzip(tmp_path: Path) -> None:
    assert "is empty" in refusal(write(tmp_path, gzip.compress(b""), name="run.csv.gz"))


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_truncated_gzip(tmp_path: Path, part: float) -> None:
    noise = [[f"{i / 200}", *(f"{random.Random(i).random()}" for _ in "xyz")] for i in range(9000)]  # noqa: S311
    packed = gzip.compress(csv_text(noise).encode())
    path = write(tmp_path, packed[: int(part * len(packed))], name="run.csv.gz")
    assert "gzip data ends too early" in refusal(path)


def test_a_damaged_gzip(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(csv_text(rows(2000)).encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert "gzip data" in refusal(write(tmp_path, bytes(packed), name="run.csv.gz"))


def test_a_file_named_gz_that_is_not(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text(rows(5)), name="run.csv.gz")
    assert "named .gz but is not gzip" in refusal(path)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (("x", "ax_g", "ay_g", "az_g"), "no time column; the header reads 'x, ax_g"),
        (("t_s", "acc_x", "ay_g", "az_g"), "no column ax"),
        (("t_s", "ax_g", "ay_g", "temp"), "no column az"),
        (("t_s", "ax", "ay", "az"), "column ax does not say its unit; add --units g|m/s2"),
        (("t_s", "ax_g", "ax_mps2", "ay_g"), "columns ax_g and ax_mps2 both claim to be ax"),
        (("t_s", "t_s", "ax_g", "ay_g"), "column t_s stands twice"),
    ],
)
def test_a_header_that_does_not_fit(tmp_path: Path, header: tuple[str, ...], what: str) -> None:
    assert what in refusal(write(tmp_path, csv_text(rows(5), header=header)))


def test_a_gyroscope_of_two_axes(tmp_path: Path) -> None:
    cells = [[*row, "0", "0"] for row in rows(5)]
    text = csv_text(cells, header=(*PLAIN, "gx_dps", "gz_dps"))
    assert "no column gy" in refusal(write(tmp_path, text))


def test_a_gyroscope_without_a_unit(tmp_path: Path) -> None:
    cells = [[*row, "0", "0", "0"] for row in rows(5)]
    text = csv_text(cells, header=(*PLAIN, "gx", "gy", "gz"))
    assert "add --gyro-units rad/s|deg/s" in refusal(write(tmp_path, text))


def test_an_option_that_contradicts_the_header(tmp_path: Path) -> None:
    cells = [[*row, "0", "0", "0"] for row in rows(5)]
    path = write(tmp_path, csv_text(cells, header=(*PLAIN, "gx_dps", "gy_dps", "gz_dps")))
    assert "states g, but --units says m/s2" in refusal(path, units=AccelUnit.MPS2)
    assert "but --gyro-units says rad/s" in refusal(path, gyro_units=GyroUnit.RADPS)


def test_numbers_without_a_header(tmp_path: Path) -> None:
    text = csv_text(rows(5)).partition("\n")[2]
    assert "line 1: no header line" in refusal(write(tmp_path, text))


@pytest.mark.parametrize("second", ["s,g,g,g", "x,y,z,w"])
def test_two_header_lines(tmp_path: Path, second: str) -> None:
    text = csv_text(rows(5)).replace("\n", f"\n{second}\n", 1)
    assert "line 2: text where the numbers should begin" in refusal(write(tmp_path, text))


def test_two_header_lines_of_which_the_second_has_the_names(tmp_path: Path) -> None:
    text = "imu,imu,imu,imu\n" + csv_text(rows(5))
    assert "keep one header line" in refusal(write(tmp_path, text))


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("abc", "'abc' is not a number"),
        ("1.2.3", "'1.2.3' is not a number"),
        ("0x10", "'0x10' is not a number"),
        ("1_0", "'1_0' is not a number"),
        ("\x1b[31m1", "'?[31m1' is not a number"),
        ("NaN", "'NaN' is not a measured number"),
        ("-inf", "'-inf' is not a measured number"),
        ("", "the cell is empty"),
        ("  ", "the cell is empty"),
        ("1e999", "'1e999' is too large"),
        ("5000", "5000 is more than any sensor can give"),
    ],
)
def test_a_cell_that_is_no_measurement(tmp_path: Path, cell: str, what: str) -> None:
    line = refusal(write(tmp_path, with_cell(700, 2, cell)))
    assert f"line 702, column ay_g: {what}" in line


def test_the_line_is_told_right_after_blank_lines_and_comments(tmp_path: Path) -> None:
    text = "# one\n\n" + with_cell(700, 2, "abc").replace("0.500000", "\n\n0.500000")
    assert "line 706, column ay_g" in refusal(write(tmp_path, text))


def test_the_line_is_told_right_far_into_the_file(tmp_path: Path) -> None:
    cells = rows(100_000)
    cells[90_000][3] = "x"
    assert "line 90002, column az_g" in refusal(write(tmp_path, csv_text(cells)))


def test_a_row_that_was_cut_off(tmp_path: Path) -> None:
    text = csv_text(rows(100))[:-9]
    assert "line 101: 2 cells where the header names 4" in refusal(write(tmp_path, text))


def test_a_row_with_more_cells_than_names(tmp_path: Path) -> None:
    text = with_cell(50, 1, "0,1")
    assert "line 52: 5 cells where the header names 4" in refusal(write(tmp_path, text))


def test_time_that_runs_backwards(tmp_path: Path) -> None:
    line = refusal(write(tmp_path, with_cell(300, 0, "0.100000")))
    assert "line 302, column t_s: time runs backwards (0.100000 s after 1.495000 s)" in line


def test_time_that_runs_backwards_far_into_the_file(tmp_path: Path) -> None:
    cells = rows(50_000) + rows(50_000, start_s=200)
    assert "line 50002, column t_s: time runs backw" in refusal(write(tmp_path, csv_text(cells)))


def test_time_that_repeats(tmp_path: Path) -> None:
    cells = rows(500)
    cells[123][0] = cells[122][0]
    line = refusal(write(tmp_path, csv_text(cells)))
    assert "line 125, column t_s: time repeats (0.610000 s after 0.610000 s)" in line


def test_time_that_jumps_by_years(tmp_path: Path) -> None:
    cells = rows(500) + rows(500, start_s=1.7e9)
    assert "line 502, column t_s: time jumps" in refusal(write(tmp_path, csv_text(cells)))


@pytest.mark.parametrize("rate_hz", [1, 25, 40, 49])
def test_a_rate_under_50_hz(tmp_path: Path, rate_hz: float) -> None:
    line = refusal(write(tmp_path, csv_text(rows(200, rate_hz=rate_hz))))
    assert f"sampled at {rate_hz:g} Hz" in line


@pytest.mark.parametrize("rate_hz", [49.9, 50.0])
def test_50_hz_of_a_sensor_with_a_slow_clock_is_enough(tmp_path: Path, rate_hz: float) -> None:
    assert read(write(tmp_path, csv_text(rows(200, rate_hz=rate_hz))))


def test_milliseconds_named_seconds(tmp_path: Path) -> None:
    cells = [[str(i * 5), *row[1:]] for i, row in enumerate(rows(200))]
    assert "name the unit of t_s" in refusal(write(tmp_path, csv_text(cells)))


def test_seconds_named_milliseconds(tmp_path: Path) -> None:
    text = csv_text(rows(200), header=("t_ms", *PLAIN[1:]))
    assert "times 5e-06 s apart" in refusal(write(tmp_path, text))


def test_a_rate_that_falls_on_the_way(tmp_path: Path) -> None:
    cells = rows(20_000) + rows(20_000, rate_hz=25, start_s=100.04)
    line = refusal(write(tmp_path, csv_text(cells)))
    assert "line 21002: the rate changes from 200 to about 25.0 Hz" in line


def test_binary_junk(tmp_path: Path) -> None:
    junk = np.random.default_rng(3).bytes(300_000)
    for name in ("run.csv", "run.txt", "run.parquet", "run.csv.gz"):
        refusal(write(tmp_path, junk, name=name))
    assert "this is not a text file" in refusal(Path(sys.executable))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_another_encoding(tmp_path: Path, encoding: str) -> None:
    refusal(write(tmp_path, csv_text(rows(5)).encode(encoding)))


@pytest.mark.parametrize(
    ("magic", "what"),
    [(b"PK\x03\x04", "Excel"), (b"BZh9", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"PAR1", "Parquet")],
)
def test_files_of_other_kinds_are_named(tmp_path: Path, magic: bytes, what: str) -> None:
    assert what in refusal(write(tmp_path, magic + bytes(50)))


def test_an_endless_line(tmp_path: Path) -> None:
    assert "an endless line" in refusal(write(tmp_path, "t_s," + "9" * 3_000_000))


def test_a_range_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text(rows(5)))
    for range_g in (0.0, -8.0, float("nan")):
        assert "is no range" in refusal(path, range_g=range_g)
