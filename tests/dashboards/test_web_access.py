from __future__ import annotations

import hmac
import inspect
from collections.abc import AsyncIterator

import aiohttp
import pytest

from dashboards.web import access as access_module
from dashboards.web.access import TEAM, Access, cookie_name
from tests.dashboards import people
from tests.dashboards.site import OTHER, Site, site

DATA = [
    "/events/mia",
    "/api/v1/clock",
    "/api/v1/runners",
    "/api/v1/latency",
    "/api/v1/sessions",
    "/api/v1/strides",
]


@pytest.fixture
async def served() -> AsyncIterator[Site]:
    async with site() as one:
        yield one


@pytest.fixture
async def browser(served: Site) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # "unsafe": also cookies of bare addresses
    async with aiohttp.ClientSession(served.address, cookie_jar=jar) as session:
        yield session


@pytest.mark.parametrize("path", DATA)
async def test_no_figure_is_given_without_the_link(
    browser: aiohttp.ClientSession, path: str
) -> None:
    async with browser.get(path) as answer:
        assert answer.status == 401
    async with browser.get(path, cookies={cookie_name("http"): "mia.0000"}) as answer:
        assert answer.status == 401


async def test_pages_and_health_are_open_and_hold_no_figures(
    browser: aiohttp.ClientSession,
) -> None:
    for path in ("/", "/run/mia", "/run/nobody", "/healthz", "/static/phone.js"):
        async with browser.get(path) as answer:
            assert answer.status == 200
            assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_the_links_token_is_exchanged_for_a_cookie_that_scripts_cannot_read(
    served: Site, browser: aiohttp.ClientSession
) -> None:
    token = served.access.token("mia")
    async with browser.post("/api/v1/session", json={"token": token}) as answer:
        assert answer.status == 204
        set_cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in set_cookie
        assert "samesite=strict" in set_cookie
        assert token not in set_cookie
    async with browser.get("/api/v1/runners") as answer:
        assert [state["runner"] for state in await answer.json()] == ["mia"]


@pytest.mark.parametrize("token", ["", "wrong", "0" * 26, "Ä", "x" * 200])
async def test_a_wrong_token_is_refused(browser: aiohttp.ClientSession, token: str) -> None:
    async with browser.post("/api/v1/session", json={"token": token}) as answer:
        assert answer.status == 401
        assert "set-cookie" not in answer.headers


async def test_a_runners_link_opens_no_other_runners_figures(
    served: Site, browser: aiohttp.ClientSession
) -> None:
    mine = served.headers("mia")
    for path in (f"/events/{OTHER}", "/events/nobody"):
        async with browser.get(path, headers=mine) as answer:
            assert answer.status == 403
    async with browser.post(f"/api/v1/quiet/{OTHER}", json={"quiet": True}, headers=mine) as answer:
        assert answer.status == 403
    assert served.quiet == []


async def test_the_teams_link_opens_every_runner(
    served: Site, browser: aiohttp.ClientSession
) -> None:
    async with browser.get("/api/v1/runners", headers=served.headers(TEAM)) as answer:
        assert [state["runner"] for state in await answer.json()] == [people.RUNNER, OTHER]
    async with browser.get("/events/nobody", headers=served.headers(TEAM)) as answer:
        assert answer.status == 404


def test_tokens_and_cookies_are_compared_in_constant_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    in_constant_time = hmac.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return in_constant_time(a, b)

    monkeypatch.setattr("hmac.compare_digest", compare)
    access = Access(runners=["mia", "noah"], secret=b"secret")
    assert access.scope_of_token(access.token("mia")) == "mia"
    assert len(compared) == 3  # the team and both runners, whichever fits
    assert access.scope_of_cookie(access.cookie("mia")) == "mia"
    assert len(compared) == 4
    source = inspect.getsource(access_module)
    assert "== token" not in source
    assert "== mac" not in source


def test_the_same_secret_gives_the_same_links_and_another_gives_others() -> None:
    one, again = (Access(runners=["mia"], secret=b"one", now_s=lambda: 7200.0) for _ in range(2))
    other = Access(runners=["mia"])
    assert one.token("mia") == again.token("mia") != other.token("mia")
    assert one.token("mia") != one.token(TEAM)
    assert other.scope_of_cookie(one.cookie("mia")) is None
    assert one.scope_of_cookie(one.cookie("mia").replace("mia", "*")) is None
    assert one.scope_of_cookie(one.token("mia")) is None


def test_a_runner_who_left_is_let_in_no_more() -> None:
    before = Access(runners=["mia", "noah"], secret=b"one")
    after = Access(runners=["noah"], secret=b"one")
    assert after.scope_of_token(before.token("mia")) is None
    assert after.scope_of_cookie(before.cookie("mia")) is None
