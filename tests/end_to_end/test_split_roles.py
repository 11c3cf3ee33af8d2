"""Sensors at one process, analysis in another; either may be killed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@pytest.mark.servers
def test_a_worker_killed_in_mid_run_ends_with_the_strides_of_a_run_held_in_one_process(
    tmp_path: Path,
) -> None:
    there, here = tmp_path / "worker", tmp_path / "gateway"
    for folder in (there, here):
        folder.mkdir()
    (there / "worker.toml").write_text('[[runners]]\nid = "rehearsal"\n')
    with mosquitto(tmp_path) as port:
        to_broker = {"STRIDECUE_MQTT__HOST": "127.0.0.1", "STRIDECUE_MQTT__PORT": str(port)}
        to_worker = {k.replace("MQTT", "UPLINK"): v for k, v in to_broker.items()}
        worker = (*COMMAND, "worker", "--config", "worker.toml")
        run = (*COMMAND, "run", "--radio", "virtual", "--minutes", "0.6")
        with (
            started(*worker, home=there, more=to_broker) as first,
            started(*run, home=here, more=to_worker) as gateway,
        ):
            first.wait_for("has begun", within_s=60)
            until_received(there / "data" / "stridecue" / "received", n_bytes=15_000)
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            with started(*worker, home=there, more=to_broker) as second:
                second.wait_for("taken up again", within_s=60)
                assert gateway.ended(within_s=90) == 0
                second.wait_for("is over", within_s=60)
    mine = strides(here / "data" / "stridecue" / "stridecue.db")
    theirs = strides(there / "data" / "stridecue" / "stridecue.db")
    assert len(mine) > 20
    assert theirs == mine
