"""The longest run of the last 30 days, and what goes beyond it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from analytics.load.days import days_between
from analytics.load.records import Figure, LoadEntry

WINDOW_DAYS = 30  # Frandsen 2025, Br J Sports Med: longest run of the past 30 days
LIMIT = 1.10  # and a run of more than 110 % of it is a spike (hazard ratios 1.52-2.28)
LONGEST_RUN = "longest-run"  # the kind of alert
WHOLE = 0.95  # a run of which this share is covered counts as measured whole


def before(entries: Iterable[LoadEntry], *, start_utc_ns: int, session: str) -> list[LoadEntry]:
    """Return the runs that started before a run."""
    return [e for e in entries if e.start_utc_ns < start_utc_ns and e.session != session]


def in_days(entries: Iterable[LoadEntry], *, day: str, days: int) -> list[LoadEntry]:
    """Return the runs of a day and of so many days before it."""
    return [e for e in entries if 0 <= days_between(e.day, day) <= days]


def is_whole(entry: LoadEntry) -> bool:
    """Tell whether a run's distance is known, and not only of parts of it."""
    return entry.distance_m is not None and entry.covered >= WHOLE


def total_m(entries: Sequence[LoadEntry]) -> Figure:
    """Return the distance of some runs together; at least that, where some is unknown."""
    known = [e.distance_m for e in entries if e.distance_m is not None]
    return Figure(
        value=math.fsum(known) if known or not entries else None,
        n=len(known),
        of=len(entries),
        source=sources(entries),
        at_least=not all(is_whole(e) for e in entries),
    )


def kept_days(entries: Iterable[LoadEntry], *, day: str) -> int:
    """Return for how many days before this one runs have been kept."""
    return days_between(min((e.day for e in entries), default=day), day)


def longest_m(entries: Sequence[LoadEntry], *, day: str) -> Figure:
    """Return the longest run among those of the day and the 30 days before it.

    At least that, while runs have been kept for less than 30 days.
    """
    recent = in_days(entries, day=day, days=WINDOW_DAYS)
    known = [e for e in recent if e.distance_m is not None]
    longest = max(known, key=lambda e: e.distance_m or 0.0, default=None)
    return Figure(
        value=None if longest is None else longest.distance_m,
        n=len(known),
        of=len(recent),
        source="unknown" if longest is None or longest.source is None else str(longest.source),
        at_least=kept_days(entries, day=day) < WINDOW_DAYS or not all(map(is_whole, recent)),
    )


def sureness(longest: Figure, entries: Sequence[LoadEntry], *, day: str) -> float:
    """Return how sure the longest run is: the share of runs, and of the 30 days, that are known."""
    if not longest.of:
        return 0.0
    return longest.n / longest.of * min(1.0, kept_days(entries, day=day) / WINDOW_DAYS)


def sources(entries: Iterable[LoadEntry]) -> str:
    """Return where runs' distances come from, the most trusted first."""
    used = {source for e in entries for source in e.parts_m}
    order = [str(source) for source in type(next(iter(used))) if source in used] if used else []
    return ", ".join(order) or "unknown"
