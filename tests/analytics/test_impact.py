"""How far the impact figures of a landing are trusted."""

from __future__ import annotations

import pytest

from analytics.impact import reliability

WHOLE = {"clipped": False, "toe_off_s": 0.30, "peak_accel_axial_g": 6.0}


def test_a_landing_seen_whole_is_fully_trusted() -> None:
    assert reliability(WHOLE, rate_hz=200.0) == 1.0


def test_a_slow_sensor_is_trusted_less_and_a_slower_one_still_less() -> None:
    fifty, hundred = (reliability(WHOLE, rate_hz=rate_hz) for rate_hz in (50.0, 100.0))
    assert fifty < hundred < 1.0


@pytest.mark.parametrize(
    "worse",
    [{"clipped": True}, {"toe_off_s": None}, {"peak_accel_axial_g": None}],
)
def test_what_is_missing_or_cut_off_costs_trust(worse: dict[str, bool | None]) -> None:
    assert 0.0 < reliability({**WHOLE, **worse}, rate_hz=200.0) < 1.0


def test_a_clipped_landing_is_trusted_less_than_one_without_toe_off() -> None:
    clipped = reliability({**WHOLE, "clipped": True}, rate_hz=200.0)
    assert clipped < reliability({**WHOLE, "toe_off_s": None}, rate_hz=200.0)
