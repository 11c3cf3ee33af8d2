from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from analytics.errors import ServiceError
from analytics.records import LinkState
from dashboards.ports import listen, port_of
from dashboards.store import Store
from dashboards.web import hub as hub_module
from dashboards.web import stream
from dashboards.web.access import TEAM
from dashboards.web.api import STORED
from tests.dashboards import people
from tests.dashboards.every_kind import one_of_each
from tests.dashboards.site import OTHER, Site, site, states
from tests.dashboards.test_store import begin


@pytest.fixture
async def served() -> AsyncIterator[Site]:
    async with site() as one:
        yield one


@pytest.fixture
async def phone(served: Site) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(served.address, headers=served.headers("mia")) as session:
        yield session


async def until_open_pages_are(served: Site, count: int) -> None:
    async with asyncio.timeout(60.0):
        while served.hub.open_pages != count:  # noqa: ASYNC110 - pages have no event for it
            await asyncio.sleep(0.01)


async def test_the_snapshot_comes_first_and_then_every_change(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    await served.deliver(people.window(30.0), people.stride(86))
    async with phone.get("/events/mia") as answer:
        assert answer.content_type == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        told = states(answer)
        first = await anext(told)
        assert first["word"] == "Steady"
        assert first["new"] == []
        await served.deliver(people.stride(87, stride_time_s=0.6))
        second = await anext(told)
        assert second["new"] == ["mia/s1/right/6090"]
        assert second["cadence_spm"] > first["cadence_spm"]


async def test_what_changes_is_encoded_once_for_all_pages(
    served: Site, phone: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    snapshot = served.hub.snapshot

    def counted(runner: str) -> dict[str, object]:
        made.append(runner)
        return snapshot(runner)

    async with AsyncExitStack() as pages:
        told = [
            states(await pages.enter_async_context(phone.get("/events/mia"))) for _ in range(12)
        ]
        for one in told:
            while (await anext(one))["pages"] < len(told):
                pass
        monkeypatch.setattr(served.hub, "snapshot", counted)
        await served.deliver(people.stride(87))
        for one in told:
            while "mia/s1/right/6090" not in (await anext(one))["new"]:
                pass
    assert len(made) < len(told)  # one of this change; a beat or two may come between


async def test_a_page_that_comes_back_finds_the_last_cue_and_its_age(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    await served.deliver(people.window(30.0), people.stride(86), people.cue(31.0))
    for _ in range(2):
        async with phone.get("/events/mia") as answer:
            first = await anext(states(answer))
        assert first["cue"]["id"] == people.cue(31.0).id
        assert first["cue"]["age_s"] < 5.0
        assert first["cue"]["why"] == "Impact 6.1 → 6.9 g (+13 %)"


async def test_a_page_hears_from_the_server_every_second_and_sees_data_grow_old(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    await served.deliver(people.stride(86))
    async with phone.get("/events/mia") as answer:
        told = states(answer)
        ages_s = [(await anext(told))["age_s"] for _ in range(3)]
    assert ages_s == sorted(ages_s)
    assert 1.5 < ages_s[-1] - ages_s[0] < 3.0


async def test_a_runner_is_told_nothing_of_another(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    async with phone.get("/events/mia") as answer:
        told = states(answer)
        await anext(told)
        await served.deliver(people.stride(1, runner=OTHER))
        assert (await anext(told))["new"] == []


async def test_a_slow_page_skips_states_and_holds_nobody_up(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    async with phone.get("/events/mia") as answer:
        told = states(answer)
        await anext(told)
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        for n in range(500):  # nothing is awaited in between: the page cannot follow
            await served.deliver(people.stride(n))
        assert loop.time() - start_s < 1.0
        after = await anext(told)
    assert len(after["new"]) == hub_module.MOST_NEW_IDS
    assert after["new"][-1] == people.stride(499).id


async def test_a_page_that_takes_nothing_is_let_go(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STUCK_S", 0.3)
    monkeypatch.setattr(hub_module, "BEAT_S", 0.001)
    host, port = "127.0.0.1", int(served.address.rsplit(":", 1)[1])
    stuck = socket.create_connection((host, port))
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    token = served.access.token("mia")
    request = f"GET /events/mia HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    stuck.sendall(request.encode())
    await until_open_pages_are(served, 1)
    await until_open_pages_are(served, 0)
    stuck.close()


async def test_a_page_that_goes_frees_its_place(served: Site, phone: aiohttp.ClientSession) -> None:
    answer = await phone.get("/events/mia")
    await anext(states(answer))
    assert served.hub.open_pages == 1
    answer.close()
    await until_open_pages_are(served, 0)


async def test_there_are_only_so_many_places(
    phone: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MOST_CLIENTS", 1)
    async with phone.get("/events/mia") as first:
        await anext(states(first))
        async with phone.get("/events/mia") as second:
            assert b"event: full" in await second.read()


async def test_the_server_ends_cleanly_with_a_page_open() -> None:
    loop = asyncio.get_running_loop()
    async with site() as one:
        session = aiohttp.ClientSession(one.address, headers=one.headers("mia"))
        answer = await session.get("/events/mia")
        told = states(answer)
        await anext(told)
        start_s = loop.time()
    assert loop.time() - start_s < 3.0
    assert [state async for state in told] == []
    await session.close()


async def test_the_ledger_is_filled_by_what_pages_say_they_have_shown(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    await served.deliver(people.stride(1), people.window(5.0), people.cue(5.0), latency_s=0.1)
    async with phone.get("/api/v1/clock") as answer:
        now_s = (await answer.json())["now_s"]
    ids = [people.stride(1).id, people.window(5.0).id, people.cue(5.0).id]
    shown = [{"id": one, "shown_s": now_s} for one in [*ids, "mia/s1/left/0"]]
    body = {"shown": shown, "error_s": 0.002}
    async with phone.post("/api/v1/ledger", json=body) as answer:
        assert await answer.json() == {"taken": 3}
    assert [entry.kind for entry in served.shown] == ["stride", "window", "cue"]
    assert served.shown[0].shown_error_s == 0.002
    async with phone.get("/api/v1/latency") as answer:
        latency = await answer.json()
    assert latency["stride"]["n"] == 1
    assert latency["cue"]["p95_s"] >= 0.1


async def test_nobody_speaks_for_another_runners_page(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    await served.deliver(people.stride(1, runner=OTHER))
    now_s = asyncio.get_running_loop().time()
    shown = [{"id": people.stride(1, runner=OTHER).id, "shown_s": now_s}]
    async with phone.post("/api/v1/ledger", json={"shown": shown, "error_s": 0.0}) as answer:
        assert await answer.json() == {"taken": 0}


async def test_the_quiet_button_is_passed_on_and_shown(
    served: Site, phone: aiohttp.ClientSession
) -> None:
    async with phone.post("/api/v1/quiet/mia", json={"quiet": True}) as answer:
        assert answer.status == 204
    assert served.quiet == [("mia", True)]
    assert served.hub.snapshot("mia")["quiet"] is True


async def test_the_api_reads_the_store_for_whom_it_may(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        begin(store)
        store.write(one_of_each())
        async with site(store=store) as one, aiohttp.ClientSession(one.address) as session:
            for table in (*STORED, "sessions", "load"):
                for scope, n in ((TEAM, 1), ("mia", 1), (OTHER, 0)):
                    path = f"/api/v1/{table}"
                    async with session.get(path, headers=one.headers(scope)) as answer:
                        assert len(await answer.json()) == n, (table, scope)
            path = "/api/v1/strides?runner=mia"
            async with session.get(path, headers=one.headers(OTHER)) as answer:
                assert answer.status == 403
            path = "/api/v1/strides?limit=100000"
            async with session.get(path, headers=one.headers(TEAM)) as answer:
                assert answer.status == 422


async def test_data_of_unknown_runners_and_of_links_do_no_harm(served: Site) -> None:
    await served.deliver(people.stride(1, runner="nobody"))
    await served.deliver(people.link(1.0, state=LinkState.LOST))
    assert served.hub.snapshot("mia")["sensors"]["left"]["state"] == "lost"


def test_a_port_in_use_is_one_line_that_names_it_and_how_to_mend_it() -> None:
    taken = listen(host="127.0.0.1", port=0, what="the pages", setting="web.port")
    port = port_of(taken)
    with pytest.raises(ServiceError) as caught:
        listen(host="127.0.0.1", port=port, what="the pages", setting="web.port")
    taken.close()
    assert str(caught.value) == (
        f"127.0.0.1:{port}: port {port} is in use, so the pages cannot listen there; "
        "stop the program that holds it, or choose another port with web.port"
    )
    assert caught.value.exit_code == 3


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(ServiceError, match=r"192\.0\.2\.1:0: the pages cannot listen there"):
        listen(host="192.0.2.1", port=0, what="the pages", setting="web.port")
