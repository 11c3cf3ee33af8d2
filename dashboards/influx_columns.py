"""Many rows of one table as lines, a column at a time: what a flood of strides is told by.

The same lines as `influx_lines.line` gives row by row, in a tenth of the time: numbers become
text by the hundred in compiled code, and whatever repeats (tags, words) is made once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np

from dashboards.influx_lines import (
    COARSE,
    DATED,
    LEFT_OUT,
    MEASUREMENTS,
    STEPS,
    TAGS,
    head,
    text,
)

Columns: TypeAlias = Mapping[str, Sequence[Any]]

_NEXT = "\n"  # stands between two numbers: none contains it


def lines(name: str, columns: Columns, *, team: str) -> Iterator[str]:
    """Give a table's rows as lines.

    Parameters
    ----------
    name : str
        The table: one whose rows' fields are its columns.
    columns : mapping of str to sequence
        Its columns by name, all of one length; None is left out.

    Examples
    --------
    >>> found = {"runner": ["a", "b"], "session": ["s", "s"], "time_utc_ns": [7, 8],
    ...          "kind": ["fading", "fading"], "shown": [1, 0], "before": [None, 2.5]}
    >>> list(lines("cues", found, team="t"))  # doctest: +NORMALIZE_WHITESPACE
    ['cue,team=t,runner=a,session=s,kind=fading shown=1i 7',
     'cue,team=t,runner=b,session=s,kind=fading shown=0i,before=2.5 8']

    """
    times = columns["time_utc_ns"]
    keys = list(zip(*(columns[tag] for tag in TAGS[name]), strict=True))
    heads = {
        key: head(MEASUREMENTS[name], zip(TAGS[name], key, strict=True), team=team)
        for key in set(keys)
    }
    told = {key: column for key, column in columns.items() if key not in LEFT_OUT[name]}
    if name in DATED:
        told["utc_ms"] = [when / 1e6 for when in times]
    said = [found for key, column in told.items() if (found := _fields(key, column))]
    for key, fields, when in zip(keys, map("".join, zip(*said, strict=True)), times, strict=True):
        if fields:
            yield f"{heads[key]} {fields[1:]} {when}"


def _fields(name: str, column: Sequence[Any]) -> Sequence[str]:
    """Return a column as `,name=value`, nothing where there is no value; empty if there is none.

    A column of a STRICT table holds one type and None.
    """
    kind = next((type(value) for value in column if value is not None), None)
    if kind is None:
        return ()
    if kind is str:
        words = {value: f",{name}={text(value)}" for value in set(column) if value is not None}
        words[None] = ""
        return [words[value] for value in column]
    unit = "i" if kind is int else ""
    # JSON has no number for what is none or infinite: it says null, as for None.
    numbers = msgspec.json.encode(column if kind is int else _rounded(column)).decode()[1:-1]
    fields = f",{name}=" + numbers.replace(",", f"{unit}{_NEXT},{name}=") + unit
    return fields.replace(f",{name}=null{unit}", "").split(_NEXT)


def _rounded(column: Sequence[float | None]) -> list[float]:
    """Return `influx_lines.rounded` of each, None as what is no number."""
    values = np.array(column, dtype=np.float64)
    fine = np.abs(values) < COARSE
    values[fine] = np.rint(values[fine] * STEPS) / STEPS + 0.0  # minus nothing is nothing
    return list[float](values.tolist())
