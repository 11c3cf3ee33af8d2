"""Stored rows as InfluxDB line protocol: a pure function from a row to a line.

A point is its measurement, tags and time: written again it is the same point. So whatever tells
two records of one moment apart (a cue's kind, a drift's metric) is a tag.

Numbers have six decimals: a microsecond, a millionth of a g, finer than any sensor. Seventeen
digits cost a database a sixth of its work, and the store keeps every bit.

Source: InfluxData, line protocol reference (escaping, `i` for integers, quoted strings).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from dashboards.sharing import ALL_SHARED, Topic, is_hidden, topic_of

# By table of the store. `load`, `judged_by` and `sessions` give points of other measurements too.
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
    "facts": "facts",
    "gaps": "gap",
    "events": "event",
    "distance": "distance",
    "latency": "latency",
    "judged_by": "baseline",
    "pain": "pain",
    "ticks": "tick",
    "health": "health",
}
STEPS = 1e6  # of a number's last decimal, to one
COARSE = 2.0**33  # from here on neighbouring numbers are further apart than that
_ALWAYS = ("runner", "session")
_TELLING = {
    "strides": ("side",),
    "drift": ("side", "metric", "level"),
    "cues": ("kind",),
    "alerts": ("kind", "metric"),
    "links": ("side",),
    "gaps": ("side",),
    "events": ("kind", "side"),
    "facts": ("moment",),
    "latency": ("kind",),
}
# A body is not a session's, and the service is nobody's.
_OTHER_TAGS = {
    "pain": ("runner", "side", "place"),
    "ticks": ("runner", "kind"),
    "health": ("gateway", "part"),
}
# Whose points say when they are in a field too: a table shows it as an age, whatever it joins.
DATED = {"windows", "distance", "alerts", "pain", "links", "health"}
# What others tell (toe-off is contact and contact time, duty factor contact by stride time), what
# is one for a whole session, what only the store needs: a tenth of what strides cost a database.
_TOLD_ELSEWHERE = {
    "strides": {"placement", "contact_index", "toe_off_s", "duty_factor", "revision"},
}
_NO_FIELDS = {"id", "time_s", "time_utc_ns", "started_utc_ns", "summary", "entry", "reasons"}
_WITH_ID = {"cues", "alerts", "drift"}  # whoever acts on one dedupes by it
TAGS = {name: _OTHER_TAGS.get(name, (*_ALWAYS, *_TELLING.get(name, ()))) for name in MEASUREMENTS}
LEFT_OUT = {
    name: {*tags, *_NO_FIELDS, *_TOLD_ELSEWHERE.get(name, ())}
    - ({"id"} if name in _WITH_ID else set())
    for name, tags in TAGS.items()
}


def line(
    name: str,
    row: Mapping[str, Any],
    *,
    team: str,
    more: Iterable[tuple[str, Any]] = (),
    private: frozenset[Topic] = ALL_SHARED,
) -> str:
    r"""Return one stored row as a line.

    Parameters
    ----------
    name : str
        The table.
    row : mapping
        The row's columns by name; None is left out.
    more : iterable of (str, value)
        Fields that are not columns.
    private : frozenset of Topic
        What the runner does not share; a line about nothing else is empty.

    Examples
    --------
    >>> row = {"runner": "anna", "session": "s", "time_utc_ns": 7, "kind": "fading", "shown": 1}
    >>> line("cues", row, team="the club")
    'cue,team=the\\ club,runner=anna,session=s,kind=fading shown=1i 7'

    """
    left_out = LEFT_OUT[name]
    tags = [(tag, row[tag]) for tag in TAGS[name]]
    fields = [(key, one) for key, one in row.items() if key not in left_out]
    fields += more
    if name == "sessions":
        told = _numbers(json.loads(row["summary"] or "{}"))
        fields += [(key, value) for key, value in told if key not in row]  # one name, one type
        fields.append(("finished", int(row["summary"] is not None)))
        when = row["started_utc_ns"]
    else:
        when = row["time_utc_ns"]
    if name in DATED:
        fields.append(("utc_ms", when / 1e6))
    if private and is_hidden(name, row, private):
        return ""
    measurement = MEASUREMENTS[name]
    return point(measurement, tags, fields, when_utc_ns=when, team=team, private=private)


def point(
    measurement: str,
    tags: Iterable[tuple[str, str | None]],
    fields: Iterable[tuple[str, Any]],
    *,
    when_utc_ns: int,
    team: str,
    private: frozenset[Topic] = ALL_SHARED,
) -> str:
    """Return a line; what is None, no number or private is left out."""
    said = ",".join(
        [
            f"{key}={shown}"
            for key, value in fields
            if value is not None
            and not (private and topic_of(key) in private)
            and (shown := _FIELDS[type(value)](value))
        ]
    )
    if not said:
        return ""
    return f"{head(measurement, tags, team=team)} {said} {when_utc_ns}"


def head(measurement: str, tags: Iterable[tuple[str, str | None]], *, team: str) -> str:
    """Return what of a line stands before its fields."""
    named = "".join(f",{tag}={_tag(value)}" for tag, value in tags if value is not None)
    return f"{measurement},team={_tag(team)}{named}"


def text(value: str) -> str:
    """Return a text as a field's value."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def rounded(value: float) -> float:
    """Return a finite number with the decimals a line has.

    Examples
    --------
    >>> rounded(2.0 / 3.0), rounded(-1e-9), rounded(1782777600000.123)
    (0.666667, 0.0, 1782777600000.123)

    """
    return round(value * STEPS) / STEPS if -COARSE < value < COARSE else value


def _float(value: float) -> str:
    return repr(rounded(value)) if isfinite(value) else ""


# What SQLite holds, as a field; nothing for what line protocol has no number for.
_FIELDS: dict[type, Callable[[Any], str]] = {float: _float, int: "{}i".format, str: text}


def _tag(value: str) -> str:
    """Return a tag's value escaped; a line break would end the line."""
    if value.isalnum():
        return value
    one = value.replace("\n", " ").rstrip("\\")
    return one.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def _numbers(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """Give a summary's numbers by their path, all as floats: one field keeps one type."""
    for key, value in tree.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{name}_")
        elif isinstance(value, int | float) and isfinite(value):
            yield _tag(name), float(value)
