"""What the coach's pages cost: fifty live runners on the team's page, a year of one runner.

`scripts/bench pages [--json] [--seconds S] [--pages N]`. The pages' server runs in a process of
its own with fifty runners, each of whom lands about three times a second; its CPU time, that of
taking the records in among it, is read while so many pages look on. Then Chromium opens a
runner's page on a year of four runs a week: until its text is to be read and until its plots are
seen, each in the page itself by the clock on the wall, and what browser and server spend. Cold is
a browser with a new profile and nothing in its cache, warm the same page again in one browser.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import aiohttp
from playwright.async_api import CDPSession, Page, Playwright, async_playwright

from bench.truth.rows import Row, report
from dashboards.runner_state import RunnerInfo
from dashboards.store import Store
from dashboards.web.access import TEAM
from tests.dashboards import people
from tests.dashboards.site import Site, site
from tests.dashboards.team_scene import of, runs_of
from tests.dashboards.test_pages import CHROMIUM, FLAGS

RUNNERS, PAGES, SECONDS = 50, 5, 20.0
WEEKS = 53
OPENINGS = 5
_STEP_S = 0.35  # between two landings of a runner: 171 steps a minute
_WINDOW_S = 5.0
_STEPS_A_WINDOW = round(_WINDOW_S / _STEP_S)
_YEAR = "runner-0"
# Says in the page when it has painted the sentences and the runs, and when the plots.
_SEEN = """
(() => {
  const wanted = new Map([["text", "#runs tr"], ["plot", ".plot svg"]]);
  const painted = (name) => requestAnimationFrame(() => setTimeout(() => performance.mark(name)));
  new MutationObserver(() => {
    for (const [name, where] of wanted) {
      if (document.querySelector(where) && wanted.delete(name)) painted(name);
    }
  }).observe(document, { subtree: true, childList: true });
})();
"""
_WHEN_S = "(name) => performance.getEntriesByName(name)[0].startTime / 1000"
_SPENT, _REST, _END = "spent", "rest", "end"  # what the server is asked


@dataclass(kw_only=True)
class Measured:
    """What was seen from outside, and what the server spent."""

    cpu_pct: float = 0.0
    frames: list[int] = field(default_factory=list)
    bytes_a_s: float = 0.0
    text_s: list[float] = field(default_factory=list)
    opened_s: list[float] = field(default_factory=list)
    cold_text_s: list[float] = field(default_factory=list)
    cold_opened_s: list[float] = field(default_factory=list)
    answer_cpu_s: list[float] = field(default_factory=list)
    browser_cpu_s: list[float] = field(default_factory=list)


def infos() -> list[RunnerInfo]:
    """Return the team."""
    return [
        RunnerInfo(id=f"runner-{n}", name=f"Runner {n}", baseline="own baseline", simulated=False)
        for n in range(RUNNERS)
    ]


async def run(served: Site) -> None:
    """Everybody runs, one after the other within each step."""
    n = 0
    while True:
        began_s = time.monotonic()
        for info in infos():
            peak_g = 5.6 + 0.1 * (n % 7)
            records = [people.stride(100 + n, runner=info.id, peak_accel_g=peak_g)]
            if n % _STEPS_A_WINDOW == 0:
                records.append(of(people.window(0.35 * (100 + n)), info.id))  # type: ignore[arg-type]
            await served.deliver(*records)
        n += 1
        await asyncio.sleep(max(0.0, _STEP_S - (time.monotonic() - began_s)))


def serve(store: Path, pipe: Connection) -> None:
    """Be the server: tell the address, then one's own CPU time whenever asked."""

    async def hold() -> None:
        with Store(store) as kept:
            runs_of(kept, _YEAR, weeks=WEEKS)
            async with site(store=kept, runners=infos()) as served:
                pipe.send((served.address, served.access.token(TEAM)))
                async with asyncio.TaskGroup() as group:
                    running = group.create_task(run(served))
                    while (asked := await asyncio.to_thread(pipe.recv)) != _END:
                        if asked == _REST:
                            running.cancel()
                        pipe.send(time.process_time())

    asyncio.run(hold())


def spent(pipe: Connection, ask: str = _SPENT) -> float:
    """Return the CPU seconds the server has spent."""
    pipe.send(ask)
    return float(pipe.recv())


async def look_on(address: str, token: str, measured: Measured, *, seconds: float) -> None:
    """Be an open page of the team."""
    frames = size = 0
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(address, headers=headers) as session:
        try:
            async with asyncio.timeout(seconds):
                async with session.get("/api/v1/team/events") as stream:
                    async for line in stream.content:
                        size += len(line)
                        if line.startswith(b"data: "):
                            frames += bool(json.loads(line[6:])["rows"])
        except TimeoutError:
            pass
    measured.frames.append(frames)
    measured.bytes_a_s = size / seconds


async def watch_team(
    address: str, token: str, pipe: Connection, measured: Measured, *, pages: int, seconds: float
) -> None:
    """Measure the server while so many pages look on."""
    before_s, began_s = spent(pipe), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(pages):
            group.create_task(look_on(address, token, measured, seconds=seconds))
    measured.cpu_pct = 100.0 * (spent(pipe) - before_s) / (time.monotonic() - began_s)


async def process_s(spy: CDPSession) -> float:
    """Return the CPU seconds of the browser's process that draws the page."""
    told = await spy.send("Performance.getMetrics")
    return next(float(one["value"]) for one in told["metrics"] if one["name"] == "ProcessTime")


@asynccontextmanager
async def new_page(playwright: Playwright) -> AsyncIterator[Page]:
    """Start a browser with a new profile, and give its first page."""
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.add_init_script(_SEEN)
    yield page
    await browser.close()


async def seen(page: Page, address: str) -> tuple[float, float]:
    """Open a page, and return after how many seconds its text and its plots were seen."""
    await page.goto(address)
    await page.wait_for_function("() => performance.getEntriesByName('plot').length > 0")
    return await page.evaluate(_WHEN_S, "text"), await page.evaluate(_WHEN_S, "plot")


async def open_year(address: str, token: str, pipe: Connection, measured: Measured) -> None:
    """Open a runner's page in browsers that are new to it, and again and again in one."""
    spent(pipe, _REST)
    year = f"{address}/runner/{_YEAR}"
    async with async_playwright() as playwright:
        for _ in range(OPENINGS):
            async with new_page(playwright) as page:
                text_s, opened_s = await seen(page, f"{year}#{token}")
            measured.cold_text_s.append(text_s)
            measured.cold_opened_s.append(opened_s)
        async with new_page(playwright) as page:
            await seen(page, f"{year}#{token}")
            await open_again(page, year, pipe, measured)


async def open_again(page: Page, year: str, pipe: Connection, measured: Measured) -> None:
    """Open a page that the browser knows, and say what browser and server spend on it."""
    spy = await page.context.new_cdp_session(page)
    await spy.send("Performance.enable")
    for _ in range(OPENINGS):
        await page.goto("about:blank")
        before_s, browser_s = spent(pipe), await process_s(spy)
        text_s, opened_s = await seen(page, year)
        measured.text_s.append(text_s)
        measured.opened_s.append(opened_s)
        measured.answer_cpu_s.append(spent(pipe) - before_s)
        measured.browser_cpu_s.append(await process_s(spy) - browser_s)


def measure(folder: Path, *, pages: int, seconds: float) -> Measured:
    """Start the server, look at it, end it."""
    apart = multiprocessing.get_context("spawn")
    pipe, theirs = apart.Pipe()
    server = apart.Process(target=serve, args=(folder / "team.db", theirs))
    server.start()
    measured = Measured()
    try:
        address, token = pipe.recv()
        asyncio.run(watch_team(address, token, pipe, measured, pages=pages, seconds=seconds))
        asyncio.run(open_year(address, token, pipe, measured))
    finally:
        pipe.send(_END)
        server.join()
    return measured


def rows_of(measured: Measured, *, seconds: float) -> list[Row]:
    """Return the table."""
    slowest = min(measured.frames) / seconds
    return [
        _row("team_runners", RUNNERS, target=RUNNERS, aim="most"),
        _row("team_pages", len(measured.frames)),
        _row("team_cpu_pct", measured.cpu_pct, unit="%", target=20.0),
        _row("team_updates_per_s", slowest, unit="1/s", target=0.9, aim="most"),
        _row("team_page_bytes_per_s", measured.bytes_a_s, unit="B/s"),
        _row("year_text_s", median(measured.text_s), unit="s", target=1.0),
        _row("year_opens_s", median(measured.opened_s), unit="s", target=1.0),
        _row("year_cold_text_s", median(measured.cold_text_s), unit="s", target=1.0),
        _row("year_cold_opens_s", median(measured.cold_opened_s), unit="s", target=1.0),
        _row("year_server_cpu_s", median(measured.answer_cpu_s), unit="s"),
        _row("year_browser_cpu_s", median(measured.browser_cpu_s), unit="s"),
    ]


def _row(
    name: str,
    value: float | None,
    *,
    unit: str = "",
    target: float | None = None,
    aim: str = "least",
) -> Row:
    return Row(name=name, value=value, unit=unit, aim=aim, target=target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--pages", type=int, default=PAGES)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        measured = measure(Path(name), pages=asked.pages, seconds=asked.seconds)
        return report(rows_of(measured, seconds=asked.seconds), as_json=asked.json)


if __name__ == "__main__":
    sys.exit(main())
