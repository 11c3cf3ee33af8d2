"""Parquet that cannot be used says so on one line, too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.sensor_gateway.imu_files import PLAIN, columns, parquet, refusal


def test_parquet_with_an_empty_cell(tmp_path: Path) -> None:
    given_columns = columns()
    az = given_columns["az_g"]
    assert isinstance(az, list)
    az[41] = None
    assert "row 42, column az_g: the cell is empty" in refusal(parquet(tmp_path, **given_columns))


def test_parquet_with_texts(tmp_path: Path) -> None:
    path = parquet(tmp_path, **{**columns(), "ax_g": ["x"] * 300})
    assert "column ax_g: holds string" in refusal(path)


def test_parquet_without_rows(tmp_path: Path) -> None:
    assert "no samples" in refusal(parquet(tmp_path, **{name: [] for name in PLAIN}))


def test_a_truncated_parquet(tmp_path: Path) -> None:
    path = parquet(tmp_path, **columns())
    path.write_bytes(path.read_bytes()[:-100])
    assert "no whole Parquet file" in refusal(path)


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet(tmp_path, **columns())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "needs the package pyarrow; pip install" in refusal(path)
