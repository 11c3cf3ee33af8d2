"""The routes under /api/v1: the live state, the latency ledger, and what the store holds."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from dashboards.web.access import COOKIE, may_see
from dashboards.web.gate import PartsOf, RunnerOf, ScopeOf, StoreOf, visible

COOKIE_AGE_S = 24 * 3600  # a day: longer than any run, short enough to forget a borrowed phone
MOST_ROWS = 1000  # of one answer; `since_s` pages on
STORED = ("strides", "windows", "drift", "cues", "alerts", "gaps", "links", "events", "distance")

router = APIRouter(prefix="/api/v1")


class TokenIn(BaseModel):
    """The token of a link, to be exchanged for the cookie."""

    token: Annotated[str, Field(max_length=200)]


class Shown(BaseModel):
    """One record a page has drawn, and when by the server's clock as the page knows it."""

    id: Annotated[str, Field(max_length=300)]
    shown_s: float


class ShownIn(BaseModel):
    """A page's batch of drawn records; `error_s` is half the round trip of its clock."""

    shown: Annotated[list[Shown], Field(max_length=500)]
    error_s: Annotated[float, Field(ge=0)]


class QuietIn(BaseModel):
    """The runner's wish for silence, or its end."""

    quiet: bool


@router.post("/session", status_code=204)
async def exchange(given: TokenIn, response: Response, parts: PartsOf) -> None:
    """Exchange a link's token for the cookie."""
    scope = parts.access.scope_of_token(given.token)
    if scope is None:
        raise HTTPException(401, "this link is not (or no longer) valid")
    response.set_cookie(
        COOKIE,
        parts.access.cookie(scope),
        max_age=COOKIE_AGE_S,
        httponly=True,
        samesite="strict",
        path="/",
    )


@router.get("/clock")
async def clock(scope: ScopeOf) -> dict[str, float]:
    """Tell the server's clock, for pages to find their offset from it."""
    del scope
    return {"now_s": asyncio.get_running_loop().time()}


@router.post("/ledger")
async def ledger(given: ShownIn, scope: ScopeOf, parts: PartsOf) -> dict[str, int]:
    """Take note of when a page showed records; say how many were new and possible."""
    taken = [
        parts.hub.shown(record_id=s.id, shown_s=s.shown_s, shown_error_s=given.error_s)
        for s in given.shown
        if may_see(scope, s.id.partition("/")[0])
    ]
    return {"taken": sum(taken)}


@router.get("/latency")
async def latency(scope: ScopeOf, parts: PartsOf) -> dict[str, dict[str, Any]]:
    """Return the percentiles of the ledger, by kind."""
    del scope
    found = {kind: parts.hub.latency(kind) for kind in ("stride", "window", "cue")}
    return {
        kind: {"n": one.n, "p50_s": one.p50_s, "p95_s": one.p95_s, "max_s": one.max_s}
        for kind, one in found.items()
    }


@router.get("/runners")
async def runners(scope: ScopeOf, parts: PartsOf) -> list[dict[str, Any]]:
    """Return the live state of every runner that may be seen."""
    hub = parts.hub
    return [hub.snapshot(runner) for runner in hub.runners if may_see(scope, runner)]


@router.post("/quiet/{runner}", status_code=204)
async def quiet(given: QuietIn, runner: RunnerOf, parts: PartsOf) -> None:
    """Note that the runner wants no cues, or wants them again."""
    parts.hub.set_quiet(runner, quiet=given.quiet)


@router.get("/sessions")
async def sessions(
    scope: ScopeOf, store: StoreOf, runner: str | None = None
) -> list[dict[str, Any]]:
    """Return stored sessions, newest first."""
    return store.sessions(runner=visible(scope, runner))


def _add_rows(table: str) -> None:
    async def rows(
        scope: ScopeOf,
        store: StoreOf,
        runner: str | None = None,
        session: str | None = None,
        since_s: float | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
    ) -> list[dict[str, Any]]:
        """Return stored rows in order of time."""
        return store.rows(
            table,
            runner=visible(scope, runner),
            session=session,
            since_s=since_s,
            limit=limit,
        )

    router.add_api_route(f"/{table}", rows, methods=["GET"], name=table)


for _table in STORED:
    _add_rows(_table)
