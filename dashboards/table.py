"""How a record becomes a row of a table, and rows become few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from dashboards.bound import in_need, plain

KEY = ("id", "runner", "session", "time_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table and where in the record each of its columns stands.

    `record` is whose table it is. Every table has id, runner, session, time_s and time_utc_ns;
    `values` gives the first four of a record and then its `columns`, `in_need` says which of all
    these SQLite does not take as they are.
    """

    record: type
    name: str
    columns: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    in_need: tuple[int, ...]

    def by_column(
        self, records: Iterable[object], started_utc_ns: Mapping[tuple[str, str], int]
    ) -> list[Sequence[Any]]:
        """Return what is stored of records: the key, `columns`, time_utc_ns, each of all of them.

        They are in the order of the key: neighbours are put in one after the other.

        Raises
        ------
        ValueError
            A record's session was not begun.

        """
        rows = sorted(map(self.values, records), key=itemgetter(0))
        found: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for n in self.in_need:
            found[n] = plain(found[n])
        _, runners, sessions, times_s, *_ = found
        whose = list(zip(runners, sessions, strict=True))
        for runner, session in set(whose) - started_utc_ns.keys():
            message = f"session {session} of {runner} was not begun"
            raise ValueError(message)
        begun_ns = map(started_utc_ns.__getitem__, whose)
        return [*found, list(map(utc_ns, begun_ns, times_s))]

    def inserts(self, found: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
        """Give the statements that store columns, with values; the same id again replaces.

        Many rows are one statement: between two of them SQLite's thread asks for Python's lock,
        which another thread may hold for 5 ms.
        """
        at, width, rows = 0, len(found), len(found[0])
        for n in _AT_ONCE:
            while rows - at >= n:
                values = [None] * (n * width)
                for place, column in enumerate(found):
                    values[place::width] = column[at : at + n]
                yield _insert(self.name, self.columns, n), values
                at += n


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = (*KEY, *columns, "time_utc_ns")
    marks = f"({', '.join('?' * len(names))})"
    values = ", ".join([marks] * rows)
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES {values}"  # noqa: S608 - names of ours


def utc_ns(started_utc_ns: int, time_s: float) -> int:
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
        values=attrgetter(*key, *every),
        in_need=tuple(len(key) + n for n in in_need(record, every)),
    )
