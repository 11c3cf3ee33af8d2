"""The store's upkeep: what is old goes by class, a runner is erased whole, the file is copied.

Whatever has a column `runner` is a runner's, and whatever has `runner` and `session` a session's:
a table that comes later is erased with the others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import ServiceError
from dashboards import audit
from dashboards.audit import Deed
from dashboards.store import Store

_DAY_NS = 86_400 * 10**9
# What there is by the stride or by the second; the rest says how a session was, and is small.
BY_STRIDE = ("strides", "links", "latency")
_RUNNERS_ROWS = {
    "alert_marks": "substr(alert, 1, length(?1) + 1) = ?1 || '/'",
    "influx_feed": "substr(id, 1, length(?1) + 1) = ?1 || '/' OR json_valid(id)"
    " AND json_extract(id, '$[0]') = ?1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days what is kept; 0: for ever.

    Attributes
    ----------
    strides_days : int
        Of every stride, link and latency, and of how the service itself was.
    summaries_days : int
        Of a session: summary, windows, cues, drift, load.

    """

    strides_days: int = 365
    summaries_days: int = 0


def tidy(store: Store, *, now_utc_ns: int, keep: Retention) -> dict[str, int]:
    """Delete what is older than it is kept; return how many rows of each table went.

    A commit a session: whoever writes meanwhile waits for no more than that.
    """
    gone: dict[str, int] = {}
    for days, tables in ((keep.strides_days, BY_STRIDE), (keep.summaries_days, None)):
        if not days:
            continue
        limit_ns = now_utc_ns - days * _DAY_NS
        for row in store.read(
            "SELECT runner, session FROM sessions WHERE started_utc_ns < ?", (limit_ns,)
        ):
            found = _delete(store, row["runner"], row["session"], tables)
            gone = {name: gone.get(name, 0) + found.get(name, 0) for name in {*gone, *found}}
    if keep.strides_days:
        limit_ns = now_utc_ns - keep.strides_days * _DAY_NS
        with store.transaction() as writer:
            old = writer.execute("DELETE FROM health WHERE time_utc_ns < ?", (limit_ns,))
            gone["health"] = old.rowcount
    return {name: n for name, n in sorted(gone.items()) if n}


def erase_session(store: Store, *, runner: str, session: str) -> dict[str, int]:
    """Delete all rows of one session; return how many of each table."""
    return _delete(store, runner, session, None)


def erase_runner(store: Store, *, runner: str, now_utc_ns: int) -> dict[str, int]:
    """Delete all rows of one runner and overwrite where they stood; return how many of each table.

    The trail keeps that somebody was erased, and not who.
    """
    tables = dict.fromkeys(_with_columns(store, {"runner"}), "runner = ?1") | _RUNNERS_ROWS
    gone = {}
    with store.transaction() as writer, _overwriting(writer):
        for name, whose in tables.items():
            sql = f"DELETE FROM {name} WHERE {whose}"  # noqa: S608 - names of ours
            gone[name] = writer.execute(sql, (runner,)).rowcount
        audit.add(writer, Deed(time_utc_ns=now_utc_ns, who="command", what="runner erased"))
    store.settle()
    return {name: n for name, n in gone.items() if n}


def counted(store: Store, *, runner: str) -> dict[str, int]:
    """Return how many rows each table has of a runner."""
    found = {}
    for name in _with_columns(store, {"runner"}):
        sql = f"SELECT count(*) AS n FROM {name} WHERE runner = ?"  # noqa: S608 - names of ours
        (row,) = store.read(sql, (runner,))
        found[name] = int(row["n"])
    return {name: n for name, n in found.items() if n}


def backup(store: Store, to: Path) -> int:
    """Copy the store as it is at one moment, while others write to it; return the bytes.

    The copy is whole and checked before it has its name.

    Raises
    ------
    ServiceError
        The file is there already, cannot be written, or is not whole.

    """
    part = to.with_name(to.name + ".part")
    if to.exists():
        mend = "give another name; a backup replaces nothing"
        raise ServiceError("the file is there already", where=str(to), mend=mend)
    try:
        with closing(sqlite3.connect(store.path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            (state,) = copy.execute("PRAGMA quick_check").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
        part.replace(to)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        what, mend = f"the backup failed: {error}", "check the folder, its rights and its space"
        raise ServiceError(what, where=str(to), mend=mend) from error
    return to.stat().st_size


def _delete(
    store: Store, runner: str, session: str, tables: tuple[str, ...] | None
) -> dict[str, int]:
    names = _with_columns(store, {"runner", "session"}) if tables is None else tables
    # The baseline and the programme are the runner's, whichever session taught them last.
    names = [name for name in names if name not in {"baselines", "pain"}]
    with store.transaction() as writer:
        return {
            name: writer.execute(
                f"DELETE FROM {name} WHERE runner = ? AND session = ?",  # noqa: S608 - names of ours
                (runner, session),
            ).rowcount
            for name in names
        }


def _with_columns(store: Store, columns: set[str]) -> list[str]:
    """Return the tables that have these columns."""
    tables = store.read("SELECT name FROM sqlite_master WHERE type = 'table'", ())
    return [
        row["name"]
        for row in tables
        if columns
        <= {c["name"] for c in store.read("SELECT name FROM pragma_table_info(?)", (row["name"],))}
    ]


@contextmanager
def _overwriting(writer: sqlite3.Connection) -> Iterator[None]:
    """Have SQLite write zeros over what it deletes."""
    writer.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        writer.execute("PRAGMA secure_delete = OFF")
