"""What pages are told of one cue or notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from analytics.records import Alert, Cue, SessionEvent
from dashboards.words import why_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A cue or notice and when it reached us, on the receiver's clock."""

    record: Cue | SessionEvent | Alert
    at_s: float


def given_dict(given: Given, now_s: float) -> dict[str, Any]:
    """Return it as plain JSON values, its age by the receiver's clock."""
    record = given.record
    shown: dict[str, Any] = {
        "id": record.id,
        "kind": record.kind,
        "text": record.text,
        "age_s": max(0.0, now_s - given.at_s),
    }
    if isinstance(record, Cue):
        changed = abs(record.why.change_pct) >= 0.5  # noqa: PLR2004 - rounds to no per cent
        shown["why"] = why_text(record.why) if changed else ""
        shown["confidence"] = record.why.confidence
        shown["haptic"] = record.haptic
        shown["metronome"] = msgspec.to_builtins(record.metronome)
    return shown
