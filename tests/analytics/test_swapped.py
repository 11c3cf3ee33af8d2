"""Sensors taken for each other are noticed by how the feet roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from analytics.gate import Gate, GateSettings
from analytics.merge import Second
from analytics.records import SessionEvent, Side
from analytics.swapped import STRIDES, SWAPPED, UNSWAPPED, SwappedStage
from tests.analytics import rolls
from tests.analytics.cue_course import WELL, window


def told(seconds: list[Second]) -> list[SessionEvent]:
    stage = SwappedStage(runner="ann", session="one")
    return [event for second in seconds for event in stage.push(second)]


def test_it_is_said_once_and_taken_back_once() -> None:
    first, second = told(list(rolls.ROLLS))
    assert (first.kind, second.kind) == (SWAPPED, UNSWAPPED)
    half = 0.7 * STRIDES / 2  # strides are of 0.7 s; a median has turned when half of them have
    assert 30 + half < first.time_s < 30 + half + 3
    assert 60 + half < second.time_s < 60 + half + 3


@pytest.mark.parametrize(
    "stretch",
    [
        rolls.WORN_RIGHT,
        {Side.LEFT: 0.5, Side.RIGHT: 12.0},  # one foot may be a runner's own
        {Side.LEFT: 0.5},
        {Side.LEFT: None, Side.RIGHT: None},  # a shin does not know
    ],
)
def test_less_than_both_feet_is_no_reason_to_speak(stretch: Mapping[Side, float | None]) -> None:
    assert told(list(rolls.rolling(stretch))) == []


def test_nothing_is_cued_while_they_are_swapped() -> None:
    gate = Gate(settings=GateSettings(warm_up_s=0.0))
    reasons = []
    stage = SwappedStage(runner="ann", session="one")
    for second in rolls.ROLLS:
        gate.push(replace(second, events=list(stage.push(second))))
        reasons.append(gate.reason(window(second.until_s, WELL)))
    assert reasons[25:95].count("swapped") == 30
    assert reasons.index("swapped") == pytest.approx(36, abs=2)
    assert reasons[-1] is None
