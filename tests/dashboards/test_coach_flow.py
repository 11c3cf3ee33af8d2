"""The coach's pages in a real browser: at a desk and on a tablet, light and dark, by keyboard."""

from __future__ import annotations

import asyncio
from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Browser

from dashboards.coach_shelf import CoachShelf
from dashboards.store import Store
from dashboards.web.access import TEAM
from tests.dashboards import people
from tests.dashboards.coach_page import LOOKS, look, opened
from tests.dashboards.site import Site
from tests.dashboards.test_pages import text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
async def test_the_team_page_says_whom_to_call_in(
    chromium: Browser, served: Site, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    async with opened(chromium, served, "/", scheme=scheme, size=size) as page:
        await text(page, "#link", "6 runners")
        await text(page, "#call-in", "Noah")
        calls = (await page.inner_text("#call-in")).replace("\n", " ")
        assert "Fading" in calls
        assert "Chloé 11.3 km: over the 110 % line of 11.0 km" in calls
        await text(page, "#call-in", "Pain 4 of 10: left knee")
        assert "Mia" not in calls
        await text(page, "#runners tr:first-child .cadence", "171")
        rows = await page.eval_on_selector_all("#runners tr", "all => all.map(r => r.innerText)")
        for part in ("own baseline", "Fading", "Form is fading. Ease off.", "171", "L on", "live"):
            assert part in rows[1]
        assert "L lost" in rows[3]
        assert "no data yet" in rows[5]
        await text(page, "#week-rows tr:first-child", "1 of 2")
        await text(page, "#week-rows tr:last-child", "Blue daily")
        await look(page, f"coach-team-{scheme}")


async def test_what_has_gone_silent_is_told_apart_from_what_is_calm(
    chromium: Browser, served: Site
) -> None:
    async with opened(chromium, served, "/") as page:
        await text(page, "#runners tr:first-child .age", "live")
        await text(page, "#runners tr:nth-child(4) .age", "ago")
        fresh = "all => all.map((row) => row.dataset.fresh)"
        assert await page.eval_on_selector_all("#runners tr", fresh) == [
            "true",
            "true",
            "true",
            "false",
            "true",
            "false",
        ]


async def test_a_coach_without_a_mouse_gets_from_the_call_to_the_run(
    chromium: Browser, served: Site
) -> None:
    async with opened(chromium, served, "/") as page:
        await text(page, "#call-in", "Noah")
        for _ in range(2):  # past the way to the pods
            await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Noah"
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/session/noah/s1")


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
async def test_a_runners_page_shows_the_months(
    chromium: Browser, served: Site, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    async with opened(chromium, served, "/runner/ben", scheme=scheme, size=size) as page:
        await text(page, "#name", "Ben")
        await text(page, "#picture-longest figcaption", "of 48 runs")
        await text(page, "#picture-calendar figcaption", "pain on 3 days")
        await text(page, "#picture-shoe-effects figcaption", "Against Blue daily")
        assert await page.locator("#runs tr").count() == 20
        await page.click("#more")
        assert await page.locator("#runs tr").count() == 49
        await look(page, f"coach-runner-{scheme}")


async def test_a_mark_that_is_touched_says_what_it_is(chromium: Browser, served: Site) -> None:
    async with opened(chromium, served, "/runner/ben") as page:
        await page.click("#picture-longest .field g >> nth=0")
        await text(page, "#picture-longest .touched", " km (")
        await page.click("#picture-weeks .legend")
        assert await page.inner_text("#picture-weeks .touched") == ""


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
async def test_a_runs_page_shows_it_and_another_beside_it(
    chromium: Browser, served: Site, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    async with opened(chromium, served, "/session/noah/s1", scheme=scheme, size=size) as page:
        await text(page, "#link", "live")
        await text(page, "#picture-drift figcaption", "Changed: form")
        await text(page, "#picture-gaps figcaption", "Left: ")
        await text(page, "#picture-cues figcaption", "1 cue shown: 1 worked.")
        await page.select_option("#other", index=1)
        await text(page, "#means tr:nth-child(2)", "171")
        await look(page, f"coach-session-{scheme}")


async def test_a_run_under_way_is_drawn_on_as_it_goes(
    chromium: Browser, team_of_six: tuple[Site, Store]
) -> None:
    served, store = team_of_six
    async with opened(chromium, served, "/session/mia/s1") as page:
        await text(page, "#picture-drift figcaption", "within the runner's own band")
        store.write([people.drift(400.0, metric="cadence"), people.window(430.0)])
        await text(page, "#picture-drift figcaption", "Changed: cadence")


async def test_no_page_asks_for_anything_from_elsewhere(chromium: Browser, served: Site) -> None:
    asked: list[str] = []
    page = await chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/run/mia", "/", "/team", "/runner/ben", "/session/noah/s1"):
        await page.goto(f"{served.address}{path}#{served.access.token(TEAM)}")
        await asyncio.sleep(0.3)
    await page.close()
    assert [url for url in asked if not url.startswith(served.address)] == []


async def test_an_alert_is_acknowledged_and_another_put_off(
    chromium: Browser, served: Site
) -> None:
    async with opened(chromium, served, "/") as page:
        await text(page, "#alert-list", "Impact up 13 %")
        assert "-" not in await page.inner_text("#alert-list"), "an age before its time"
        await page.click("button[aria-label^='Acknowledge: Noah']")
        await text(page, "#alert-said", "Acknowledged.")
        assert "Noah" not in await page.inner_text("#alert-list")
        await page.click("button[aria-label^='Snooze 1 h: Chloé']")
        await text(page, "#alert-list", "snoozed")


async def test_limits_are_tried_published_and_told_who_set_them(
    chromium: Browser, team_of_six: tuple[Site, Store]
) -> None:
    served, store = team_of_six
    async with opened(chromium, served, "/runner/ada") as page:
        await page.click("#limits-open")
        await page.wait_for_selector("#limits[open]")
        assert await page.get_attribute("[name=warm_up_s]", "placeholder") == "8"
        await page.fill("[name=most_per_30_min]", "4")
        await page.fill("[name=warm_up_s]", "10")
        await page.click("#try")
        await text(page, "#limits-said", "2 cues in 30 runs (21.0 h), 0 of them in the warm-up")
        await page.click("#limits-form button[type=submit]")
        await text(page, "#limits-said", "Published")
        await text(page, "#audit", "coach, limits")
        assert CoachShelf(store).limits("ada") == {"most_per_30_min": 4, "warm_up_s": 600}
        await look(page, "coach-limits")
        await page.keyboard.press("Escape")
        await page.wait_for_selector("#limits:not([open])", state="attached")


async def test_what_an_athlete_keeps_private_is_told_as_not_shared(
    chromium: Browser, team_of_six: tuple[Site, Store]
) -> None:
    served, _ = team_of_six
    async with (
        aiohttp.ClientSession(served.address, headers=served.headers("dev")) as session,
        session.put("/api/v1/sharing/dev", json={"private": ["impact", "pace"]}) as put,
    ):
        assert put.status == 200
    async with opened(chromium, served, "/") as page:
        await text(page, "#runners tr:last-child .impact", "not shared")
        await text(page, "#week-rows tr:last-child", "not shared")
        assert "km" not in await page.inner_text("#week-rows tr:last-child")
        await page.goto(f"{served.address}/runner/dev")
        await text(page, "#picture-weeks figcaption", "Not shared by the runner.")
        await text(page, "#picture-week-dose figcaption", "Not shared by the runner.")
        assert " km" not in await page.inner_text("main")
        await text(page, "#sharing", "Everything but impact, pace.")


async def test_pods_and_phones_have_a_page_of_their_own(chromium: Browser, served: Site) -> None:
    async with opened(chromium, served, "/team") as page:
        await text(page, "#phones", "Pair Noah's phone")
        await text(page, "#worn", "pod-2 is Mia's right shin")
        await page.click("#phones li:first-child .pair")
        await page.wait_for_selector("#pairing[open]")
        await look(page, "coach-pods")


async def test_without_the_teams_link_the_page_says_what_to_do(
    chromium: Browser, served: Site
) -> None:
    page = await chromium.new_page()
    await page.goto(f"{served.address}/")
    await text(page, "#link", "open the team link first")
    await page.close()
