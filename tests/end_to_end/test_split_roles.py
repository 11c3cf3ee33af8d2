"""Sensors at one process, analysis in another; either may be killed, or stopped from a phone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import msgspec
import pytest

from tests.end_to_end.running import COMMAND, started
from tests.free_port import free_port


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with subprocess.Popen(["mosquitto", "-c", str(config)], stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


WORKER = (*COMMAND, "worker", "--config", "worker.toml")


def two_homes(folder: Path) -> tuple[Path, Path]:
    """Return where the worker and the gateway live; the worker knows the rehearsal's runner."""
    there, here = folder / "worker", folder / "gateway"
    there.mkdir()
    here.mkdir()
    (there / "worker.toml").write_text('[[runners]]\nid = "rehearsal"\n')
    return there, here


def ways(port: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environment of a worker at this broker, and of a gateway that leads to it."""
    to_broker = {"STRIDECUE_MQTT__HOST": "127.0.0.1", "STRIDECUE_MQTT__PORT": str(port)}
    return to_broker, {k.replace("MQTT", "UPLINK"): v for k, v in to_broker.items()}


def strides(store: Path) -> list[tuple[object, ...]]:
    kept = sqlite3.connect(store)
    found = kept.execute("SELECT * FROM strides ORDER BY id").fetchall()
    kept.close()
    return found


def until_received(folder: Path, *, n_bytes: int) -> None:
    until_s = time.monotonic() + 60.0
    while sum(path.stat().st_size for path in folder.glob("*.part")) < n_bytes:
        assert time.monotonic() < until_s
        time.sleep(0.1)


def bring_the_rest(home: Path, *, more: Mapping[str, str]) -> None:
    """Send what a gateway had no time for at its end: it waits five seconds, on any machine."""
    with started(*COMMAND, "sync", home=home, more=more) as sync:
        assert sync.ended(within_s=120) == 0


@pytest.mark.servers
def test_a_worker_killed_in_mid_run_ends_with_the_strides_of_a_run_held_in_one_process(
    tmp_path: Path,
) -> None:
    there, here = two_homes(tmp_path)
    with mosquitto(tmp_path) as port:
        to_broker, to_worker = ways(port)
        run = (*COMMAND, "run", "--radio", "virtual", "--minutes", "0.6")
        with (
            started(*WORKER, home=there, more=to_broker) as first,
            started(*run, home=here, more=to_worker) as gateway,
        ):
            first.wait_for("has begun", within_s=60)
            until_received(there / "data" / "stridecue" / "received", n_bytes=15_000)
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            with started(*WORKER, home=there, more=to_broker) as second:
                second.wait_for("taken up again", within_s=60)
                assert gateway.ended(within_s=90) == 0
                bring_the_rest(here, more=to_worker)
                second.wait_for("is over", within_s=60)
    mine = strides(here / "data" / "stridecue" / "stridecue.db")
    theirs = strides(there / "data" / "stridecue" / "stridecue.db")
    assert len(mine) > 20
    assert theirs == mine


class Phone:
    """A paired phone without a screen."""

    def __init__(self, link: str) -> None:
        self._base, _, rest = link.partition("/run/")
        self._runner, _, token = rest.partition("#")
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._post("session", {"token": token})

    def wish(self, what: str, body: dict[str, object] | None = None) -> None:
        self._post(f"{what}/{self._runner}", body or {})

    def _post(self, path: str, body: dict[str, object]) -> None:
        headers = {"Content-Type": "application/json", "Origin": self._base}
        data = msgspec.json.encode(body)
        self._opener.open(Request(f"{self._base}/api/v1/{path}", data, headers), timeout=20)  # noqa: S310 - ours


@pytest.mark.servers
def test_a_stop_on_the_workers_page_ends_the_run_at_the_gateway_though_the_worker_is_killed(
    tmp_path: Path,
) -> None:
    there, here = two_homes(tmp_path)
    received = there / "data" / "stridecue" / "received"
    with mosquitto(tmp_path) as port:
        to_broker, to_worker = ways(port)
        relay = (*COMMAND, "gateway", "--radio", "virtual", "--minutes", "20")
        with (
            started(*WORKER, home=there, more=to_broker) as first,
            started(*relay, home=here, more=to_worker) as gateway,
        ):
            link = first.wait_for(r"Phone page of rehearsal: (\S+)", within_s=60)
            until_received(received, n_bytes=5_000)
            phone = Phone(link)
            phone.wish("quiet", {"quiet": True})
            phone.wish("stop")  # most probably not passed on yet when the worker is killed
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            with started(*WORKER, home=there, more=to_broker) as second:
                second.wait_for("taken up again", within_s=60)
                assert gateway.ended(within_s=150) == 0
                bring_the_rest(here, more=to_worker)
                second.wait_for("is over", within_s=60)
    assert [path.suffix for path in received.iterdir()] == [".scue"]
    kept = sqlite3.connect(there / "data" / "stridecue" / "stridecue.db")
    told = [kind for (kind,) in kept.execute("SELECT kind FROM events ORDER BY time_s")]
    kept.close()
    assert told[-1] == "session_end"
    assert told.count("stopped") == 1
    assert told.count("quiet_on") == 2  # asked for, and with the stop
