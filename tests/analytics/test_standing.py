"""Standing still: what the sensors must read then, and what is said where they do not."""

from __future__ import annotations

import numpy as np

from analytics.records import FloatArray, Placement, SampleBlock, SessionEvent, Side, Worn
from analytics.standing import NOT_STANDING, STANDING, StandingCheck

RATE_HZ = 200.0


def block(side: Side, from_s: float, size_g: FloatArray) -> SampleBlock:
    n = len(size_g)
    worn = Worn(runner="mia", session="s1", side=side, placement=Placement.SHIN)
    accel_g = np.zeros((n, 3))
    accel_g[:, 2] = size_g
    return SampleBlock(
        worn=worn,
        first_index=0,
        time_s=from_s + np.arange(n) / RATE_HZ,
        accel_g=accel_g,
        gyro_radps=None,
        range_g=16.0,
        rate_hz=RATE_HZ,
    )


def asked(*blocks: SampleBlock) -> list[SessionEvent]:
    check = StandingCheck(runner="mia", session="s1", sides=set(Side))
    check.begin(10.0)
    return [event for one in blocks for event in check.push(one)]


def rest(seconds: float, *, g: float = 1.0) -> FloatArray:
    return np.full(int(seconds * RATE_HZ) + 1, g)


def test_both_sensors_at_rest_and_at_one_g_are_good() -> None:
    (event,) = asked(block(Side.LEFT, 10.0, rest(3.0)), block(Side.RIGHT, 10.1, rest(3.0)))
    assert event.kind == STANDING


def test_a_step_begins_the_rest_again() -> None:
    moving = np.concatenate([rest(2.0), [2.0], rest(2.0)])
    assert asked(block(Side.LEFT, 10.0, moving), block(Side.RIGHT, 10.0, rest(3.0))) == []
    (event,) = asked(
        block(Side.LEFT, 10.0, np.concatenate([moving, rest(1.1)])),
        block(Side.RIGHT, 10.0, rest(3.0)),
    )
    assert event.kind == STANDING


def test_a_sensor_that_does_not_read_one_g_is_named() -> None:
    (event,) = asked(block(Side.LEFT, 10.0, rest(3.0, g=1.1)), block(Side.RIGHT, 10.0, rest(3.0)))
    assert event.kind == NOT_STANDING
    assert event.text == "Check the sensor: left reads 1.10 g at rest instead of 1 g"


def test_who_goes_on_moving_is_told_which_leg() -> None:
    shaking = 1.0 + 0.3 * np.sin(np.arange(int(16 * RATE_HZ)))
    (event,) = asked(block(Side.LEFT, 10.0, rest(3.0)), block(Side.RIGHT, 10.0, shaking))
    assert event.text == "Not still yet: right. Try again"


def test_samples_from_before_the_question_do_not_count() -> None:
    assert asked(block(Side.LEFT, 7.1, rest(3.0)), block(Side.RIGHT, 7.1, rest(3.0))) == []
