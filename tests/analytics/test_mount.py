"""Which way the sensor sits, learned from running, and a strap that moves."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.records import FloatArray, Placement, SampleBlock, SessionEvent, Stride
from analytics.rows import NO_AXIS
from analytics.strides import StrideStage
from firmware_sim.imu import rotation
from tests.analytics import signals
from tests.laws import law

STANDS_S = 4.3


def running_only(*, placement: Placement = Placement.SHIN, running_s: float = 20.0) -> signals.Run:
    """Return a run without the standing before it and after it."""
    whole = signals.run(placement=placement, running_s=running_s)
    n = int(STANDS_S * whole.block.rate_hz)
    return replace(whole, block=whole.block.part(n, n + int(running_s * whole.block.rate_hz)))


def strides(block: SampleBlock) -> list[Stride]:
    found = law.run(StrideStage(worn=block.worn), [block])
    return [r for r in found if isinstance(r, Stride)]


def turned_after(block: SampleBlock, *, at_s: float, degrees: float) -> SampleBlock:
    """Return what is felt when the sensor tips over by so much at `at_s`, as the mean force shows.

    A turn about the mean force itself would not be seen in its direction.
    """
    axis = np.cross(block.accel_g.mean(axis=0), [0.0, 1.0, 0.0])
    matrix = rotation(axis=axis, angle=math.radians(degrees))
    later = (block.time_s >= at_s)[:, np.newaxis]

    def turn(vectors: FloatArray) -> FloatArray:
        return np.where(later, vectors @ matrix.T, vectors)

    assert block.gyro_radps is not None
    return replace(block, accel_g=turn(block.accel_g), gyro_radps=turn(block.gyro_radps))


def moved(block: SampleBlock) -> list[SessionEvent]:
    found = law.run(StrideStage(worn=block.worn), [block])
    return [r for r in found if isinstance(r, SessionEvent)]


@pytest.mark.parametrize("gyro", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shin_sensor_put_on_anyhow_learns_its_axis_from_running(*, seed: int, gyro: bool) -> None:
    run = running_only()
    block = signals.turned(run.block, seed=seed)
    found = strides(block if gyro else replace(block, gyro_radps=None))
    known = [s for s in found if s.peak_accel_axial_g is not None]
    assert len(known) >= len(found) - 1
    errors = [
        (s.peak_accel_axial_g or 0.0) / run.axial_g[np.abs(run.contact_s - s.contact_s).argmin()]
        for s in known
    ]
    assert np.mean(errors) == pytest.approx(1.0, abs=0.10)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_shoe_with_a_gyroscope_learns_its_axis_from_the_flat_foot(seed: int) -> None:
    run = running_only(placement=Placement.SHOE)
    found = strides(signals.turned(run.block, seed=seed))
    known = [s for s in found if s.peak_accel_axial_g is not None]
    assert len(known) == len(found), "the first one's axis is learned while its row waits"
    errors = [
        (s.peak_accel_axial_g or 0.0) / run.axial_g[np.abs(run.contact_s - s.contact_s).argmin()]
        for s in known
    ]
    assert np.mean(errors) == pytest.approx(1.0, abs=0.05)


def test_a_shoe_without_standing_or_gyroscope_says_why_it_has_no_axial_peak() -> None:
    run = running_only(placement=Placement.SHOE, running_s=8.0)
    for stride in strides(replace(run.block, gyro_radps=None)):
        assert stride.peak_accel_axial_g is None
        assert stride.reasons["peak_accel_axial_g"] == NO_AXIS


def test_standing_tells_the_axis_through_50_mg_of_noise_on_every_sample() -> None:
    run = signals.run(placement=Placement.SHOE)
    noise_g = np.random.default_rng(5).normal(0.0, 0.05, run.block.accel_g.shape)
    noisy = replace(run.block, accel_g=run.block.accel_g + noise_g, gyro_radps=None)
    assert all(stride.peak_accel_axial_g is not None for stride in strides(noisy))


@pytest.mark.parametrize("placement", list(Placement))
def test_a_strap_that_turns_by_15_degrees_is_told_once(placement: Placement) -> None:
    run = running_only(placement=placement, running_s=50.0)
    [event] = moved(turned_after(run.block, at_s=run.block.time_s[0] + 18.0, degrees=15.0))
    assert (event.kind, event.side) == ("strap-moved", run.block.worn.side)
    since_s = event.time_s - (run.block.time_s[0] + 18.0)
    assert 20.0 < since_s < 26.0, "30 strides of 0.7 s and the second under way"


@pytest.mark.parametrize("degrees", [0.0, 5.0])
def test_a_strap_that_holds_is_not_told_of(degrees: float) -> None:
    run = running_only(running_s=50.0)
    assert not moved(turned_after(run.block, at_s=run.block.time_s[0] + 18.0, degrees=degrees))


def test_a_frame_is_trusted_until_the_strap_moves_and_the_axis_is_then_learned_anew() -> None:
    run = running_only(running_s=60.0)
    first_s = float(run.block.time_s[0])
    block = turned_after(run.block, at_s=first_s + 15.0, degrees=20.0)
    found = strides(replace(block, aligned=True))
    wrong = [s.peak_accel_axial_g or 0.0 for s in found if s.contact_s < first_s + 14.0]
    learned = [s.peak_accel_axial_g or 0.0 for s in found if s.contact_s > first_s + 45.0]
    true_g = float(np.median(run.axial_g))
    assert np.median(wrong) < 0.7 * true_g, "the frame that was claimed is another"
    assert np.median(learned) == pytest.approx(true_g, rel=0.08)


def test_walking_between_runs_is_no_moved_strap() -> None:
    run = running_only(running_s=24.0)
    block = run.block
    slow = np.array([0.3, 0.0, 1.0])  # leaning otherwise than a runner's shank
    steps = np.arange(0.0, 40.0, 1.1)
    walk = signals.add_knocks(signals.standing(seconds=40.0), at_s=steps) * 0.1
    walk = walk + 0.9 * slow
    accel = np.concatenate([block.accel_g, walk, block.accel_g])
    whole = signals.block(accel, gyro_radps=np.zeros_like(accel))
    assert not moved(whole)
