import json
import math
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from analytics import form
from analytics.blocks import Blocks, BlockSettings
from analytics.merge import Second
from analytics.records import Activity, Drift, DriftLevel, Side, Stride, Surface
from bench import drift
from bench.drifting import ours, raw, rivals
from bench.drifting.series import Change, Episode, Run, blocks, earlier_runs, legs
from bench.drifting.sure import sure_rows
from tests.analytics.runners import stride


def seconds_of(run: Run) -> list[Second]:
    """Return the run as the stage gets it from real sensors: single strides, second by second."""
    strides = [
        stride(
            side,
            float(end_s - stride_s),
            float(stride_s),
            float(contact_s),
            float(peak_g),
            speed_mps=float(speed),
        )
        for side, leg in legs(run).items()
        for end_s, stride_s, contact_s, peak_g, speed in zip(
            leg.end_s,
            leg.stride_time_s,
            leg.contact_time_s,
            leg.peak_g,
            leg.speed_mps,
            strict=True,
        )
    ]
    running = dict.fromkeys(Side, Activity.RUNNING)
    by_second: dict[int, list[Stride]] = {}
    for one in strides:
        by_second.setdefault(math.ceil(one.end_s), []).append(one)
    return [
        Second(until_s=float(t), activity=running, strides=by_second.get(t, ()))
        for t in range(1, int(run.minutes * 60) + 1)
    ]


def test_blocks_of_arrays_are_those_that_the_stage_makes_of_strides() -> None:
    run = Run(seed=1, minutes=6.0)
    maker = Blocks(settings=BlockSettings())
    made = [b for second in seconds_of(run) if (b := maker.push(second))]
    short = list(blocks(run))
    assert abs(len(made) - len(short)) <= 1
    for metric in ("peak_accel", "contact_time", "cadence", form.SPEED, "stride_time_cv"):
        staged = [block.values[metric] for block in made[: len(short)]]
        direct = [block.values[metric] for block in short[: len(made)]]
        # The stage's blocks end on whole seconds, so that a few strides lie in the next one.
        assert fmean(staged) == pytest.approx(fmean(direct), rel=0.03), metric


def test_a_runner_follows_speed_alike_on_all_days() -> None:
    def slope(day: int) -> float:
        both = legs(Run(seed=3, day=day, minutes=30, wander_mps=0.5))
        leg = both[Side.LEFT]
        return float(np.polyfit(leg.speed_mps, np.log(leg.peak_g), 1)[0])

    assert slope(1) == pytest.approx(slope(2), abs=0.08)
    assert not np.array_equal(
        legs(Run(seed=3, day=1))[Side.LEFT].peak_g, legs(Run(seed=3, day=2))[Side.LEFT].peak_g
    )


def test_earlier_runs_leave_a_surer_slope_than_one() -> None:
    one, three = (earlier_runs(Run(seed=4), runs=n) for n in (1, 3))
    assert one is not None
    assert three is not None
    assert three.slopes["peak_accel"].sd < one.slopes["peak_accel"].sd < 0.12


def test_an_episode_of_other_ground_is_in_the_strides_and_in_the_tags() -> None:
    grass = Episode(start_s=300, end_s=480, peak=0.2, time_to_peak=0.15, surface=Surface.GRASS)
    run = Run(seed=5, minutes=10, surface=Surface.ASPHALT, episodes=(grass,))
    plain = list(blocks(replace(run, episodes=())))
    both = list(zip(blocks(run), plain, strict=True))
    there = [(b.values, p.values) for b, p in both if 300 + 20 < b.last.end_s < 480]
    assert all(b.surface is Surface.GRASS for b, _ in both if 300 < b.last.end_s < 480)
    assert all(b.surface is Surface.ASPHALT for b, _ in both if b.last.end_s < 300)
    assert 7 <= len(there) <= 10
    for values, as_ever in there:
        assert values["peak_accel"] / as_ever["peak_accel"] == pytest.approx(1.2)
        assert values["time_to_peak_left"] / as_ever["time_to_peak_left"] == pytest.approx(1.15)


def test_a_step_is_found_soon_after_it_and_not_before() -> None:
    course = ours.step("step10", peak=0.10)
    assert all(0 < delay < 8 for delay in ours.delays_min(course, range(4)))


def test_a_detector_of_river_tells_of_a_great_change() -> None:
    run = Run(seed=6, minutes=30, change=Change(start_s=1200, full_s=1200, peak=1.0))
    for make in rivals.as_shipped().values():
        assert any(1200 < t < 1500 for t in rivals.found(make, legs(run), standardised=False))
    known = rivals.calibrated([Run(seed=7, minutes=40), Run(seed=8, minutes=40)])
    for make in known.values():
        assert any(1200 < t < 1500 for t in rivals.found(make, legs(run), standardised=True))


def test_raw_samples_of_a_tired_runner_give_an_alarm() -> None:
    quick = raw.RawRun(kind="rises", seed=1, minutes=27.0)
    assert any(t > raw.CHANGE_S for t in raw.alarms(quick))


def test_the_table_has_the_rows_that_others_read(capsys: pytest.CaptureFixture[str]) -> None:
    code = drift.main(["--hours", "2", "--raw-hours", "0", "--runs", "1", "--json"])
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert {
        "hours",
        "false_alarms_per_10h",
        "step10_p90_min",
        "ramp10_found_before_end_pct",
        "surface_alarm_pct",
        "slowing_found_pct",
    } <= set(rows)
    assert rows["hours"]["target"] == 1000
    assert code == 1, "two hours are not a thousand"
    assert rows["step10_p90_min"]["peer"].startswith("river")


def test_every_drift_of_a_run_is_of_that_runner() -> None:
    found = ours.drifts(ours.step("step10", peak=0.3).make(9))
    assert any(isinstance(d, Drift) and d.level is DriftLevel.ALARM for d in found)


def test_what_is_said_more_surely_is_true_more_often() -> None:
    rows = {row.name: row.value for row in sure_rows(2, 1)}
    below = [rows[f"said_{said}_noise_below_pct"] or 0.0 for said in (50, 80, 90, 95, 98)]
    assert below == sorted(below)
    assert 0.0 < below[0] < below[-1] <= 100.0
    assert (rows["said_98_true_pct"] or 0.0) > (rows["said_50_true_pct"] or 0.0)
