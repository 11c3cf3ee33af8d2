"""Rows of the table: a figure of ours, its target, and the best peer's figure beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bench.truth.measure import OURS

Score = TypeVar("Score")

NOT_GIVEN = "ours gives none here"
HALF = 0.5  # a method that gives a figure for fewer of its strides is not compared in it
UNITS = {"ms": "ms", "pct": "%", "deg": "deg", "spm": "spm"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    `aim` says what is better: "least", "most", or "near" zero; `target` is then the most, the
    least, or the largest distance that meets it. `note` says why a peer is ahead, where one is.
    `group` names the truth it belongs to.
    """

    name: str
    value: float | None
    unit: str
    aim: str
    target: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    note: str = ""
    group: str = ""

    def met(self) -> bool | None:
        """Tell whether the target is met; None without one."""
        if self.target is None:
            return None
        if self.value is None:
            return False
        return _distance(self.value, self.aim) <= _distance(self.target, self.aim)

    def empty(self) -> bool:
        """Tell whether nobody gives this figure and nobody asks for it."""
        return self.value is None and self.target is None and self.peer_value is None

    def ahead(self) -> bool | None:
        """Tell whether ours is at least as good as the best peer; None without a peer."""
        if self.peer_value is None:
            return None
        if self.value is None:
            return False
        return _distance(self.value, self.aim) <= _distance(self.peer_value, self.aim)

    def as_json(self) -> dict[str, object]:
        """Return the row as the other benchmarks give theirs, and its note."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "target": self.target,
            "met": self.met(),
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ahead": self.ahead(),
            "note": self.note,
        }

    def as_text(self) -> str:
        """Return the row as a line."""
        mark = {True: "met", False: "NOT MET", None: ""}[self.met()]
        sign = {"least": "<=", "most": ">=", "near": "+-"}[self.aim]
        aim = "" if self.target is None else f"{sign} {self.target:g}"
        value = "none" if self.value is None else f"{self.value:.2f}"
        peer = "" if self.peer_value is None else f"{self.peer} {self.peer_value:.2f}"
        lead = "" if self.ahead() is not False else "  behind: " + self.note
        return f"{self.name:44}{value:>9} {self.unit:5}{aim:9}{mark:9}{peer}{lead}"


def report(rows: Sequence[Row], *, as_json: bool) -> int:
    """Print a table; return the exit code: 1 where a target is not met."""
    if as_json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    else:
        for row in rows:
            print(row.as_text())
    return 1 if any(row.met() is False for row in rows) else 0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _distance(value: float, aim: str) -> float:
    """Return how bad a value is."""
    return {"least": value, "most": -value, "near": abs(value)}[aim]


@dataclass(frozen=True, kw_only=True)
class Figure(Generic[Score]):
    """How a row's figure is read off a score, and what it is measured by.

    `why` explains a peer's lead from its score and ours.
    """

    name: str
    unit: str
    aim: str
    read: Callable[[Score], float | None]
    target: float | None = None
    why: Callable[[Score, Score], str] = lambda _mine, _his: ""


def rows(figures: list[Figure[Score]], scores: Mapping[str, Score], *, group: str) -> list[Row]:
    """Return one row a figure, named after its group, with the best of the peers that have it."""
    out = []
    for figure in figures:
        mine = figure.read(scores[OURS])
        row: dict[str, Any] = {
            "name": f"{group}_{figure.name}",
            "group": group,
            "value": mine,
            "unit": figure.unit,
            "aim": figure.aim,
            "target": figure.target,
        }
        told = {
            name: value
            for name, score in scores.items()
            if name != OURS and (value := figure.read(score)) is not None
        }
        if told:
            best = min(told, key=lambda name: _distance(told[name], figure.aim))
            row |= {"peer": best, "peer_value": told[best]}
            if Row(**row).ahead() is False:
                given = mine is not None
                row["note"] = figure.why(scores[OURS], scores[best]) if given else NOT_GIVEN
        out.append(Row(**row))
    return out


def percent(part: float | None) -> float | None:
    """Return a share in per cent."""
    return None if part is None else 100.0 * part
