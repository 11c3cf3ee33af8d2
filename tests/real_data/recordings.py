"""Recordings and their truth as the tests need them."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from analytics.records import FloatArray, Gap, Placement, SampleBlock, Side, Stride, Worn
from analytics.strides import StrideStage
from sensor_gateway.columns import AccelUnit, GyroUnit
from sensor_gateway.importers import ImuFile
from tests.laws import law
from tests.real_data.resampling import whole

NEAR_S = 0.060


def errors(strides: list[Stride], contact_s: FloatArray) -> FloatArray:
    """Return detected less true contact of each stride that has a true one near, in seconds."""
    starts = np.array([stride.contact_s for stride in strides])
    off = starts - contact_s[np.abs(starts[:, np.newaxis] - contact_s).argmin(axis=1)]
    near: FloatArray = off[np.abs(off) < NEAR_S]
    return near


def recording(
    path: Path,
    *,
    placement: Placement,
    side: Side = Side.RIGHT,
    range_g: float = math.inf,
    units: AccelUnit = AccelUnit.G,
    gyro_units: GyroUnit = GyroUnit.DPS,
) -> list[SampleBlock | Gap]:
    """Return the samples and gaps of a recording; its folder names the session."""
    worn = Worn(runner="runner", session=path.parent.name, side=side, placement=placement)
    with ImuFile(path, worn=worn, units=units, gyro_units=gyro_units, range_g=range_g) as blocks:
        return list(blocks)


def strides_in(items: Sequence[SampleBlock | Gap]) -> list[Stride]:
    """Return the running strides in samples and gaps of one sensor."""
    records = law.run(StrideStage(worn=items[0].worn), items)
    return [record for record in records if isinstance(record, Stride)]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
        yield from csv.DictReader(lines)


def legs(data: Path, *, part: str) -> Iterator[tuple[SampleBlock, FloatArray, FloatArray]]:
    """Yield samples, true contacts and true toe-offs of every leg on the force plate."""
    placement = Placement.SHIN if part == "shank" else Placement.SHOE
    for folder in sorted(path.parent for path in data.glob("treadmill_force*/**/truth_steps.csv")):
        for side in Side:
            letter = side[0].upper()
            steps = [r for r in rows(folder / "truth_steps.csv") if r["foot"] == letter]
            (path,) = folder.glob(f"virtual_{part}_imu_{letter}_*hz.csv.gz")
            contact_s = np.array([float(step["ic_s"]) for step in steps])
            toe_off_s = np.array([float(step["to_s"]) for step in steps])
            samples = whole(recording(path, placement=placement, side=side))
            yield samples, contact_s, toe_off_s


def trials(data: Path, *, label: str) -> list[str]:
    """Return the trials in the Vicon room whose label begins so."""
    folder = data / "foot_imu_vicon_pyshoe"
    return [r["trial"] for r in rows(folder / "trials.csv") if r["label"].startswith(label)]


def shoe(data: Path, *, trial: str) -> SampleBlock:
    """Return the shoe's samples of one trial in the Vicon room."""
    items = recording(
        data / "foot_imu_vicon_pyshoe" / f"{trial}_imu.csv.gz",
        placement=Placement.SHOE,
        range_g=8.0,
        units=AccelUnit.MPS2,
        gyro_units=GyroUnit.RADPS,
    )
    return whole(items)


def mid_stances(data: Path, *, trial: str) -> list[float]:
    """Return when the shoe was slowest in each good stride of one trial, by Vicon."""
    found = rows(data / "foot_imu_vicon_pyshoe" / f"{trial}_strides.csv")
    return [float(row["midstance_s"]) for row in found if row["truth_ok"] == "1"]
