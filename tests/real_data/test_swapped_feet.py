"""Every foot of the force-plate runners rolls inwards, and none does that is named wrongly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from analytics.records import SampleBlock, Side
from analytics.swapped import LEAST_ROLL_DEG
from tests.real_data.recordings import legs, strides_in

pytestmark = pytest.mark.data


def roll_deg(samples: SampleBlock) -> float:
    rolls = [stride.pronation_excursion_deg for stride in strides_in([samples])]
    return median(roll for roll in rolls if roll is not None)


def other_side(samples: SampleBlock) -> SampleBlock:
    side = Side.RIGHT if samples.worn.side is Side.LEFT else Side.LEFT
    return replace(samples, worn=replace(samples.worn, side=side))


def test_the_roll_of_a_foot_tells_whether_its_side_is_named_rightly(data: Path) -> None:
    shoes = [samples for samples, _, _ in legs(data, part="foot")]
    assert len(shoes) == 54
    assert min(roll_deg(samples) for samples in shoes) > 1.3 * LEAST_ROLL_DEG
    assert max(roll_deg(other_side(samples)) for samples in shoes) < 0.7 * LEAST_ROLL_DEG
