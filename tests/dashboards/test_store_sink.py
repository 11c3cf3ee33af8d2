from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from analytics.errors import ServiceError
from dashboards.sink import Timed, outbox_for
from dashboards.store import Store
from dashboards.store_sink import GROUP_S, StoreSink
from dashboards.tables import Kept
from firmware_sim.virtual_time import run_virtual
from tests.dashboards import people
from tests.dashboards.every_kind import one_of_each
from tests.dashboards.test_store import ENTRY, begin


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stridecue.db"


async def offered_and_stored(store: Store, *, inline: bool) -> float:
    """Offer records and a ledger entry; return how long it took until all were stored."""
    sink = StoreSink(store, inline=inline)
    box = outbox_for(sink, rng=random.Random(1))  # noqa: S311 - not for secrets
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(box.run())
        for record in one_of_each():
            box.offer(record)
        box.offer(Timed(record=people.stride(2), sample_s=1.0, gateway_s=1.0, analytics_s=1.0))
        box.offer(ENTRY)
        assert await box.drain(within_s=5.0)
        running.cancel()
    sink.close()
    return loop.time() - start_s


def test_in_virtual_time_everything_is_written_in_line_without_threads(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        before = threading.active_count()
        run_virtual(offered_and_stored(store, inline=True))
        assert threading.active_count() == before
        assert len(store.rows("strides")) == 2
        assert len(store.rows("latency")) == 1


async def test_live_records_are_committed_in_groups_off_the_loop(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        took_s = await offered_and_stored(store, inline=False)
        assert took_s >= GROUP_S
        assert len(store.rows("strides")) == 2
        assert len(store.rows("latency")) == 1


async def test_a_slow_commit_does_not_hold_up_the_loop(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, commit = threading.Event(), Store.write

    def slow_write(store: Store, kept: Sequence[Kept]) -> None:
        assert go_on.wait(timeout=60.0), "the loop did not come round while the commit hung"
        commit(store, kept)

    monkeypatch.setattr(Store, "write", slow_write)
    with Store(path) as store:
        begin(store)
        sink = StoreSink(store, inline=False)
        async with asyncio.TaskGroup() as group:
            group.create_task(sink.deliver([people.stride(n) for n in range(20)]))
            await asyncio.sleep(0.05)  # the commit hangs by now; the loop is ours all the same
            go_on.set()
        sink.close()
        assert len(store.rows("strides", limit=100)) == 20


async def test_a_full_disk_ends_the_outbox_with_a_clear_line(path: Path) -> None:
    with Store(path) as store:
        begin(store)
        store._writer.execute("PRAGMA max_page_count = 100")  # noqa: SLF001 - a small disk
        box = outbox_for(StoreSink(store, inline=True), rng=random.Random(1))  # noqa: S311
        for n in range(5000):
            box.offer(people.stride(n))
        with pytest.raises(ServiceError, match="free some space"):
            await box.run()
        assert len(store.rows("strides")) == box.delivered


async def kept_while_another_program_writes(store: Store) -> tuple[int, int]:
    """Return how many strides were stored while the store was held, and once it was free."""
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    box = outbox_for(StoreSink(store, inline=True), rng=random.Random(1))  # noqa: S311
    async with asyncio.TaskGroup() as group:
        running = group.create_task(box.run())
        box.offer(people.stride(2))
        assert not await box.drain(within_s=60.0)
        held = len(store.rows("strides"))
        other.rollback()
        other.close()
        await box.emptied()
        running.cancel()
    return held, len(store.rows("strides"))


def test_a_store_that_another_program_holds_is_waited_for_and_nothing_is_lost(path: Path) -> None:
    with Store(path, patience_ms=0) as store:
        begin(store)
        assert run_virtual(kept_while_another_program_writes(store)) == (0, 1)
