"""Real shoes: slow laps in a small room under Vicon, and a run outdoors with an independent hip."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from analytics.records import Activity, Placement, Progress, Side, Stride
from analytics.strides import StrideStage
from sensor_gateway.columns import AccelUnit, GyroUnit
from tests.laws import law
from tests.real_data.recordings import recording, rows, shoe, strides_in, trials
from tests.real_data.resampling import at_rate, whole

pytestmark = pytest.mark.data

SLOWEST_HZ = 50.0  # samples 20 ms apart: contacts are less sharp
RATES_HZ = [None, SLOWEST_HZ, 100.0, 400.0, 1000.0]  # None: as recorded


@dataclass(kw_only=True)
class Laps:
    """Strides of all trials found, and their errors: detected less true."""

    true: int = 0
    found: int = 0
    landing_s: list[float] = field(default_factory=list)
    mean_stride_time: list[float] = field(default_factory=list)  # relative, one a trial


def laps(data: Path, *, rate_hz: float | None) -> Laps:
    """Find each true stride that one detected covers by more than half."""
    folder = data / "foot_imu_vicon_pyshoe"
    score = Laps()
    for trial in trials(data, label="run"):
        block = shoe(data, trial=trial)
        strides = strides_in([block if rate_hz is None else at_rate(block, rate_hz)])
        mine: list[Stride] = []
        true_s = []
        for row in rows(folder / f"{trial}_strides.csv"):
            if row["truth_ok"] != "1":
                continue
            score.true += 1
            start, stop = float(row["midstance_s"]), float(row["next_midstance_s"])
            shared = [min(s.end_s, stop) - max(s.contact_s, start) for s in strides]
            if max(shared, default=0.0) > 0.5 * (stop - start):
                mine.append(strides[int(np.argmax(shared))])
                true_s.append(stop - start)
                landed_s = float(row["next_slow_start_s"]) - float(row["slow_start_s"])
                score.landing_s.append(mine[-1].stride_time_s - landed_s)
        score.found += len(mine)
        mean_s = np.mean([stride.stride_time_s for stride in mine])
        score.mean_stride_time.append(float(mean_s / np.mean(true_s) - 1.0))
    return score


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_strides_of_tight_laps_are_found_and_last_as_long_as_vicon_says(
    data: Path, rate_hz: float | None
) -> None:
    score = laps(data, rate_hz=rate_hz)
    assert score.found >= 0.99 * score.true
    assert np.mean(np.abs(score.mean_stride_time)) <= 0.006
    assert abs(np.mean(score.mean_stride_time)) <= 0.003
    assert np.std(score.landing_s) <= (0.034 if rate_hz == SLOWEST_HZ else 0.033)


@pytest.mark.parametrize("label", ["walk", "fast_walk", "mixed", "other"])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_walking_in_the_same_shoe_gives_no_running_strides(
    data: Path, label: str, rate_hz: float | None
) -> None:
    for trial in trials(data, label=label):
        block = shoe(data, trial=trial)
        assert strides_in([block if rate_hz is None else at_rate(block, rate_hz)]) == []


@pytest.mark.parametrize("label", ["walk", "fast_walk", "mixed"])
def test_walking_is_told_as_walking_second_by_second(data: Path, label: str) -> None:
    told: list[Activity] = []
    for trial in trials(data, label=label):
        block = shoe(data, trial=trial)
        records = law.run(StrideStage(worn=block.worn), [block])
        told += [r.activity for r in records if isinstance(r, Progress)]
    assert Activity.RUNNING not in told
    assert told.count(Activity.WALKING) >= 0.9 * (len(told) - told.count(Activity.STILL))


def test_a_shin_that_walks_at_50_hz_gives_no_running_strides(data: Path) -> None:
    path = data / "shin_walking_2g_clipped_imuf" / "shin_50hz.csv.gz"
    items = recording(
        path,
        placement=Placement.SHIN,
        range_g=2.0,
        units=AccelUnit.MPS2,
        gyro_units=GyroUnit.RADPS,
    )
    assert strides_in(items) == []


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_outdoors_the_cadence_is_within_one_step_a_minute_of_the_hips(
    data: Path, rate_hz: float | None
) -> None:
    """In all rows but one, whose runner slows: the hip's steps, counted, agree with the shoe."""
    folder = data / "shoe_accel_outdoor_adept"
    path = folder / "left_shoe_100hz.csv.gz"
    block = whole(recording(path, placement=Placement.SHOE, side=Side.LEFT, range_g=8.0))
    strides = strides_in([block if rate_hz is None else at_rate(block, rate_hz)])
    errors = []
    for row in rows(folder / "cadence_reference_20s.csv"):
        if row["steady_run"] == "1":
            begin, end = float(row["t0_s"]), float(row["t1_s"])
            inside = [s for s in strides if begin <= (s.contact_s + s.end_s) / 2.0 < end]
            mean_s = np.mean([s.stride_time_s for s in inside])
            errors.append(120.0 / mean_s - float(row["cadence_hip_spm"]))
    assert sum(abs(error) > 1.0 for error in errors) <= 1
    assert abs(np.mean(errors)) <= 0.2
    assert np.mean(np.abs(errors)) <= 0.3
