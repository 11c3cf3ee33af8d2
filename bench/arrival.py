"""How soon a query finds in InfluxDB what a live session has just published over MQTT.

`scripts/bench arrival [--json] [--scenario NAME] [--minutes M]`; needs influxd (1.x). A
`stridecue demo` in real time (typical-tired by itself: its drift comes after 17 minutes) with a
real broker of its own and a real database. Whatever drift, alert or cue the broker gives is asked
of the database, again and again, from that moment on until it is there.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiomqtt
import msgspec

from bench.truth.rows import Row, report
from tests.dashboards import databases
from tests.end_to_end.running import COMMAND, Started, started

KINDS = ("drift", "alert", "cue")
TARGET_S = 2.0
_START_S = 240.0  # on a machine that still compiles
_LOST_S = 60.0
_ASK_EVERY_S = 0.02


async def until_found(url: str, kind: str, name: str) -> float:
    """Return the seconds until a record of that id can be read from the database."""
    query = f"SELECT id FROM {kind} WHERE id = '{name}'"  # noqa: S608 - an id of ours
    from_s = time.monotonic()
    while not await asyncio.to_thread(databases.asked, url, query, database=databases.NAME):
        if time.monotonic() - from_s > _LOST_S:
            message = f"{kind} {name} was published and is not in the database"
            raise SystemExit(message)
        await asyncio.sleep(_ASK_EVERY_S)
    return time.monotonic() - from_s


async def listen(port: int, url: str, run: Started) -> dict[str, list[float]]:
    """Take what the broker gives until the demo ends; return by kind how long each took."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}

    async def follow(kind: str, name: str) -> None:
        took[kind].append(await until_found(url, kind, name))

    seen: set[str] = set()  # a cue comes again with its outcome
    async with asyncio.TaskGroup() as group:

        async def hear() -> None:
            with suppress(aiomqtt.MqttError):  # the broker is the demo's: it ends with it
                async with aiomqtt.Client("127.0.0.1", port) as client:
                    for kind in KINDS:
                        await client.subscribe(f"stridecue/v1/+/+/{kind}", qos=1)
                    async for message in client.messages:
                        kind = message.topic.value.rpartition("/")[2]
                        name = msgspec.json.decode(message.payload)["id"]
                        if name not in seen:
                            seen.add(name)
                            group.create_task(follow(kind, name))

        hearing = group.create_task(hear())
        while run.process.poll() is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)
        hearing.cancel()
    return took


def measure(folder: Path, *, scenario: str, minutes: float | None) -> list[Row]:
    """Run the demo beside a database and a listener."""
    demo = [*COMMAND, "demo", "--scenario", scenario]
    if minutes is not None:
        demo += ["--minutes", str(minutes)]
    with databases.influxd(folder / "influxd") as server:
        settings = databases.settings_1(server.url)
        with started(*demo, home=folder, more=settings) as run:
            port = int(run.wait_for(r"MQTT broker: \S+:(\d+)", within_s=_START_S))
            took = asyncio.run(listen(port, server.url, run))
    return [row for kind in KINDS for row in _rows(kind, took[kind])]


def _rows(kind: str, took_s: list[float]) -> list[Row]:
    worst = max(took_s, default=None)
    return [
        Row(name=f"{kind}_n", value=len(took_s), unit="", aim="most", target=1),
        Row(name=f"{kind}_to_query_max_s", value=worst, unit="s", aim="least", target=TARGET_S),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a target is not met, 3 without a database server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scenario", default="typical-tired")
    parser.add_argument("--minutes", type=float, default=None)
    asked = parser.parse_args(arguments)
    if shutil.which("influxd") is None:
        print("stridecue: no influxd here; on Debian: apt-get install influxdb", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name), scenario=asked.scenario, minutes=asked.minutes)
        return report(rows, as_json=asked.json)


if __name__ == "__main__":
    sys.exit(main())
