"""The real web server with a hub behind it, for tests that talk to it over a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from analytics.codec import Record
from dashboards.ledger import LedgerEntry
from dashboards.ports import listen, port_of
from dashboards.runner_state import RunnerInfo
from dashboards.sharing import Sharing
from dashboards.sink import Timed
from dashboards.store import Store
from dashboards.web.access import Access
from dashboards.web.app import create_app
from dashboards.web.gate import LimitsDesk, Parts, RosterDesk
from dashboards.web.hub import PhoneHub
from dashboards.web.server import serve
from dashboards.wishes import Quiet, Wish
from tests.dashboards import people

OTHER = "noah"
NOAH = RunnerInfo(id=OTHER, name="Noah", baseline="own baseline", simulated=False)


@dataclass
class Site:
    """A served hub and what it told the service."""

    hub: PhoneHub
    access: Access
    address: str
    shown: list[LedgerEntry] = field(default_factory=list)
    wishes: list[tuple[str, Wish]] = field(default_factory=list)

    @property
    def quiet(self) -> list[tuple[str, bool]]:
        """Who wished for silence, or its end."""
        return [(runner, wish.on) for runner, wish in self.wishes if isinstance(wish, Quiet)]

    def link(self, runner: str = people.RUNNER) -> str:
        """The address in the QR code."""
        return f"{self.address}/run/{runner}#{self.access.token(runner)}"

    def headers(self, scope: str) -> dict[str, str]:
        """What a machine sends instead of the cookie."""
        return {"Authorization": f"Bearer {self.access.token(scope)}"}

    async def deliver(self, *records: Record, latency_s: float = 0.05) -> None:
        """Hand records over as just taken."""
        await self.hub.deliver(timed(records, latency_s=latency_s))


def timed(records: Sequence[Record], *, latency_s: float = 0.05) -> list[Timed]:
    """Return records as just taken."""
    now_s = asyncio.get_running_loop().time()
    return [
        Timed(
            record=record,
            sample_s=now_s - latency_s,
            gateway_s=now_s - latency_s / 2,
            analytics_s=now_s,
        )
        for record in records
    ]


@asynccontextmanager
async def site(
    *,
    store: Store | None = None,
    roster: RosterDesk | None = None,
    limits: LimitsDesk | None = None,
    runners: Sequence[RunnerInfo] = (people.INFO, NOAH),
) -> AsyncIterator[Site]:
    """Serve on a free port of loopback."""
    listener = listen(host="127.0.0.1", port=0, what="the pages", setting="web.port")
    shown: list[LedgerEntry] = []
    wishes: list[tuple[str, Wish]] = []
    hub = PhoneHub(
        runners=runners,
        on_shown=shown.append,
        on_wish=lambda runner, wish: wishes.append((runner, wish)),
    )
    access = Access(runners=hub.runners)
    app = create_app(
        Parts(
            hub=hub,
            access=access,
            store=store,
            sharing=None if store is None else Sharing(store),
            roster=roster,
            limits=limits,
        )
    )
    address = f"http://127.0.0.1:{port_of(listener)}"
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(app, listener=listener, on_stop=hub.close))
        yield Site(hub=hub, access=access, address=address, shown=shown, wishes=wishes)
        serving.cancel()


async def states(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """Read a stream of events."""
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))
