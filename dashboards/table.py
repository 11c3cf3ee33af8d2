"""How a record becomes a row of a table, and rows become few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

from dashboards.bound import in_need, plain

KEY = ("id", "runner", "session", "time_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table and where in the record each of its columns stands.

    `record` is whose table it is. Every table starts with id, runner, session, time_s and
    time_utc_ns; `key` gives the first four of a record, `values` the columns after them, `in_need`
    says which of these SQLite does not take as they are.
    """

    record: type
    name: str
    columns: tuple[str, ...]
    key: Callable[[Any], tuple[Any, ...]]
    values: Callable[[Any], Sequence[Any]]
    in_need: tuple[int, ...]

    def row(self, record: object, started_utc_ns: Mapping[tuple[str, str], int]) -> tuple[Any, ...]:
        """Return the record's row, given when each runner's session started.

        Raises
        ------
        ValueError
            Its session was not begun.

        """
        key = self.key(record)
        _, runner, session, time_s = key
        if (runner, session) not in started_utc_ns:
            message = f"session {session} of {runner} was not begun"
            raise ValueError(message)
        when_utc_ns = utc_ns(started_utc_ns=started_utc_ns[runner, session], time_s=time_s)
        values = list(self.values(record))
        for n in self.in_need:
            values[n] = plain(values[n])
        return (*key, when_utc_ns, *values)

    def inserts(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
        """Give the statements that store rows, with their values; the same id again replaces.

        Many rows are one statement: between two of them SQLite's thread asks for Python's lock,
        which another thread may hold for 5 ms.
        """
        at = 0
        for n in _AT_ONCE:
            while len(rows) - at >= n:
                yield _insert(self.name, self.columns, n), list(chain(*rows[at : at + n]))
                at += n


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = (*KEY, "time_utc_ns", *columns)
    marks = f"({', '.join('?' * len(names))})"
    values = ", ".join([marks] * rows)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES {values}"  # noqa: S608 - names of ours


def utc_ns(*, started_utc_ns: int, time_s: float) -> int:
    """Return a session time as UTC nanoseconds."""
    return started_utc_ns + round(time_s * 1e9)


# The most that a statement may hold is 32,766 values; a handful of lengths stay prepared.
_AT_ONCE = (400, 20, 1)


def table_of(
    record: type, name: str, *, key: tuple[str, ...] = KEY, paths: tuple[str, ...], **renamed: str
) -> Table:
    """Describe a record's table: columns named like the last part of each path, then renamed."""
    every = (*paths, *renamed.values())
    return Table(
        record=record,
        name=name,
        columns=(*(path.rsplit(".", 1)[-1] for path in paths), *renamed),
        key=attrgetter(*key),
        values=attrgetter(*every),
        in_need=in_need(record, every),
    )
