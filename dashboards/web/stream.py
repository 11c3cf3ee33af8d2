"""Server-sent events: a runner's state whenever it changes, and at least once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboards.web.hub import PhoneHub, TooManyClientsError
from dashboards.web.views import Look

RETRY_MS = 1000  # how soon a browser comes back after a break
STUCK_S = 5.0  # a page that takes nothing for so long is let go


class EventStream(Response):
    """The stream of one page; ends when the page goes, is stuck, or its events do."""

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncGenerator[bytes]) -> None:
        super().__init__(
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        del self.headers["content-length"]
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client is gone."""
        del scope
        try:
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(self._send(send), name="events")
                group.create_task(self._until_gone(receive, sending), name="events-client")
        except* (TimeoutError, OSError):
            pass  # stuck or gone: the page comes back by itself

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._chunks) as chunks:  # and the page's place is free again
            async for chunk in chunks:
                async with asyncio.timeout(STUCK_S):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_gone(self, receive: Receive, sending: asyncio.Task[None]) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        sending.cancel()


async def events(hub: PhoneHub, runner: str, *, seen_by: str, look: Look) -> AsyncGenerator[bytes]:
    """Yield what is seen first, then every change; ids new in it stand in `new`."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    try:
        with hub.client(runner) as client:
            new_ids: list[str] = []
            while not client.closed:
                version = hub.version(runner)
                state = hub.views.seen(runner, seen_by=seen_by, version=version, look=look)
                new = msgspec.json.encode(new_ids)
                yield b'event: state\ndata: %b,"new":%b}\n\n' % (state[:-1], new)
                new_ids = await client.wait()
    except TooManyClientsError:
        yield b"event: full\ndata: {}\n\n"
