"""Draws docs/phone.png from the real page: `python -m tests.dashboards.picture docs/phone.png`."""

from __future__ import annotations

import asyncio
import base64
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from analytics.records import LinkState, Side
from tests.dashboards import people
from tests.dashboards.site import Site, site
from tests.dashboards.test_pages import CHROMIUM, FLAGS

FRAME = """
<style>
  body { margin: 0; display: flex; gap: 36px; padding: 28px; background: transparent; }
  img { width: 300px; border: 9px solid #1b2432; border-radius: 44px;
        box-shadow: 0 10px 26px rgb(0 0 0 / 0.28); }
</style>
"""


async def runs(served: Site, start: int, *, stride_time_s: float, peak_accel_g: float) -> None:
    """Mia takes a few steps, the right leg landing a little harder."""
    for n in range(start, start + 12):
        peak_g = peak_accel_g + 0.2 * (n % 2)
        stride = people.stride(n, stride_time_s=stride_time_s, peak_accel_g=peak_g)
        await served.deliver(stride)
        await asyncio.sleep(0.1)


async def phone(browser: Browser, served: Site) -> Page:
    """Open the page and tap Start."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, color_scheme="dark"
    )
    page = await context.new_page()
    await page.goto(served.link())
    await page.click("#start-button")
    return page


async def picture() -> bytes:
    """Steady in the dark, a cue, and fading in daylight."""
    async with async_playwright() as playwright, site() as served:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for side in Side:
            await served.deliver(people.link(27.0, side=side, state=LinkState.CONNECTED))
        await served.deliver(people.window(28.0))
        shown = await phone(browser, served)
        await runs(served, 80, stride_time_s=0.69, peak_accel_g=6.0)
        out = [await shown.screenshot()]
        await shown.emulate_media(color_scheme="light")
        await served.deliver(
            people.drift(31.0, metric="form"), people.cue(31.0, text="Form is fading. Ease off.")
        )
        await runs(served, 92, stride_time_s=0.71, peak_accel_g=6.8)
        out.append(await shown.screenshot())
        await shown.emulate_media(color_scheme="dark")
        await asyncio.sleep(12.0)  # the cue goes, the word stays
        await runs(served, 104, stride_time_s=0.71, peak_accel_g=6.8)
        out.append(await shown.screenshot())
        page = await browser.new_page(
            viewport={"width": 1082, "height": 720}, device_scale_factor=2
        )
        images = (base64.b64encode(shot).decode() for shot in out)
        tags = "".join(f'<img src="data:image/png;base64,{image}">' for image in images)
        await page.set_content(FRAME + tags)
        return await page.screenshot(omit_background=True, full_page=True)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(asyncio.run(picture()))
