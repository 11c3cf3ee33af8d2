"""A sensor that sits elsewhere than the settings say, clips, or is too slow, is said so once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.fit import CLIPS, TOO_SLOW, WRONG_PLACE, FitStage
from analytics.records import Placement, SampleBlock, SessionEvent
from tests.analytics import fits, signals


def told(items: list[fits.Item], *, said: Placement) -> list[SessionEvent]:
    stage = FitStage(worn=signals.worn(said))
    return [event for item in items for event in stage.push(item)]


@pytest.mark.parametrize("placement", Placement)
def test_a_sensor_where_it_should_be_is_no_matter_for_talk(placement: Placement) -> None:
    assert told(fits.worn_on(placement, said=placement), said=placement) == []


@pytest.mark.parametrize(
    ("placement", "said"),
    [(Placement.SHIN, Placement.SHOE), (Placement.SHOE, Placement.SHIN)],
)
def test_a_sensor_that_sits_elsewhere_is_said_once(placement: Placement, said: Placement) -> None:
    (event,) = told(fits.worn_on(placement, said=said), said=said)
    assert (event.kind, event.side) == (WRONG_PLACE, "left")
    assert event.text == (
        f"The left sensor looks worn on the {placement}, the settings say {said}: mend one of them"
    )


def test_landings_cut_off_by_the_range_are_said_once() -> None:
    shin = Placement.SHIN
    items = fits.clipped(fits.worn_on(shin, said=shin))
    narrow = [replace(i, range_g=16.0) if isinstance(i, SampleBlock) else i for i in items]
    (event,) = told(narrow, said=shin)
    assert event.kind == CLIPS
    assert event.text == "The left sensor at 16 g clips hard landings: choose a wider range"


def test_too_few_samples_a_second_are_said_once() -> None:
    shin = Placement.SHIN
    items = fits.worn_on(shin, said=shin)
    slow = [replace(i, rate_hz=52.0) if isinstance(i, SampleBlock) else i for i in items]
    (event,) = [e for e in told(slow, said=shin) if e.kind == TOO_SLOW]
    assert event.text == "The left sensor sends 52 samples a second: loading rates need 100"
