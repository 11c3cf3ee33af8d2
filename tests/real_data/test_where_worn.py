"""Of real runners no sensor is told from its place wrongly, and nearly all are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.fit import WRONG_PLACE, FitStage
from analytics.records import Placement, Progress, SampleBlock, SessionEvent
from analytics.strides import StrideStage
from tests.laws import law
from tests.real_data.recordings import legs, shoe, trials

pytestmark = pytest.mark.data


def doubted(samples: SampleBlock, *, said: Placement) -> bool:
    worn = replace(samples.worn, placement=said)
    strides, fit = StrideStage(worn=worn), FitStage(worn=worn)
    events: list[SessionEvent] = []
    for block in law.cut(replace(samples, worn=worn), range(0, len(samples), 400)):
        fit.push(block)
        for found in strides.push(block):
            events += fit.push(found) if isinstance(found, Progress) else []
    return any(event.kind == WRONG_PLACE for event in events)


@pytest.mark.parametrize(
    ("part", "worn", "elsewhere", "told"),
    [
        ("shank", Placement.SHIN, Placement.SHOE, 40),
        ("foot", Placement.SHOE, Placement.SHIN, 52),
    ],
)
def test_shins_and_shoes_on_the_force_plate_are_told_apart(
    data: Path, part: str, worn: Placement, elsewhere: Placement, told: int
) -> None:
    sensors = [samples for samples, _, _ in legs(data, part=part)]
    assert len(sensors) == 54
    assert not any(doubted(samples, said=worn) for samples in sensors)
    assert sum(doubted(samples, said=elsewhere) for samples in sensors) >= told


def test_no_shoe_that_runs_in_the_vicon_room_is_taken_for_a_shin(data: Path) -> None:
    runs = [shoe(data, trial=trial) for trial in trials(data, label="run")]
    assert not any(doubted(samples, said=Placement.SHOE) for samples in runs)
