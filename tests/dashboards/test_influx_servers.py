"""Rows in real databases: what is read back is what the store holds."""

from __future__ import annotations

import asyncio
import random
import urllib.parse
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.codec import Record
from dashboards.influx import Database, InfluxSender, check
from dashboards.influx_feed import Feed
from dashboards.sharing import Sharing
from dashboards.store import Store
from tests.dashboards import databases, people
from tests.dashboards.every_kind import one_of_each
from transport.backoff import Backoff
from transport.outbox import SinkUnavailable

pytestmark = pytest.mark.databases
_STRIDES = [people.stride(n) for n in range(6000)]  # more than a request holds
# Also this machine, but nobody's loopback: what goes there is packed.
_FAR = "0.0.0.0"  # noqa: S104 - nothing listens there


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with people.begun_store(tmp_path / "store.db") as store:
        yield store


@pytest.fixture
def influxd(tmp_path: Path) -> Iterator[databases.Server]:
    with databases.influxd(tmp_path / "influxd") as server:
        yield server


def sender(store: Store, database: Database) -> InfluxSender:
    rng = random.Random(1)  # noqa: S311 - not for secrets
    return InfluxSender(
        Feed(store, team="club", sharing=Sharing(store)), database, backoff=Backoff(rng=rng)
    )


@asynccontextmanager
async def at_work(sender: InfluxSender) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sender.run())
        yield
        running.cancel()


async def sent(store: Store, database: Database, records: Sequence[Record]) -> InfluxSender:
    sending = sender(store, database)
    store.write(records)
    async with at_work(sending):
        assert await sending.drain(within_s=60.0), sending.trouble
    return sending


def count(server: databases.Server, measurement: str, field: str) -> int:
    query = f"SELECT count({field}) AS n FROM {measurement}"  # noqa: S608 - a test's
    return int(databases.asked(server.url, query, database=databases.NAME)[0]["n"])


@pytest.mark.parametrize("host", ["127.0.0.1", _FAR])
async def test_influxdb_1_has_every_stride_once_with_its_own_values_and_time(
    store: Store, influxd: databases.Server, host: str
) -> None:
    database = databases.version_1(influxd.url.replace("127.0.0.1", host))
    assert database.near is (host != _FAR)
    await sent(store, database, _STRIDES)
    assert count(influxd, "stride", "cadence_spm") == len(_STRIDES)
    fields = "contact_time_s, peak_accel_axial_g, runner, session, side, team"
    second = f"SELECT {fields} FROM stride WHERE time = {people.STARTED_UTC_NS + 350_000_000}"  # noqa: S608 - a test's
    (row,) = databases.asked(influxd.url, second, database=databases.NAME)
    assert row["contact_time_s"] == 0.25
    assert row["peak_accel_axial_g"] == 6.0
    names = ("runner", "session", "side", "team")
    assert [row[name] for name in names] == [people.RUNNER, people.SESSION, "right", "club"]


async def test_influxdb_1_has_one_of_each_record(store: Store, influxd: databases.Server) -> None:
    sending = await sent(store, databases.version_1(influxd.url), one_of_each())
    assert sending.refused == 0
    found = databases.asked(influxd.url, "SHOW MEASUREMENTS", database=databases.NAME)
    assert {row["name"] for row in found} >= {
        "stride", "form", "drift", "cue", "alert", "link", "load", "gap", "event", "distance",
    }  # fmt: skip


async def test_the_writer_of_version_2_fills_a_1_behind_a_rewriting_nginx(
    store: Store, influxd: databases.Server, tmp_path: Path
) -> None:
    with databases.rewriting(tmp_path, influxd.url) as proxy:
        token = f"{databases.USER}:{urllib.parse.quote(databases.PASSWORD)}"
        database = Database(url=proxy.url, version=2, bucket=databases.NAME, org="", token=token)
        await sent(store, database, _STRIDES)
    assert count(influxd, "stride", "cadence_spm") == len(_STRIDES)


async def test_the_writer_of_version_2_fills_victoriametrics(store: Store, tmp_path: Path) -> None:
    with databases.victoria(tmp_path / "vm") as server:
        far = server.url.replace("127.0.0.1", _FAR)
        await sent(store, Database(url=far, version=2, bucket="club"), _STRIDES)
        series = databases.exported(server.url, "stride_cadence_spm")
    assert sum(len(one["values"]) for one in series) == len(_STRIDES)
    assert {one["metric"]["side"] for one in series} == {"left", "right"}


async def test_strides_of_an_outage_arrive_once_the_database_is_back(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "influxd"
    with databases.influxd(folder) as server:
        port = int(server.url.rpartition(":")[2])
        sending = sender(store, databases.version_1(server.url))
        async with at_work(sending):
            store.write(_STRIDES[:1000])
            assert await sending.drain(within_s=60.0)
            server.process.kill()
            server.process.wait()
            store.write(_STRIDES[1000:])
            async with asyncio.timeout(60.0):
                while sending.trouble is None:  # noqa: ASYNC110 - a sender has no event for it
                    await asyncio.sleep(0.02)
            assert sending.waiting == len(_STRIDES) - 1000
            with databases.influxd(folder, port=port) as again:
                assert await sending.drain(within_s=120.0), sending.trouble
                assert count(again, "stride", "cadence_spm") == len(_STRIDES)


async def test_a_line_that_is_refused_keeps_no_other_back(
    store: Store, influxd: databases.Server
) -> None:
    database = databases.version_1(influxd.url)
    async with database.open() as writer:
        # Somebody's, of another type, on the same day: types hold for a shard.
        await writer.write([f"gap,runner=x reason=7.5 {people.STARTED_UTC_NS}"])
    sending = await sent(store, database, [*_STRIDES[:9], people.gap(5.0), *_STRIDES[9:20]])
    assert sending.refused == 1
    assert "field type conflict" in (sending.refusal or "")
    assert count(influxd, "stride", "cadence_spm") == 20


async def test_a_wrong_password_a_missing_database_and_an_absent_one_are_told(
    influxd: databases.Server,
) -> None:
    right = databases.version_1(influxd.url)
    await check(right)
    nowhere = "http://127.0.0.1:9"
    for wrong, said in (
        (replace(right, username="nobody"), "401"),
        (replace(right, bucket="no"), "404"),
        (replace(right, url=nowhere), "does not answer"),
        (Database(url=nowhere, version=2, bucket="club"), "does not answer"),
    ):
        with pytest.raises(SinkUnavailable, match=said):
            await check(wrong)
