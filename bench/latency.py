"""How soon the pages know: fifty open at once, over HTTPS, on the real service in real time.

`scripts/bench latency [--json] [--minutes M] [--pages N]`. A `stridecue demo` of its own, and a
process that holds N pages open. Both read the same monotonic clock, so a state's arrival is
compared with the moment of the sample that completed the stride, and with the end of the window.
What a page then needs to draw it (one frame) is in tests/end_to_end/test_live_demo.py.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bench.truth.rows import Row, report
from dashboards.ledger import percentile

PAGES, MINUTES = 50, 1.5
SAY_EVERY_S = 1.0  # as the page's own ledger
_START_S = 120.0  # on a machine that still compiles
_LINK = re.compile(r"Phone page over HTTPS: (\S+)#(\S+)")


@dataclass(kw_only=True)
class Seen:
    """When each page first heard of each record, on the machine's monotonic clock."""

    arrivals: list[dict[str, float]] = field(default_factory=list)


async def watch(session: aiohttp.ClientSession, base: URL, arrived: dict[str, float]) -> None:
    """Be a page: take every state until the service ends; say which records were seen."""
    loop = asyncio.get_running_loop()
    unsaid: list[str] = []
    said_s = 0.0
    try:
        async with session.get(base / "events" / "demo", timeout=None) as stream:
            async for line in stream.content:
                if not line.startswith(b"data: "):
                    continue
                now_s = loop.time()
                ids = [i for i in json.loads(line[6:]).get("new", ()) if i not in arrived]
                arrived.update(dict.fromkeys(ids, now_s))
                unsaid += ids
                if unsaid and now_s - said_s >= SAY_EVERY_S:
                    shown = [{"id": one, "shown_s": arrived[one]} for one in unsaid]
                    body = {"shown": shown, "error_s": 0.0}
                    async with session.post(base / "api" / "v1" / "ledger", json=body):
                        unsaid, said_s = [], now_s
    except aiohttp.ClientError:
        return  # the service has ended


@asynccontextmanager
async def page(base: URL, token: str, tls: ssl.SSLContext) -> AsyncIterator[aiohttp.ClientSession]:
    """Pair as a phone does."""
    jar = aiohttp.CookieJar(unsafe=True)
    connector = aiohttp.TCPConnector(ssl=tls, limit=0)
    async with aiohttp.ClientSession(cookie_jar=jar, connector=connector) as session:
        async with session.post(base / "api" / "v1" / "session", json={"token": token}) as answer:
            answer.raise_for_status()
        yield session


async def one_page(base: URL, token: str, tls: ssl.SSLContext, seen: Seen) -> None:
    """Pair, and watch to the end."""
    arrived: dict[str, float] = {}
    seen.arrivals.append(arrived)
    async with page(base, token, tls) as session:
        await watch(session, base, arrived)


async def measure(
    folder: Path, *, pages: int, minutes: float, more: Mapping[str, str] | None = None
) -> Seen:
    """Run the demo with so many pages open; `more` is of its environment."""
    own = {"XDG_DATA_HOME": str(folder / "data"), "COLUMNS": "200"}
    ports = {"STRIDECUE_MQTT__PORT": "0", "STRIDECUE_WEB__PORT": "0"}
    command = ["-m", "stridecue", "demo", "--minutes", str(minutes), "--out", str(folder / "out")]
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env={**os.environ, **own, **ports, **(more or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert demo.stdout is not None  # noqa: S101 - asked for
    said = ""
    async with asyncio.timeout(_START_S):
        while not (found := _LINK.search(said)):
            line = await demo.stdout.readline()
            if not line:
                message = f"the demo ended by itself:\n{said}"
                raise SystemExit(message)
            said += line.decode()
    base = URL(found.group(1)).origin()
    authority = folder / "data" / "stridecue" / "https" / "authority.pem"
    tls = ssl.create_default_context(cafile=str(authority))
    seen = Seen()
    async with asyncio.TaskGroup() as group:
        for _ in range(pages):
            group.create_task(one_page(base, found.group(2), tls, seen))
        group.create_task(demo.stdout.read())
    await demo.wait()
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A record that a page heard of: when its sample was taken, and how long after that."""

    id: str
    kind: str
    sample_s: float
    late_ms: float


def heard(folder: Path, seen: Seen) -> Iterator[Heard]:
    """Compare what the pages heard with when the samples were taken."""
    lines = (folder / "out" / "latency.jsonl").read_text(encoding="utf-8").splitlines()
    sampled: dict[str, dict[str, Any]] = {e["id"]: e for e in map(json.loads, lines)}
    for arrived in seen.arrivals:
        for record, at_s in arrived.items():
            if record in sampled:
                kind, sample_s = sampled[record]["kind"], sampled[record]["sample_s"]
                late_ms = 1000.0 * (at_s - sample_s)
                yield Heard(id=record, kind=kind, sample_s=sample_s, late_ms=late_ms)


def rows_of(folder: Path, seen: Seen) -> list[Row]:
    """Return the table."""
    late: dict[str, list[float]] = {"stride": [], "window": [], "cue": []}
    strides = set()
    for one in heard(folder, seen):
        late[one.kind].append(one.late_ms)
        if one.kind == "stride":
            strides.add(one.id)
    served = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [
        _row("pages", len(seen.arrivals), target=PAGES, aim="most"),
        _row("stride_to_page_n", len(strides), target=200, aim="most"),
        _row("stride_to_page_p50_ms", _percentile(late["stride"], 50.0), unit="ms"),
        _row("stride_to_page_p95_ms", _percentile(late["stride"], 95.0), unit="ms", target=300.0),
        _row("window_to_page_p95_ms", _percentile(late["window"], 95.0), unit="ms", target=1000.0),
        _row("cue_to_page_p95_ms", _percentile(late["cue"], 95.0), unit="ms"),
        _row("service_cpu_s", served.ru_utime + served.ru_stime, unit="s"),
    ]


def _row(
    name: str,
    value: float | None,
    *,
    unit: str = "",
    target: float | None = None,
    aim: str = "least",
) -> Row:
    return Row(name=name, value=value, unit=unit, aim=aim, target=target)


def _percentile(values: list[float], percent: float) -> float | None:
    return percentile(sorted(values), percent) if values else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--pages", type=int, default=PAGES)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seen = asyncio.run(measure(folder, pages=asked.pages, minutes=asked.minutes))
        return report(rows_of(folder, seen), as_json=asked.json)


if __name__ == "__main__":
    sys.exit(main())
