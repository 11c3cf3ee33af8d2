"""Sensors that freeze while a foot lands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.records import FloatArray, Placement, SampleBlock, Stride
from analytics.strides import StrideStage
from tests.analytics import signals
from tests.analytics.test_strikes import landings, times
from tests.laws import law

BOTH = [Placement.SHIN, Placement.SHOE]


def frozen(run: signals.Run, *, from_s: FloatArray, lasts_s: float) -> SampleBlock:
    """Return the samples with the first one of each freeze repeated."""
    accel = run.block.accel_g.copy()
    for begins_s in from_s:
        first = int(np.searchsorted(run.block.time_s, begins_s))
        accel[first : first + round(lasts_s * 200.0)] = accel[first]
    return replace(run.block, accel_g=accel)


@pytest.mark.parametrize("placement", BOTH)
@pytest.mark.parametrize("after_s", [-0.080, -0.040, 0.0, 0.025])
def test_a_landing_that_a_freeze_hid_is_given_in_time(placement: Placement, after_s: float) -> None:
    run = signals.run(placement=placement)
    hidden_s = run.contact_s[8:-2:3]
    found = times(landings(frozen(run, from_s=hidden_s + after_s, lasts_s=0.1)))
    off_s = np.abs(found[:, np.newaxis] - hidden_s).min(axis=0)
    assert off_s.max() < 0.050
    assert np.median(off_s) < 0.020
    assert len(found) == pytest.approx(len(run.contact_s), abs=2)


@pytest.mark.parametrize("placement", BOTH)
def test_a_sensor_that_is_stuck_lands_at_most_once_more(placement: Placement) -> None:
    run = signals.run(placement=placement)
    stuck_s = run.contact_s[12] - 0.1
    found = times(landings(frozen(run, from_s=np.array([stuck_s]), lasts_s=99.0)))
    assert found[-1] < stuck_s + 0.3


@pytest.mark.parametrize("hidden", [2, 3])
@pytest.mark.parametrize(
    ("placement", "before_s", "lasts_s"),
    [(Placement.SHIN, 0.06, 0.15), (Placement.SHIN, 0.10, 0.20), (Placement.SHOE, 0.15, 0.25)],
)
def test_a_landing_hidden_before_the_rhythm_is_known_costs_its_two_strides_alone(
    placement: Placement, before_s: float, lasts_s: float, hidden: int
) -> None:
    run = signals.run(placement=placement)
    held = frozen(run, from_s=run.contact_s[[hidden]] - before_s, lasts_s=lasts_s)
    found = law.run(StrideStage(worn=held.worn), [held])
    begun_s = np.array([record.contact_s for record in found if isinstance(record, Stride)])
    away_s = np.abs(run.contact_s[:-1, np.newaxis] - begun_s).min(axis=1)
    assert list(np.flatnonzero(away_s > 0.05)) == [hidden - 1, hidden]
