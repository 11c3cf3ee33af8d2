from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.load.days import days_before, days_between, local_day

COPENHAGEN = "Europe/Copenhagen"


def ns(text: str, zone: str = COPENHAGEN) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(moment.timestamp()) * 10**9


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-06-16T23:59:59", "2026-06-16"),
        ("2026-06-17T00:00:00", "2026-06-17"),
        ("2026-03-29T01:59:59", "2026-03-29"),  # the clocks go forward at 2
        ("2026-03-29T23:59:59", "2026-03-29"),  # a day of 23 hours
        ("2026-10-25T23:59:59", "2026-10-25"),  # a day of 25 hours
    ],
)
def test_a_run_belongs_to_the_day_it_starts_on_in_the_team_s_zone(moment: str, day: str) -> None:
    assert local_day(ns(moment), zone=COPENHAGEN) == day


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = ns("2026-06-16T23:30:00")
    assert local_day(moment, zone="UTC") == "2026-06-16"
    assert local_day(moment, zone="Pacific/Auckland") == "2026-06-17"


@given(days=st.integers(0, 800), hour=st.integers(0, 23))
def test_changes_of_the_clocks_move_no_day(days: int, hour: int) -> None:
    start = datetime(2026, 1, 1, hour, tzinfo=ZoneInfo(COPENHAGEN))
    later = start + timedelta(days=days)  # wall-clock arithmetic
    utc_ns = int(later.astimezone(UTC).timestamp()) * 10**9
    day = local_day(utc_ns, zone=COPENHAGEN)
    assert days_between("2026-01-01", day) == days
    assert days_before(day, days) == "2026-01-01"
