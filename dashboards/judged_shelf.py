"""What a session's form is judged by, in the store: the own baseline, software and settings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from analytics.records import Baseline
from dashboards.store import Store

_DIGITS = 10  # of the settings' digest: enough to tell configurations apart, short enough to read


class JudgedShelf:
    """Reads and writes what sessions are judged by."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self, *, runner: str, session: str, baseline: Baseline | None, analytics: object
    ) -> None:
        """Keep what a session is judged by from now on.

        Parameters
        ----------
        analytics : object
            The settings of the analytics: anything that msgspec writes as JSON.

        """
        with self._store.transaction() as writer:
            writer.execute(
                "INSERT OR REPLACE INTO judged_by VALUES (?, ?, ?, ?, ?)",
                (
                    runner,
                    session,
                    None if baseline is None else msgspec.json.encode(baseline).decode(),
                    version("stridecue"),
                    digest(analytics),
                ),
            )

    def baseline(self, runner: str, session: str) -> Baseline | None:
        """Return the baseline that a session is judged by; None where there was none."""
        found = self._store.read(
            "SELECT baseline FROM judged_by WHERE runner = ? AND session = ?", (runner, session)
        )
        return baseline_of(found[0]) if found else None

    def software(self, runner: str, session: str) -> tuple[str, str] | None:
        """Return the version and the settings' digest that judged a session, if that is kept."""
        found = self._store.read(
            "SELECT version, configuration FROM judged_by WHERE runner = ? AND session = ?",
            (runner, session),
        )
        return (found[0]["version"], found[0]["configuration"]) if found else None


def baseline_of(row: Mapping[str, Any]) -> Baseline | None:
    """Return the baseline in a row of `judged_by`."""
    kept = row["baseline"]
    return None if kept is None else msgspec.json.decode(kept, type=Baseline)


def digest(settings: object) -> str:
    """Return a short name for settings: the same settings have the same one.

    Examples
    --------
    >>> digest({"window_s": 30.0}) == digest({"window_s": 30.0})
    True

    """
    plain = msgspec.json.encode(settings, order="sorted")
    return hashlib.sha256(plain).hexdigest()[:_DIGITS]
