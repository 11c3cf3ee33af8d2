"""Stride length, angles and braking of simulated shoes, whose motion is known exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.kernels import trajectory
from analytics.records import Placement, SampleBlock, SpeedSource, Stride, StrikeClass
from analytics.strides import StrideStage
from tests.analytics import signals
from tests.laws import law


def strides(block: SampleBlock) -> list[Stride]:
    records = law.run(StrideStage(worn=block.worn), [block])
    return [r for r in records if isinstance(r, Stride)]


def length_errors(run: signals.Run, found: list[Stride]) -> list[float]:
    """Return found over true length, less 1, of each stride that has one."""
    out = []
    for stride in found:
        k = int(np.abs(run.contact_s - stride.contact_s).argmin())
        if stride.stride_length_m is not None:
            out.append(stride.stride_length_m / run.stride_length_m[k] - 1.0)
    return out


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 400.0])
def test_a_simulated_shoe_that_sits_askew_tells_its_exact_stride_length(rate_hz: float) -> None:
    run = signals.run(placement=Placement.SHOE, rate_hz=rate_hz)
    errors = length_errors(run, strides(run.block))
    assert len(errors) >= 0.9 * (len(run.contact_s) - 2)
    assert abs(np.median(errors)) < 0.015
    assert np.std(errors) < 0.015


def test_the_way_the_sensor_is_turned_changes_nothing() -> None:
    run = signals.run(placement=Placement.SHOE)
    straight = strides(run.block)
    for seed in (1, 2):
        turned = strides(signals.turned(run.block, seed=seed))
        apart_m = [
            abs((a.stride_length_m or 0.0) - (b.stride_length_m or 0.0))
            for a, b in zip(straight, turned, strict=True)
        ]
        assert np.percentile(apart_m, 90) < 2e-3
        assert max(apart_m) < 0.02  # along one axis alone a peak may look like the range's end
        for a, b in zip(straight, turned, strict=True):
            assert a.strike_angle_deg == pytest.approx(b.strike_angle_deg, abs=0.5)
            assert a.braking_g == pytest.approx(b.braking_g, abs=0.05)


def test_the_strike_angle_is_the_simulated_one() -> None:
    run = signals.run(placement=Placement.SHOE)
    errors = []
    for stride in strides(run.block):
        k = int(np.abs(run.contact_s - stride.contact_s).argmin())
        if stride.strike_angle_deg is not None:
            errors.append(stride.strike_angle_deg - run.strike_angle_deg[k])
    assert np.median(errors) == pytest.approx(0.0, abs=1.5)


def test_a_shoe_tells_how_it_struck_and_a_shin_how_it_leant() -> None:
    shoe = strides(signals.run(placement=Placement.SHOE).block)[3]
    shin = strides(signals.run(placement=Placement.SHIN).block)[3]
    assert shoe.strike_class in set(StrikeClass)
    assert shoe.speed_source is SpeedSource.FOOT_IMU
    assert shoe.reasons["tibia_angle_deg"] == "worn on the shoe"
    assert shin.reasons["strike_angle_deg"] == "worn on the shin"
    assert shin.speed_source is SpeedSource.SHIN_MODEL


def test_without_a_gyroscope_each_of_them_says_so() -> None:
    run = signals.run(placement=Placement.SHOE)
    stride = strides(replace(run.block, gyro_radps=None))[3]
    for name in ("stride_length_m", "speed_mps", "strike_angle_deg", "braking_g"):
        assert getattr(stride, name) is None
        assert stride.reasons[name] == "no gyroscope"


def test_a_stride_before_a_hole_has_no_length_and_says_why() -> None:
    run = signals.run(placement=Placement.SHOE)
    k = int((run.contact_s[10] + 0.05) * run.block.rate_hz)
    records = law.run(
        StrideStage(worn=run.block.worn), [run.block.part(0, k), run.block.part(k + 40, k + 900)]
    )
    first = [r for r in records if isinstance(r, Stride) and r.end_s < run.contact_s[11]]
    assert first[-1].stride_length_m is not None or "stride_length_m" in first[-1].reasons


def test_a_record_waits_no_longer_than_180_ms_after_the_contact_that_closes_its_stride() -> None:
    assert trajectory.LATEST_FLAT_S <= 0.180


def test_the_turn_that_a_saturated_gyroscope_lost_is_put_back() -> None:
    run = signals.run(placement=Placement.SHOE)
    gyro = run.block.gyro_radps
    assert gyro is not None
    limit = 0.85 * float(np.abs(gyro).max())
    cut = replace(run.block, gyro_radps=np.clip(gyro, -limit, limit))
    whole = np.median(length_errors(run, strides(run.block)))
    assert np.median(length_errors(run, strides(cut))) == pytest.approx(whole, abs=0.02)
