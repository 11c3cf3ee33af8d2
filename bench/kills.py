"""What is left after `kill -9`: a gateway that analyses, stores, records and sends to a worker.

`python -m bench.kills [--rounds N] [--json]`, from the repository's root; mosquitto stands between
the two. In every round `stridecue run` (virtual radio, real time) is killed at a random moment of
its first twenty seconds, in every fifth round the worker too. At the end `stridecue sync` delivers
whatever waits in the spool.

Acknowledged is what the gateway has put in its spool (to itself: it is copied at every kill), what
it has told anybody (a stride in its store), and what the worker has answered for (a third client
at the broker hears every message and every answer). All of that must be with the worker in the
end, once; the recordings must open, and say the same as far as they go.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from bench.killing.kept import RUNNER, compare
from bench.killing.promises import Promises, listening
from bench.truth.rows import Row, report

STRIDECUE = (sys.executable, "-m", "stridecue")
LONGEST_LIFE_S = 20.0
PATIENCE_S = 60.0
EVERY_FIFTH = 5


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
    message = f"{process.args!r}: ended without {pattern!r}"
    raise RuntimeError(message)


def live_and_die(machines: Machines, number: int, rng: random.Random) -> None:
    """Start a run and kill it at a random moment."""
    out = machines.home / "runs" / str(number)
    with machines.started("gateway", "run", "--radio", "virtual", "--out", str(out)) as process:
        wait_for(process, "Coach page")
        time.sleep(rng.uniform(0.0, LONGEST_LIFE_S))


def deliver_the_rest(machines: Machines) -> None:
    """Send what the killed gateways left in the spool."""
    with machines.started("gateway", "sync", "--minutes", str(PATIENCE_S / 60.0)) as process:
        wait_for(process, "has everything")


def play(machines: Machines, promises: Promises, rounds: int, rng: random.Random) -> int:
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
            promises.spool_of_the_dead(machines.home / "gateway" / "uplink-spool.db")
        deliver_the_rest(machines)
        worker.send_signal(signal.SIGTERM)
        worker.wait()
    return killed


def rows_of(rounds: int, seed: int) -> list[Row]:
    """Return the table's rows."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for role in ("gateway", "worker", "runs"):
            (home / role).mkdir()
        rng = random.Random(seed)  # noqa: S311 - not for secrets
        with broker(home) as port, listening(port) as promises:
            killed = play(Machines(home=home, port=port), promises, rounds, rng)
        kept = compare(home, promises)
    lost = kept.chunks_missing + kept.recorded_otherwise + kept.strides_missing
    return [
        Row(name="kills_gateway", value=rounds, unit="", aim="most", target=50),
        Row(name="kills_worker", value=killed, unit="", aim="most"),
        Row(name="sessions_recorded", value=kept.sessions, unit="", aim="most"),
        Row(name="events_recorded", value=kept.events, unit="", aim="most"),
        Row(name="recorded_not_yet_spooled", value=kept.recorded_later, unit="", aim="least"),
        Row(name="chunks_acknowledged", value=kept.chunks, unit="", aim="most"),
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
