"""A stored session as it went through the analytics: strides, seconds, gaps, links, wishes.

What is not stored is put together from what is: a second without a stride is what the windows
around it say. The ground's slope is not stored.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from analytics.blocks import STRAP_MOVED
from analytics.gate import QUIET_OFF, QUIET_ON
from analytics.merge import FormItem
from analytics.records import Activity, Gap, LinkHealth, Progress, SessionEvent, Side, Stride, Worn
from dashboards.store import Store

_EVERY = 10**7  # rows of one session
_KNOWN_AFTER_S = 0.1  # a stride is known so long after its end
_HEARD = frozenset({QUIET_ON, QUIET_OFF, STRAP_MOVED})  # the others follow from the strides


@dataclass(frozen=True, kw_only=True)
class StoredRun:
    """One runner's session out of the store."""

    runner: str
    session: str
    started_utc_ns: int
    strides: Sequence[Stride]
    gaps: Sequence[Gap]
    links: Sequence[LinkHealth]
    events: Sequence[SessionEvent]
    activity: Sequence[tuple[float, Activity]]  # by the end of each window

    @property
    def sides(self) -> list[Side]:
        """The legs that wore a sensor."""
        return [side for side in Side if any(s.worn.side is side for s in self.strides)]

    def items(self) -> Iterator[FormItem]:
        """Give everything in the order in which it was known."""
        timed: list[tuple[float, int, FormItem]] = [
            *((s.end_s + _KNOWN_AFTER_S, 0, s) for s in self.strides),
            *((g.end_s, 1, g) for g in self.gaps),
            *((link.time_s, 1, link) for link in self.links),
            *((event.time_s, 1, event) for event in self.events),
        ]
        for side in self.sides:
            timed += [(p.until_s, 2, p) for p in self._seconds(side)]
        for _, _, item in sorted(timed, key=lambda entry: entry[:2]):
            yield item

    def _seconds(self, side: Side) -> Iterator[Progress]:
        strides = [s for s in self.strides if s.worn.side is side]
        ends = [s.end_s for s in strides]
        gaps = [g for g in self.gaps if g.worn.side is side]
        last_s = int(self.activity[-1][0]) if self.activity else int(ends[-1])
        for t in range(1, last_s + 1):
            at = bisect_left(ends, t - 1.0)
            runs = at < len(ends) and strides[at].contact_s < t
            activity = Activity.RUNNING if runs else self._otherwise(t)
            if any(g.start_s <= t - 1.0 and t <= g.end_s for g in gaps):
                activity = Activity.GAP
            yield Progress(worn=strides[0].worn, until_s=float(t), activity=activity)

    def _otherwise(self, second: int) -> Activity:
        """Return what the windows say of a second without a stride."""
        ends = [end_s for end_s, _ in self.activity]
        at = min(bisect_left(ends, second + _MIDDLE_S), len(ends) - 1)
        what = self.activity[at][1] if ends else Activity.STILL
        return Activity.STILL if what is Activity.RUNNING else what


_MIDDLE_S = 15.0  # of a window of half a minute, before its end


def stored_run(store: Store, row: Mapping[str, Any]) -> StoredRun | None:
    """Return a row of the store's sessions with what was live of it; None without strides."""
    whose = {"runner": row["runner"], "session": row["session"]}

    def rows(table: str) -> list[dict[str, Any]]:
        return store.rows(table, **whose, limit=_EVERY)

    strides = [_stride(one) for one in rows("strides") if one["revision"] == 1]
    if not strides:
        return None
    worn = {side: s.worn for side in Side for s in strides[:50] if s.worn.side is side}
    return StoredRun(
        **whose,
        started_utc_ns=row["started_utc_ns"],
        strides=sorted(strides, key=lambda s: s.end_s),
        gaps=[_gap(one) for one in rows("gaps")],
        links=[_link(one, worn) for one in rows("links") if one["side"] in worn],
        events=[_event(one) for one in rows("events") if one["kind"] in _HEARD],
        activity=[(one["time_s"], Activity(one["activity"])) for one in rows("windows")],
    )


def _worn(row: Mapping[str, Any]) -> Worn:
    return msgspec.convert(row, Worn, strict=False)


def _stride(row: Mapping[str, Any]) -> Stride:
    reasons = json.loads(row["reasons"])
    fields = {**row, "worn": _worn(row), "contact_s": row["time_s"], "reasons": reasons}
    return msgspec.convert(fields, Stride, strict=False)


def _gap(row: Mapping[str, Any]) -> Gap:
    fields = {**row, "worn": _worn(row), "start_s": row["time_s"], "revision": 1}
    return msgspec.convert(fields, Gap, strict=False)


def _link(row: Mapping[str, Any], worn: Mapping[Side, Worn]) -> LinkHealth:
    return msgspec.convert({**row, "worn": worn[Side(row["side"])]}, LinkHealth, strict=False)


def _event(row: Mapping[str, Any]) -> SessionEvent:
    return msgspec.convert(row, SessionEvent, strict=False)
