"""The route of a runner's page: months of runs as pictures."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter

from analytics.load.days import local_day
from dashboards.runner_history import runner_history
from dashboards.web.gate import PartsOf, RunnerOf, ScopeOf, StoreOf, private_for

router = APIRouter(prefix="/api/v1")

# Plain functions: they run in threads, so that no page's cue waits for arithmetic over a year.


@router.get("/history/{runner}")
def history(runner: RunnerOf, scope: ScopeOf, store: StoreOf, parts: PartsOf) -> dict[str, Any]:
    """Return a runner's months as pictures with a sentence each, and the list of runs."""
    info = parts.hub.info(runner)
    day = local_day(time.time_ns(), zone=parts.zone)
    private = private_for(parts, scope, runner)
    told = runner_history(store, runner, day=day, simulated=info.simulated, private=private)
    return {"name": info.name, "simulated": info.simulated, **told}
