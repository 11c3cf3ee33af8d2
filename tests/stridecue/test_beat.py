"""The service's own pulse in the store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from dashboards.health_shelf import KEPT_DAYS, Health, HealthShelf
from dashboards.store import Store
from firmware_sim.virtual_time import run_scaled
from stridecue.beat import EVERY_S, Beat
from tests.dashboards import people

DAY_NS = 86_400 * 10**9


@dataclass
class _Sink:
    """A sink of which little arrives."""

    delivered: int = 5
    failures: int = 1
    waiting: int = 42
    dropped: int = 0


def told(store: Store) -> list[dict[str, object]]:
    return store.read("SELECT * FROM health ORDER BY time_utc_ns, part", ())


def test_it_beats_until_the_end_and_then_says_goodbye(tmp_path: Path) -> None:
    async def a_while(store: Store) -> None:
        beating = Beat(HealthShelf(store), gateway="pi", parts={"influx": _Sink()})
        async with asyncio.TaskGroup() as group:
            task = group.create_task(beating.run())
            await asyncio.sleep(2.5 * EVERY_S)
            await beating.drain(within_s=1.0)
            task.cancel()

    with Store(tmp_path / "store.db", patience_ms=0) as store:
        run_scaled(a_while(store), 50.0)
        rows = told(store)
    beats = [row["running"] for row in rows if row["part"] == "influx"]
    assert beats[:-1]
    assert all(beats[:-1])
    assert beats[-1] == 0
    assert rows[0]["part"] == "disk"
    assert int(str(rows[0]["free_bytes"])) > 0
    assert (rows[1]["waiting"], rows[1]["dropped"], rows[1]["failures"]) == (42, 0, 1)


def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    one = Health(gateway="pi", part="store", running=True, waiting=0)
    with Store(tmp_path / "store.db") as store:
        shelf = HealthShelf(store)
        shelf.keep([one], now_utc_ns=people.STARTED_UTC_NS)
        shelf.keep([one], now_utc_ns=people.STARTED_UTC_NS + (KEPT_DAYS + 1) * DAY_NS)
        assert len(told(store)) == 1
