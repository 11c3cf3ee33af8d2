"""What InfluxDB still lacks of the store: noted in the same commit as the rows themselves."""

from __future__ import annotations

from dashboards.influx_lines import MEASUREMENTS, line
from dashboards.store import Store

_RECORDS = [name for name in MEASUREMENTS if name != "sessions"]


class Feed:
    """The store's rows on their way to InfluxDB.

    From its making on every row written through this store is noted, by triggers of its
    connection; what was noted before, by whichever process, still waits.

    Parameters
    ----------
    team : str
        The tag `team` of every line.

    """

    def __init__(self, store: Store, *, team: str) -> None:
        self._store = store
        self._team = team
        with store.transaction() as writer:
            for name in _RECORDS:
                writer.execute(_trigger(name, after="INSERT", key="NEW.id"))
            for after in ("INSERT", "UPDATE"):
                writer.execute(_trigger("sessions", after=after, key=_session_key("NEW")))

    @property
    def waiting(self) -> int:
        """How many rows wait."""
        (row,) = self._store.read("SELECT count(*) AS n FROM influx_feed", ())
        return int(row["n"])

    def head(self, limit: int) -> tuple[int, list[str]]:
        """Return the oldest rows that wait as lines, and the mark to `forget` once they are sent.

        A row is sent as it is now, once, however often it was written meanwhile.
        """
        found = self._store.read(
            "SELECT name, max(seq) AS mark FROM"
            " (SELECT seq, name FROM influx_feed ORDER BY seq LIMIT ?) GROUP BY name",
            (limit,),
        )
        mark = max((row["mark"] for row in found), default=0)
        lines = [
            line(row["name"], one, team=self._team)
            for row in found
            for one in self._rows(row["name"], mark)
        ]
        return mark, lines

    def forget(self, mark: int) -> None:
        """Let go of what was sent."""
        with self._store.transaction() as writer:
            writer.execute("DELETE FROM influx_feed WHERE seq <= ?", (mark,))

    def fill(self) -> None:
        """Note the whole store: history for a database that has none."""
        with self._store.transaction() as writer:
            for name in _RECORDS:
                writer.execute(
                    f"INSERT INTO influx_feed (name, id) SELECT '{name}', id FROM {name}"  # noqa: S608 - names of ours
                )
            writer.execute(
                f"INSERT INTO influx_feed (name, id) SELECT 'sessions', {_session_key('sessions')}"  # noqa: S608 - names of ours
                " FROM sessions"
            )

    def _rows(self, name: str, mark: int) -> list[dict[str, object]]:
        key = _session_key("t") if name == "sessions" else "t.id"
        return self._store.read(
            f"SELECT t.* FROM {name} t WHERE {key} IN"  # noqa: S608 - names of ours
            " (SELECT id FROM influx_feed WHERE seq <= ? AND name = ?)",
            (mark, name),
        )


def _session_key(row: str) -> str:
    return f"{row}.runner || '/' || {row}.session"


def _trigger(name: str, *, after: str, key: str) -> str:
    note = f"INSERT INTO influx_feed (name, id) VALUES ('{name}', {key})"  # noqa: S608 - names of ours
    when = f"feed_{name}_{after} AFTER {after} ON main.{name}"
    return f"CREATE TEMP TRIGGER IF NOT EXISTS {when} BEGIN {note}; END"
