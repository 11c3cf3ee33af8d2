"""The routes under /api/v1 by which coach and athlete agree: limits, alerts, sharing, audit."""

from __future__ import annotations

import time
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from analytics.errors import StridecueError
from dashboards import audit
from dashboards.coach_shelf import CoachShelf
from dashboards.sharing import Sharing, Topic
from dashboards.web.access import TEAM
from dashboards.web.gate import LimitsDesk, PartsOf, RunnerOf, ScopeOf, StoreOf, visible

_MINUTE_NS = 60 * 10**9

router = APIRouter(prefix="/api/v1")

# Plain functions: they run in threads, so that no page's cue waits for the disk.


class LimitsIn(BaseModel):
    """A runner's own cue rules, by name (docs/cues.md); what is not named is the team's."""

    rules: dict[str, Any]


class TriedIn(LimitsIn):
    """Rules to try on the runs of the last days."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


class SnoozeIn(BaseModel):
    """For how long an alert is put off."""

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class SharingIn(BaseModel):
    """What the runner keeps to herself from now on."""

    private: list[Topic]


def coach_only(scope: ScopeOf) -> None:
    """Let nobody else in."""
    if scope != TEAM:
        raise HTTPException(403, "this is the coach's")


def desk_of(parts: PartsOf) -> LimitsDesk:
    """Return the limits' desk."""
    if parts.limits is None:
        raise HTTPException(404, "no limits are kept here")
    return parts.limits


def sharing_of(parts: PartsOf) -> Sharing:
    """Return the runners' switches."""
    if parts.sharing is None:
        raise HTTPException(404, "nothing is stored here")
    return parts.sharing


DeskOf: TypeAlias = Annotated[LimitsDesk, Depends(desk_of)]
SharingOf: TypeAlias = Annotated[Sharing, Depends(sharing_of)]
COACHS = [Depends(coach_only)]


@router.get("/limits/{runner}")
def limits(runner: RunnerOf, desk: DeskOf) -> dict[str, Any]:
    """Return a runner's cue rules: `rules` as they hold, `own` what the coach has set."""
    return desk.rules(runner)


@router.put("/limits/{runner}", dependencies=COACHS)
def publish(given: LimitsIn, runner: RunnerOf, desk: DeskOf) -> dict[str, Any]:
    """Make these the runner's own rules from the next run on; none of them: the team's again."""
    try:
        desk.publish(runner, given.rules)
    except StridecueError as error:
        raise HTTPException(422, str(error)) from error
    return desk.rules(runner)


@router.post("/limits/{runner}/tried", dependencies=COACHS)
def tried(given: TriedIn, runner: RunnerOf, desk: DeskOf) -> dict[str, Any]:
    """Return what these rules would have told the runner on the runs of the last days."""
    try:
        return desk.tried(runner, given.rules, days=given.days)
    except StridecueError as error:
        raise HTTPException(422, str(error)) from error


@router.get("/alerts/open", dependencies=COACHS)
def open_alerts(store: StoreOf, sharing: SharingOf) -> list[dict[str, Any]]:
    """Return what nobody has acknowledged yet, the newest first."""
    return list(sharing.rows("alerts", CoachShelf(store).open_alerts(now_utc_ns=time.time_ns())))


@router.post("/alerts/{alert:path}/ack", status_code=204, dependencies=COACHS)
def acknowledge(alert: str, store: StoreOf) -> None:
    """Take an alert off the list."""
    _mark(store, alert, minutes=None)


@router.post("/alerts/{alert:path}/snooze", status_code=204, dependencies=COACHS)
def snooze(given: SnoozeIn, alert: str, store: StoreOf) -> None:
    """Put an alert off: until then nobody is sent another of this runner and metric."""
    _mark(store, alert, minutes=given.minutes)


@router.get("/sharing/{runner}")
def sharing(runner: RunnerOf, kept: SharingOf) -> dict[str, list[str]]:
    """Return the topics that can be shared, and which of them the runner keeps private."""
    return {"topics": [str(t) for t in Topic], "private": sorted(map(str, kept.private(runner)))}


@router.put("/sharing/{runner}")
def share(
    given: SharingIn, scope: ScopeOf, runner: RunnerOf, kept: SharingOf
) -> dict[str, list[str]]:
    """Set the runner's switches; nobody but the runner can."""
    if scope != runner:
        raise HTTPException(403, "only the runner decides what is shared")
    kept.keep_private(runner, given.private, now_utc_ns=time.time_ns())
    return sharing(runner, kept)


@router.get("/audit")
def trail(
    scope: ScopeOf,
    store: StoreOf,
    runner: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[dict[str, Any]]:
    """Return who changed what, the newest first; a runner sees what is about herself."""
    return audit.trail(store, runner=visible(scope, runner), limit=limit)


def _mark(store: StoreOf, alert: str, *, minutes: int | None) -> None:
    now_ns = time.time_ns()
    until_ns = None if minutes is None else now_ns + minutes * _MINUTE_NS
    if not CoachShelf(store).mark(alert, until_utc_ns=until_ns, now_utc_ns=now_ns):
        raise HTTPException(404, "no such alert is kept")
