"""What InfluxDB still lacks of the store: noted in the same commit as the rows themselves."""

from __future__ import annotations

from analytics.records import Stride
from dashboards.influx_columns import Columns
from dashboards.influx_lines import LEFT_OUT, MEASUREMENTS, TAGS
from dashboards.influx_points import Points
from dashboards.sharing import Sharing
from dashboards.store import Store
from dashboards.tables import TABLES

# What is read of a table's rows: all, but strides are many, and reading what no line tells of them
# is a quarter of reading them.
_OF_STRIDES = (
    "time_utc_ns",
    *TAGS["strides"],
    *(column for column in TABLES[Stride].columns if column not in LEFT_OUT["strides"]),
)
_READ = {"strides": ", ".join(_OF_STRIDES)}
# What a note in the feed calls a row of a table, where that is not its id.
_KEYS = {
    "sessions": "{0}.runner || '/' || {0}.session",
    "judged_by": "{0}.runner || '/' || {0}.session",
    "pain": "{0}.runner || '/' || {0}.id",
    "ticks": "json_array({0}.runner, {0}.day, {0}.kind)",
}
_CHANGED = {"sessions": ("INSERT", "UPDATE"), "ticks": ("INSERT", "DELETE")}
_INSERTED = ("INSERT",)
# One that was taken back is told too: as none of that kind on that day.
_TICKS = """
    SELECT runner, day, kind,
        CAST(strftime('%s', day) AS INTEGER) * 1000000000 AS time_utc_ns,
        (SELECT count(*) FROM ticks t
         WHERE t.runner = n.runner AND t.day = n.day AND t.kind = n.kind) AS done
    FROM (SELECT DISTINCT json_extract(id, '$[0]') AS runner, json_extract(id, '$[1]') AS day,
        json_extract(id, '$[2]') AS kind FROM ({noted})) n
"""
# A whole session's rows, and what a runner said beside the runs, without notes.
BY_SESSION = {
    name: f"SELECT {_READ.get(name, '*')} FROM {name} WHERE runner = ? AND session = ?"  # noqa: S608 - names of ours
    for name in MEASUREMENTS
    if name not in {"pain", "ticks", "health"}
}
BY_RUNNER = {
    "pain": "SELECT * FROM pain WHERE runner = ?",
    "ticks": _TICKS.format(
        noted="SELECT json_array(runner, day, kind) AS id FROM ticks WHERE runner = ?"
    ),
}


class Feed:
    """The store's rows on their way to InfluxDB.

    From its making on every row written through this store is noted, by triggers of its
    connection; what was noted before, by whichever process, still waits.

    Parameters
    ----------
    team : str
        The tag `team` of every line.
    sharing : Sharing
        What a runner keeps private is not sent; what was sent before stays there.

    """

    def __init__(self, store: Store, *, team: str, sharing: Sharing) -> None:
        self._store = store
        self._points = Points(store, team=team, private=sharing.private)
        with store.transaction() as writer:
            for name in MEASUREMENTS:
                for after in _CHANGED.get(name, _INSERTED):
                    row = "OLD" if after == "DELETE" else "NEW"
                    note = f"VALUES ('{name}', {_key(name, row)})"
                    writer.execute(_trigger(name, after=after, note=note))
            # What a runner says of a run changes its load.
            said = "SELECT 'load', id FROM load WHERE runner = NEW.runner AND session = NEW.session"
            for after in ("INSERT", "UPDATE"):
                writer.execute(_trigger("said", after=after, note=said))
            # And what a coach does about an alert, that alert.
            marked = "VALUES ('alerts', NEW.alert)"
            writer.execute(_trigger("alert_marks", after="INSERT", note=marked))

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
            line
            for row in found
            for line in self._points.lines(row["name"], self._rows(row["name"], mark))
        ]
        return mark, lines

    def forget(self, mark: int) -> None:
        """Let go of what was sent."""
        with self._store.transaction() as writer:
            writer.execute("DELETE FROM influx_feed WHERE seq <= ?", (mark,))

    def fill(self) -> None:
        """Note the whole store: history for a database that has none."""
        with self._store.transaction() as writer:
            for name in MEASUREMENTS:
                writer.execute(
                    f"INSERT INTO influx_feed (name, id) SELECT '{name}', {_key(name, name)}"  # noqa: S608 - names of ours
                    f" FROM {name}"
                )

    def _rows(self, name: str, mark: int) -> Columns:
        noted = "SELECT id FROM influx_feed WHERE seq <= ? AND name = ?"
        if name == "ticks":
            return self._store.columns(_TICKS.format(noted=noted), (mark, name))
        return self._store.columns(
            f"SELECT {_READ.get(name, '*')} FROM {name} t WHERE {_key(name, 't')} IN ({noted})",  # noqa: S608 - names of ours
            (mark, name),
        )


def _key(name: str, row: str) -> str:
    return _KEYS.get(name, "{0}.id").format(row)


def _trigger(name: str, *, after: str, note: str) -> str:
    when = f"feed_{name}_{after} AFTER {after} ON main.{name}"
    insert = f"INSERT INTO influx_feed (name, id) {note}"
    return f"CREATE TEMP TRIGGER IF NOT EXISTS {when} BEGIN {insert}; END"
