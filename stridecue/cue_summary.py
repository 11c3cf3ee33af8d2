"""What came of a session's cues and of its place in the programme."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from analytics import said
from analytics.codec import Record
from analytics.programme import retention_pct
from analytics.records import Cue, Outcome, Programme, SessionEvent, Verdict


class CueSummary:
    """Counts cues, outcomes, what gave up; `as_dict` may be called at any time."""

    def __init__(self) -> None:
        self._shown: Counter[str] = Counter()
        self._held_back: Counter[str] = Counter()
        self._outcomes: dict[str, Counter[str]] = {}
        self._given_up: list[str] = []
        self._programme: Programme | None = None

    def take(self, record: Record) -> None:
        """Count one record; a cue's second revision is what came of it, not another cue."""
        match record:
            case Cue(shown=True, outcome=Outcome(verdict=verdict)):
                self._outcomes.setdefault(record.kind, Counter())[verdict] += 1
            case Cue(shown=True):
                self._shown[record.kind] += 1
            case Cue():
                self._held_back[record.suppressed_reason or "not said"] += 1
            case SessionEvent(kind=said.GAVE_UP):
                self._given_up.append(record.text)
            case Programme():
                self._programme = record
            case _:
                pass

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "cues_shown": dict(sorted(self._shown.items())),
            "cues_held_back": dict(sorted(self._held_back.items())),
            "cue_outcomes": {
                kind: {str(v): found[v] for v in Verdict}
                for kind, found in sorted(self._outcomes.items())
            },
            "cues_given_up": self._given_up,
            "programme": _programme_row(self._programme),
        }


def _programme_row(programme: Programme | None) -> dict[str, Any] | None:
    """Return what this run was in the programme, and how much of the change stays in silence."""
    if programme is None:
        return None
    last = (programme.recalls or programme.sessions)[-1]
    row: dict[str, Any] = msgspec.to_builtins(last)
    del row["session"]
    number = None if programme.recalls else len(programme.sessions)
    return {"number": number, **row, "retention_pct": retention_pct(last)}
