"""The page after a run, out of the store: there after a restart too, and on another phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from analytics.load.records import LoadFacts
from analytics.records import Cue, Distance, FormMetrics
from dashboards.page_summary import RunStory
from dashboards.sharing import ALL_SHARED, Topic, is_hidden, topic_of, veiled_fields
from dashboards.store import Store

_EVERY = 10**7  # rows of one session
# Whatever has a window was a run, also one whose process was killed.
_LAST = """
SELECT session FROM sessions WHERE runner = ?1 AND session IS NOT ?2
    AND EXISTS (SELECT 1 FROM windows WHERE runner = ?1 AND windows.session = sessions.session)
ORDER BY started_utc_ns DESC LIMIT 1
"""
_OF_WHY = ("metric", "from_value", "to_value", "change_pct", "confidence")


def last_run(
    store: Store,
    runner: str,
    *,
    under_way: str | None,
    private: frozenset[Topic] = ALL_SHARED,
) -> dict[str, Any] | None:
    """Return a runner's newest run as its page shows it; None where there is none.

    Parameters
    ----------
    under_way : str or None
        The session that is not over yet.
    private : set of Topic
        What whoever looks may not see.

    """
    found = store.read(_LAST, (runner, under_way))
    if not found:
        return None
    told = stored_story(store, runner, found[0]["session"]).as_dict()
    if not private:
        return told
    cues = [cue for cue in told["cues"] if not is_hidden("cues", cue, private)]
    work_on = None if topic_of(told["work_on"] or "") in private or not cues else told["work_on"]
    return {**veiled_fields(told, private), "cues": cues, "work_on": work_on}


def stored_story(store: Store, runner: str, session: str) -> RunStory:
    """Return a stored session as the live page would have told it."""
    story = RunStory(session)

    def rows(table: str) -> list[dict[str, Any]]:
        return store.rows(table, runner=runner, session=session, limit=_EVERY)

    for row in rows("windows"):
        story.take(_window(row))
    for row in rows("cues"):
        story.take(_cue(row))
    for row in rows("facts"):
        story.take(msgspec.convert(row, LoadFacts, strict=False))
    for row in rows("distance")[-1:]:  # it counts up
        story.take(msgspec.convert(row, Distance, strict=False))
    return story


def _window(row: Mapping[str, Any]) -> FormMetrics:
    sides = {
        name: {side: row[f"{name[:-2]}_{side}_{name[-1]}"] for side in ("left", "right")}
        for name in ("peak_accel_g", "contact_time_s")
    }
    return msgspec.convert({**row, **sides, "end_s": row["time_s"]}, FormMetrics, strict=False)


def _cue(row: Mapping[str, Any]) -> Cue:
    """Return a cue with its words, reason and verdict; what went with it is of no use later."""
    why = {name: row[name] for name in _OF_WHY}
    verdict = row["outcome"]
    came = {name: row[f"outcome_{name}"] for name in ("before", "after", "change_pct")}
    outcome = None if verdict is None else {"verdict": verdict, **came}
    fields = {**row, "why": why, "haptic": (), "outcome": outcome}
    return msgspec.convert(fields, Cue, strict=False)
