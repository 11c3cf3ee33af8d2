"""Two ways in which one leg was seen, live and again with its late samples, become one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TypeAlias

from analytics.records import Activity, Gap, Progress, Side, Stride

Told: TypeAlias = Stride | Progress

AGREE = 3  # strides in a row, with which running is sure (activity.py)
_OVERLAP = 0.5  # of the shorter of two strides: then they are the same step


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAgain:
    """One second of a leg in hindsight."""

    activity: Activity | None = None
    strides: Sequence[Stride] = ()
    gaps: Sequence[Gap] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redone:
    """A leg in hindsight: what its seconds after `from_s` and up to `until_s` were.

    `strides` are those that live did not have, or had with other values.
    """

    side: Side
    from_s: int
    until_s: int
    strides: Sequence[Stride]
    seconds: Mapping[int, SecondAgain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """From the stride at `contact_s` on both ways are the same; `until_s` is past three of it."""

    contact_s: float
    until_s: int


def agreement(live: Sequence[Told], again: Sequence[Told], *, after_s: float) -> Agreement | None:
    """Return where three strides in a row, past `after_s`, were found in both ways."""
    places = {r.id: k for k, r in enumerate(r for r in again if isinstance(r, Stride))}
    row: list[Stride] = []
    for record in live:
        if isinstance(record, Progress):
            if len(row) >= AGREE:
                return Agreement(contact_s=row[0].contact_s, until_s=round(record.until_s))
        elif record.contact_s < after_s or record.id not in places:
            row = []
        elif row and places[record.id] != places[row[-1].id] + 1:
            row = [record]
        else:
            row.append(record)
    return None


def without_agreement(end_s: float) -> Agreement:
    """Return what is sure where nobody ran on: within the holes live cannot have anything."""
    return Agreement(contact_s=end_s, until_s=floor(end_s))


def redone(
    live: Sequence[Told],
    again: Sequence[Told],
    *,
    gaps: Sequence[Gap],
    agreed: Agreement,
    side: Side,
    from_s: int,
) -> Redone:
    """Return the leg in hindsight.

    What was given live stays: a stride found in both ways keeps its id, and one that overlaps a
    live stride of another id is left out, so that no step is counted twice.
    """
    known = {r.id: r for r in live if isinstance(r, Stride)}
    found = {
        r.id: r
        for r in again
        if isinstance(r, Stride)
        and r.contact_s < agreed.contact_s
        and not _is_counted(r, list(known.values()))
    }
    return Redone(
        side=side,
        from_s=from_s,
        until_s=agreed.until_s,
        strides=[replace(s, revision=2) for s in found.values() if known.get(s.id) != s],
        seconds=_seconds(live, again, found=found, gaps=gaps, span=(from_s, agreed.until_s)),
    )


def _seconds(
    live: Sequence[Told],
    again: Sequence[Told],
    *,
    found: Mapping[str, Stride],
    gaps: Sequence[Gap],
    span: tuple[int, int],
) -> dict[int, SecondAgain]:
    """Return the leg's seconds, each stride in the one in which it would have been known."""
    from_s, until_s = span
    told = {r.id: (second, r) for second, r in _by_second(live, from_s) if isinstance(r, Stride)}
    places = {r.id: second for second, r in _by_second(again, from_s) if isinstance(r, Stride)}
    strides = {name: r for name, (second, r) in told.items() if second <= until_s} | dict(found)
    of: dict[int, list[Stride]] = {}
    for name, stride in strides.items():
        second = places[name] if name in places else told[name][0]
        of.setdefault(min(second, until_s), []).append(stride)
    activity = {round(r.until_s): r.activity for r in again if isinstance(r, Progress)}
    holes: dict[int, list[Gap]] = {}
    for gap in gaps:
        holes.setdefault(min(max(ceil(gap.end_s), from_s + 1), until_s), []).append(gap)
    return {
        second: SecondAgain(
            activity=activity.get(second),
            strides=sorted(of.get(second, []), key=lambda s: s.contact_s),
            gaps=holes.get(second, []),
        )
        for second in range(from_s + 1, until_s + 1)
    }


def _is_counted(stride: Stride, live: Sequence[Stride]) -> bool:
    """Tell whether a live stride of another id is the same step."""
    for other in live:
        shared_s = min(stride.end_s, other.end_s) - max(stride.contact_s, other.contact_s)
        shorter_s = min(stride.stride_time_s, other.stride_time_s)
        if other.id != stride.id and shared_s > _OVERLAP * shorter_s:
            return True
    return False


def _by_second(told: Sequence[Told], from_s: int) -> Iterator[tuple[int, Told]]:
    """Return what was told, each with the second in which it was."""
    second = from_s + 1
    for record in told:
        yield second, record
        if isinstance(record, Progress):
            second = round(record.until_s) + 1
