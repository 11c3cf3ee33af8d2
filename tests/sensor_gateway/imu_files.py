"""Recordings for the import tests: written as other people's tools write them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.errors import InputError
from analytics.records import Gap, Placement, SampleBlock, Side, Worn
from sensor_gateway.columns import AccelUnit, GyroUnit
from sensor_gateway.importers import ImuFile

WORN = Worn(runner="ada", session="s1", side=Side.LEFT, placement=Placement.SHOE)
PLAIN = ("t_s", "ax_g", "ay_g", "az_g")


def rows(n: int = 200, *, rate_hz: float = 200.0, start_s: float = 0.0) -> list[list[str]]:
    """Return cells of a sensor at rest: time and three axes of acceleration in g."""
    return [[f"{start_s + i / rate_hz:.6f}", "0.1", "0.2", f"{1 + i % 3 / 10}"] for i in range(n)]


def csv_text(
    cells: Sequence[Sequence[str]],
    *,
    header: Sequence[str] = PLAIN,
    delimiter: str = ",",
    newline: str = "\n",
) -> str:
    """Return the cells as the text of a CSV file."""
    return "".join(delimiter.join(row) + newline for row in [header, *cells])


def write(folder: Path, text: str | bytes, *, name: str = "run.csv") -> Path:
    """Write a file as it is, without a change of its line ends."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(
    path: Path,
    *,
    units: AccelUnit | None = None,
    gyro_units: GyroUnit | None = None,
    range_g: float = math.inf,
) -> list[SampleBlock | Gap]:
    """Return all that an import of the file gives."""
    with ImuFile(path, worn=WORN, units=units, gyro_units=gyro_units, range_g=range_g) as recording:
        return list(recording)


def samples(items: Sequence[SampleBlock | Gap]) -> Mapping[str, np.ndarray]:
    """Return time, acceleration and angular rate of all blocks, put together."""
    blocks = [item for item in items if isinstance(item, SampleBlock)]
    gyros = [block.gyro_radps for block in blocks if block.gyro_radps is not None]
    return {
        "time_s": np.concatenate([block.time_s for block in blocks]),
        "accel_g": np.concatenate([block.accel_g for block in blocks]),
        "gyro_radps": np.concatenate(gyros) if gyros else np.empty((0, 3)),
    }


def refusal(path: Path, **options: object) -> str:
    """Return the one line that the import of a file ends with."""
    with pytest.raises(InputError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    text = str(caught.value)
    assert text.isprintable()
    assert caught.value.exit_code == 2
    assert str(caught.value.mend)
    return text


def parquet(folder: Path, **columns: object) -> Path:
    path = folder / "run.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=128)
    return path


def columns(n: int = 300) -> dict[str, object]:
    cells = np.array(rows(n), float).reshape(n, 4)
    return {name: cells[:, i].tolist() for i, name in enumerate(PLAIN)}
