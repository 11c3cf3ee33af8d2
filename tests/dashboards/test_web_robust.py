"""Wrong links, expired ones, second phones, nights and nonsense: refused or survived."""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dashboards.store import Store
from dashboards.web.access import COOKIE_HOURS, LINK_HOURS, TEAM, Access
from dashboards.wishes import Quiet
from tests.dashboards import people
from tests.dashboards.site import OTHER, Site, site, states
from tests.dashboards.test_store import begin
from tests.dashboards.test_web_events import until_open_pages_are

HOUR_S = 3600.0
NONSENSE = 10_000
AT_ONCE = 20
PAIN = {"id": "p1", "moment": "after", "side": "left", "place": "knee", "score": 4}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Site]:
    with Store(tmp_path / "s.db") as store:
        begin(store)
        async with site(store=store) as one:
            yield one


def test_a_link_ends_after_a_day_and_a_pairing_a_month_after_the_last_visit() -> None:
    now_s = 1000 * HOUR_S + 10.0
    access = Access(runners=["mia"], secret=b"one", now_s=lambda: now_s)
    token, cookie = access.token("mia"), access.cookie("mia")
    now_s += (LINK_HOURS - 1) * HOUR_S
    assert access.scope_of_token(token) == "mia"
    now_s += 2 * HOUR_S
    assert access.scope_of_token(token) is None
    assert access.scope_of_cookie(cookie) == "mia"
    now_s += COOKIE_HOURS * HOUR_S
    assert access.scope_of_cookie(cookie) is None


def test_nobody_lengthens_a_link_or_a_pairing() -> None:
    access = Access(runners=["mia"], secret=b"one", now_s=lambda: 1000 * HOUR_S)
    token, cookie = access.token("mia"), access.cookie("mia")
    assert access.scope_of_token("ffffff" + token[6:]) is None
    scope, until, mac = cookie.split(".")
    assert access.scope_of_cookie(f"{scope}.ffffff.{mac}") is None
    assert until != "ffffff"


async def test_a_second_phone_sees_the_same_run_and_both_are_told(served: Site) -> None:
    async with aiohttp.ClientSession(served.address, headers=served.headers("mia")) as session:
        async with session.get("/events/mia") as first:
            told = states(first)
            assert (await anext(told))["pages"] == 1
            async with session.get("/events/mia") as second:
                assert (await anext(states(second)))["pages"] == 2
                assert (await anext(told))["pages"] == 2
        await until_open_pages_are(served, 0)


async def test_what_one_runner_says_no_other_reads(served: Site) -> None:
    async with aiohttp.ClientSession(served.address) as session:
        mine = served.headers("mia")
        async with session.post("/api/v1/pain/mia", json=PAIN, headers=mine) as answer:
            assert await answer.json() == {"doctor": [], "cues_rest": True}
        assert served.wishes == [
            ("mia", Quiet(on=True, why="Cues are off for today: something hurts"))
        ]
        for path in ("pain", "body", "wear", "link"):
            route = f"/api/v1/{path}/mia"
            async with session.get(route, headers=served.headers(OTHER)) as answer:
                assert answer.status == 403, path
            async with session.get(route, headers=served.headers(TEAM)) as answer:
                assert answer.status == 200, path
        for path in ("pain", "ticks", "stop", "quiet", "still", "speed", "wear"):
            route = f"/api/v1/{path}/mia"
            async with session.post(route, json={}, headers=served.headers(OTHER)) as answer:
                assert answer.status == 403, path
        async with session.get("/api/v1/pain/noah", headers=served.headers(OTHER)) as answer:
            assert (await answer.json())["said"] == []


async def test_what_is_sent_again_after_a_break_is_kept_once(served: Site) -> None:
    tick = {"id": "t1", "kind": "strength"}
    headers = served.headers("mia")
    async with aiohttp.ClientSession(served.address, headers=headers) as session:
        for _ in range(3):
            await session.post("/api/v1/pain/mia", json=PAIN)
            await session.post("/api/v1/ticks/mia", json=tick)
        async with session.get("/api/v1/pain/mia") as answer:
            assert len((await answer.json())["said"]) == 1
        async with session.get("/api/v1/body/mia") as answer:
            assert len((await answer.json())["ticks"]) == 1
        await session.post("/api/v1/ticks/mia", json={**tick, "done": False})
        async with session.get("/api/v1/body/mia") as answer:
            assert (await answer.json())["ticks"] == []


async def test_a_page_left_open_overnight_grows_nothing(
    served: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.web.hub.BEAT_S", 0.001)  # ten hours of beats are 36,000
    async with (
        aiohttp.ClientSession(served.address, headers=served.headers("mia")) as session,
        session.get("/events/mia") as answer,
    ):
        told, sizes = states(answer), []
        async for state in told:
            sizes.append(len(str(state)))
            if len(sizes) == 1000:
                break
    assert max(sizes) - min(sizes) < 100
    await until_open_pages_are(served, 0)


PATHS = ["/api/v1/session", "/api/v1/pain/mia", "/run/", "/api/v1/ledger"]


def nonsense(rng: random.Random, token: str) -> bytes:
    """Return a request that no browser would send."""
    junk = "".join(rng.choices(string.printable, k=rng.randrange(60)))
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 200)) + b"\r\n\r\n"
    head = f"{rng.choice(['POST', 'GET', 'PUT', 'BREW'])} {rng.choice(PATHS)}"
    if kind == 1:
        head += rng.choice(["../../etc/passwd", "%00", "%ff%fe", "?limit=-1", "/" * 50])
    body = junk.encode() if kind < 3 else b'{"token": ' + b"[" * rng.randrange(500)
    return (
        f"{head} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def shows(told: AsyncIterator[dict[str, Any]], record: str) -> None:
    """Read a page's states until one shows a record."""
    async for state in told:
        if record in state["new"]:
            return


async def test_ten_thousand_malformed_requests_are_refused_and_the_page_goes_on(
    served: Site,
) -> None:
    rng = random.Random(7)  # noqa: S311 - no secret
    host, port = "127.0.0.1", int(served.address.rsplit(":", 1)[1])
    token = served.access.token("mia")
    statuses: set[bytes] = set()

    async def send(count: int) -> None:
        for _ in range(count):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(nonsense(rng, token))
            if writer.can_write_eof():
                writer.write_eof()
            try:
                statuses.add((await reader.read(4096))[9:12])
            except ConnectionError:
                statuses.add(b"cut")
            writer.close()

    async with (
        aiohttp.ClientSession(served.address, headers=served.headers("mia")) as session,
        session.get("/events/mia") as open_page,
    ):
        told = states(open_page)
        await anext(told)
        # All the while: a page that reads nothing is let go.
        reading = asyncio.ensure_future(shows(told, people.stride(1).id))
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(send(NONSENSE // AT_ONCE))
        await served.deliver(people.stride(1))
        async with asyncio.timeout(60.0):
            await reading
    assert not any(status.startswith(b"5") for status in statuses), statuses
    assert served.wishes == []
