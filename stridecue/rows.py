"""Records as the lines of a session's files, under the names in docs/recordings.md."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec

from analytics.codec import Record
from analytics.load.records import LoadEntry, LoadFacts
from analytics.records import (
    Alert,
    Baseline,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    Guidance,
    LinkHealth,
    Programme,
    SessionEvent,
    SpeedModel,
    Stride,
    Why,
)

Row: TypeAlias = dict[str, Any]


def as_row(record: Record) -> tuple[str, Row]:
    """Return the file a record belongs to, and its line there.

    Examples
    --------
    >>> event = SessionEvent(runner="a", session="b", time_s=1.0, kind="note", text="Hi")
    >>> as_row(event)[1]["id"]
    'a/b/event/note-both-1000'
    """
    match record:
        case Stride():
            return "strides", _stride_row(record)
        case FormMetrics():
            return "windows", _window_row(record)
        case Drift():
            return "drift", _drift_row(record)
        case Cue():
            return "cues", _cue_row(record)
        case Distance():
            return "distance", _distance_row(record)
        case _:
            return "events", _event_row(record)


def _stride_row(stride: Stride) -> Row:
    fields: Row = msgspec.to_builtins(stride)
    del fields["worn"], fields["contact_index"]  # both are in the id
    return {"id": stride.id, "side": str(stride.worn.side), **fields}


def _window_row(window: FormMetrics) -> Row:
    fields: Row = msgspec.to_builtins(window)
    for name in ("runner", "session", "end_s", "length_s"):
        del fields[name]
    return {"t_s": window.end_s, **fields}


def _drift_row(drift: Drift) -> Row:
    why = _why_row(drift.why)
    head = {"id": drift.id, "t_s": drift.time_s, "metric": why.pop("metric")}
    return {**head, "level": str(drift.level), "side": str(drift.side), **why}


def _cue_row(cue: Cue) -> Row:
    return {
        "id": cue.id,
        "t_s": cue.time_s,
        "kind": cue.kind,
        "shown": cue.shown,
        "suppressed_reason": cue.suppressed_reason,
        "text": cue.text,
        "why": _why_row(cue.why),
        "haptic": list(cue.haptic),
        "metronome": msgspec.to_builtins(cue.metronome),
        "target": cue.target,
        "outcome": msgspec.to_builtins(cue.outcome),
        "revision": cue.revision,
    }


def _distance_row(distance: Distance) -> Row:
    fields: Row = msgspec.to_builtins(distance)
    for name in ("runner", "session", "time_s"):
        del fields[name]
    return {"id": distance.id, "t_s": distance.time_s, **fields}


def _why_row(why: Why) -> Row:
    return {
        "metric": why.metric,
        "from": why.from_value,
        "to": why.to_value,
        "change_pct": why.change_pct,
        "confidence": why.confidence,
    }


def _event_row(
    record: Gap
    | Guidance
    | LinkHealth
    | SessionEvent
    | Alert
    | Baseline
    | LoadEntry
    | LoadFacts
    | Programme
    | SpeedModel,
) -> Row:
    fields: Row = msgspec.to_builtins(record)
    worn = fields.pop("worn", None)
    side = {} if worn is None else {"side": worn["side"]}
    match record:
        case Gap():
            del fields["first_index"]
            return {"id": record.id, "type": "gap", "t_s": record.end_s, **side, **fields}
        case Alert():
            fields["why"] = _why_row(record.why)
    for name in ("runner", "session", "time_s"):
        fields.pop(name, None)
    if isinstance(record, Baseline):
        return {"id": f"{record.runner}/baseline", "type": "baseline", **fields}
    if isinstance(record, Programme):
        return {"id": f"{record.runner}/programme", "type": "programme", **fields}
    if isinstance(record, SpeedModel):
        return {"id": f"{record.runner}/speed", "type": "speed", **fields}
    if isinstance(record, LoadEntry):
        for name in ("start_utc_ns", "day"):  # the same run gives the same file on any day
            del fields[name]
        return {"id": record.id, "type": "load", "t_s": record.duration_s, **fields}
    kinds = {
        LinkHealth: "link",
        SessionEvent: "event",
        Alert: "alert",
        Guidance: "guidance",
        LoadFacts: "facts",
    }
    head = {"id": record.id, "type": kinds[type(record)], "t_s": record.time_s}
    return {**head, **side, **fields}


def encode(row: Row) -> bytes:
    """Return a row as one line of JSON; ValueError for a number that JSON does not have."""
    return msgspec.json.encode(_plain(row, "row"))


def _plain(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON values of any kind
    """Return the value as plain JSON: NaN has no place there, and a null would be a lie."""
    match value:
        case dict():
            return {key: _plain(item, str(key)) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item, name) for item in value]
        case float():
            if not math.isfinite(value):
                message = f"{name} is {value}, and no file may hold that"
                raise ValueError(message)
            return float(value)  # numpy's float64 is a float, too
        case _:
            return value
