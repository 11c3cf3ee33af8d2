"""What is left after `kill -9`: a gateway that analyses, stores, records and sends to a worker.

`python -m bench.kills [--rounds N] [--json]`, from the repository's root; mosquitto stands between
the two. In every round `stridecue run` (virtual radio, real time) is killed at a random moment of
its first twenty seconds, in every fifth round the worker too. At the end whatever waits in the
spool is delivered. Then every session is compared: the gateway's recording and its store against
what the worker received and stored. (What the sensors sent in the last tenth of a second before a
kill may not have been spooled yet; it counts as lost only if it is older.)
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from bench.truth.rows import Row, report
from sensor_gateway.events import time_of
from sensor_gateway.reception import UNDER_WAY
from sensor_gateway.recording import read_recording
from sensor_gateway.uplink import CUT_S

STRIDECUE = (sys.executable, "-m", "stridecue")
LONGEST_LIFE_S = 20.0
PATIENCE_S = 60.0
EVERY_FIFTH = 5
RUNNER = "rehearsal"


@dataclass(kw_only=True)
class Machines:
    """A gateway's and a worker's settings, in folders of their own."""

    home: Path
    port: int

    def settings(self, role: str) -> Path:
        """Write the settings of `gateway` or `worker`."""
        path = self.home / f"{role}.toml"
        broker = f'host = "127.0.0.1"\nport = {self.port}\n'
        lines = {
            "gateway": f"[uplink]\n{broker}[mqtt]\nport = 0\n",
            "worker": f'[mqtt]\n{broker}[[runners]]\nid = "{RUNNER}"\n',
        }
        store = f'[store]\npath = "{self.home / role / "stridecue.db"}"\n'
        path.write_text(f"{lines[role]}[web]\nport = 0\nlocal = true\n{store}")
        return path

    @contextmanager
    def started(self, role: str, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command under the settings of a role; it is gone afterwards."""
        command = [*STRIDECUE, *words, "--config", str(self.settings(role))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            try:
                yield process
            finally:
                process.send_signal(signal.SIGKILL)


@contextmanager
def broker(home: Path) -> Iterator[int]:
    """Run mosquitto on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = home / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with subprocess.Popen(["mosquitto", "-c", str(config)], stderr=subprocess.DEVNULL) as process:  # noqa: S603, S607
        try:
            yield port
        finally:
            process.terminate()


def wait_for(process: subprocess.Popen[str], pattern: str) -> None:
    """Read what a command prints until a line fits."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    for line in process.stdout:
        if re.search(pattern, line):
            return
    message = f"{process.args}: ended without {pattern!r}"
    raise RuntimeError(message)


def live_and_die(machines: Machines, number: int, rng: random.Random) -> None:
    """Start a run and kill it at a random moment."""
    out = machines.home / "runs" / str(number)
    with machines.started("gateway", "run", "--radio", "virtual", "--out", str(out)) as process:
        wait_for(process, "Coach page")
        time.sleep(rng.uniform(0.0, LONGEST_LIFE_S))


def deliver_the_rest(machines: Machines) -> None:
    """Let the gateway send what its killed predecessors left in the spool."""
    words = ("gateway", "--radio", "virtual", "--minutes", str(PATIENCE_S / 600.0))
    with machines.started("gateway", *words) as process:
        wait_for(process, "the worker has everything")


def play(machines: Machines, rounds: int, rng: random.Random) -> int:
    """Do all the killing; return how often the worker was killed."""
    killed = 0
    with ExitStack() as stack:
        worker = stack.enter_context(machines.started("worker", "worker"))
        wait_for(worker, "MQTT broker")
        for number in track(range(rounds), description="kills", disable=not sys.stderr.isatty()):
            if number % EVERY_FIFTH == EVERY_FIFTH - 1:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                worker = stack.enter_context(machines.started("worker", "worker"))
                killed += 1
            live_and_die(machines, number, rng)
        deliver_the_rest(machines)
        worker.send_signal(signal.SIGTERM)
        worker.wait()
    return killed


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What two stores and two sets of recordings have in common, and what not."""

    sessions: int
    events: int
    events_missing: int
    strides: int
    strides_missing: int
    strides_twice: int


def compare(home: Path) -> Kept:
    """Compare what the gateway kept with what the worker has."""
    sessions = events = missing = 0
    for path in sorted((home / "runs").glob("*/recording.scue")):
        header, recorded = read_recording(path)
        mine = list(recorded)
        sessions += 1
        events += len(mine)
        base = home / "worker" / "received" / f"{header.session}-{RUNNER}.scue"
        at = base if base.exists() else base.with_name(base.name + UNDER_WAY)
        theirs = list(read_recording(at)[1]) if at.exists() else []
        missing += sum(a != b for a, b in zip(mine, theirs, strict=False))
        cut_s = time_of(mine[-1]) - CUT_S if mine else 0.0
        missing += sum(time_of(event) <= cut_s for event in mine[len(theirs) :])
    here, there = _strides(home / "gateway"), _strides(home / "worker")
    return Kept(
        sessions=sessions,
        events=events,
        events_missing=missing,
        strides=len(here),
        strides_missing=len(set(here) - set(there)),
        strides_twice=len(there) - len(set(there)),
    )


def _strides(folder: Path) -> list[tuple[object, ...]]:
    store = sqlite3.connect(folder / "stridecue.db")
    try:
        found = store.execute(
            "SELECT session, side, time_s, stride_time_s, peak_accel_resultant_g FROM strides"
        )
        return found.fetchall()
    finally:
        store.close()


def rows_of(rounds: int, seed: int) -> list[Row]:
    """Return the table's rows."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for role in ("gateway", "worker", "runs"):
            (home / role).mkdir()
        rng = random.Random(seed)  # noqa: S311 - not for secrets
        with broker(home) as port:
            killed = play(Machines(home=home, port=port), rounds, rng)
        kept = compare(home)
    lost = kept.events_missing + kept.strides_missing
    return [
        Row(name="kills_gateway", value=rounds, unit="", aim="most", target=50),
        Row(name="kills_worker", value=killed, unit="", aim="most"),
        Row(name="sessions_recorded", value=kept.sessions, unit="", aim="most"),
        Row(name="events_recorded", value=kept.events, unit="", aim="most"),
        Row(name="strides_stored", value=kept.strides, unit="", aim="most"),
        Row(name="lost_after_kills", value=lost, unit="", aim="least", target=0),
        Row(
            name="duplicated_after_kills", value=kept.strides_twice, unit="", aim="least", target=0
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    os.environ["COLUMNS"] = "200"
    rows = rows_of(options.rounds, options.seed)
    return report(rows, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
