"""The demo in real time: a phone on another network, a broker client and a store that are real."""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards import databases
from tests.end_to_end.phone import VIEWPORT, other_network, phone_browser
from tests.end_to_end.running import Started, started, stored

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
SPOKEN = "window.spoken = []; speechSynthesis.speak = u => window.spoken.push(u.text);"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.network,
    pytest.mark.servers,
    pytest.mark.realtime,
    pytest.mark.timeout(420),
]


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Page]:
    with other_network() as network, phone_browser(tmp_path, network) as browser:
        context = browser.new_context(
            viewport=VIEWPORT, device_scale_factor=2, ignore_https_errors=True
        )
        page = context.new_page()
        page.add_init_script(SPOKEN)
        yield page


def demo(home: Path, *arguments: str) -> tuple[str, ...]:
    words = ("demo", "--out", str(home / "out"), *arguments)
    return (sys.executable, "-m", "stridecue", *words)


def open_page(phone: Page, run: Started) -> None:
    phone.goto(run.wait_for(r"Phone page over HTTPS: (\S+)\n", within_s=60.0))
    phone.click("#start-button")
    expect(phone.locator("#cadence")).to_have_text(re.compile("1[0-9][0-9]"), timeout=30_000)


def until_in_influxdb(server: databases.Server, kind: str, name: str) -> None:
    """Wait until a record of that id can be read from the database; say how long it took."""
    query = f"SELECT id FROM {kind} WHERE id = '{name}'"  # noqa: S608 - a test's
    from_s = time.monotonic()
    while not databases.asked(server.url, query, database=databases.NAME):
        assert time.monotonic() < from_s + 30.0, f"no {kind} {name}"
        time.sleep(0.05)
    print(f"{kind} in InfluxDB {time.monotonic() - from_s:.2f} s after it was published")  # noqa: T201


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.databases
def test_a_phone_elsewhere_sees_cadence_hears_a_cue_and_mqtt_store_and_influxdb_have_the_same(
    phone: Page, tmp_path: Path
) -> None:
    command = demo(tmp_path, "--minutes", "3", "--seed", "5")
    with (
        databases.influxd(tmp_path / "influxd") as influx,
        started(*command, home=tmp_path, more=databases.settings_1(influx.url)) as run,
    ):
        broker = run.wait_for(r"MQTT broker: \S+:(\d+)", within_s=60.0)
        listener = ("mosquitto_sub", "-h", "127.0.0.1", "-p", broker, "-t", "stridecue/v1/#", "-v")
        with started(*listener, home=tmp_path) as heard:
            open_page(phone, run)
            phone.wait_for_selector("#cue:not([hidden])", timeout=90_000)
            ARTIFACTS.mkdir(exist_ok=True)
            phone.screenshot(path=ARTIFACTS / "phone-cue.png")
            cue = json.loads(heard.wait_for(r"/demo/cue (\{.*\})\n", within_s=5.0))
            assert phone.inner_text("#cue-text").strip() == cue["text"]
            assert phone.evaluate("window.spoken").count(cue["text"]) == 1
            until_in_influxdb(influx, "cue", cue["id"])
            alert = json.loads(heard.wait_for(r"/demo/alert (\{.*\})\n", within_s=30.0))
            until_in_influxdb(influx, "alert", alert["id"])
            until_in_influxdb(influx, "drift", alert["about"])
            assert run.ended(within_s=200.0) == 0
        strides = "SELECT count(cadence_spm) AS n FROM stride"
        (sent,) = databases.asked(influx.url, strides, database=databases.NAME)
    assert [(sent["n"],)] == stored(tmp_path, "SELECT count(*) FROM strides")
    assert (cue["id"],) in stored(tmp_path, "SELECT id FROM cues WHERE shown")
    assert (alert["id"],) in stored(tmp_path, "SELECT id FROM alerts")
    entries = [e for e in rows(tmp_path / "out" / "latency.jsonl") if e["kind"] == "stride"]
    latency_s = sorted(e["shown_s"] - e["sample_s"] for e in entries)
    p95_s = latency_s[int(0.95 * len(latency_s))]
    print(f"{len(latency_s)} displayed strides, p95 {1e3 * p95_s:.0f} ms")  # noqa: T201
    assert len(latency_s) >= 200
    assert p95_s <= 0.3


def test_a_lost_sensor_is_said_once_and_its_return_resumes_at_once(
    phone: Page, tmp_path: Path
) -> None:
    arguments = ("--minutes", "1.8", "--seed", "5", "--scenario", "sensor-loss")
    with started(*demo(tmp_path, *arguments), home=tmp_path) as run:
        open_page(phone, run)
        phone.evaluate(
            """() => {
              window.said = [];
              const status = document.querySelector('#status');
              new MutationObserver(() => window.said.push(status.textContent))
                .observe(status, {childList: true, characterData: true, subtree: true});
            }"""
        )
        phone.wait_for_selector("[data-side=left] .pod-text:has-text('lost')", timeout=70_000)
        phone.screenshot(path=ARTIFACTS / "phone-lost.png")
        phone.wait_for_selector("[data-side=left] .pod-text:not(:has-text('lost'))", timeout=40_000)
        assert run.ended(within_s=120.0) == 0
        said = [text for text in phone.evaluate("window.said") if "Left pod lost" in text]
    assert len(said) == 1
    truth = json.loads((tmp_path / "out" / "truth_session.json").read_text())
    (fault,) = truth["faults"]
    strides = rows(tmp_path / "out" / "strides.jsonl")
    left = [s["contact_s"] for s in strides if s["side"] == "left"]
    right = [s["contact_s"] for s in strides if s["side"] == "right"]
    away = (fault["from_s"], fault["until_s"])
    assert sum(away[0] < t < away[1] for t in right) > 20
    assert not any(away[0] < t < away[1] for t in left)
    gaps = stored(tmp_path, "SELECT time_s, end_s FROM gaps WHERE side = 'left'")
    assert len(gaps) == 1
    assert away[0] - 1.0 <= gaps[0][0] <= away[0] + 0.1
    assert gaps[0][1] <= away[1] + 3.0
