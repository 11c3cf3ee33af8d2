"""The load history in the store: runs, what runners said of them, and shoes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from analytics.load.once import counted_once
from analytics.load.records import LoadEntry, Shoe
from analytics.load.said import with_said
from dashboards.store import Store


class LoadShelf:
    """Reads and writes the load history of a store's runners."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def entries(self, runner: str | None = None, *, simulated: bool = False) -> list[LoadEntry]:
        """Return the runs, the oldest first, with what was said of them.

        Simulated runs are in nobody's history; `simulated` gives them too, for a page to show.
        A run that was imported and measured counts once.
        """
        found = self._store.read(
            "SELECT entry, said.distance_m, said.exertion FROM load"
            " JOIN sessions USING (runner, session) LEFT JOIN said USING (runner, session)"
            " WHERE (?1 IS NULL OR runner = ?1) AND (?2 OR NOT simulated)"
            " ORDER BY runner, load.start_utc_ns, session",
            (runner, simulated),
        )
        return counted_once(
            [
                with_said(
                    msgspec.json.decode(row["entry"], type=LoadEntry),
                    distance_m=row["distance_m"],
                    exertion=row["exertion"],
                )
                for row in found
            ]
        )

    def say(
        self, *, runner: str, session: str, distance_m: float | None, exertion: float | None
    ) -> bool:
        """Keep what a runner says of a run; what is None stays as it was said before.

        False where no such run is kept.
        """
        if not self._store.read(
            "SELECT 1 FROM load WHERE runner = ? AND session = ?", (runner, session)
        ):
            return False
        with self._store.transaction() as writer:
            writer.execute(
                "INSERT INTO said VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " distance_m = coalesce(excluded.distance_m, distance_m),"
                " exertion = coalesce(excluded.exertion, exertion)",
                (runner, session, distance_m, exertion),
            )
        return True

    def keep_shoes(self, runner: str, shoes: Iterable[Shoe]) -> None:
        """Make these the runner's shoes."""
        rows = [(runner, s.id, s.name, s.before_m, s.retire_from_m, s.retire_to_m) for s in shoes]
        with self._store.transaction() as writer:
            writer.execute("DELETE FROM shoes WHERE runner = ?", (runner,))
            writer.executemany("INSERT INTO shoes VALUES (?, ?, ?, ?, ?, ?)", rows)

    def shoes(self, runner: str | None = None) -> list[Shoe]:
        """Return the registered shoes."""
        found = self._store.read(
            "SELECT * FROM shoes WHERE ?1 IS NULL OR runner = ?1 ORDER BY runner, id", (runner,)
        )
        return [msgspec.convert(row, Shoe) for row in found]
