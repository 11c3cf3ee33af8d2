"""What runners say of their body, in the store: pain, and sessions beside running."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from analytics.load.days import days_before
from analytics.pain import Pain
from dashboards.store import Store

_WEEK_DAYS = 7
_REMEMBERED_DAYS = 120  # of pain, for the rule of two weeks and for the page


class Tick(StrEnum):
    """A session beside running."""

    STRENGTH = "strength"
    LOW_IMPACT = "low_impact"


class BodyShelf:
    """Reads and writes what was said."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def say(self, pain: Pain) -> None:
        """Keep one word about pain; the same id again is the same word."""
        row = msgspec.to_builtins(pain)
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        with self._store.transaction() as writer:
            writer.execute(
                f"INSERT OR REPLACE INTO pain ({names}) VALUES ({marks})",  # noqa: S608 - a record's own fields
                tuple(int(v) if isinstance(v, bool) else v for v in row.values()),
            )

    def pains(self, runner: str, *, day: str) -> list[Pain]:
        """Return what a runner said lately, the oldest first."""
        found = self._store.read(
            "SELECT * FROM pain WHERE runner = ? AND day BETWEEN ? AND ? ORDER BY time_utc_ns, id",
            (runner, days_before(day, _REMEMBERED_DAYS), day),
        )
        return [msgspec.convert(row, Pain, strict=False) for row in found]

    def tick(self, *, runner: str, tick_id: str, day: str, kind: Tick, done: bool) -> None:
        """Keep that a session beside running was done, or take it back."""
        with self._store.transaction() as writer:
            if done:
                writer.execute(
                    "INSERT OR REPLACE INTO ticks VALUES (?, ?, ?, ?)",
                    (runner, tick_id, day, str(kind)),
                )
            else:
                writer.execute("DELETE FROM ticks WHERE runner = ? AND id = ?", (runner, tick_id))

    def ticks(self, runner: str, *, day: str) -> list[dict[str, Any]]:
        """Return the sessions of the seven days up to one."""
        return self._store.read(
            "SELECT id, day, kind FROM ticks WHERE runner = ? AND day > ? AND day <= ?"
            " ORDER BY day, id",
            (runner, days_before(day, _WEEK_DAYS), day),
        )

    def ran_on(self, runner: str, *, from_utc_ns: int, to_utc_ns: int) -> str | None:
        """Return the newest session that began in that time; None where there was none."""
        found = self._store.read(
            "SELECT session FROM sessions WHERE runner = ? AND started_utc_ns >= ?"
            " AND started_utc_ns < ? ORDER BY started_utc_ns DESC LIMIT 1",
            (runner, from_utc_ns, to_utc_ns),
        )
        return found[0]["session"] if found else None
