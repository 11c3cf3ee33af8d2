"""The team's table as events: every second what has changed in it, encoded once for all pages.

Theory of operation. Nobody ticks: whichever open page wakes first in a new second works the
frame of that second out, the others take the same bytes. A frame holds, by runner, the fields
that have changed since the one before. A page that has missed more frames than are kept gets the
whole table, as a new one does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import msgspec

from dashboards.web.access import TEAM
from dashboards.web.hub import PhoneHub, TooManyClientsError
from dashboards.web.stream import RETRY_MS

TICK_S = 1.0
_AFTER_S = 0.005  # after the tick, so that a clock's rounding does not make it the one before
KEPT = 8  # frames: a page that sleeps for longer gets the whole table again

Row = dict[str, Any]
Rows = Mapping[str, Row]


class TeamFeed:
    """What is sent to the open team pages.

    Parameters
    ----------
    rows : callable
        Given the loop's time, returns every runner's line by id (`dashboards.team_row`).

    """

    def __init__(self, rows: Callable[[float], Rows]) -> None:
        self.encoded = 0  # frames and tables worked out so far
        self._rows_at = rows
        self._rows: Rows = {}
        self._tick = -1
        self._seq = 0
        self._frames: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self._whole: tuple[int, bytes] = (-1, b"")

    def after(self, seq: int | None, *, now_s: float) -> tuple[int, bytes]:
        """Return the newest sequence number, and what a page that is at `seq` lacks."""
        self._advance(now_s)
        missed = [frame for at, frame in self._frames if seq is not None and at > seq]
        if seq is None or len(missed) < self._seq - seq:
            return self._seq, self._table(now_s)
        return self._seq, b"".join(missed)

    def _advance(self, now_s: float) -> None:
        tick = int(now_s // TICK_S)
        if tick == self._tick:
            return
        rows = self._rows_at(now_s)
        changed = {
            runner: _changes(self._rows.get(runner, {}), row) for runner, row in rows.items()
        }
        told = {runner: fields for runner, fields in changed.items() if fields}
        self._rows, self._tick = rows, tick
        self._seq += 1
        self._frames.append((self._seq, self._encode("changes", told, now_s)))

    def _table(self, now_s: float) -> bytes:
        if self._whole[0] != self._seq:
            self._whole = (self._seq, self._encode("table", self._rows, now_s))
        return self._whole[1]

    def _encode(self, name: str, rows: Mapping[str, Row], now_s: float) -> bytes:
        self.encoded += 1
        told = {"now_s": round(now_s, 1), "rows": rows}
        return f"event: {name}\ndata: ".encode() + msgspec.json.encode(told) + b"\n\n"


def _changes(before: Row, after: Row) -> Row:
    return {
        name: value for name, value in after.items() if name not in before or before[name] != value
    }


async def team_events(hub: PhoneHub, feed: TeamFeed) -> AsyncGenerator[bytes]:
    """Yield the whole table, then every second what has changed in it."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    loop = asyncio.get_running_loop()
    try:
        with hub.client(TEAM) as client:
            seq: int | None = None
            while not client.closed:
                seq, chunk = feed.after(seq, now_s=loop.time())
                if chunk:
                    yield chunk
                await client.wait(TICK_S - loop.time() % TICK_S + _AFTER_S)
    except TooManyClientsError:
        yield b"event: full\ndata: {}\n\n"
