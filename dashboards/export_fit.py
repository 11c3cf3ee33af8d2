"""A stored session as a FIT activity: one record a second, a lap a kilometre, fields of our own.

What no field of the FIT profile can hold is in developer fields (impact of each leg, drift, cues,
where the distance comes from); what a record a second cannot hold (single strides, why a cue was
given) is left to CSV and Parquet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean
from typing import Any, Final
from zoneinfo import ZoneInfo

from analytics.load.records import LoadEntry
from analytics.records import Surface
from dashboards.export_seconds import Second
from dashboards.fit_layouts import (
    ACTIVITY_LAYOUT,
    APPLICATION,
    CUE_RECORD,
    DESCRIPTION,
    DEVELOPER,
    EVENT,
    FILE,
    LAP_LAYOUT,
    OWN,
    OWN_OF_SESSION,
    RECORD,
    SESSION_LAYOUT,
)
from dashboards.fit_legs import numbers
from dashboards.fit_wire import EPOCH_S, Layout, Value, file_bytes

_LAP_M: Final = 1000.0
_NS: Final = 1_000_000_000
_DEVELOPMENT: Final = 255  # the maker's number for software without one of its own
_RUNNING: Final = 1
_SUB_SPORTS: Final[Mapping[Surface, int]] = {
    Surface.TREADMILL: 1,
    Surface.TRAIL: 3,
    Surface.TRACK: 4,
}
_TIMER, _LAP, _SESSION, _ACTIVITY = 0, 9, 8, 26  # events
_START, _STOP, _STOP_ALL = 0, 1, 4
_BY_DISTANCE, _AT_END = 2, 7  # triggers of a lap


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A session to write: when it began, where, what it came to, and its seconds."""

    session: str
    started_utc_ns: int
    zone: str
    simulated: bool
    entry: LoadEntry | None
    seconds: Sequence[Second]


def fit_bytes(activity: Activity) -> bytes:
    """Return a session as a FIT activity file.

    FIT counts whole seconds: the first record stands at the second in which the session began.
    """
    start = activity.started_utc_ns // _NS - EPOCH_S
    end = start + int(activity.seconds[-1].time_s)
    laps = _laps(activity.seconds)
    serial = (activity.started_utc_ns // _NS) & 0xFFFFFFFF
    messages: list[tuple[Layout, Sequence[Value]]] = [
        (FILE, (4, _DEVELOPMENT, 0, serial, start)),
        (DEVELOPER, (APPLICATION, 0, 1)),
        *((DESCRIPTION, (0, f.number, f.base, name, unit)) for name, (unit, f) in OWN.items()),
        (EVENT, (start, _TIMER, _START)),
    ]
    messages += [_record(start, second) for second in activity.seconds]
    messages.append((EVENT, (end, _TIMER, _STOP_ALL)))
    for number, lap in enumerate(laps):
        last = number == len(laps) - 1
        trigger = _AT_END if last else _BY_DISTANCE
        values = (*_span(start, number, lap, _LAP), *_means(lap), _RUNNING, trigger)
        messages.append((LAP_LAYOUT, values))
    messages += [_session(activity, start, len(laps)), _activity(activity, start, end)]
    return file_bytes(messages)


def _record(start: int, second: Second) -> tuple[Layout, Sequence[Value]]:
    values: tuple[Value, ...] = (
        start + int(second.time_s),
        second.distance_m,
        second.speed_mps,
        *_cadence(second.cadence_spm),
        _times(second.contact_time_s, 1000.0),
        second.balance_pct,
        _times(second.step_length_m, 1000.0),
        second.impact_left_g,
        second.impact_right_g,
        second.drift,
    )
    return (RECORD, values) if second.cue is None else (CUE_RECORD, (*values, second.cue))


def _session(activity: Activity, start: int, n_laps: int) -> tuple[Layout, Sequence[Value]]:
    entry = activity.entry
    surface = None if entry is None else entry.surface
    own: dict[str, Any] = {"session_id": activity.session, "simulated": int(activity.simulated)}
    if entry is not None:
        own |= {
            "distance_source": None if entry.source is None else str(entry.source),
            "shoe": entry.shoe,
            "surface": None if surface is None else str(surface),
            "covered": entry.covered,
            "running_time": entry.running_s,
        }
        own |= {
            "placement": None if entry.placement is None else str(entry.placement),
            "load_left": None if entry.left is None else numbers(entry.left),
            "load_right": None if entry.right is None else numbers(entry.right),
        }
    values = (
        *_span(start, 0, activity.seconds, _SESSION),
        *_means(activity.seconds),
        _RUNNING,
        0 if surface is None else _SUB_SPORTS.get(surface, 0),
        0,
        n_laps,
        0,
        *(own.get(name) for name in OWN_OF_SESSION),
    )
    return SESSION_LAYOUT, values


def _activity(activity: Activity, start: int, end: int) -> tuple[Layout, Sequence[Value]]:
    began = datetime.fromtimestamp(activity.started_utc_ns // _NS, tz=UTC)
    offset = began.astimezone(ZoneInfo(activity.zone)).utcoffset()
    local = end + (0 if offset is None else int(offset.total_seconds()))
    return ACTIVITY_LAYOUT, (end, float(end - start), 1, 0, _ACTIVITY, _STOP, local)


def _span(start: int, number: int, part: Sequence[Second], event: int) -> tuple[Value, ...]:
    """Return what laps and sessions begin with; their distance is that of their seconds."""
    length_s = part[-1].time_s - part[0].time_s
    first_m, last_m = part[0].distance_m, part[-1].distance_m
    metres = None if first_m is None or last_m is None else last_m - first_m
    begin, end = (start + int(second.time_s) for second in (part[0], part[-1]))
    return (end, number, begin, length_s, length_s, metres, event, _STOP)


def _means(part: Sequence[Second]) -> tuple[Value, ...]:
    """Return mean speed, cadence, stance time, balance and step of the seconds that have one."""
    first_m, last_m, length_s = part[0].distance_m, part[-1].distance_m, len(part) - 1
    known = first_m is not None and last_m is not None and length_s
    return (
        (last_m - first_m) / length_s if known else None,  # type: ignore[operator]
        *_cadence(_mean([s.cadence_spm for s in part])),
        _times(_mean([s.contact_time_s for s in part]), 1000.0),
        _mean([s.balance_pct for s in part]),
        _times(_mean([s.step_length_m for s in part]), 1000.0),
    )


def _laps(seconds: Sequence[Second]) -> list[Sequence[Second]]:
    """Return the seconds kilometre by kilometre, neighbours sharing the second between them."""
    cuts = [0]
    for i, second in enumerate(seconds):
        if second.distance_m is not None and second.distance_m >= _LAP_M * len(cuts):
            cuts.append(i)
    if len(cuts) == 1 or cuts[-1] < len(seconds) - 1:
        cuts.append(len(seconds) - 1)
    return [seconds[a : b + 1] for a, b in pairwise(cuts)]


def _cadence(spm: float | None) -> tuple[Value, Value]:
    """Return FIT's cadence of a run, strides a minute: the whole part, and what is left of it."""
    if spm is None:
        return None, None
    whole, rest = divmod(round(spm / 2.0 * 128.0), 128)
    return whole, rest / 128.0


def _mean(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return fmean(found) if found else None


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
