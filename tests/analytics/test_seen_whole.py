"""Strides that a sensor did not see whole say so: it froze, or a turn went beyond its range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.records import Placement, SampleBlock, Stride
from analytics.rows import FROZEN, TURN_CLIPPED
from analytics.strides import StrideStage
from tests.analytics import signals
from tests.laws import law

BOTH = [Placement.SHIN, Placement.SHOE]
K = 10  # of the contacts: well within the run


def strides(block: SampleBlock) -> list[Stride]:
    records = law.run(StrideStage(worn=block.worn), [block])
    return [r for r in records if isinstance(r, Stride)]


def frozen(block: SampleBlock, *, from_s: float, lasts_s: float) -> SampleBlock:
    """Return the samples of a sensor that repeats one of them for some time."""
    i, j = np.searchsorted(block.time_s, [from_s, from_s + lasts_s])
    assert block.gyro_radps is not None
    accel, gyro = block.accel_g.copy(), block.gyro_radps.copy()
    accel[i:j], gyro[i:j] = accel[i], gyro[i]
    return replace(block, accel_g=accel, gyro_radps=gyro)


def at(found: list[Stride], contact_s: float) -> Stride:
    return min(found, key=lambda stride: abs(stride.contact_s - contact_s))


@pytest.mark.parametrize("placement", BOTH)
def test_a_freeze_in_swing_costs_the_way_of_that_stride_alone(placement: Placement) -> None:
    run = signals.run(placement=placement)
    held = frozen(run.block, from_s=run.toe_off_s[K] + 0.15, lasts_s=0.1)
    found, whole = strides(held), strides(run.block)
    marked = [stride for stride in found if "quality" in stride.reasons]
    assert marked == [at(found, run.contact_s[K])]
    (stride,) = marked
    assert stride.quality <= 0.5
    assert stride.reasons["quality"] == stride.reasons["stride_length_m"] == FROZEN
    assert stride.toe_off_s == at(whole, stride.contact_s).toe_off_s
    assert not any("quality" in stride.reasons for stride in whole)


@pytest.mark.parametrize("placement", BOTH)
def test_a_freeze_in_stance_costs_what_is_read_there(placement: Placement) -> None:
    run = signals.run(placement=placement)
    stands_s = run.toe_off_s[K] - run.contact_s[K]
    held = frozen(run.block, from_s=run.contact_s[K] + 0.4 * stands_s, lasts_s=0.06)
    stride = at(strides(held), run.contact_s[K])
    for name in ("toe_off_s", "contact_time_s", "duty_factor", "loading_rate_gps", "speed_mps"):
        assert getattr(stride, name) is None
        assert stride.reasons[name] == FROZEN
    assert stride.quality <= 0.5


def test_two_samples_alike_are_no_freeze() -> None:
    run = signals.run(placement=Placement.SHOE)
    held = frozen(run.block, from_s=run.contact_s[K] + 0.1, lasts_s=0.015)
    assert not any("quality" in stride.reasons for stride in strides(held))


@pytest.mark.parametrize("placement", BOTH)
def test_a_turn_beyond_the_gyroscopes_range_marks_its_stride_and_leaves_the_peak(
    placement: Placement,
) -> None:
    run = signals.run(placement=placement)
    gyro = run.block.gyro_radps
    assert gyro is not None
    limit = 0.75 * float(np.abs(gyro).max())
    cut = replace(run.block, gyro_radps=np.clip(gyro, -limit, limit))
    found, whole = strides(cut), strides(run.block)
    marked = [stride for stride in found if stride.clipped]
    assert len(marked) >= 0.9 * len(found)
    assert sum(stride.clipped for stride in whole) <= 0.05 * len(whole)
    for stride in marked:
        assert not stride.peak_clipped
        assert stride.reasons["clipped"] == TURN_CLIPPED
        assert stride.quality < at(whole, stride.contact_s).quality
