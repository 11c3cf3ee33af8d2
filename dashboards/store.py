"""SQLite store of sessions and their records: what was stored once is never stored twice."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from analytics.errors import ServiceError
from analytics.records import Baseline, Programme, SpeedModel
from dashboards import own_form
from dashboards.tables import NAMES, TABLES, Kept

PATIENCE_MS = 5000
# A flood (10,000 strides a second) costs a third less with 32 MB of pages in memory, and with the
# log put into the file after 32 MB instead of 4: fifty runners write to a page each.
_ROOM = ("PRAGMA cache_size = -32000", "PRAGMA wal_autocheckpoint = 8000")
_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables


class StoreHeldError(ServiceError):
    """Another program writes to the store and has not let go of it for now."""


def migrations() -> list[str]:
    """Return the schema's steps in order; a step that was released never changes."""
    folder = files("dashboards") / "schema"
    steps = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in steps]


class Store:
    """Sessions, records, baselines and the latency ledger in one SQLite file.

    One connection writes, another only reads, so that pages read while a group is committed.
    Every method may be called from any thread. WAL with synchronous NORMAL: a commit survives
    a kill of the process at any moment.

    Parameters
    ----------
    path : Path
        The file; made, with its folder, if it is not there.
    patience_ms : int
        How long to wait for another program that writes to it.

    Raises
    ------
    ServiceError
        The disk is full, the file is no store of ours, or something else holds it
        (`StoreHeldError`).

    """

    def __init__(self, path: Path, *, patience_ms: int = PATIENCE_MS) -> None:
        self.path = path
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._started_utc_ns: dict[tuple[str, str], int] = {}
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            what = f"SQLite {sqlite3.sqlite_version} is too old"
            raise ServiceError(what, where=str(path), mend="use a Python with SQLite >= 3.37")
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._writer.execute(f"PRAGMA busy_timeout = {patience_ms}")
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._writer.execute("PRAGMA synchronous = NORMAL")
            for pragma in _ROOM:
                self._writer.execute(pragma)
            self._migrate()
            self._reader = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close both connections; nothing may be called afterwards."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def begin_session(
        self,
        *,
        session: str,
        runner: str,
        started_utc_ns: int,
        source: str,
        simulated: bool,
    ) -> None:
        """Open a session: its records may be written from now on.

        A simulated session replaces an earlier simulated one of the same name; a real one goes
        on where it stopped. A simulated session never replaces a real one (ServiceError).
        """
        with self.transaction() as writer:
            found = writer.execute(
                "SELECT simulated, started_utc_ns FROM sessions WHERE runner = ? AND session = ?",
                (runner, session),
            ).fetchone()
            if found is not None and bool(found[0]) != simulated:
                what = f"session {session} of {runner} is stored as {_nature(bool(found[0]))}"
                mend = "use another session name or another store"
                raise ServiceError(what, where=str(self.path), mend=mend)
            if found is not None and simulated:
                for name in (*NAMES, "sessions"):
                    writer.execute(
                        f"DELETE FROM {name} WHERE runner = ? AND session = ?",  # noqa: S608 - names of ours
                        (runner, session),
                    )
            if found is not None and not simulated:
                started_utc_ns = found[1]
            writer.execute(
                "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, NULL)",
                (runner, session, started_utc_ns, source, int(simulated)),
            )
        self._started_utc_ns[runner, session] = started_utc_ns

    def end_session(
        self, *, session: str, summary: Mapping[str, Any], runner: str | None = None
    ) -> None:
        """Keep a session's summary; without `runner`, of all runners in the session."""
        text = json.dumps(summary, sort_keys=True)
        with self.transaction() as writer:
            writer.execute(
                "UPDATE sessions SET summary = ?1"
                " WHERE session = ?2 AND (?3 IS NULL OR runner = ?3)",
                (text, session, runner),
            )

    def write(self, records: Iterable[Kept]) -> None:
        """Store records in one commit: all or none; the same id again replaces the old row.

        Raises
        ------
        ServiceError
            The disk is full; what was stored before is untouched.
        ValueError
            A record belongs to a session that was not begun.

        """
        kinds: defaultdict[type, list[Any]] = defaultdict(list)
        for record in records:
            kinds[type(record)].append(record)
        own = [one for kind in own_form.INSERT for one in kinds.pop(kind, ())]
        found = [
            (TABLES[kind], TABLES[kind].by_column(some, self._started_utc_ns))
            for kind, some in kinds.items()
        ]
        with self.transaction() as writer:
            for table, columns in found:
                for insert, values in table.inserts(columns):
                    writer.execute(insert, values)
            for one in own:
                writer.execute(own_form.INSERT[type(one)], own_form.row(one))

    def baseline(self, runner: str, *, at_utc_ns: int | None = None) -> Baseline | None:
        """Return the runner's stored baseline, with its age at that time."""
        found = self.read(own_form.BASELINE, (runner,))
        return own_form.baseline_of(found[0], at_utc_ns) if found else None

    def programme(self, runner: str, *, at_utc_ns: int | None = None) -> Programme | None:
        """Return where the runner stands in the programme, with its age at that time."""
        found = self.read(own_form.PROGRAMME, (runner,))
        return own_form.programme_of(found[0], at_utc_ns) if found else None

    def speed_model(self, runner: str) -> SpeedModel | None:
        """Return what runs with a pod, treadmill or phone have taught of the runner's speed."""
        found = self.read(own_form.SPEED_MODEL, (runner,))
        return own_form.speed_model_of(found[0], runner) if found else None

    def sessions(self, *, runner: str | None = None) -> list[dict[str, Any]]:
        """Return all sessions, newest first, each with its summary (None while it runs)."""
        found = self.read(
            "SELECT * FROM sessions WHERE ?1 IS NULL OR runner = ?1"
            " ORDER BY started_utc_ns DESC, runner, session",
            (runner,),
        )
        for row in found:
            row["simulated"] = bool(row["simulated"])
            row["summary"] = None if row["summary"] is None else json.loads(row["summary"])
        return found

    def rows(
        self,
        table: str,
        *,
        runner: str | None = None,
        session: str | None = None,
        since_s: float | None = None,
        limit: int = 1000,
        columns: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Return rows of one table in order of time, each as its columns by name.

        The order is (runner, session, time, id); `since_s` leaves out what lies before, `columns`
        all but these.
        """
        if table not in NAMES:
            message = f"no table {table}; there are {', '.join(NAMES)}"
            raise ValueError(message)
        asked = {"runner = ?": runner, "session = ?": session, "time_s >= ?": since_s}
        given = {test: value for test, value in asked.items() if value is not None}
        # Only what is asked for stands in it: an index serves no test that may be left out.
        return self.read(
            f"SELECT {', '.join(columns) or '*'} FROM {table}"  # noqa: S608 - names of ours
            f" WHERE {' AND '.join(given) or 'TRUE'}"
            " ORDER BY runner, session, time_s, id LIMIT ?",
            (*given.values(), limit),
        )

    def read(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        """Return what a query finds, each row as its columns by name."""
        with self._reading, _explained(self.path):
            cursor = self._reader.execute(sql, values)
            names = _names(cursor)
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def columns(self, sql: str, values: Sequence[Any]) -> dict[str, Sequence[Any]]:
        """Return what a query finds by column: for many rows, at a fraction of what rows cost."""
        with self._reading, _explained(self.path):
            cursor = self._reader.execute(sql, values)
            names = _names(cursor)
            found = list(zip(*cursor, strict=True)) or [()] * len(names)
        return dict(zip(names, found, strict=True))

    def settle(self) -> None:
        """Put the log into the file and empty it, so that nothing deleted is left in it."""
        with self._writing, _explained(self.path):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the writing connection: all that is done with it is done, or none."""
        with self._writing, _explained(self.path):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # Some errors (a full disk) have SQLite roll back by itself.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def _migrate(self) -> None:
        steps = migrations()
        (version,) = self._writer.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            what = f"the store has version {version}, this stridecue knows {len(steps)}"
            raise ServiceError(what, where=str(self.path), mend="use a newer stridecue")
        for number, step in enumerate(steps[version:], start=version + 1):
            self._writer.executescript(f"BEGIN; {step}; PRAGMA user_version = {number}; COMMIT;")


def _names(cursor: sqlite3.Cursor) -> list[str]:
    return [column[0] for column in cursor.description]


def _nature(simulated: bool) -> str:  # noqa: FBT001 - one argument, named by the function
    return "simulated" if simulated else "real"


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the database's and the disk's errors into one line for people."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # a programmer's mistake, not the user's
    except (sqlite3.Error, OSError) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary result code
        if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            what = f"the disk takes no more ({error})"
            mend = "free some space and start again; everything stored before is intact"
        elif code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            what, mend = "not a stridecue store", "give another path for the store"
        elif code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            what, mend = "another program holds the store", "stop it and start again"
            raise StoreHeldError(what, where=str(path), mend=mend) from error
        else:
            what, mend = f"the store cannot be used: {error}", "check the path and its rights"
        raise ServiceError(what, where=str(path), mend=mend) from error
