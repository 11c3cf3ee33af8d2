"""The part of a runner's history that a new run is told by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.load.days import days_between
from analytics.load.longest import total_m
from analytics.load.records import LoadEntry, LoadHistory, Shoe
from analytics.records import Surface

KEPT_DAYS = 365  # with a recording goes a year of runs; of older ones only what the shoes ran


def history_of(
    entries: Sequence[LoadEntry],
    *,
    start_utc_ns: int,
    day: str,
    shoes: Sequence[Shoe] = (),
    shoe: str | None = None,
    surface: Surface | None = None,
) -> LoadHistory:
    """Return the history of the runs that started before; the oldest fold into their shoes."""
    past = [e for e in entries if e.start_utc_ns < start_utc_ns]
    old = [e for e in past if days_between(e.day, day) > KEPT_DAYS]
    return LoadHistory(
        start_utc_ns=start_utc_ns,
        day=day,
        entries=tuple(e for e in past if days_between(e.day, day) <= KEPT_DAYS),
        shoe=shoe,
        surface=surface,
        shoes=tuple(_older(s, old) for s in shoes),
    )


def _older(shoe: Shoe, old: Sequence[LoadEntry]) -> Shoe:
    run_m = total_m([e for e in old if e.shoe == shoe.id]).value or 0.0
    return replace(shoe, before_m=shoe.before_m + run_m)
