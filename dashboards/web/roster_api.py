"""The routes under /api/v1/roster: who wears which pod, seen and said by the coach."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from analytics.errors import StridecueError
from dashboards.web.access import TEAM
from dashboards.web.gate import PartsOf, RosterDesk, ScopeOf


class WornIn(BaseModel):
    """What the coach says: this pod is Anna's left."""

    pod: Annotated[str, Field(min_length=1, max_length=100)]
    runner: Annotated[str, Field(min_length=1, max_length=64)]
    side: Literal["left", "right"]
    placement: Literal["shin", "shoe"] | None = None


router = APIRouter(prefix="/api/v1/roster")


def desk_of(scope: ScopeOf, parts: PartsOf) -> RosterDesk:
    """Return the roster's desk, to the coach alone."""
    if scope != TEAM:
        raise HTTPException(403, "the roster is the coach's")
    if parts.roster is None:
        raise HTTPException(404, "no roster is kept here")
    return parts.roster


DeskOf: TypeAlias = Annotated[RosterDesk, Depends(desk_of)]


@router.get("")
def roster(desk: DeskOf) -> list[dict[str, Any]]:
    """Return who wears which pod."""
    return desk.entries()


@router.post("", status_code=204)
def say(given: WornIn, desk: DeskOf) -> None:
    """Keep who wears a pod, from the next run on."""
    try:
        desk.say(pod=given.pod, runner=given.runner, side=given.side, placement=given.placement)
    except StridecueError as error:
        raise HTTPException(422, str(error)) from error
