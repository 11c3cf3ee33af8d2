"""The store and InfluxDB under a flood, and what is left after kills.

`scripts/bench sinks [--json] [--seconds S] [--rounds N] [--outage S]`; needs influxd (1.x).
The flood: 10,000 strides a second into one store for a minute while another program reads it all
the time, and from there into InfluxDB. The kills: `stridecue run` (virtual radio, real time)
writing to InfluxDB; at random moments the one or the other is killed, the database stays away for
a while, and at the end `stridecue sync` sends what is left. `--outage 600` instead takes the
database away for ten minutes of a live session (bench/outage.py).
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing.synchronize import Event
from pathlib import Path

from rich.progress import track

from analytics.records import Stride
from bench.delivered import Kept, delivered
from bench.outage import outage
from bench.truth.rows import Row, report
from dashboards.influx import InfluxSender
from dashboards.influx_feed import Feed
from dashboards.sharing import Sharing
from dashboards.store import Store
from stridecue.memory import settled_memory
from tests.dashboards import databases, people
from tests.end_to_end.running import COMMAND, started
from transport.backoff import Backoff

RATE, GROUP_S = 10_000, 0.2
_GROUP = round(RATE * GROUP_S)
RUNNERS = 50
_APART_S = 0.35  # one runner's strides
SECONDS, ROUNDS = 60.0, 20
_LONGEST_LIFE_S, _LONGEST_AWAY_S = 20.0, 8.0
_STRIDES = "SELECT count(cadence_spm) AS n FROM stride"


@dataclass(frozen=True, kw_only=True)
class Flood:
    """Strides a second that arrived, and how long a commit of the store took at worst."""

    sqlite_per_s: float
    influx_per_s: float
    lost: int
    slowest_commit_s: float


def flood(folder: Path, seconds: float) -> Flood:
    """Write for so long at the rate, with a reader at work and InfluxDB behind."""
    with databases.influxd(folder / "influxd") as server, Store(folder / "flood.db") as store:
        for runner in range(RUNNERS):
            store.begin_session(
                session="flood", runner=f"r{runner}", started_utc_ns=people.STARTED_UTC_NS,
                source="bench", simulated=True,
            )  # fmt: skip
        return asyncio.run(_flooded(store, server, seconds))


async def _flooded(store: Store, server: databases.Server, seconds: float) -> Flood:
    rng = random.Random(1)  # noqa: S311 - spreads retries
    feed = Feed(store, team="club", sharing=Sharing(store))
    sender = InfluxSender(feed, databases.version_1(server.url), backoff=Backoff(rng=rng))
    groups = _groups(round(seconds / GROUP_S))
    with settled_memory(), reading(store.path):
        began_s = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(sender.run())
            commits_s = await asyncio.to_thread(_write, store, groups)
            written_s = time.perf_counter() - began_s
            await sender.emptied()
            sent_s = time.perf_counter() - began_s
            sending.cancel()
    written = len(commits_s) * _GROUP
    (row,) = databases.asked(server.url, _STRIDES, database=databases.NAME)
    return Flood(
        sqlite_per_s=written / written_s,
        influx_per_s=row["n"] / sent_s,
        lost=written - row["n"],
        slowest_commit_s=max(commits_s),
    )


def _groups(n: int) -> list[list[Stride]]:
    """Make the strides before the clock starts; a minute's are some 300 MB."""
    return [[_stride(k * _GROUP + one) for one in range(_GROUP)] for k in range(n)]


def _write(store: Store, groups: Sequence[Sequence[Stride]]) -> list[float]:
    """Commit a group every 0.2 s; return how long each took."""
    began_s = time.perf_counter()
    took_s = []
    for k, group in enumerate(groups):
        time.sleep(max(0.0, began_s + k * GROUP_S - time.perf_counter()))
        before_s = time.perf_counter()
        store.write(group)
        took_s.append(time.perf_counter() - before_s)
    return took_s


def _stride(n: int) -> Stride:
    """Return the n-th stride of the flood, fifty runners in turn."""
    of_runner, runner = divmod(n, RUNNERS)
    first = _firsts(f"r{runner}")[of_runner % 2]
    when_s = _APART_S * of_runner
    return replace(
        first,
        contact_index=70 * of_runner,
        contact_s=when_s,
        toe_off_s=when_s + 0.25,
        cadence_spm=150.0 + n % 37,
    )


@cache
def _firsts(runner: str) -> tuple[Stride, Stride]:
    """Return a runner's first strides, left and right."""
    left, right = (people.stride(n, runner=runner, session="flood") for n in range(2))
    return left, right


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Have another program read the store all the time, as many open pages would."""
    spawn = multiprocessing.get_context("spawn")
    over = spawn.Event()
    reader = spawn.Process(target=_read, args=(path, over))
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


def _read(path: Path, over: Event) -> None:
    with Store(path) as store:
        while not over.wait(0.01):
            store.rows("strides", runner="r7", session="flood", limit=2000)


@dataclass(frozen=True, kw_only=True)
class Kills:
    """How often each was killed, and what was left in the end."""

    service: int
    database: int
    kept: Kept


def killed(folder: Path, rounds: int) -> Kills:
    """Kill the service and the database at random moments; send the rest; compare."""
    rng = random.Random(20)  # noqa: S311 - picks moments
    data, away = folder / "influxd", 0
    with databases.influxd(data) as first:
        port = int(first.url.rpartition(":")[2])
    more = databases.settings_1(first.url)
    with ExitStack() as stack:
        server = stack.enter_context(databases.influxd(data, port=port))
        for _ in track(range(rounds), description="kills", disable=not sys.stderr.isatty()):
            with started(*COMMAND, "run", "--radio", "virtual", home=folder, more=more) as service:
                service.wait_for("Coach page", within_s=60.0)
                time.sleep(rng.uniform(0.0, _LONGEST_LIFE_S / 2.0))
                if rng.getrandbits(1):
                    server.process.kill()
                    server.process.wait()
                    away += 1
                    time.sleep(rng.uniform(0.0, _LONGEST_AWAY_S))
                    server = stack.enter_context(databases.influxd(data, port=port))
                time.sleep(rng.uniform(0.0, _LONGEST_LIFE_S / 2.0))
                service.process.kill()
                service.process.wait()
        return Kills(service=rounds, database=away, kept=delivered(folder, server, more))


def rows(flooded: Flood, kills: Kills) -> list[Row]:
    """Return the table."""
    kept = kills.kept
    return [
        Row(name="strides_per_s_sqlite", value=flooded.sqlite_per_s, unit="1/s", aim="most",
            target=RATE * 0.995),
        Row(name="strides_per_s_influx", value=flooded.influx_per_s, unit="1/s", aim="most",
            target=RATE * 0.995),
        Row(name="lost_in_the_flood", value=flooded.lost, unit="", aim="least", target=0),
        Row(name="slowest_commit_s", value=flooded.slowest_commit_s, unit="s", aim="least"),
        Row(name="kills_of_the_service", value=kills.service, unit="", aim="most", target=ROUNDS),
        Row(name="kills_of_the_database", value=kills.database, unit="", aim="most"),
        Row(name="strides_kept", value=kept.strides, unit="", aim="most"),
        Row(name="lost_after_kills", value=kept.lost, unit="", aim="least", target=0),
        Row(name="duplicated_after_kills", value=kept.doubled, unit="", aim="least", target=0),
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit 1 where a target is not met."""
    parser = argparse.ArgumentParser(prog="scripts/bench sinks", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--outage", type=float, help="only this: the database away so long")
    wish = parser.parse_args(arguments)
    if shutil.which("influxd") is None:
        print("stridecue: no influxd here; on Debian: apt-get install influxdb", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if wish.outage:
            return report(outage(home, wish.outage), as_json=wish.json)
        flooded = flood(home, wish.seconds)
        (home / "kills").mkdir()
        kills = killed(home / "kills", wish.rounds)
    return report(rows(flooded, kills), as_json=wish.json)


if __name__ == "__main__":
    sys.exit(main())
