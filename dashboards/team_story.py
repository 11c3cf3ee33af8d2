"""What a coach sees of a run at a glance: its form in five-minute cells, its cues, its signal.

Pure: session time comes with the records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from analytics.codec import Record
from analytics.records import Activity, Cue, Drift, DriftLevel, FormMetrics, SessionEvent

CELL_S = 300.0
MOST_CELLS = 288  # a day: nobody runs longer, and a row stays small


class Cell(IntEnum):
    """The most telling thing in five minutes; a later one of these hides an earlier."""

    NO_DATA = 0
    IDLE = 1
    LEARNING = 2
    OWN = 3
    NOTICE = 4
    ALARM = 5


LETTERS = dict(zip(Cell, ".ilona", strict=True))


@dataclass(slots=True, kw_only=True)
class TeamStory:
    """One runner's run so far; `take` every live record of its session."""

    session: str
    running_s: float = 0.0
    cues: int = 0
    quality: float | None = None
    _cells: list[Cell] = field(default_factory=list)
    _levels: dict[str, DriftLevel] = field(default_factory=dict)
    _learning: bool = False
    _windows: int = 0
    _coverage: float = 0.0
    _until_s: float = 0.0

    def take(self, record: Record) -> None:
        """Take one record in."""
        match record:
            case FormMetrics():
                self._window(record)
            case Drift():
                self._drift(record)
            case Cue(shown=True):
                self.cues += 1
            case SessionEvent(kind="learning" | "learned"):
                self._learning = record.kind == "learning"
            case _:
                pass

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; None where there is no telling yet."""
        hours = self.running_s / 3600.0
        return {
            "strip": "".join(LETTERS[cell] for cell in self._cells),
            "cue_count": self.cues,
            "cue_per_h": round(self.cues / hours, 1) if hours else None,
            "quality_pct": None if self.quality is None else round(100.0 * self.quality),
            "complete_pct": round(100.0 * self._coverage / self._windows)
            if self._windows
            else None,
        }

    def _window(self, window: FormMetrics) -> None:
        step_s = max(0.0, window.end_s - max(self._until_s, window.end_s - window.length_s))
        self._until_s = max(self._until_s, window.end_s)
        self._windows += 1
        self._coverage += window.coverage
        self.quality = window.quality
        if window.activity is Activity.RUNNING:
            self.running_s += step_s
        self._mark(window.end_s, self._cell_of(window.activity))

    def _cell_of(self, activity: Activity) -> Cell:
        if activity is Activity.GAP:
            return Cell.NO_DATA
        if activity is not Activity.RUNNING:
            return Cell.IDLE
        return Cell.LEARNING if self._learning else self._form()

    def _form(self) -> Cell:
        levels = set(self._levels.values())
        if DriftLevel.ALARM in levels:
            return Cell.ALARM
        return Cell.NOTICE if DriftLevel.NOTICE in levels else Cell.OWN

    def _drift(self, drift: Drift) -> None:
        if drift.level is DriftLevel.CLEAR:
            self._levels.pop(drift.why.metric, None)
        else:
            self._levels[drift.why.metric] = drift.level
            self._mark(drift.time_s, self._form())

    def _mark(self, time_s: float, cell: Cell) -> None:
        # The window that ends with a cell belongs to it.
        which = max(0, int((time_s - 1e-6) // CELL_S))
        if which >= MOST_CELLS:
            return
        self._cells += [Cell.NO_DATA] * (which + 1 - len(self._cells))
        self._cells[which] = max(self._cells[which], cell)
