"""A season on its way to databases: each run's stored rows, as the feed of a live session tells.

A season is not spooled: a database that stays away ends it, and `stridecue sync --history` sends
what the store has.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from types import TracebackType
from typing import Self

from analytics.errors import ServiceError
from dashboards.influx import Database, LinesRefusedError, Writer
from dashboards.influx_feed import BY_RUNNER, BY_SESSION
from dashboards.influx_points import Points
from dashboards.sharing import Sharing
from dashboards.store import Store
from stridecue.season_plan import SeasonPlan
from transport.outbox import SinkUnavailable

_TRIES, _APART_S = 5, 1.0


class Delivery:
    """Sends a runner's rows to every database and counts the points by measurement."""

    def __init__(self, store: Store, plan: SeasonPlan) -> None:
        sharing = Sharing(store)
        self.sent: Counter[str] = Counter()
        self._store = store
        self._points = Points(store, team=plan.team, private=sharing.private)
        self._databases = plan.databases
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Return the delivery, its connections open: each made anew reads all certificates."""
        self._loop = self._stack.enter_context(asyncio.Runner())
        connections = AsyncExitStack()
        self._stack.callback(lambda: self._loop.run(connections.aclose()))
        self._writers = [
            (database, self._loop.run(connections.enter_async_context(database.open())))
            for database in self._databases
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        self._stack.close()

    def send_session(self, runner: str, session: str) -> None:
        """Send all that is stored of one session."""
        self._send(BY_SESSION, (runner, session))

    def send_body(self, runner: str) -> None:
        """Send what the runner said beside the runs."""
        self._send(BY_RUNNER, (runner,))

    def _send(self, queries: Mapping[str, str], values: Sequence[str]) -> None:
        if not self._writers:
            return
        lines = [
            line
            for name, sql in queries.items()
            for line in self._points.lines(name, self._store.columns(sql, values))
        ]
        if lines:
            self._loop.run(_sent(self._writers, lines))
        self.sent.update(line[: line.index(",")] for line in lines)


async def _sent(writers: Sequence[tuple[Database, Writer]], lines: Sequence[str]) -> None:
    """Let every database have the lines, all of them at a time."""
    await asyncio.gather(*(_to(database, writer, lines) for database, writer in writers))


async def _to(database: Database, writer: Writer, lines: Sequence[str]) -> None:
    for some in database.requests(lines):
        for last in range(_TRIES - 1, -1, -1):
            try:
                await writer.write(some)
                break
            except SinkUnavailable as error:
                if not last:
                    mend = "start it and send the season with `stridecue sync --history`"
                    what = f"the season is stored, but not sent: {error}"
                    raise ServiceError(what, where=database.url, mend=mend) from error
                await asyncio.sleep(_APART_S)
            except LinesRefusedError as error:
                mend = "send it to a database or bucket without points of other programs"
                what = f"the season is stored, but the database refuses points: {error}"
                raise ServiceError(what, where=database.url, mend=mend) from error
