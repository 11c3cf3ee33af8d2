"""The routes under /api/v1 about load: runs, the report of the newest, shoes and surfaces."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from analytics.load.effects import surface_effects
from analytics.load.past import history_of
from analytics.load.report import report
from analytics.load.shoes import shoe_reports
from dashboards.load_shelf import LoadShelf
from dashboards.web.gate import PartsOf, RunnerOf, ScopeOf, StoreOf, seen_rows, visible

router = APIRouter(prefix="/api/v1")

# Plain functions: they run in threads, so that no page's cue waits for arithmetic over a year.


class SaidIn(BaseModel):
    """What a runner says of a run: how far it was, how hard it was (0-10)."""

    distance_m: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    exertion: Annotated[float, Field(ge=0, le=10)] | None = None


@router.get("/load")
def load(
    scope: ScopeOf, store: StoreOf, parts: PartsOf, runner: str | None = None
) -> list[dict[str, Any]]:
    """Return the load entries of stored runs, the oldest first."""
    entries = LoadShelf(store).entries(visible(scope, runner), simulated=True)
    found = [{"id": entry.id, **msgspec.to_builtins(entry)} for entry in entries]
    return seen_rows(parts, scope, "load", found)


@router.get("/load/{runner}")
def load_report(runner: RunnerOf, store: StoreOf) -> dict[str, Any]:
    """Return the report of a runner's newest run."""
    shelf = LoadShelf(store)
    entries = shelf.entries(runner)
    if not entries:
        raise HTTPException(404, "no run of this runner is kept")
    last = entries[-1]
    past = history_of(
        entries, start_utc_ns=last.start_utc_ns, day=last.day, shoes=shelf.shoes(runner)
    )
    found: dict[str, Any] = msgspec.to_builtins(report(last, past))
    return found


@router.post("/load/{runner}/{session}", status_code=204)
def say(given: SaidIn, runner: RunnerOf, session: str, store: StoreOf) -> None:
    """Keep what the runner says of a run."""
    known = LoadShelf(store).say(
        runner=runner, session=session, distance_m=given.distance_m, exertion=given.exertion
    )
    if not known:
        raise HTTPException(404, "no such run is kept")


@router.get("/shoes")
def shoes(scope: ScopeOf, store: StoreOf, runner: str | None = None) -> list[dict[str, Any]]:
    """Return how every pair of shoes stands, and its impact at matched speed."""
    shelf = LoadShelf(store)
    out: list[dict[str, Any]] = []
    for who, pairs in groupby(shelf.shoes(visible(scope, runner)), key=lambda shoe: shoe.runner):
        out += msgspec.to_builtins(shoe_reports(list(pairs), shelf.entries(who)))
    return out


@router.get("/surfaces")
def surfaces(scope: ScopeOf, store: StoreOf, runner: str | None = None) -> list[dict[str, Any]]:
    """Return every runner's own effect of every surface."""
    out: list[dict[str, Any]] = []
    entries = LoadShelf(store).entries(visible(scope, runner))
    for _, runs in groupby(entries, key=lambda entry: entry.runner):
        out += msgspec.to_builtins(list(surface_effects(list(runs)).values()))
    return out
