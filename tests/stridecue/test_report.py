"""`stridecue report`: one thing to work on, what is missing, and nothing that is not shared."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright
from typer.testing import CliRunner

from analytics.records import Verdict
from dashboards.sharing import Sharing, Topic
from dashboards.store import Store
from stridecue.cli import app
from tests.dashboards import loads, people
from tests.dashboards.test_pages import CHROMIUM, FLAGS
from tests.dashboards.test_plots import run_of


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a run of half an hour that got harder; returns its folder."""
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "s.db"))
    monkeypatch.chdir(tmp_path)
    windows = run_of(60, peak_g=lambda i: 6.0 if i < 30 else 6.9)
    with people.begun_store(tmp_path / "s.db") as store:
        store.write([people.stride(n) for n in range(5000)])
        store.write(windows)
        store.write([people.drift(600.0), people.gap(700.0), loads.load_entry()])
        store.write([people.cue(900.0, shown=False)])
    return tmp_path


_GROUND = "getComputedStyle(document.body).backgroundColor"


def page_of(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["report", people.SESSION, "--out", "r.html", *words])
    assert result.exception is None, result.output
    return (folder / "r.html").read_text()


def test_the_page_says_what_it_was_and_what_to_work_on(stored: Path) -> None:
    page = page_of(stored)
    assert "5.00 km (foot pod)" in page
    assert "Landings were hard. Think of landing quietly." in page
    assert "Impact +15 % in the last third, beyond the own noise" in page
    assert "unknown: no run of known distance in the 30 days before" in page
    assert "Cues held back: 1 quiet." in page
    assert "Not given by these sensors, so not shown: speed, strike angle." in page
    assert "This runner is simulated: nobody ran." in page
    assert "injury risk" not in page.lower()


def test_nothing_of_it_comes_from_elsewhere(stored: Path) -> None:
    page = page_of(stored)
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](?!data:)", page)
    assert "<script" not in page
    drawn = re.findall(r'<div id="([\w-]+)" aria-hidden="true"><div class="drawing">', page)
    assert drawn == ["thirds", "drift", "impact-speed", "dose", "peaks", "gaps"]


def test_what_is_not_shared_is_not_in_the_file(stored: Path) -> None:
    with Store(stored / "s.db") as store:
        Sharing(store).keep_private(people.RUNNER, [Topic.IMPACT, Topic.PACE], now_utc_ns=1)
    page = page_of(stored)
    assert "The runner does not share: impact, pace." in page
    assert "Landings were hard" not in page
    assert "foot pod" not in page
    assert "not shared" in page
    assert 'id="dose"' not in page
    assert "5.00 km (foot pod)" in page_of(stored, "--for-runner")


def test_two_runs_are_compared_with_the_noise_of_two_days(stored: Path) -> None:
    with Store(stored / "s.db") as store:
        store.begin_session(
            session="s2",
            runner=people.RUNNER,
            started_utc_ns=people.STARTED_UTC_NS,
            source="test",
            simulated=True,
        )
        store.write([replace(w, session="s2") for w in run_of(60)])
    page = page_of(stored, "--compare", "s2")
    assert "This run against s2" in page
    assert (
        "From s2 to this run nothing changed at the same speed beyond the noise of two days."
        in page
    )


def test_a_cue_stands_in_the_table_with_its_why(stored: Path) -> None:
    with people.begun_store(stored / "s.db") as store:  # begins the session anew
        store.write([people.stride(n) for n in range(100)])
        store.write([people.heeded(people.cue(20.0))])
    page = page_of(stored)
    assert "Told once, first at 0:20: Impact 6.1 → 6.9 g (+13 %). It helped 1 of 1 times." in page
    assert "97 % sure" in page
    assert str(Verdict.WORKED) in page


def test_an_imported_run_has_no_form_to_report_on(stored: Path) -> None:
    with people.begun_store(stored / "s.db") as store:
        store.write([replace(loads.load_entry(), imported="watch.fit")])
    result = CliRunner().invoke(app, ["report", people.SESSION, "--out", "r.html"])
    assert "no stride is kept of it" in str(result.exception)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("dark", 390)])
async def test_the_page_opens_from_a_file_without_errors_and_can_be_read_by_all(
    stored: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page_of(stored)
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url))
        await page.goto((stored / "r.html").as_uri())
        await page.wait_for_selector("#gaps .field")
        found = (await Axe().run(page)).response["violations"]
        wide = await page.evaluate("document.documentElement.scrollWidth")
        await page.emulate_media(media="print")
        paper = await page.evaluate(_GROUND)
        await browser.close()
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    assert wide <= width
    assert paper == "rgb(255, 255, 255)"
    assert [fault for fault in faults if not fault.startswith(("file:", "data:", "blob:"))] == []
