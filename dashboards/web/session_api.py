"""The routes of runs that are kept: a session's page, worked out once for all, and the last."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

from fastapi import APIRouter, HTTPException, Request

from dashboards.last_run import last_run
from dashboards.session_view import session_view, state_of
from dashboards.sharing import Topic
from dashboards.store import Store
from dashboards.web.gate import Parts, PartsOf, RunnerOf, ScopeOf, StoreOf, private_for

FRESH_S = 5.0  # how old a view of a run under way may be
_MOST_KEPT = 16  # views of runs: people look at a handful at a time

router = APIRouter(prefix="/api/v1")


_Key: TypeAlias = tuple[str, str, frozenset[Topic]]


@dataclass(slots=True)
class Views:
    """The views that were worked out last, by runner, session and what is private in them."""

    _kept: dict[_Key, tuple[float, str, dict[str, Any] | None]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(
        self, store: Store, runner: str, session: str, *, private: frozenset[Topic], now_s: float
    ) -> tuple[str, dict[str, Any] | None]:
        """Return a session's state and its view, at most `FRESH_S` old."""
        with self._lock:  # two pages that ask at once are one view
            key = (runner, session, private)
            kept = self._kept.get(key)
            if kept is not None and now_s - kept[0] < FRESH_S:
                return kept[1], kept[2]
            state = state_of(store, runner, session)
            view = kept[2] if kept is not None and kept[1] == state else None
            if view is None:
                view = session_view(store, runner, session, private=private)
            self._kept.pop(key, None)
            self._kept[key] = (now_s, state, view)
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return state, view


# A plain function: it runs in a thread, so that no page's cue waits for arithmetic over a run.


@router.get("/sessions/{runner}/{session}/figures")
def figures(
    runner: RunnerOf,
    session: str,
    scope: ScopeOf,
    store: StoreOf,
    parts: PartsOf,
    request: Request,
    have: str | None = None,
) -> dict[str, Any]:
    """Return a session's facts and pictures; only its `state` where that is the one they `have`."""
    views: Views = request.app.state.views
    private = private_for(parts, scope, runner)
    state, view = views.of(store, runner, session, private=private, now_s=time.monotonic())
    if view is None:
        raise HTTPException(404, "no such run is kept")
    live = session == _under_way(parts, runner)
    if have == state:
        return {"state": state, "live": live}
    name = parts.hub.info(runner).name
    return {"state": state, "live": live, "name": name, **view}


@router.get("/last/{runner}")
def last(runner: RunnerOf, scope: ScopeOf, store: StoreOf, parts: PartsOf) -> dict[str, Any]:
    """Return a runner's newest run that is over, as the page after it shows it."""
    private = private_for(parts, scope, runner)
    told = last_run(store, runner, under_way=_under_way(parts, runner), private=private)
    if told is None:
        raise HTTPException(404, "no run is kept")
    return told


def _under_way(parts: Parts, runner: str) -> str | None:
    line = parts.hub.team(0.0)[runner]
    return None if line["over"] else line["session"]
