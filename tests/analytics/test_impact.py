"""How far the impact figures of a landing are trusted."""

from __future__ import annotations

import pytest

from analytics.impact import reliability

WHOLE = {"clipped": False, "toe_off_s": 0.30, "peak_accel_axial_g": 6.0}


def test_a_landing_seen_whole_is_fully_trusted() -> None:
    assert reliability(WHOLE) == 1.0


@pytest.mark.parametrize(
    "worse",
    [{"clipped": True}, {"toe_off_s": None}, {"peak_accel_axial_g": None}],
)
def test_what_is_missing_or_cut_off_costs_trust(worse: dict[str, bool | None]) -> None:
    assert 0.0 < reliability({**WHOLE, **worse}) < 1.0


def test_a_clipped_landing_is_trusted_less_than_one_without_toe_off() -> None:
    clipped = reliability({**WHOLE, "clipped": True})
    assert clipped < reliability({**WHOLE, "toe_off_s": None})
