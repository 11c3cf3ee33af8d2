"""What differs between two runs' files: which strides moved, which figures changed, by how much."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeAlias

import msgspec

from analytics.errors import InputError
from stridecue.files import NAMES

Row: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[Row | None, Row | None]

SAME: Final = 1e-6  # relative: other processors round the last digits differently
_TIME: Final = {"strides": "contact_s"}  # elsewhere t_s
_GROUP: Final = ("side", "type", "kind", "metric", "level")  # rows are compared within these
# A row is the same one told at another time if it is no further away than this: half of the
# quickest stride, a window's hop, and what a cue may wait for.
_WITHIN_S: Final = {"strides": 0.2, "windows": 0.5, "drift": 60.0, "cues": 60.0, "distance": 0.5}
_WITHIN_ELSE_S: Final = 5.0
_FIGURES_A_ROW: Final = 3
_MOVES: Final = frozenset({"contact_s", "toe_off_s", "t_s", "start_s", "end_s"})
_NOT_COMPARED: Final = frozenset({"id"})  # it names the contact's sample: it moves with the stride


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row that is in both runs, and its fields that differ: (expected, found)."""

    row: Row
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def moved(self) -> bool:
        """Whether it is told of another time."""
        return not _MOVES.isdisjoint(self.fields)


@dataclass(slots=True, kw_only=True)
class Difference:
    """What differs in one file."""

    name: str
    expected: int = 0
    missing: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.missing or self.new or self.changed)


def differences(expected: Path, found: Path, *, tolerance: float = SAME) -> list[Difference]:
    """Compare two folders of session files; one entry a file, equal or not.

    Parameters
    ----------
    tolerance : float
        Share of a number's size by which it may differ; times are compared likewise.

    """
    return [_difference(name, expected, found, tolerance) for name in NAMES]


def lines_of(difference: Difference, *, at_most: int) -> list[str]:
    """Return a difference for people: the counts, the figures, then row by row."""
    name = difference.name
    changed = sorted(difference.changed, key=lambda change: _time(name, change.row))
    moved = [change for change in changed if change.moved]
    head = (
        f"{name}: {difference.expected} expected, {len(difference.missing)} missing, "
        f"{len(difference.new)} new, {len(moved)} moved, {len(changed) - len(moved)} otherwise "
        "changed"
    )
    rows = [
        *(f"  missing  {_called(name, row)}" for row in difference.missing),
        *(f"  new      {_called(name, row)}" for row in difference.new),
        *(f"  moved    {_called(name, c.row)}: {_told(c)}" for c in moved),
        *(f"  changed  {_called(name, c.row)}: {_told(c)}" for c in changed if not c.moved),
    ]
    more = [] if len(rows) <= at_most else [f"  ... and {len(rows) - at_most} more (--all)"]
    return [head, *_figures(changed), *rows[:at_most], *more]


def _difference(name: str, expected: Path, found: Path, tolerance: float) -> Difference:
    rows, others = _rows(expected / f"{name}.jsonl"), _rows(found / f"{name}.jsonl")
    result = Difference(name=name, expected=len(rows))
    for row, other in _pairs(name, rows, others):
        if other is None and row is not None:
            result.missing.append(row)
        elif row is None and other is not None:
            result.new.append(other)
        elif row is not None and other is not None and (fields := _fields(row, other, tolerance)):
            result.changed.append(Change(row=row, fields=fields))
    return result


def _rows(path: Path) -> list[Row]:
    try:
        return [_flat(msgspec.json.decode(line)) for line in path.read_bytes().splitlines()]
    except (OSError, msgspec.DecodeError) as error:
        mend = "name a folder that 'stridecue freeze' made"
        raise InputError(f"cannot be compared ({error})", where=str(path), mend=mend) from error


def _flat(row: Row, before: str = "") -> Row:
    """Return a row without rows inside: `why.from`, `reasons.speed_mps`."""
    flat: Row = {}
    for key, value in row.items():
        flat |= (
            _flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
        )
    return flat


def _pairs(name: str, rows: list[Row], others: list[Row]) -> Iterator[Pair]:
    groups: dict[tuple[Any, ...], tuple[list[Row], list[Row]]] = {}
    for which, side in enumerate((rows, others)):
        for row in side:
            key = tuple(row.get(name) for name in _GROUP)
            groups.setdefault(key, ([], []))[which].append(row)
    within_s = _WITHIN_S.get(name, _WITHIN_ELSE_S)
    for ours, theirs in groups.values():
        yield from _matched(name, ours, theirs, within_s)


def _matched(name: str, rows: list[Row], others: list[Row], within_s: float) -> Iterator[Pair]:
    """Walk through both in the order of time; what is alone has nobody near."""
    rows, others = (sorted(side, key=lambda row: _time(name, row)) for side in (rows, others))
    i = j = 0
    while i < len(rows) or j < len(others):
        ours = _time(name, rows[i]) if i < len(rows) else float("inf")
        theirs = _time(name, others[j]) if j < len(others) else float("inf")
        if i < len(rows) and j < len(others) and abs(ours - theirs) <= within_s:
            yield rows[i], others[j]
            i, j = i + 1, j + 1
        elif ours < theirs:
            yield rows[i], None
            i += 1
        else:
            yield None, others[j]
            j += 1


def _fields(row: Row, other: Row, tolerance: float) -> dict[str, tuple[Any, Any]]:
    return {
        key: (row.get(key), other.get(key))
        for key in {**row, **other}
        if key not in _NOT_COMPARED and not _same(row.get(key), other.get(key), tolerance)
    }


def _same(a: Any, b: Any, tolerance: float) -> bool:  # noqa: ANN401 - JSON values of any kind
    if _is_number(a) and _is_number(b):
        return math.isclose(a, b, rel_tol=tolerance)
    return bool(a == b)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - JSON values of any kind
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figures(changed: list[Change]) -> list[str]:
    """Return a line a field that changed: how often, and by how much at most."""
    by_field: dict[str, list[tuple[Any, Any]]] = {}
    for change in changed:
        for key, pair in change.fields.items():
            by_field.setdefault(key, []).append(pair)
    return [f"  {key}: {len(pairs)} changed{_by(key, pairs)}" for key, pairs in by_field.items()]


def _by(key: str, pairs: list[tuple[Any, Any]]) -> str:
    steps = [_step(key, a, b) for a, b in pairs if _is_number(a) and _is_number(b)]
    if not steps:
        return ""
    unit = "ms" if key in _MOVES else "%"
    return f", median {median(steps):+.3g} {unit}, most {max(steps, key=abs):+.3g} {unit}"


def _step(key: str, a: float, b: float) -> float:
    if key in _MOVES:
        return 1000.0 * (b - a)
    return 100.0 * (b - a) / abs(a) if a else float("inf")


def _told(change: Change) -> str:
    """Return what changed of a row: every time, and the figures that changed most."""
    moves = {key: pair for key, pair in change.fields.items() if key in _MOVES}
    rest = {key: pair for key, pair in change.fields.items() if key not in moves}
    most = sorted(rest, key=lambda key: _size(key, *rest[key]), reverse=True)[:_FIGURES_A_ROW]
    told = [_one(key, a, b) for key, (a, b) in {**moves, **{k: rest[k] for k in most}}.items()]
    more = len(rest) - len(most)
    return "; ".join([*told, *([f"{more} more figures"] if more else [])])


def _size(key: str, a: Any, b: Any) -> float:  # noqa: ANN401 - JSON values of any kind
    return abs(_step(key, a, b)) if _is_number(a) and _is_number(b) else math.inf


def _one(key: str, a: Any, b: Any) -> str:  # noqa: ANN401 - JSON values of any kind
    if _is_number(a) and _is_number(b):
        step = _step(key, a, b)
        if key in _MOVES:
            return f"{key.removesuffix('_s')} {step:+.1f} ms"
        return f"{key} {a:.5g} -> {b:.5g} ({step:+.2g} %)"
    return f"{key} {a} -> {b}"


def _called(name: str, row: Row) -> str:
    words = [str(row[key]) for key in _GROUP if row.get(key) not in {None, ""}]
    return " ".join([*words, f"{_time(name, row):.3f} s"])


def _time(name: str, row: Row) -> float:
    return float(row.get(_TIME.get(name, "t_s")) or 0.0)
