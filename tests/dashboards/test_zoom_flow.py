"""Plots that the coach zooms and filters: plotly's, once somebody wants one, by keyboard too."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, Page, Request

from dashboards.store import Store
from dashboards.web.access import TEAM
from tests.dashboards import people
from tests.dashboards.coach_page import LOOKS, look, opened
from tests.dashboards.site import Site
from tests.dashboards.test_pages import text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = (390, 844)
LYING = PHONE[::-1]
PLOTTED = "() => document.querySelectorAll('.zoomable .modebar').length > 0"

# How many plots there are, each as wide as its place; and what sticks out of one.
FILLED = """(n) => {
  const wide = (element) => element.getBoundingClientRect().width;
  const plots = [...document.querySelectorAll(".zoomable:has(.modebar)")];
  return plots.length === n
    && plots.every((plot) => wide(plot) === wide(plot.querySelector(".main-svg")));
}"""
CUT_OFF = """() => [...document.querySelectorAll(".zoomable :is(.xtitle, .ytitle)")]
  .filter((title) => {
    const inner = title.getBoundingClientRect();
    const outer = title.closest(".main-svg").getBoundingClientRect();
    return inner.left < outer.left || inner.right > outer.right
      || inner.top < outer.top || inner.bottom > outer.bottom;
  })
  .map((title) => title.textContent)"""
HEIGHTS = """() => [...document.querySelectorAll(".zoomable:has(.modebar)")]
  .map((plot) => plot.getBoundingClientRect().height)"""


def library_asked_for(page: Page) -> list[str]:
    """Return a list that grows with what is asked of plotly from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "plotly" in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


async def press(page: Page, name: str) -> None:
    """Press a picture's button without a mouse."""
    await page.focus(f"#picture-{name}-zoom")
    await page.keyboard.press("Enter")


async def plotted(page: Page, name: str) -> dict[str, Any]:
    """Return what plotly shows of a picture: its traces, and its axes' ranges."""
    told = await page.evaluate(
        """(name) => {
          const { data, _fullLayout: full } = document.querySelector(`#picture-${name} .zoomable`);
          return JSON.stringify({ data, x: full.xaxis.range, y: full.yaxis.range });
        }""",
        name,
    )
    shown: dict[str, Any] = json.loads(told)
    return shown


@pytest.mark.parametrize(("scheme", "size"), [*LOOKS, ("light", PHONE)])
async def test_a_plot_is_zoomable_once_somebody_wants_it_and_a_drawing_again(
    chromium: Browser, served: Site, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    async with opened(chromium, served, "/runner/ben", scheme=scheme, size=size) as page:
        asked = library_asked_for(page)
        await page.reload()
        await page.wait_for_selector("#picture-week-dose .still .field")
        drawing = await page.inner_html("#picture-week-dose .still")
        assert asked == [], "nobody has wanted it"
        button = page.get_by_role("button", name="Zoom and filter Impact dose a week")
        await button.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_function(PLOTTED, timeout=10_000)
        assert len(asked) == 1
        assert await page.locator("#picture-week-dose .still").is_hidden()
        assert [t["name"] for t in (await plotted(page, "week-dose"))["data"]] == ["left", "right"]
        assert await page.locator(".zoomable .modebar").count() == 1, "that one alone"
        await look(page, f"coach-zoomed-{scheme}-{size[0]}")
        back = page.get_by_role("button", name="Back to the drawing Impact dose a week")
        assert await back.evaluate("(button) => button === document.activeElement")
        await page.keyboard.press("Enter")
        assert await page.inner_html("#picture-week-dose .still") == drawing
        assert await page.locator(".zoomable .modebar").count() == 0
        await page.keyboard.press("Enter")
        await page.wait_for_function(PLOTTED, timeout=10_000)
        assert len(asked) == 1, "it is there already"


async def test_a_plot_is_zoomed_by_keyboard_and_a_trace_of_it_switched_off(
    chromium: Browser, served: Site
) -> None:
    async with opened(chromium, served, "/runner/ben") as page:
        await text(page, "#picture-week-dose figcaption", "Sum of")
        await press(page, "week-dose")
        await page.wait_for_function(PLOTTED, timeout=10_000)
        before = await plotted(page, "week-dose")
        buttons = page.locator("#picture-week-dose .modebar-btn")
        names = await buttons.evaluate_all("all => all.map((b) => b.ariaLabel)")
        assert names == ["Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes"], "and none that sends"
        await buttons.nth(2).focus()
        await page.keyboard.press("Enter")
        await page.wait_for_function(
            "(was) => document.querySelector('#picture-week-dose .zoomable')"
            "._fullLayout.yaxis.range[1] < was * 0.9",
            arg=before["y"][1],
        )
        await page.click("#picture-week-dose .legendtoggle >> nth=1")
        await page.wait_for_function(
            "() => document.querySelector('#picture-week-dose .zoomable')"
            ".data[1].visible === 'legendonly'"
        )


async def test_a_zoomed_plot_of_a_run_under_way_goes_on_and_so_do_drawings(
    chromium: Browser, team_of_six: tuple[Site, Store]
) -> None:
    served, store = team_of_six
    store.write([people.stride(n) for n in range(40)])
    async with opened(chromium, served, "/session/mia/s1") as page:
        await text(page, "#picture-dose figcaption", "Dose")
        await press(page, "dose")
        await page.wait_for_function(PLOTTED, timeout=10_000)
        drawn = await page.inner_html("#picture-peaks .still")
        store.write([people.stride(n) for n in range(9000, 9040)])
        await page.wait_for_function(
            "() => document.querySelector('#picture-dose .zoomable')"
            "._fullLayout.xaxis.range[1] > 50",
            timeout=20_000,
        )
        assert await page.inner_html("#picture-peaks .still") != drawn
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#picture-dose .still .field")


@pytest.mark.parametrize(
    ("path", "size"),
    [("/runner/ben", PHONE), ("/session/noah/s1", PHONE), ("/session/noah/s1", LYING)],
)
async def test_no_axis_title_is_cut_off_on_a_phone_nor_when_it_is_turned(
    chromium: Browser, served: Site, path: str, size: tuple[int, int]
) -> None:
    async with opened(chromium, served, path, size=size) as page:
        await page.wait_for_selector(".still .field")
        buttons = page.locator(".plot:not([hidden]) .zoom")
        wanted = await buttons.count()
        for n in range(wanted):
            await buttons.nth(n).click()
        await page.wait_for_function(FILLED, arg=wanted, timeout=10_000)
        await page.wait_for_function(f"() => ({CUT_OFF})().length === 0", timeout=10_000)
        await look(page, f"coach-zoomed-{path.split('/')[1]}-{size[0]}")
        heights = []
        for width, height in (size[::-1], size):
            await page.set_viewport_size({"width": width, "height": height})
            await page.wait_for_function(FILLED, arg=wanted, timeout=10_000)
            await page.wait_for_function(f"() => ({CUT_OFF})().length === 0", timeout=10_000)
            heights.append(await page.evaluate(HEIGHTS))
        assert heights[0] == heights[1], "none grows with every turn"


async def test_where_the_library_cannot_be_had_the_drawing_stays(
    chromium: Browser, served: Site
) -> None:
    page = await chromium.new_page()
    await page.route("**/plotly.js*", lambda route: route.abort())
    await page.goto(f"{served.address}/runner/ben#{served.access.token(TEAM)}")
    await page.wait_for_selector("#picture-week-dose .still .field")
    await press(page, "week-dose")
    await text(page, "#link", "connection lost")
    assert await page.locator("#picture-week-dose .still .field").is_visible()
    await page.unroute("**/plotly.js*")
    await press(page, "week-dose")
    await page.wait_for_function(PLOTTED, timeout=10_000)
    await page.close()


async def test_the_library_is_kept_for_good_under_its_version(served: Site) -> None:
    async with aiohttp.ClientSession(served.address) as session:
        async with session.get("/runner/ben") as page:
            found = re.search(r'content="(/plotly\.js\?v=\w+)"', await page.text())
            assert found is not None
        for address, kept in ((found[1], "immutable"), ("/plotly.js?v=older", "no-cache")):
            async with session.get(address) as script:
                assert kept in script.headers["Cache-Control"]
