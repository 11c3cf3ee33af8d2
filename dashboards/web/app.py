"""The web app: the pages, their events, and a small API to read what is stored."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.store import Store
from dashboards.web import api, load_api, roster_api
from dashboards.web.access import Access
from dashboards.web.gate import Parts, PartsOf, RosterDesk, RunnerOf
from dashboards.web.hub import PhoneHub
from dashboards.web.stream import EventStream

STATIC = Path(str(files("dashboards.web") / "static"))
_HEADERS = [
    # Everything comes from here; nothing inline. No other site may frame the pages.
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]

router = APIRouter()


def create_app(
    *,
    hub: PhoneHub,
    access: Access,
    store: Store | None = None,
    roster: RosterDesk | None = None,
) -> FastAPI:
    """Return the app that shows a hub (and, if given, what a store holds, and the roster).

    The pages themselves hold no data and are served to anyone; every figure needs the cookie
    (or the token as `Authorization: Bearer`).
    """
    app = FastAPI(title="stridecue", docs_url=None, redoc_url=None)
    app.state.parts = Parts(hub=hub, access=access, store=store, roster=roster)
    app.include_router(router)
    app.include_router(api.router)
    app.include_router(load_api.router)
    app.include_router(roster_api.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_middleware(_FixedHeaders)
    return app


@router.get("/events/{runner}", response_class=EventStream)
async def stream(runner: RunnerOf, parts: PartsOf) -> EventStream:
    """Send the runner's state as server-sent events."""
    return EventStream(hub=parts.hub, runner=runner)


@router.get("/run/{runner}", include_in_schema=False)
async def phone_page(runner: str) -> FileResponse:
    """Give the phone page; it reads the runner from its own address."""
    del runner
    return FileResponse(STATIC / "phone.html")


@router.get("/", include_in_schema=False)
async def coach_page() -> FileResponse:
    """Give the coach page."""
    return FileResponse(STATIC / "coach.html")


@router.get("/healthz")
async def health() -> dict[str, str]:
    """Say that the server answers."""
    return {"status": "ok"}


class _FixedHeaders:
    """Adds the same headers to every answer; streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)
