"""What is old goes, a runner is erased whole, and a copy of a store under way is whole."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.errors import ServiceError
from dashboards import audit
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.influx import Database
from dashboards.influx_erase import erase_points
from dashboards.influx_feed import Feed
from dashboards.sharing import Sharing
from dashboards.store import Store
from dashboards.tables import NAMES
from dashboards.upkeep import Retention, backup, counted, erase_runner, erase_session, tidy
from tests.dashboards import databases, people

DAY_NS = 86_400 * 10**9
NOW_NS = people.STARTED_UTC_NS + 10 * DAY_NS


def fill(store: Store, runner: str, *, session: str = "s1", days_ago: int = 1) -> None:
    began_ns = NOW_NS - days_ago * DAY_NS
    store.begin_session(
        session=session, runner=runner, started_utc_ns=began_ns, source="t", simulated=False
    )
    store.write([people.stride(n, runner=runner, session=session) for n in range(50)])
    store.end_session(session=session, runner=runner, summary={"strides": 50})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "stridecue.db") as made:
        yield made


def strides(store: Store, runner: str) -> int:
    return len(store.rows("strides", runner=runner, limit=10_000))


def test_strides_go_after_a_year_and_their_sessions_stay(store: Store) -> None:
    fill(store, "mia", session="old", days_ago=366)
    fill(store, "mia", session="new", days_ago=364)
    gone = tidy(store, now_utc_ns=NOW_NS, keep=Retention())
    assert gone == {"strides": 50}
    assert {row["session"] for row in store.rows("strides")} == {"new"}
    assert {row["session"] for row in store.sessions()} == {"old", "new"}
    assert tidy(store, now_utc_ns=NOW_NS, keep=Retention()) == {}


def test_whole_sessions_go_where_the_settings_say_so_and_nothing_where_they_say_never(
    store: Store,
) -> None:
    fill(store, "mia", session="old", days_ago=40)
    never = Retention(strides_days=0, summaries_days=0)
    assert tidy(store, now_utc_ns=NOW_NS, keep=never) == {}
    month = Retention(strides_days=0, summaries_days=30)
    assert tidy(store, now_utc_ns=NOW_NS, keep=month) == {"sessions": 1, "strides": 50}


def test_an_erased_runner_is_in_no_table_and_not_in_the_file(store: Store) -> None:
    Feed(store, team="club", sharing=Sharing(store))
    for runner in ("secretname", "mia"):
        fill(store, runner)
        BodyShelf(store).tick(
            runner=runner, tick_id="1", day="2025-12-01", kind=Tick.STRENGTH, done=True
        )
    gone = erase_runner(store, runner="secretname", now_utc_ns=NOW_NS)
    assert gone["strides"] == 50
    assert gone["influx_feed"] > 50
    assert counted(store, runner="secretname") == {}
    files = [store.path, Path(f"{store.path}-wal")]
    assert not [f for f in files if f.exists() and b"secretname" in f.read_bytes()]
    assert strides(store, "mia") == 50
    assert [deed["deed"] for deed in audit.trail(store, runner=None, limit=5)] == ["runner erased"]


def test_a_runner_whose_name_begins_alike_stays(store: Store) -> None:
    for runner in ("mia", "mia2", "mi"):
        fill(store, runner)
    erase_runner(store, runner="mia", now_utc_ns=NOW_NS)
    assert [strides(store, runner) for runner in ("mia", "mia2", "mi")] == [0, 50, 50]


def test_an_erased_session_takes_its_rows_and_no_others(store: Store) -> None:
    fill(store, "mia", session="s1")
    fill(store, "mia", session="s2")
    assert erase_session(store, runner="mia", session="s1")["strides"] == 50
    assert [row["session"] for row in store.sessions()] == ["s2"]
    assert {row["session"] for row in store.rows("strides")} == {"s2"}


def test_a_backup_made_while_another_writes_is_whole_and_restores(
    store: Store, tmp_path: Path
) -> None:
    fill(store, "mia")
    over = threading.Event()

    def write() -> None:
        n = 50
        while not over.is_set():
            store.write([people.stride(k, session="s1") for k in range(n, n + 20)])
            n += 20

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(store, tmp_path / "copy.db")
    finally:
        over.set()
        writer.join()
    with Store(tmp_path / "copy.db") as copy:
        kept = strides(copy, "mia")
        assert 50 <= kept <= strides(store, "mia")
        assert kept % 10 == 0  # a group is there whole or not at all
        assert copy.sessions()[0]["summary"] == {"strides": 50}
        assert copy.baseline("mia") is None
        assert all(isinstance(copy.rows(name), list) for name in NAMES)
    with pytest.raises(ServiceError, match="there already"):
        backup(store, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.databases
def test_influxdb_forgets_an_erased_runner_and_says_where_it_cannot(tmp_path: Path) -> None:
    lines = [f"stride,team=club,runner={runner} cadence_spm=170 7" for runner in ("mia", "ann")]
    with databases.influxd(tmp_path / "influxd") as server:
        database = databases.version_1(server.url)

        async def go() -> str | None:
            async with database.open() as writer:
                await writer.write(lines)
            return await erase_points(database, "mia")

        assert asyncio.run(go()) is None
        left = databases.asked(
            server.url, "SELECT cadence_spm FROM stride GROUP BY runner", database=databases.NAME
        )
        assert [row["runner"] for row in left] == ["ann"]
        version_2 = Database(url=server.url, version=2, bucket="club", token="x:y")  # noqa: S106
        told = asyncio.run(erase_points(version_2, "ann"))
        assert told is not None
        assert server.url in told


@pytest.mark.databases
def test_victoriametrics_forgets_an_erased_runner(tmp_path: Path) -> None:
    with databases.victoria(tmp_path / "victoria") as server:
        database = Database(url=server.url, version=2, bucket="club")

        async def go() -> str | None:
            async with database.open() as writer:
                await writer.write(
                    [f"stride,runner={r} cadence_spm=170 {NOW_NS}" for r in ("mia", "ann")]
                )
            databases.exported(server.url, "stride_cadence_spm")
            return await erase_points(database, "mia")

        assert asyncio.run(go()) is None
        left = databases.exported(server.url, "stride_cadence_spm")
        assert [one["metric"]["runner"] for one in left] == ["ann"]
