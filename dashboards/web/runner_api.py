"""The routes under /api/v1 by which a runner wishes something of the run under way."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from analytics.records import Surface
from dashboards.load_shelf import LoadShelf
from dashboards.web.gate import PartsOf, RunnerOf
from dashboards.wishes import PhoneSpeed, Quiet, StandStill, Stop, Wear

FASTEST_MPS = 12.5  # nobody runs faster: a phone that says so has lost its way

router = APIRouter(prefix="/api/v1")


class QuietIn(BaseModel):
    """The runner's wish for silence, or its end."""

    quiet: bool


class WearIn(BaseModel):
    """What the run is in and on; null where that is not said."""

    shoe: Annotated[str, Field(max_length=64)] | None = None
    surface: Surface | None = None


class SpeedIn(BaseModel):
    """The phone's speed by its own positions, which stay on it."""

    speed_mps: Annotated[float, Field(ge=0, le=FASTEST_MPS, allow_inf_nan=False)]


@router.post("/quiet/{runner}", status_code=204)
async def quiet(given: QuietIn, runner: RunnerOf, parts: PartsOf) -> None:
    """Note that the runner wants no cues, or wants them again."""
    parts.hub.wish(runner, Quiet(on=given.quiet))


@router.post("/stop/{runner}", status_code=204)
async def stop(runner: RunnerOf, parts: PartsOf) -> None:
    """End the runner's run."""
    parts.hub.wish(runner, Stop())


@router.post("/still/{runner}", status_code=204)
async def still(runner: RunnerOf, parts: PartsOf) -> None:
    """Check the sensors while the runner stands still; the answer comes as an event."""
    parts.hub.wish(runner, StandStill())


@router.post("/speed/{runner}", status_code=204)
async def speed(given: SpeedIn, runner: RunnerOf, parts: PartsOf) -> None:
    """Take the phone's speed."""
    parts.hub.wish(runner, PhoneSpeed(speed_mps=given.speed_mps))


@router.get("/wear/{runner}")
def choices(runner: RunnerOf, parts: PartsOf) -> dict[str, Any]:
    """Return the shoes and surfaces there are to choose from."""
    shoes = [] if parts.store is None else LoadShelf(parts.store).shoes(runner)
    return {
        "shoes": [{"id": shoe.id, "name": shoe.name} for shoe in shoes],
        "surfaces": [str(surface) for surface in Surface],
    }


@router.post("/wear/{runner}", status_code=204)
async def wear(given: WearIn, runner: RunnerOf, parts: PartsOf) -> None:
    """Note what is run in and on from now on."""
    if given.shoe is not None:
        known = await asyncio.to_thread(choices, runner, parts)
        if all(shoe["id"] != given.shoe for shoe in known["shoes"]):
            raise HTTPException(422, "no such shoe is registered; add it to [[shoes]] first")
    parts.hub.wish(runner, Wear(shoe=given.shoe, surface=given.surface))
