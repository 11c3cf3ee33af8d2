"""A runner's whole way with a phone on another network, the service killed in the middle of it.

The sensors are simulated, their gateway is `demo` on a computer of its own, and what the phone
talks to is `worker`: pages, cues and store, with nothing in between but sockets.
"""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboards.web.certificates import Papers
from tests.dashboards.secure_site import trusted_key
from tests.dashboards.test_pages import LISTEN
from tests.end_to_end.phone import VIEWPORT, other_network, phone_browser
from tests.end_to_end.running import COMMAND, Started, started, stored
from tests.free_port import free_port

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
RUNNER = "demo"  # as the simulated runner is called
# What typical tired runners' form does in ten minutes, in fifteen seconds; it stays so.
TIRED = """
like = "typical-tired"
about = "Form fades within seconds of the first landing."
minutes = 6.0
warm_up_s = 15.0
still_s = 15.0
samples_a_packet = 13

[tiring]
from_s = 5.0
until_s = 20.0
cadence = [-0.03, -0.02]
contact_time = [0.04, 0.06]
peak_accel = [0.08, 0.15]
variability = [0.3, 0.3]
"""
# Every time that a cue comes up, and everything the status line says.
WATCH = """
window.cues = [];
window.statuses = [];
document.addEventListener("DOMContentLoaded", () => {
  const cue = document.querySelector("#cue");
  new MutationObserver(() => {
    if (!cue.hidden) window.cues.push(document.querySelector("#cue-text").textContent);
  }).observe(cue, { attributes: true, attributeFilter: ["hidden"] });
  const status = document.querySelector("#status");
  new MutationObserver(() => window.statuses.push(status.textContent))
    .observe(status, { childList: true, characterData: true, subtree: true });
});
"""
PATIENT_MS = 60_000
RESTARTED = "Connected again. The service was restarted."

pytestmark = [
    pytest.mark.browser,
    pytest.mark.network,
    pytest.mark.realtime,
    pytest.mark.timeout(420),
]


@contextmanager
def worker(home: Path, ports: dict[str, str]) -> Iterator[Started]:
    """Start what the phone talks to."""
    (home / "worker.toml").write_text(f'[[runners]]\nid = "{RUNNER}"\n')
    with started(*COMMAND, "worker", "--config", "worker.toml", home=home, more=ports) as run:
        run.wait_for("MQTT broker", within_s=60.0)
        yield run


@contextmanager
def sensors(home: Path, broker: str) -> Iterator[Started]:
    """Start the runner, the sensors and their gateway."""
    (home / "tired.toml").write_text(TIRED)
    words = ("demo", "--scenario", "tired.toml", "--seed", "12")
    uplink = {"STRIDECUE_UPLINK__HOST": "127.0.0.1", "STRIDECUE_UPLINK__PORT": broker}
    with started(*COMMAND, *words, home=home, more=uplink, stop=signal.SIGKILL) as run:
        yield run


@contextmanager
def phone(folder: Path, network: str, home: Path) -> Iterator[Page]:
    """Open a phone that has installed the worker's authority and trusts nothing else."""
    https = home / "data" / "stridecue" / "https"
    papers = Papers(
        certificate=https / "server.pem",
        key=https / "server-key.pem",
        authority=https / "authority.pem",
    )
    trust = f"--ignore-certificate-errors-spki-list={trusted_key(papers)}"
    with phone_browser(folder, network, [trust]) as browser:
        context = browser.new_context(
            viewport=VIEWPORT, device_scale_factor=2, has_touch=True, is_mobile=True
        )
        context.add_init_script(LISTEN + WATCH)
        yield context.new_page()


def says(page: Page, place: str, words: str) -> None:
    expect(page.locator(place)).to_contain_text(words, timeout=PATIENT_MS)


def look(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"phone-live-{name}.png")


def before_the_run(page: Page) -> None:
    """Both sensors are there and at rest; then the tap that unlocks speech."""
    expect(page.locator("#checks li[data-good=true]")).to_have_count(2, timeout=PATIENT_MS)
    page.click("#still")
    says(page, "#still-says", "at 1 g")
    look(page, "1-checked")
    page.click("#start-button")
    expect(page.locator("#cadence")).to_have_text(re.compile("1[0-9][0-9]"), timeout=PATIENT_MS)
    look(page, "2-running")


def a_cue(page: Page) -> str:
    """Return what was shown, spoken and felt."""
    page.wait_for_selector("#cue:not([hidden])", timeout=2 * PATIENT_MS)
    look(page, "3-cue")
    told = page.inner_text("#cue-text").strip()
    assert page.evaluate("said") == ["Ready.", told]
    assert len(page.evaluate("buzzed")) == 2, "the tap on Start and the cue"
    return told


def killed(run: Started) -> None:
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()


def recovered(page: Page) -> None:
    """The page says what happened, with the cookie of before, and goes on."""
    page.wait_for_function(f"() => statuses.includes('{RESTARTED}')", timeout=PATIENT_MS)
    says(page, "#age-text", "live")
    look(page, "5-recovered")


def quiet(page: Page, home: Path) -> None:
    """Press it, and wait until a cue is due meanwhile."""
    page.click("#quiet")
    until_s = time.monotonic() + 150.0
    while not stored(home, "SELECT 1 FROM cues WHERE suppressed_reason = 'quiet'"):
        assert time.monotonic() < until_s, "no cue was due"
        time.sleep(0.5)


def hurts(page: Page) -> None:
    page.click("#pain-button")
    page.click("#pain-places >> text=shin")
    look(page, "6-pain")
    page.click("#pain-save")
    says(page, "#status", "Form cues stay off for today.")


def the_end(page: Page, told: str) -> None:
    page.click("#stop")
    page.click("#stop-yes")
    says(page, "#cards", told)
    says(page, "#held-back", "Held back")
    expect(page.locator("#cards li")).to_have_count(1)
    look(page, "7-after")


def told_once(page: Page, told: str) -> None:
    assert page.evaluate("cues") == [told]
    assert page.evaluate("said") == ["Ready.", told]
    assert len(page.evaluate("buzzed.filter(Boolean)")) == 2  # 0 ends what is felt


def test_a_tired_runner_is_told_once_though_the_service_is_killed_and_quiet_silences(
    tmp_path: Path,
) -> None:
    here, there = tmp_path / "worker", tmp_path / "runner"
    for folder in (here, there):
        folder.mkdir()
    names = ("WEB__PORT", "WEB__HTTPS_PORT", "MQTT__PORT")
    ports = {f"STRIDECUE_{name}": str(free_port()) for name in names}
    with (
        other_network() as network,
        worker(here, ports) as first,
        phone(tmp_path, network, here) as page,
    ):
        page.goto(first.wait_for(r"Phone page of demo over HTTPS: (\S+)\n", within_s=60.0))
        with sensors(there, ports["STRIDECUE_MQTT__PORT"]):
            before_the_run(page)
            told = a_cue(page)
            killed(first)
            says(page, "#age-text", "connection lost")
            says(page, "#status", "No connection")
            look(page, "4-no-connection")
            with worker(here, ports) as second:
                second.wait_for("taken up again", within_s=60.0)
                recovered(page)
                quiet(page, here)
                hurts(page)
                the_end(page, told)
        told_once(page, told)
    ((session, text),) = stored(here, "SELECT session, text FROM cues WHERE shown")
    assert text == told
    assert stored(here, "SELECT place, session FROM pain") == [("shin", session)]
