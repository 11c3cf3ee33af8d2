"""The audit trail: who changed what of whom, written in the commit that changes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.store import Store

COACH = "coach"  # whoever has the team's link


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the trail; `runner` is whom it is about."""

    time_utc_ns: int
    who: str
    what: str
    runner: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def add(writer: sqlite3.Connection, deed: Deed) -> None:
    """Write a line through the transaction that does what it tells of."""
    writer.execute(
        "INSERT INTO audit (time_utc_ns, who, deed, runner, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            deed.time_utc_ns,
            deed.who,
            deed.what,
            deed.runner,
            _json(deed.before),
            _json(deed.after),
        ),
    )


def trail(store: Store, *, runner: str | None, limit: int) -> list[dict[str, Any]]:
    """Return the newest lines first; those about one runner if given."""
    found = store.read(
        "SELECT * FROM audit WHERE ?1 IS NULL OR runner = ?1 ORDER BY seq DESC LIMIT ?2",
        (runner, limit),
    )
    for row in found:
        for side in ("before", "after"):
            row[side] = None if row[side] is None else json.loads(row[side])
    return found


def _json(tree: Mapping[str, Any] | None) -> str | None:
    return None if tree is None else json.dumps(tree, sort_keys=True)
