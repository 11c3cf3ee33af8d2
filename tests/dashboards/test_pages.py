"""The pages in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from analytics.records import LinkState, Side
from dashboards.sharing import Sharing, Topic
from dashboards.web.access import TEAM
from tests.dashboards import people
from tests.dashboards.site import Site, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium without a display has no voices: what the page would say is written down.
LISTEN = """
window.said = [];
speechSynthesis.speak = (words) => window.said.push(words.text);
window.buzzed = [];
navigator.vibrate = (pattern) => window.buzzed.push(pattern);
"""
CONTRAST = """
() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const groundOf = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = numbers(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const out = {};
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!text || !element.checkVisibility() || element.closest(".unseen")) continue;
    const [front, back] = [numbers(getComputedStyle(element).color), groundOf(element)];
    const [a, b] = [luminance(front.slice(0, 3)), luminance(back.slice(0, 3))];
    const name = element.id || element.className || element.tagName;
    out[name] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
  return out;
}
"""

Open: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="module")
async def opened(chromium: Browser) -> AsyncIterator[Open]:
    """Opens a link on a small phone; no script on any page may have failed at the end."""
    faults: list[str] = []
    contexts = []

    async def open_page(link: str, *, scheme: Literal["light", "dark"] = "light") -> Page:
        context = await chromium.new_context(
            viewport={"width": 360, "height": 740}, color_scheme=scheme
        )
        contexts.append(context)
        await context.add_init_script(LISTEN)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(link)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert faults == []


@pytest_asyncio.fixture(loop_scope="module")
async def served() -> AsyncIterator[Site]:
    async with site() as one:
        yield one


async def started(page: Page) -> None:
    await page.click("#start-button")


@asynccontextmanager
async def running(served: Site) -> AsyncIterator[None]:
    """Mia runs at 171 spm until the end."""
    for side in Side:
        await served.deliver(people.link(27.0, side=side, state=LinkState.CONNECTED))
    await served.deliver(people.window(28.0))

    async def run() -> None:
        n = 80
        while True:
            await served.deliver(people.stride(n))
            n += 1
            await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(run())
        yield
        task.cancel()


async def text(page: Page, selector: str, wanted: str) -> None:
    """Wait until an element says so."""
    script = "([s, w]) => document.querySelector(s)?.textContent.includes(w)"
    await page.wait_for_function(script, arg=[selector, wanted], timeout=60_000)


async def test_the_link_shows_live_cadence_and_keeps_its_token_off_the_screen(
    served: Site, opened: Open
) -> None:
    async with running(served):
        page = await opened(served.link())
        await started(page)
        await text(page, "#cadence", "171")
        await text(page, "#word", "Steady")
        await text(page, "#age-text", "live")
        await text(page, "#name", "Mia · simulated")
        await text(page, "#baseline", "demo baseline")
        await text(page, "[data-side=left] .g", "7.5 g")
        assert "#" not in page.url
        assert served.access.token("mia") not in await page.content()
        assert await page.evaluate("document.cookie") == ""


async def test_without_the_link_the_page_says_what_to_do(served: Site, opened: Open) -> None:
    page = await opened(f"{served.address}/run/mia#wrong")
    await text(page, "#age-text", "scan the QR code")
    assert await page.text_content("#cadence") == "–"  # noqa: RUF001 - as the page draws it


async def test_a_cue_is_shown_and_spoken_once_also_over_reloads_and_breaks(
    served: Site, opened: Open
) -> None:
    async with running(served):
        page = await opened(served.link())
        await started(page)
        assert await page.evaluate("said") == ["Ready."]
        await served.deliver(people.cue(31.0))
        await text(page, "#cue-text", "Land quietly.")
        await text(page, "#cue-why", "Impact 6.1 → 6.9 g (+13 %)")
        assert await page.is_visible("#cue")
        assert await page.get_attribute("#speaker", "aria-live") == "assertive"
        await text(page, "#speaker", "Land quietly.")
        await asyncio.sleep(0.5)
        assert await page.evaluate("said") == ["Ready.", "Land quietly."]
        assert await page.evaluate("buzzed") == [60, [400]]
        for client in [*served.hub._clients]:  # noqa: SLF001 - the network breaks
            client.close()
        await asyncio.sleep(2.5)
        await text(page, "#age-text", "live")
        assert await page.evaluate("said") == ["Ready.", "Land quietly."]
        await page.reload()
        await started(page)
        await text(page, "#cadence", "171")
        assert await page.evaluate("said") == ["Ready."]


async def test_nothing_is_spoken_before_the_tap_or_while_quiet(served: Site, opened: Open) -> None:
    async with running(served):
        page = await opened(served.link())
        await text(page, "#cadence", "171")
        await served.deliver(people.cue(31.0))
        await text(page, "#cue-text", "Land quietly.")
        assert await page.evaluate("said") == []
        await started(page)
        await page.click("#quiet")
        await page.wait_for_selector("#quiet[aria-pressed=true]")
        assert served.quiet == [("mia", True)]
        await served.deliver(people.cue(92.0))
        await asyncio.sleep(0.5)
        assert await page.evaluate("said") == ["Ready."]


async def test_every_displayed_stride_and_cue_is_in_the_ledger(served: Site, opened: Open) -> None:
    async with running(served):
        page = await opened(served.link())
        await started(page)
        await text(page, "#cadence", "171")
        await served.deliver(people.cue(31.0))
        await asyncio.sleep(4.0)
    latency = served.hub.latency("stride")
    assert latency.n >= 25
    assert latency.p95_s is not None
    assert 0.0 < latency.p95_s < 4.0  # of this run's time; how quick it is, a bench says
    assert served.hub.latency("cue").n == 1
    assert served.hub.ledger.refused == 0
    assert all(0.0 <= (entry.shown_error_s or 0.0) < 0.1 for entry in served.shown)


async def test_a_lost_pod_is_said_once_and_kept_as_a_state(served: Site, opened: Open) -> None:
    async with running(served):
        page = await opened(served.link())
        await started(page)
        await text(page, "[data-side=left] .pod-text", "pod on")
        await served.deliver(
            people.link(31.0, state=LinkState.LOST),
            people.event(31.0, text="Left pod lost, cues paused"),
        )
        await text(page, "#status", "Left pod lost, cues paused")
        await text(page, "[data-side=left] .pod-text", "pod lost")
        await text(page, "[data-side=right] .pod-text", "pod on")
        await text(page, "#cadence", "171")


async def test_old_data_and_a_lost_connection_are_told_apart(
    opened: Open,
) -> None:
    async with site() as served:
        async with running(served):
            page = await opened(served.link())
            await started(page)
            await text(page, "#age-text", "live")
        await text(page, "#age-text", "data 3 s ago")
        assert await page.get_attribute("body", "data-link") == "late"
    await text(page, "#age-text", "connection lost")
    assert await page.text_content("#cadence") == "171"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_is_readable_at_seven_to_one_and_fits_a_small_phone(
    served: Site, opened: Open, scheme: str
) -> None:
    async with running(served):
        page = await opened(served.link(), scheme=scheme)
        found: dict[str, float] = await page.evaluate(CONTRAST)
        await started(page)
        await text(page, "#cadence", "171")
        found |= await page.evaluate(CONTRAST)
        await served.deliver(people.drift(31.0), people.cue(31.0))
        await text(page, "#cue-text", "Land quietly.")
        found |= await page.evaluate(CONTRAST)
        size = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        width, height = await page.evaluate(size)
    assert {"cadence", "word", "cue-text", "age-text", "baseline", "quiet"} <= {*found}
    assert {name: ratio for name, ratio in found.items() if ratio < 7.0} == {}
    assert width <= 360
    assert height <= 740


async def test_the_runner_flips_a_switch_and_the_coach_cannot(opened: Open, tmp_path: Path) -> None:
    says = "#sharing-says:has-text('{}')"
    with people.begun_store(tmp_path / "store.db") as store:
        async with site(store=store) as served:
            page = await opened(served.link())
            await page.click("#sharing summary")
            await page.uncheck("#topic-impact")
            await page.wait_for_selector(says.format("Kept."))
            assert Sharing(store).private(people.RUNNER) == {Topic.IMPACT}
            token = served.access.token(TEAM)
            coachs = await opened(f"{served.address}/run/{people.RUNNER}#{token}")
            await coachs.click("#sharing summary")
            await coachs.click("#topic-impact")
            await coachs.wait_for_selector(says.format("Only the runner"))
            await coachs.wait_for_selector("#topic-impact:not(:checked)")
            assert Sharing(store).private(people.RUNNER) == {Topic.IMPACT}
