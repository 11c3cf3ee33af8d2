"""Sends the store's rows to InfluxDB and forgets none, however long it is away.

The store is the spool: a row and the note that InfluxDB lacks it are one commit (`Feed`), and
the note goes only after the database has answered. A kill in between sends a point again, which
changes nothing. So nothing here needs to be in memory, and a session never waits for a database.
"""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NoReturn, Protocol
from urllib.parse import urlsplit

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from analytics.errors import ServiceError
from dashboards.influx_feed import Feed
from transport.backoff import Backoff
from transport.outbox import SinkUnavailable, in_time

# Lines a request: a database puts each on its disk before it answers, so few large ones are soon
# done. InfluxData, "Optimize writes to InfluxDB": 5,000. Version 2's client packs and sends a body
# in one piece, inside the loop: 1000 lines (half a megabyte) hold it up for some 15 ms.
BATCH, _IN_ONE_PIECE = 5000, 1000
_AT_ONCE = BATCH  # rows a look into the store: it ends in a commit, which waits for the writer's
_POLL_S = 0.25  # of the two seconds in which a coach is to see it
_LAST_POLL_S = 0.05  # whoever waits for the last line has nothing else to do
_PATIENCE_S = 10.0
_REFUSED = {400, 413, 422}  # the lines are at fault, and will be tomorrow


class LinesRefusedError(Exception):
    """The database takes no such lines, whoever sends them and when."""


class Writer(Protocol):
    """A connection to a database."""

    async def write(self, lines: Sequence[str]) -> None:
        """Write the lines; `SinkUnavailable` if it is away, `LinesRefusedError` if they are bad."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the database is and what it is called.

    Attributes
    ----------
    version : int
        1 writes to `/write` (InfluxDB 1.x), 2 to `/api/v2/write` (2.x, 3, VictoriaMetrics).
    bucket : str
        Version 1: the database, or `database/retention-policy`.
    username, password : str or None
        Version 1 only.
    org, token : str or None
        Version 2 only.

    """

    url: str
    version: int
    bucket: str
    org: str | None = None
    token: str | None = None
    username: str | None = None
    password: str | None = None

    @property
    def near(self) -> bool:
        """Whether it is on this machine: then packing costs both sides more than it spares."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def requests(self, lines: Sequence[str]) -> Iterator[Sequence[str]]:
        """Cut lines into what one request should hold."""
        n = BATCH if self.version == 1 else _IN_ONE_PIECE
        return (lines[at : at + n] for at in range(0, len(lines), n))

    def open(self) -> AbstractAsyncContextManager[Writer]:
        """Return a connection, to be used inside the loop."""
        return _version_1(self) if self.version == 1 else _version_2(self)


class InfluxSender:
    """Sends what a feed holds, oldest first.

    Attributes
    ----------
    feed : Feed
        What is to be sent.
    delivered, refused : int
        Lines the database has, and lines it will never take.
    failures : int
        Tries that failed.
    refusal : str or None
        The last of those that it will never take, and why.
    trouble : str or None
        Why the last try failed.

    """

    name = "influx"

    def __init__(self, feed: Feed, database: Database, *, backoff: Backoff) -> None:
        self.delivered = 0
        self.refused = 0
        self.failures = 0
        self.refusal: str | None = None
        self.trouble: str | None = None
        self.feed = feed
        self._database = database
        self._backoff = backoff

    @property
    def waiting(self) -> int:
        """Rows the database does not have yet."""
        return self.feed.waiting

    @property
    def dropped(self) -> int:
        """Lines it will never have."""
        return self.refused

    async def run(self) -> NoReturn:
        """Send until cancelled."""
        async with self._database.open() as writer:
            while True:
                try:
                    sent = await self._send_head(writer)
                except (SinkUnavailable, ServiceError) as error:
                    # A full disk or a held store is the store's to tell: here it is only a wait.
                    self.trouble = str(error)
                    self.failures += 1
                    await asyncio.sleep(self._backoff.next_s())
                else:
                    self._backoff.reset()
                    if not sent:
                        await asyncio.sleep(_POLL_S)

    async def drain(self, *, within_s: float) -> bool:
        """Wait until the database has everything; False if it was not in time. `run` must run."""
        return await in_time(self.emptied(), within_s=within_s)

    async def emptied(self) -> None:
        """Wait until the database has everything, however long it takes."""
        while await asyncio.to_thread(lambda: self.feed.waiting):  # noqa: ASYNC110 (rows come from any process)
            await asyncio.sleep(_LAST_POLL_S)

    async def _send_head(self, writer: Writer) -> int:
        mark, lines = await asyncio.to_thread(self.feed.head, _AT_ONCE)
        if mark:
            for some in self._database.requests(lines):
                await self._send(writer, some)
            await asyncio.to_thread(self.feed.forget, mark)
        return mark

    async def _send(self, writer: Writer, lines: Sequence[str]) -> None:
        """Send lines; those that are refused are looked for by halves, so that the rest arrives."""
        try:
            await writer.write(lines)
        except LinesRefusedError as error:
            if len(lines) == 1:
                self.refused += 1
                self.refusal = f"{error} in: {lines[0]}"
                return
            half = len(lines) // 2
            await self._send(writer, lines[:half])
            await self._send(writer, lines[half:])
        else:
            self.delivered += len(lines)
            self.trouble = None


async def check(database: Database) -> None:
    """Write nothing, to learn whether the database is there and lets us in.

    Raises
    ------
    SinkUnavailable
        It is not, or does not.

    """
    async with database.open() as writer:
        await writer.write([])


@dataclass(frozen=True, slots=True)
class _Version1:
    http: aiohttp.ClientSession
    database: Database

    async def write(self, lines: Sequence[str]) -> None:
        name, _, policy = self.database.bucket.partition("/")
        query = {"db": name, "precision": "ns"} | ({"rp": policy} if policy else {})
        body = _body(lines)
        if not self.database.near:
            body = await asyncio.to_thread(gzip.compress, body, compresslevel=1)
        url = f"{self.database.url.rstrip('/')}/write"
        try:
            async with self.http.post(url, params=query, data=io.BytesIO(body)) as answer:
                if not answer.ok:
                    raise _error(answer.status, await answer.text())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SinkUnavailable(_absent(self.database, error)) from error


@asynccontextmanager
async def _version_1(database: Database) -> AsyncIterator[Writer]:
    headers = {} if database.near else {"Content-Encoding": "gzip"}
    if database.username is not None:
        login = aiohttp.encode_basic_auth(database.username, database.password or "")
        headers["Authorization"] = login
    patience = aiohttp.ClientTimeout(total=_PATIENCE_S)
    async with aiohttp.ClientSession(headers=headers, timeout=patience) as http:
        yield _Version1(http, database)


@dataclass(frozen=True, slots=True)
class _Version2:
    client: InfluxDBClientAsync
    database: Database

    async def write(self, lines: Sequence[str]) -> None:
        try:
            await self.client.write_api().write(
                bucket=self.database.bucket, org=self.database.org or "", record=_body(lines)
            )
        except ApiException as error:
            raise _error(error.status, str(error.body or error.reason)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SinkUnavailable(_absent(self.database, error)) from error


@asynccontextmanager
async def _version_2(database: Database) -> AsyncIterator[Writer]:
    async with InfluxDBClientAsync(
        url=database.url,
        token=database.token or "",
        org=database.org or "",
        timeout=int(1000 * _PATIENCE_S),
        enable_gzip=not database.near,
    ) as client:
        yield _Version2(client, database)


def _body(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode()


def _error(status: int | None, text: str) -> Exception:
    said = f"{status} {' '.join(text.split())[:200]}"
    return LinesRefusedError(said) if status in _REFUSED else SinkUnavailable(said)


def _absent(database: Database, error: Exception) -> str:
    return f"{database.url} does not answer ({error or type(error).__name__})"
