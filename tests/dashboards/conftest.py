"""A browser and a team for the tests of the coach's pages; one of each for a file of tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from dashboards.store import Store
from tests.dashboards.site import Site
from tests.dashboards.team_scene import team
from tests.dashboards.test_pages import CHROMIUM, FLAGS


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def team_of_six(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Site, Store]]:
    async with team(tmp_path_factory.mktemp("team")) as both:
        yield both


@pytest.fixture
def served(team_of_six: tuple[Site, Store]) -> Site:
    return team_of_six[0]
