"""The routes under /api/v1 about the runner's body: pain, the morning after, weekly ticks."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from analytics.load.days import local_day
from analytics.pain import (
    RESTING,
    Pain,
    PainMoment,
    PainPlace,
    PainSide,
    doctor_reasons,
    rests_cues,
)
from dashboards.body_shelf import BodyShelf, Tick
from dashboards.sharing import Topic
from dashboards.web.access import TEAM
from dashboards.web.gate import Parts, PartsOf, RunnerOf, ScopeOf, StoreOf
from dashboards.wishes import Quiet

STRENGTH_A_WEEK = 2  # what every clinician asks of a runner (docs/phone.md)
_NS = 1_000_000_000

router = APIRouter(prefix="/api/v1")


class PainIn(BaseModel):
    """One word about pain; `id` is the page's own, so that it can be sent again."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    moment: PainMoment
    side: PainSide
    place: PainPlace
    score: Annotated[int, Field(ge=0, le=10)]
    session: Annotated[str, Field(max_length=100)] | None = None
    swelling: bool = False
    locking: bool = False
    instability: bool = False


class TickIn(BaseModel):
    """A session beside running, done today or taken back."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Tick
    done: bool = True


@router.get("/pain/{runner}")
def pains(scope: ScopeOf, runner: RunnerOf, store: StoreOf, parts: PartsOf) -> dict[str, Any]:
    """Return what the runner said of pain lately, and whether someone should look at it."""
    _refuse_private(parts, scope, runner)
    said = BodyShelf(store).pains(runner, day=_today(parts.zone))
    return {"said": msgspec.to_builtins(said), **_advice(said, parts.zone)}


@router.post("/pain/{runner}")
async def say(given: PainIn, runner: RunnerOf, store: StoreOf, parts: PartsOf) -> dict[str, Any]:
    """Keep one word about pain, rest the cues of the day if it hurts, and say what to do."""
    fields = given.model_dump()
    pain = Pain(runner=runner, time_utc_ns=time.time_ns(), day=_today(parts.zone), **fields)

    def keep() -> list[Pain]:
        shelf = BodyShelf(store)
        shelf.say(pain)
        return shelf.pains(runner, day=pain.day)

    advice = _advice(await asyncio.to_thread(keep), parts.zone)
    if advice["cues_rest"]:
        parts.hub.wish(runner, Quiet(on=True, why=RESTING))
    return advice


@router.get("/body/{runner}")
def body(scope: ScopeOf, runner: RunnerOf, store: StoreOf, parts: PartsOf) -> dict[str, Any]:
    """Return what to ask the runner today: the morning after a run, the week's ticks."""
    _refuse_private(parts, scope, runner)
    shelf, day = BodyShelf(store), _today(parts.zone)
    said = shelf.pains(runner, day=day)
    start, end = _yesterday(parts.zone)
    ran = shelf.ran_on(runner, from_utc_ns=start, to_utc_ns=end)
    asked = any(p.day == day and p.moment is PainMoment.MORNING for p in said)
    return {
        "day": day,
        "morning_after": ran if not asked else None,
        "ticks": shelf.ticks(runner, day=day),
        "strength_a_week": STRENGTH_A_WEEK,
        **_advice(said, parts.zone),
    }


@router.post("/ticks/{runner}", status_code=204)
def tick(given: TickIn, runner: RunnerOf, store: StoreOf, parts: PartsOf) -> None:
    """Keep or take back a session beside running."""
    day = _today(parts.zone)
    BodyShelf(store).tick(
        runner=runner, tick_id=given.id, day=day, kind=given.kind, done=given.done
    )


def _refuse_private(parts: Parts, scope: str, runner: str) -> None:
    """Keep the team out where the runner does not share this."""
    if scope == TEAM and parts.sharing and Topic.PAIN in parts.sharing.private(runner):
        raise HTTPException(403, "the runner does not share this")


def _advice(said: list[Pain], zone: str) -> dict[str, Any]:
    day = _today(zone)
    return {"doctor": doctor_reasons(said, day=day), "cues_rest": rests_cues(said, day=day)}


def _today(zone: str) -> str:
    return local_day(time.time_ns(), zone=zone)


def _yesterday(zone: str) -> tuple[int, int]:
    """Return when yesterday began and ended, in UTC nanoseconds."""
    now = datetime.fromtimestamp(time.time_ns() // _NS, tz=UTC).astimezone(ZoneInfo(zone))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    before = midnight - timedelta(days=1)
    return round(before.timestamp()) * _NS, round(midnight.timestamp()) * _NS
