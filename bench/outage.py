"""A database that is away for long in a live session: what a phone notices, what is lost.

A `stridecue demo` in real time with a page open and InfluxDB beside it. Once the first strides are
in the database it is killed, stays away, and comes back with its data; the page's latency is told
for the strides and cues before, during and after that. At the end `stridecue sync` sends what is
left.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import latency
from bench.delivered import Kept, delivered
from bench.truth.rows import Row
from dashboards.ledger import percentile
from tests.dashboards import databases

AROUND_S = (20.0, 60.0)  # watched before and after: as long as the outage, within these
_SLACK_S = 15.0  # of the session for the first strides to arrive
_FIRST_WITHIN_S = 240.0  # on a machine that still compiles
_LATEST_MS = 300.0  # as `scripts/bench latency` has it
_KINDS = ("stride", "cue")
_ANY = "SELECT count(cadence_spm) AS n FROM stride"


def outage(folder: Path, seconds: float) -> list[Row]:
    """Measure; return the table."""
    with ExitStack() as stack:
        data = folder / "influxd"
        server = stack.enter_context(databases.influxd(data))
        more = databases.settings_1(server.url)
        away = _Away(server, data, seconds=seconds, stack=stack)
        seen = asyncio.run(_session(folder, away))
        kept = delivered(folder, away.server, more)
    late = latencies(
        list(latency.heard(folder, seen)),
        open_s=away.from_s - away.around_s,
        away_s=away.from_s,
        back_s=away.until_s,
    )
    return [*late, *_kept(kept, away)]


class _Away:
    """Takes the database away in mid-session, and brings it back.

    Attributes
    ----------
    from_s, until_s : float
        When it was away, on the machine's monotonic clock.

    """

    def __init__(
        self, server: databases.Server, data: Path, *, seconds: float, stack: ExitStack
    ) -> None:
        self.server = server
        self.around_s = min(max(seconds, AROUND_S[0]), AROUND_S[1])
        self.session_s = _SLACK_S + 2.0 * self.around_s + seconds
        self.from_s = self.until_s = 0.0
        self._data, self._seconds, self._stack = data, seconds, stack

    async def run(self) -> None:
        url = self.server.url
        async with asyncio.timeout(_FIRST_WITHIN_S):
            while not await asyncio.to_thread(databases.asked, url, _ANY, database=databases.NAME):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.5)
        await asyncio.sleep(self.around_s)
        self.from_s = time.monotonic()
        self.server.process.kill()
        await asyncio.to_thread(self.server.process.wait)
        await asyncio.sleep(self._seconds)
        back = databases.influxd(self._data, port=int(url.rpartition(":")[2]))
        self.server = await asyncio.to_thread(self._stack.enter_context, back)
        self.until_s = time.monotonic()


async def _session(folder: Path, away: _Away) -> latency.Seen:
    more = databases.settings_1(away.server.url)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(away.run())
        return await latency.measure(folder, pages=1, minutes=away.session_s / 60.0, more=more)


def latencies(
    heard: Sequence[latency.Heard], *, open_s: float, away_s: float, back_s: float
) -> list[Row]:
    """Return how late what a page heard was, for what was sampled before, during and after.

    Parameters
    ----------
    open_s, away_s, back_s : float
        From when on the page was open, and the database away and back, on the samples' clock.

    """
    parts = {
        "before": (open_s, away_s),
        "during": (away_s, back_s),
        "after": (back_s, float("inf")),
    }
    table = []
    for kind in _KINDS:
        for part, (since_s, until_s) in parts.items():
            late = sorted(
                one.late_ms for one in heard
                if one.kind == kind and since_s <= one.sample_s < until_s
            )  # fmt: skip
            p95 = percentile(late, 95.0) if late else None
            target = _LATEST_MS if kind == "stride" else None
            name = f"{kind}_to_page"
            table += [
                Row(name=f"{name}_n_{part}", value=len(late), unit="", aim="most"),
                Row(name=f"{name}_p95_{part}_ms", value=p95, unit="ms", aim="least", target=target),
            ]
    return table


def _kept(kept: Kept, away: _Away) -> list[Row]:
    return [
        Row(name="outage_s", value=away.until_s - away.from_s, unit="s", aim="most"),
        Row(name="strides_kept", value=kept.strides, unit="", aim="most"),
        Row(name="lost_after_outage", value=kept.lost, unit="", aim="least", target=0),
        Row(name="duplicated_after_outage", value=kept.doubled, unit="", aim="least", target=0),
    ]
