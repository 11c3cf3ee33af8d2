"""Stored rows as InfluxDB line protocol: a pure function from a row to a line.

A point is its measurement, tags and time: written again it is the same point. So whatever tells
two records of one moment apart (a cue's kind, a drift's metric) is a tag.

Source: InfluxData, line protocol reference (escaping, `i` for integers, quoted strings).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

MEASUREMENTS = {
    "strides": "stride",
    "windows": "form",
    "drift": "drift",
    "cues": "cue",
    "guidance": "guidance",
    "alerts": "alert",
    "links": "link",
    "sessions": "session",
    "load": "load",
    "gaps": "gap",
    "events": "event",
    "distance": "distance",
    "latency": "latency",
}
_ALWAYS = ("runner", "session")
_TELLING = {
    "strides": ("side",),
    "drift": ("side", "metric", "level"),
    "cues": ("kind",),
    "alerts": ("kind", "metric"),
    "links": ("side",),
    "gaps": ("side",),
    "events": ("kind", "side"),
    "latency": ("kind",),
}
_NO_FIELDS = {"id", "time_s", "time_utc_ns", "started_utc_ns", "summary", "entry", "reasons"}
_WITH_ID = {"cues", "alerts", "drift"}  # whoever acts on one dedupes by it
_TAGS = {name: (*_ALWAYS, *_TELLING.get(name, ())) for name in MEASUREMENTS}
_LEFT_OUT = {
    name: {*tags, *_NO_FIELDS} - ({"id"} if name in _WITH_ID else set())
    for name, tags in _TAGS.items()
}


def line(name: str, row: Mapping[str, Any], *, team: str) -> str:
    r"""Return one stored row as a line.

    Parameters
    ----------
    name : str
        The table.
    row : mapping
        The row's columns by name; None is left out.

    Examples
    --------
    >>> row = {"runner": "anna", "session": "s", "time_utc_ns": 7, "kind": "fading", "shown": 1}
    >>> line("cues", row, team="the club")
    'cue,team=the\\ club,runner=anna,session=s,kind=fading shown=1i 7'

    """
    named, left_out = _TAGS[name], _LEFT_OUT[name]
    tags = "".join(f",{tag}={_tag(row[tag])}" for tag in named if row[tag] is not None)
    fields = [
        f"{key}={value}"
        for key, one in row.items()
        if one is not None and key not in left_out and (value := _FIELDS[type(one)](one))
    ]
    if name == "sessions":
        summary = json.loads(row["summary"] or "{}")
        fields += [f"{key}={value}" for key, value in _numbers(summary)]
        when = row["started_utc_ns"]
    else:
        when = row["time_utc_ns"]
    return f"{MEASUREMENTS[name]},team={_tag(team)}{tags} {','.join(fields)} {when}"


def _float(value: float) -> str:
    return repr(value) if isfinite(value) else ""


def _text(value: str) -> str:
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


# What SQLite holds, as a field; nothing for what line protocol has no number for.
_FIELDS: dict[type, Callable[[Any], str]] = {float: _float, int: "{}i".format, str: _text}


def _tag(value: str) -> str:
    """Return a tag's value escaped; a line break would end the line."""
    if value.isalnum():
        return value
    text = value.replace("\n", " ").rstrip("\\")
    return text.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def _numbers(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Give a summary's numbers by their path, all as floats: one field keeps one type."""
    for key, value in tree.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{name}_")
        elif isinstance(value, int | float) and isfinite(value):
            yield _tag(name), repr(float(value))
