"""The runner's whole way over HTTPS, on a phone's screen: from the QR code to the page after."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from matplotlib.image import imread
from playwright.async_api import BrowserContext, Page, async_playwright

from analytics.records import LinkState, SessionEvent, Side, Surface
from analytics.standing import STANDING
from dashboards.load_shelf import LoadShelf
from dashboards.store import Store
from dashboards.web.access import TEAM
from dashboards.wishes import PhoneSpeed, Quiet, StandStill, Stop, Wear
from tests.dashboards import loads, people
from tests.dashboards.secure_site import SecureSite, secure_site, trusted_key
from tests.dashboards.test_load_shelf import BLUE
from tests.dashboards.test_pages import CHROMIUM, CONTRAST, FLAGS, LISTEN, text
from tests.dashboards.test_store import begin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
AUTOPLAY = "--autoplay-policy=no-user-gesture-required"
GRAVE = {"serious", "critical"}
SPOKEN = ["Ready.", "Quicker, lighter steps.", "No cues for 3 minutes."]
MORE = """
window.awake = [];
if (navigator.wakeLock) navigator.wakeLock.request = async (kind) => window.awake.push(kind);
window.clicks = [];
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.clicks.push(at);
  return begin.call(this, at);
};
"""


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[SecureSite]:
    with Store(tmp_path / "s.db") as store:
        begin(store)
        LoadShelf(store).keep_shoes(people.RUNNER, [BLUE])
        yield secure_site(tmp_path, store)


@asynccontextmanager
async def phone(site: SecureSite) -> AsyncIterator[BrowserContext]:
    """A phone that has installed our authority's certificate."""
    trust = f"--ignore-certificate-errors-spki-list={trusted_key(site.papers)}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, trust, AUTOPLAY]
        )
        context = await browser.new_context(
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            geolocation={"latitude": 55.0, "longitude": 12.0},
        )
        await context.add_init_script(LISTEN + MORE)
        yield context
        await browser.close()


@asynccontextmanager
async def steps(site: SecureSite, *, start: int) -> AsyncIterator[None]:
    """Mia runs until the end."""

    async def run() -> None:
        n = start
        while True:
            await site.deliver(people.stride(n))
            n += 1
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(run())
        yield
        task.cancel()


async def look(page: Page, name: str) -> None:
    """Keep a picture; nobody with poor eyes, hands or a screen reader is shut out."""
    ARTIFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTIFACTS / f"phone-{name}.png")
    found = await Axe().run(page)
    grave = [v["id"] for v in found.response["violations"] if v["impact"] in GRAVE]
    assert grave == [], f"{name}: {grave}"
    contrast: dict[str, float] = await page.evaluate(CONTRAST)
    assert {what: ratio for what, ratio in contrast.items() if ratio < 7.0} == {}, name


async def sensors(site: SecureSite) -> None:
    for side in Side:
        await site.deliver(people.link(27.0, side=side, state=LinkState.CONNECTED))
    await site.deliver(people.window(28.0))


def event(kind: str, said: str) -> SessionEvent:
    return SessionEvent(
        runner=people.RUNNER, session=people.SESSION, time_s=29.0, kind=kind, text=said
    )


async def wished(site: SecureSite, wish: Any) -> None:  # noqa: ANN401 - one of several classes
    async with asyncio.timeout(60.0):
        while (people.RUNNER, wish) not in site.wishes:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.02)


async def before_the_run(site: SecureSite, page: Page) -> None:
    await text(page, "#checks", "Left shin")
    await text(page, "#checks", "battery 81 %")
    assert await page.locator("#off").is_hidden() or "GPS" not in await page.inner_text("#off")
    await page.click("#still")
    await wished(site, StandStill())
    await site.deliver(event(STANDING, "Sensors checked: still, and at 1 g"))
    await text(page, "#still-says", "at 1 g")
    await page.wait_for_function("() => document.querySelectorAll('#shoe option').length === 2")
    await page.select_option("#surface", "grass")
    await page.select_option("#shoe", BLUE.id)
    await wished(site, Wear(shoe=BLUE.id, surface=Surface.GRASS))
    await page.click("#tick-strength")
    await text(page, "#tick-strength", "1 of 2")
    await look(page, "1-ready")
    await page.click("details summary")
    await page.check("#metronome")
    await page.check("#gps")
    await page.context.set_geolocation({"latitude": 55.00003, "longitude": 12.0})
    async with asyncio.timeout(60.0):
        moved = 55.00003
        while not any(isinstance(wish, PhoneSpeed) for _, wish in site.wishes):
            moved += 0.00002
            await page.context.set_geolocation({"latitude": moved, "longitude": 12.0})
            await asyncio.sleep(0.3)
    await page.uncheck("#gps")


async def a_cue(site: SecureSite, page: Page) -> None:
    await text(page, "#cadence", "171")
    await look(page, "2-steady")
    await site.deliver(people.cue(31.0, kind="cadence", text="Quicker, lighter steps."))
    await text(page, "#cue-text", "Quicker")
    assert await page.evaluate("said") == ["Ready.", "Quicker, lighter steps."]
    assert await page.evaluate("buzzed") == [60, [400]]
    await page.wait_for_function("() => clicks.length > 3", timeout=60_000)
    clicks: list[float] = await page.evaluate("clicks.slice(0, 4)")
    assert [b - a for a, b in pairwise(clicks)] == pytest.approx([60 / 178.5] * 3)
    await site.deliver(people.heeded(people.cue(31.0, kind="cadence")))
    await look(page, "3-cue")


async def in_the_programme(site: SecureSite, page: Page) -> None:
    """The target is on the page; a probe is announced, and then nothing is heard of it."""
    await site.deliver(people.guidance(32.0))
    await text(page, "#unit", "aim for 179")
    await text(page, "#baseline", "Session 4")
    heard: int = await page.evaluate("clicks.length")
    await page.wait_for_function(f"() => clicks.length > {heard + 2}", timeout=60_000)
    probe = people.cue(33.0, kind="probe", text="No cues for 3 minutes.")
    await site.deliver(replace(probe, haptic=(), metronome=None))
    await site.deliver(replace(people.guidance(33.0), silent=True))
    await text(page, "#cue-text", "No cues for 3 minutes.")
    await text(page, "#status", "No cues in this part")
    assert await page.inner_text("#unit") == "steps a minute"
    heard = await page.evaluate("clicks.length")
    await look(page, "3-silent")  # which takes a second and some ten landings
    assert await page.evaluate("clicks.length") == heard


async def hurts(site: SecureSite, page: Page) -> None:
    await page.click("#pain-button")
    await page.click("#pain-places >> text=knee")
    await page.check("#swelling")
    await look(page, "5-pain")
    await page.click("#pain-save")
    await text(page, "#status", "See a doctor: Swelling")
    kept = site.store.read("SELECT place, score, swelling, session FROM pain", ())
    assert kept == [{"place": "knee", "score": 3, "swelling": 1, "session": people.SESSION}]
    await wished(site, Quiet(on=True, why="Cues are off for today: something hurts"))


async def the_end(site: SecureSite, page: Page) -> None:
    await site.deliver(loads.facts(60.0))
    await page.click("#stop")
    await look(page, "6-stop")
    await page.click("#stop-yes")
    await wished(site, Stop())
    await text(page, "#work-on", "Landings were hard")
    await text(page, "#figures", "not passed, at 8.8 km")
    await text(page, "#figures", "21.0 km · +17 % against the 7 before (traditional rule)")
    await text(page, "#figures", "512.0 km · due (traditional)")
    await text(page, "#cards", "Impact 6.1 → 6.9 g (+13 %)")
    await look(page, "7-after")


async def from_the_coach(site: SecureSite, context: BrowserContext) -> str:
    """The link that the coach's page gives, read off its QR code."""
    coach = await context.new_page()
    await coach.goto(f"{site.address}/team#{site.access.token(TEAM)}")
    await coach.click("#phones li:first-child .pair")
    await coach.wait_for_selector("#pairing[open]")
    await look(coach, "0-pairing")
    png = io.BytesIO(await coach.locator("#pairing-code").screenshot())
    (found,) = zxingcpp.read_barcodes((255 * imread(png)[:, :, :3]).astype(np.uint8))
    await context.clear_cookies()
    await coach.close()
    return str(found.text)


async def test_from_the_qr_code_to_the_page_after_the_run(site: SecureSite) -> None:
    async with phone(site) as context:
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        async with site.served():
            await page.goto(f"{site.address}/run/mia#0000000000000000")
            await text(page, "#age-text", "scan the QR code")
            await page.goto(f"{site.address}/secure")
            await text(page, "#state", "This browser trusts this machine")
            await look(page, "0-secure")
            await page.goto(await from_the_coach(site, context))
            await sensors(site)
            await before_the_run(site, page)
            await page.click("#start-button")
            assert await page.evaluate("awake") == ["screen"]
            async with steps(site, start=80):
                await a_cue(site, page)
                await in_the_programme(site, page)
                kept = "async () => Boolean(await caches.match(location.pathname))"
                await page.wait_for_function(kept, timeout=60_000)
        await text(page, "#age-text", "connection lost")
        await text(page, "#status", "No connection")
        await look(page, "4-no-connection")
        async with site.served():
            await sensors(site)
            cue = people.cue(31.0, kind="cadence", text="Quicker, lighter steps.")
            await site.deliver(cue)  # as a worker does that takes a run up again
            async with steps(site, start=120):
                await text(page, "#age-text", "live")
                await text(page, "#status", "restarted")
                assert await page.evaluate("said") == SPOKEN
                await hurts(site, page)
                await site.deliver(people.cue(92.0))
                await text(page, "#cue-text", "Land quietly.")
                assert await page.evaluate("said") == SPOKEN  # quiet
            await the_end(site, page)
        await page.reload()  # the service is gone: the page opens all the same
        await text(page, "#age-text", "connecting")
        await page.click("#last-run")
        await text(page, "#cards", "Impact 6.1 → 6.9 g (+13 %)")
        assert faults == []
