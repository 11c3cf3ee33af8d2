"""How far the impact figures of a landing are trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.impact import reliability
from analytics.records import FootStrike, Placement
from tests.analytics.signals import worn

WHOLE = FootStrike(
    worn=worn(Placement.SHIN),
    contact_index=10,
    contact_s=0.05,
    toe_off_s=0.30,
    peak_accel_axial_g=6.0,
    peak_accel_resultant_g=7.0,
    time_to_peak_s=0.02,
    loading_rate_gps=500.0,
    clipped=False,
    quality=1.0,
)


def test_a_landing_seen_whole_is_fully_trusted() -> None:
    assert reliability(WHOLE) == 1.0


@pytest.mark.parametrize(
    "worse",
    [{"clipped": True}, {"toe_off_s": None}, {"peak_accel_axial_g": None}],
)
def test_what_is_missing_or_cut_off_costs_trust(worse: dict[str, bool | None]) -> None:
    assert 0.0 < reliability(replace(WHOLE, **worse)) < 1.0  # type: ignore[arg-type]


def test_a_clipped_landing_is_trusted_less_than_one_without_toe_off() -> None:
    clipped = reliability(replace(WHOLE, clipped=True))
    assert clipped < reliability(replace(WHOLE, toe_off_s=None))
