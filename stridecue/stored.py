"""Sessions of the store by name, and what is to be known of one for a file that leaves it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from analytics.errors import InputError
from analytics.load.records import LoadEntry
from dashboards.judged_shelf import JudgedShelf
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store

_NS = 1_000_000_000
_NAMED = 5  # sessions named where one is not found


def session_row(store: Store, session: str, *, runner: str | None) -> dict[str, Any]:
    """Return one stored session.

    Raises
    ------
    InputError
        None is called so, or several runners have one.

    """
    known = store.sessions(runner=runner)
    found = [row for row in known if row["session"] == session]
    if not found:
        newest = ", ".join(row["session"] for row in known[:_NAMED]) or "none"
        mend = f"the newest are: {newest}"
        raise InputError("no such session is stored", where=f"session {session}", mend=mend)
    if len(found) > 1:
        mend = f"say whose with --runner: {', '.join(row['runner'] for row in found)}"
        raise InputError("several runners have it", where=f"session {session}", mend=mend)
    return found[0]


def entry_of(store: Store, row: dict[str, Any]) -> LoadEntry | None:
    """Return a session's entry in the load history, simulated or not; None without a run."""
    entries = LoadShelf(store).entries(row["runner"], simulated=True)
    return next((e for e in entries if e.session == row["session"]), None)


def configuration(store: Store, row: dict[str, Any]) -> str:
    """Return what a session was computed with, as far as that is kept."""
    judged = JudgedShelf(store).software(row["runner"], row["session"])
    by = "by a version that was not kept"
    if judged is not None:
        by = f"by stridecue {judged[0]} with settings {judged[1]}"
    return f"judged {by}; written by stridecue {version('stridecue')}; source {row['source']}"


def started_text(started_utc_ns: int, *, zone: str) -> str:
    """Return when a session began on the team's clock.

    Examples
    --------
    >>> started_text(1_764_000_000_000_000_000, zone="Europe/Berlin")
    '2025-11-24 17:00 Europe/Berlin'

    """
    moment = datetime.fromtimestamp(started_utc_ns // _NS, tz=UTC).astimezone(ZoneInfo(zone))
    return f"{moment:%Y-%m-%d %H:%M} {zone}"
