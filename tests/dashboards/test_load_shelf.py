from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from analytics.load.records import LoadEntry, Shoe
from analytics.records import SpeedSource, Surface
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from dashboards.web.access import TEAM
from tests.analytics.load.runs import entry, leg
from tests.dashboards import loads
from tests.dashboards.site import OTHER, site
from tests.dashboards.test_store import begin

BLUE = Shoe(
    id="blue",
    name="Blue",
    runner="mia",
    before_m=475_000.0,
    retire_from_m=480_000.0,
    retire_to_m=800_000.0,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as one:
        yield one


def keep(store: Store, *entries: LoadEntry, simulated: bool = False) -> None:
    for one in entries:
        begin(store, session=one.session, simulated=simulated)
    store.write(entries)


def test_a_load_entry_comes_back_as_history_and_is_stored_once(store: Store) -> None:
    first, second = loads.load_entry(), loads.load_entry(session="s2")
    keep(store, first, second)
    store.write([first])
    shelf = LoadShelf(store)
    assert shelf.entries("mia") == [first, second]
    assert shelf.entries("ada") == []
    row = store.rows("load")[0]
    assert (row["day"], row["distance_m"], row["source"]) == ("2025-11-24", 5000.0, "foot pod")
    assert (row["shoe"], row["surface"], row["dose_axial_left_g"]) == ("blue", "grass", None)


def test_simulated_runs_are_in_nobody_s_history(store: Store) -> None:
    keep(store, loads.load_entry(), simulated=True)
    assert LoadShelf(store).entries("mia") == []
    assert LoadShelf(store).entries("mia", simulated=True) == [loads.load_entry()]


def test_what_a_runner_said_stays_when_the_run_is_written_again(store: Store) -> None:
    keep(store, loads.load_entry())
    shelf = LoadShelf(store)
    assert shelf.say(runner="mia", session="s1", distance_m=5200.0, exertion=None)
    assert shelf.say(runner="mia", session="s1", distance_m=None, exertion=6.0)
    assert not shelf.say(runner="mia", session="never", distance_m=1.0, exertion=None)
    store.write([loads.load_entry()])
    [found] = shelf.entries("mia")
    assert (found.distance_m, found.exertion) == (5200.0, 6.0)
    assert found.parts_m[SpeedSource.MANUAL] == pytest.approx(200.0)


def test_the_register_of_shoes_is_the_newest(store: Store) -> None:
    shelf = LoadShelf(store)
    shelf.keep_shoes("mia", [BLUE, replace(BLUE, id="red")])
    shelf.keep_shoes("ada", [replace(BLUE, runner="ada")])
    shelf.keep_shoes("mia", [BLUE])
    assert shelf.shoes() == [replace(BLUE, runner="ada"), BLUE]
    assert shelf.shoes("mia") == [BLUE]


def history() -> list[LoadEntry]:
    """Eight runs of 1 km, on asphalt and, 20 % harder, on grass."""
    runs = []
    for i in range(8):
        peak_g = (6.0 if i % 2 else 7.0) * (1.0 + 0.01 * (i % 3))
        side = leg(n=5, peak_g=peak_g)
        run = entry(
            i,
            km=1.0,
            left=side,
            right=side,
            shoe="blue",
            surface=Surface.ASPHALT if i % 2 else Surface.GRASS,
        )
        runs.append(replace(run, runner="mia"))
    return runs


async def test_the_api_tells_the_load_of_whom_it_may(store: Store) -> None:
    keep(store, *history())
    LoadShelf(store).keep_shoes("mia", [BLUE])
    async with site(store=store) as one, aiohttp.ClientSession(one.address) as http:

        async def get(path: str, scope: str = TEAM) -> tuple[int, Any]:
            async with http.get(f"/api/v1/{path}", headers=one.headers(scope)) as answer:
                return answer.status, await answer.json()

        assert (await get("load", OTHER))[1] == []
        assert (await get("shoes", OTHER))[1] == []
        assert (await get("load/mia", OTHER))[0] == 403
        status, entries = await get("load", "mia")
        assert status == 200
        assert len(entries) == 8
        _, told = await get("load/mia")
        assert told["week_m"]["value"] == 7000.0
        assert told["spike"] is False
        _, shoes = await get("shoes")
        [blue] = shoes
        assert (blue["distance_m"]["value"], blue["state"]) == (483_000.0, "due")
        assert blue["effect"]["n_runs"] == 8
        _, surfaces = await get("surfaces")
        effects = {effect["what"]: effect for effect in surfaces}
        assert effects["grass"]["low_pct"] > 5.0
        assert effects["asphalt"]["change_pct"] is None


async def test_a_runner_tells_how_far_and_how_hard_a_run_was(store: Store) -> None:
    keep(store, loads.load_entry())
    async with site(store=store) as one, aiohttp.ClientSession(one.address) as http:

        async def say(path: str, body: object, scope: str = "mia") -> int:
            url = f"/api/v1/load/{path}"
            async with http.post(url, json=body, headers=one.headers(scope)) as answer:
                return answer.status

        assert await say("mia/s1", {"distance_m": 6000.0, "exertion": 5}) == 204
        assert await say("mia/s1", {"exertion": 11}) == 422
        assert await say("mia/never", {"exertion": 5}) == 404
        assert await say("mia/s1", {"exertion": 1}, OTHER) == 403
    [found] = LoadShelf(store).entries("mia")
    assert (found.distance_m, found.exertion) == (6000.0, 5.0)
