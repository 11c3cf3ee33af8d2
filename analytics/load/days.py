"""Days as the team's clock on the wall counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_NS = 1_000_000_000


def local_day(utc_ns: int, *, zone: str) -> str:
    """Return the day (ISO 8601) a moment falls on in an IANA zone.

    Examples
    --------
    >>> local_day(1_764_000_000_000_000_000, zone="UTC")
    '2025-11-24'
    >>> local_day(1_764_000_000_000_000_000, zone="Asia/Tokyo")
    '2025-11-25'

    """
    moment = datetime.fromtimestamp(utc_ns // _NS, tz=UTC)
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def days_between(early: str, late: str) -> int:
    """Return how many days one day lies before another."""
    return (date.fromisoformat(late) - date.fromisoformat(early)).days


def days_before(day: str, days: int) -> str:
    """Return the day so many days before."""
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
