"""Alerts reach people once, whoever is away meanwhile, and only what they may know."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from analytics.errors import SettingsError
from dashboards.coach_shelf import CoachShelf
from dashboards.notices import NoticeSink, check
from dashboards.ports import listen, port_of
from dashboards.sharing import Sharing, Topic
from dashboards.store import Store
from tests.dashboards import people
from transport.outbox import Outbox

# Apprise loads all its services; one of them asks Python for a module that is on its way out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

URL = "json://127.0.0.1:{port}/here"


class Chat:
    """A service that takes notices, once it is open."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.refused = 0
        self.open = True
        self._listener = listen(host="127.0.0.1", port=0, what="the chat", setting="port")
        self.url = URL.format(port=port_of(self._listener))

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/here", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, self._listener).start()
        try:
            yield
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if not self.open:
            self.refused += 1
            return web.Response(status=503)
        body: dict[str, Any] = await request.json()
        self.told.append(body["message"])
        return web.Response()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.notices.GATHER_S", 0.05)


def sink_to(url: str, store: Store, sharing: Sharing | None = None) -> NoticeSink:
    sink = NoticeSink(
        urls=[url],
        store=store,
        sharing=sharing or Sharing(store),
        folder=store.path.parent,
        zone="Europe/Copenhagen",
        rng=random.Random(1),  # noqa: S311 - not for secrets
    )
    sink.begin_session(
        session=people.SESSION, started_utc_ns=people.STARTED_UTC_NS, info=people.INFO
    )
    return sink


@asynccontextmanager
async def at_work(sink: NoticeSink) -> AsyncIterator[Outbox[Any]]:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sink.run())
        yield sink.outboxes[0]
        running.cancel()


async def test_alerts_of_one_moment_are_one_notice_in_the_teams_time(tmp_path: Path) -> None:
    chat = Chat()
    with people.begun_store(tmp_path / "store.db") as store:
        sink = sink_to(chat.url, store)
        async with chat.served(), at_work(sink) as outbox:
            await sink.deliver([people.alert(60.0), people.stride(1), people.alert(61.0)])
            await outbox.emptied()
    (told,) = chat.told
    assert told.count("Mia (simulated): ") == 2
    assert told.startswith("24 Nov 17:01 ")


async def test_what_was_not_sent_before_a_kill_is_sent_afterwards_once(tmp_path: Path) -> None:
    chat = Chat()
    with people.begun_store(tmp_path / "store.db") as store:
        async with chat.served():
            chat.open = False
            first = sink_to(chat.url, store)
            async with at_work(first):
                await first.deliver([people.alert(60.0)])
                while not chat.refused:  # noqa: ASYNC110 - the service has no event
                    await asyncio.sleep(0.01)
            assert chat.told == []
            chat.open = True
            async with at_work(sink_to(chat.url, store)) as outbox:
                await outbox.emptied()
            async with at_work(sink_to(chat.url, store)) as outbox:
                await outbox.emptied()
    assert len(chat.told) == 1


async def test_what_a_runner_keeps_private_and_a_coach_put_off_is_not_sent(tmp_path: Path) -> None:
    chat = Chat()
    with people.begun_store(tmp_path / "store.db") as store:
        sharing = Sharing(store)
        sink = sink_to(chat.url, store, sharing)
        async with chat.served(), at_work(sink) as outbox:
            sharing.keep_private(people.RUNNER, [Topic.IMPACT], now_utc_ns=0)
            await sink.deliver([people.alert(60.0)])
            assert outbox.waiting == 0
            sharing.keep_private(people.RUNNER, [], now_utc_ns=0)
            store.write([people.alert(60.0)])
            CoachShelf(store).mark(people.alert(60.0).id, until_utc_ns=2**62, now_utc_ns=0)
            await sink.deliver([people.alert(90.0)])
            await outbox.emptied()
    assert chat.told == []


def test_an_address_nobody_understands_is_refused_without_its_password() -> None:
    with pytest.raises(SettingsError, match="nonsense") as caught:
        check("nonsense://user:secret@host")
    assert "secret" not in str(caught.value)
