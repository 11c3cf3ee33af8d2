"""One runner's line in the team's table, from the live state and the story of the run.

Pure. Nothing in it grows with time alone: a line is sent again only where it has changed, so an
age is told as the moment it counts from, on the receiver's clock. Fields begin with the name of
what a runner may keep private (docs/coach.md).
"""

from __future__ import annotations

from typing import Any

from analytics.load.longest import LIMIT
from analytics.records import LinkState, Side
from dashboards.runner_state import LIVE_OTHERWISE_S, LIVE_RUNNING_S, RunnerState
from dashboards.team_story import TeamStory
from dashboards.words import why_text

_NEAR_M = 100.0  # distances are told to this


def team_row(
    state: RunnerState, story: TeamStory | None, *, over: bool, now_s: float
) -> dict[str, Any]:
    """Return the line as plain JSON values."""
    word, tone, arrow = state.word()
    live = _is_live(state, now_s)
    return {
        "runner": state.info.id,
        "name": state.info.name,
        "simulated": state.info.simulated,
        "baseline": state.info.baseline,
        "session": state.session,
        "word": word,
        "tone": tone,
        "arrow": arrow,
        "over": over,
        "quiet": state.quiet,
        "cadence_spm": _rounded(state.cadence_spm, 0),
        **{f"impact_{side}_g": _rounded(state.impact_g(side), 1) for side in Side},
        "sensors": {str(side): _sensor(state, side) for side in Side},
        **_distance(state),
        "cue": _cue(state),
        "live": live,
        "data_at_s": None if live or state.newest_s is None else round(state.newest_s, 1),
        **(_NO_STORY if story is None else story).as_dict(),
    }


_NO_STORY = TeamStory(session="")


def _is_live(state: RunnerState, now_s: float) -> bool:
    within_s = LIVE_RUNNING_S if state.running else LIVE_OTHERWISE_S
    return state.newest_s is not None and now_s - state.newest_s <= within_s


def _sensor(state: RunnerState, side: Side) -> dict[str, Any]:
    health = state.links.get(side)
    battery_pct = None if health is None else health.battery_pct
    return {
        "state": "unknown" if health is None else str(health.state),
        "off": health is not None and health.state is not LinkState.CONNECTED,
        "battery_pct": _rounded(battery_pct, 0),
        "rssi_dbm": None if health is None else _rounded(health.rssi_dbm, -1),
    }


def _distance(state: RunnerState) -> dict[str, Any]:
    told = state.distance
    metres = None if told is None else told.distance_m
    longest_m = None if told is None else told.longest_m
    line_m = None if longest_m is None else LIMIT * longest_m
    return {
        "distance_m": None if metres is None else _NEAR_M * (metres // _NEAR_M),
        "distance_line_m": None if line_m is None else round(line_m),
        "distance_over": metres is not None and line_m is not None and metres > line_m,
    }


def _cue(state: RunnerState) -> dict[str, Any] | None:
    if state.cue is None:
        return None
    record = state.cue.record
    return {
        "kind": record.kind,
        "text": record.text,
        "why": why_text(record.why) if hasattr(record, "why") else "",
        "at_s": round(state.cue.at_s, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
