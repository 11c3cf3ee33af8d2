"""The web app: the pages, their events, and a small API to read what is stored."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.web import (
    api,
    body_api,
    coach_api,
    coach_pages,
    history_api,
    load_api,
    pairing_api,
    roster_api,
    runner_api,
    session_api,
    shell,
    team_api,
)
from dashboards.web.gate import Parts, PartsOf, RunnerOf, ScopeOf, Secure, seen_state, seen_team
from dashboards.web.stream import EventStream, events
from dashboards.web.team_feed import TeamFeed

_HEADERS = [
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]

_ROUTES = (
    shell,
    coach_pages,
    pairing_api,
    coach_api,
    api,
    runner_api,
    body_api,
    load_api,
    roster_api,
    team_api,
    history_api,
    session_api,
)

router = APIRouter()


def create_app(parts: Parts) -> FastAPI:
    """Return the app that shows a hub (and what the other parts hold, where they are there).

    The pages themselves hold no data and are served to anyone; every figure needs the cookie
    (or the token as `Authorization: Bearer`).
    """
    app = FastAPI(title="stridecue", docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.state.feed = TeamFeed(partial(seen_team, parts))
    app.state.views = session_api.Views()
    app.include_router(router)
    for module in _ROUTES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=shell.STATIC))
    app.add_middleware(_FixedHeaders, headers=[*_HEADERS, _policy(parts.secure)])
    return app


@router.get("/events/{runner}", response_class=EventStream)
async def stream(runner: RunnerOf, scope: ScopeOf, parts: PartsOf) -> EventStream:
    """Send the runner's state as server-sent events."""
    look = partial(seen_state, parts, scope)
    return EventStream(events(parts.hub, runner, seen_by=scope, look=look))


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


def _policy(secure: Secure | None) -> tuple[bytes, bytes]:
    """Allow what comes from here, nothing inline, and a look at whether HTTPS is trusted yet.

    No other site may frame the pages.
    """
    there = "" if secure is None else f" https://*:{urlsplit(secure.address).port or 443}"
    policy = f"default-src 'self'; connect-src 'self'{there}; frame-ancestors 'none'"
    return b"content-security-policy", f"{policy}; base-uri 'none'; img-src 'self' data:".encode()


class _FixedHeaders:
    """Adds the same headers to every answer, unless it has its own; streams pass untouched."""

    def __init__(self, app: ASGIApp, *, headers: list[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                added = [header for header in self._headers if header[0] not in own]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with_headers)
