"""The routes under /api/v1: the live state, the latency ledger, and what the store holds."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from dashboards.web.access import may_see
from dashboards.web.gate import PartsOf, ScopeOf, StoreOf, seen_rows, seen_state, visible

MOST_ROWS = 1000  # of one answer; `since_s` pages on
STORED = ("strides", "windows", "drift", "cues", "alerts", "gaps", "links", "events", "distance")

router = APIRouter(prefix="/api/v1")


class Shown(BaseModel):
    """One record a page has drawn, and when by the server's clock as the page knows it."""

    id: Annotated[str, Field(max_length=300)]
    shown_s: float


class ShownIn(BaseModel):
    """A page's batch of drawn records; `error_s` is half the round trip of its clock."""

    shown: Annotated[list[Shown], Field(max_length=500)]
    error_s: Annotated[float, Field(ge=0)]


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
    return [seen_state(parts, scope, runner) for runner in hub.runners if may_see(scope, runner)]


@router.get("/sessions")
async def sessions(
    scope: ScopeOf, store: StoreOf, parts: PartsOf, runner: str | None = None
) -> list[dict[str, Any]]:
    """Return stored sessions, newest first."""
    return seen_rows(parts, scope, "sessions", store.sessions(runner=visible(scope, runner)))


def _add_rows(table: str) -> None:
    async def rows(
        scope: ScopeOf,
        store: StoreOf,
        parts: PartsOf,
        runner: str | None = None,
        session: str | None = None,
        since_s: float | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
    ) -> list[dict[str, Any]]:
        """Return stored rows in order of time."""
        found = store.rows(
            table,
            runner=visible(scope, runner),
            session=session,
            since_s=since_s,
            limit=limit,
        )
        return seen_rows(parts, scope, table, found)

    router.add_api_route(f"/{table}", rows, methods=["GET"], name=table)


for _table in STORED:
    _add_rows(_table)
