"""What a coach sets and does, in the store: limits, and what was done about alerts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboards import audit
from dashboards.audit import COACH, Deed
from dashboards.store import Store

_OPEN_DAYS = 14  # an alert nobody looked at for two weeks is history
_DAY_NS = 86_400 * 10**9
_OPEN = """
SELECT alerts.*, marks.until_utc_ns AS snoozed_until_utc_ns FROM alerts
LEFT JOIN alert_marks AS marks ON marks.alert = alerts.id
WHERE alerts.time_utc_ns >= ? AND (marks.alert IS NULL OR marks.until_utc_ns IS NOT NULL)
ORDER BY alerts.time_utc_ns DESC, alerts.id
"""
_SNOOZED = """
SELECT 1 FROM alert_marks AS marks JOIN alerts ON alerts.id = marks.alert
WHERE alerts.runner = ? AND alerts.metric = ? AND marks.until_utc_ns > ? LIMIT 1
"""


class CoachShelf:
    """Reads and writes it; every change leaves a line in the audit trail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def limits(self, runner: str) -> dict[str, Any]:
        """Return the cue rules that the coach has published for a runner; most often none."""
        found = self._store.read("SELECT rules FROM limits WHERE runner = ?", (runner,))
        rules: dict[str, Any] = json.loads(found[0]["rules"]) if found else {}
        return rules

    def publish(self, runner: str, rules: Mapping[str, Any], *, now_utc_ns: int) -> None:
        """Make these the runner's rules from the next run on."""
        deed = Deed(
            time_utc_ns=now_utc_ns,
            who=COACH,
            what="limits published",
            runner=runner,
            before=self.limits(runner),
            after=rules,
        )
        with self._store.transaction() as writer:
            writer.execute(
                "INSERT OR REPLACE INTO limits VALUES (?, ?, ?)",
                (runner, json.dumps(dict(rules), sort_keys=True), now_utc_ns),
            )
            audit.add(writer, deed)

    def open_alerts(self, *, now_utc_ns: int) -> list[dict[str, Any]]:
        """Return what nobody has acknowledged, the newest first, with `age_s` and `snoozed`."""
        found = self._store.read(_OPEN, (now_utc_ns - _OPEN_DAYS * _DAY_NS,))
        for row in found:
            until_ns = row["snoozed_until_utc_ns"]
            row["age_s"] = (now_utc_ns - row["time_utc_ns"]) / 1e9
            row["snoozed"] = until_ns is not None and until_ns > now_utc_ns
        return found

    def mark(self, alert: str, *, until_utc_ns: int | None, now_utc_ns: int) -> bool:
        """Acknowledge an alert, or put it off until a time; False where there is none."""
        found = self._store.read("SELECT runner FROM alerts WHERE id = ?", (alert,))
        if not found:
            return False
        deed = Deed(
            time_utc_ns=now_utc_ns,
            who=COACH,
            what="alert acknowledged" if until_utc_ns is None else "alert snoozed",
            runner=found[0]["runner"],
            after={"alert": alert, "until_utc_ns": until_utc_ns},
        )
        with self._store.transaction() as writer:
            writer.execute(
                "INSERT OR REPLACE INTO alert_marks VALUES (?, ?, ?)",
                (alert, now_utc_ns, until_utc_ns),
            )
            audit.add(writer, deed)
        return True

    def is_snoozed(self, *, runner: str, metric: str, now_utc_ns: int) -> bool:
        """Say whether the coach has put off alerts of this runner and metric for now."""
        return bool(self._store.read(_SNOOZED, (runner, metric, now_utc_ns)))
