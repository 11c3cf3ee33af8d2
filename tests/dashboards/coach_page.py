"""A page of the coach's in a browser, while everybody runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from dashboards.web.access import TEAM
from tests.dashboards.site import Site
from tests.dashboards.team_scene import step

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
GRAVE = {"serious", "critical"}
DESK, TABLET = (1440, 900), (834, 1112)
LOOKS: list[tuple[Literal["light", "dark"], tuple[int, int]]] = [("light", DESK), ("dark", TABLET)]


@asynccontextmanager
async def opened(
    browser: Browser,
    served: Site,
    path: str,
    *,
    scheme: Literal["light", "dark"] = "light",
    size: tuple[int, int] = DESK,
) -> AsyncIterator[Page]:
    """A page opened through the team's link, while everybody runs; it may complain of nothing."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

    async def run() -> None:
        n = 0
        while True:
            await step(served, n)
            n += 1
            await asyncio.sleep(0.2)

    async with asyncio.TaskGroup() as group:
        running = group.create_task(run())
        await page.goto(f"{served.address}{path}#{served.access.token(TEAM)}")
        yield page
        running.cancel()
    await context.close()
    assert faults == []


async def look(page: Page, name: str) -> None:
    """Keep a picture; nothing sticks out, and nobody is shut out."""
    ARTIFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
    wide = "document.documentElement.scrollWidth <= window.innerWidth"
    assert await page.evaluate(wide), f"{name} scrolls sideways"
    found = await Axe().run(page)
    grave = [
        (v["id"], v["nodes"][0]["html"])
        for v in found.response["violations"]
        if v["impact"] in GRAVE
    ]
    assert grave == [], name
