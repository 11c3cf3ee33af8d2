"""The routes of the team's page: the live table as events, and every runner's weeks."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request

from analytics.load.days import local_day
from dashboards.sharing import Topic, veiled_fields
from dashboards.team_week import week_row
from dashboards.web.access import TEAM
from dashboards.web.coach_api import COACHS
from dashboards.web.gate import PartsOf, StoreOf, private_for
from dashboards.web.stream import EventStream
from dashboards.web.team_feed import team_events

router = APIRouter(prefix="/api/v1/team", dependencies=COACHS)


@router.get("/events", response_class=EventStream)
async def stream(parts: PartsOf, request: Request) -> EventStream:
    """Send the team's table, and every second what has changed in it, as server-sent events."""
    return EventStream(team_events(parts.hub, request.app.state.feed))


@router.get("/weeks")
def weeks(parts: PartsOf, store: StoreOf) -> list[dict[str, Any]]:
    """Return every runner's weeks up to today, as far as each shares them."""
    hub, day = parts.hub, local_day(time.time_ns(), zone=parts.zone)
    out = []
    for runner in hub.runners:
        row = week_row(store, runner, day=day, simulated=hub.info(runner).simulated)
        private = private_for(parts, TEAM, runner)
        if Topic.PACE in private:
            row["shoes"] = None  # the kilometres in them are those of the runs
        out.append(veiled_fields(row, private))
    return out
