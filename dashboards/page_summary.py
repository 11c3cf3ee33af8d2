"""The page after a run: what it came to, what the runner was told and why, one thing to work on.

Pure: a fold of the records that the live page is made of, so that it is there the moment the run
ends, also where nothing is stored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from analytics.codec import Record, to_dict
from analytics.load.records import LoadFacts
from analytics.records import Activity, Cue, Distance, FormMetrics, Side
from dashboards.words import why_text

MOST_CARDS = 32  # more cues than four hours of running allow
# What to work on, the most telling first; what was told most often goes before.
WORK = ("fading", "asymmetry", "overstride", "impact", "cadence")


@dataclass(slots=True)
class _Mean:
    """A mean that forgets the values."""

    total: float = 0.0
    n: int = 0

    def add(self, value: float | None) -> None:
        if value is not None:
            self.total += value
            self.n += 1

    @property
    def value(self) -> float | None:
        return self.total / self.n if self.n else None


@dataclass(slots=True)
class RunStory:
    """One runner's run so far; `take` every live record of its session."""

    session: str
    running_s: float = 0.0
    distance: Distance | None = None
    facts: LoadFacts | None = None
    cadence: _Mean = field(default_factory=_Mean)
    speed: _Mean = field(default_factory=_Mean)
    impact: dict[Side, _Mean] = field(default_factory=lambda: {side: _Mean() for side in Side})
    cues: dict[str, Cue] = field(default_factory=dict)  # those shown, by id
    held_back: Counter[str] = field(default_factory=Counter)

    def take(self, record: Record) -> None:
        """Take one record in."""
        match record:
            case FormMetrics(activity=Activity.RUNNING):
                self._window(record)
            case Cue():
                self._cue(record)
            case LoadFacts():
                self.facts = record
            case Distance():
                self.distance = record
                self.running_s = record.running_s
            case _:
                pass

    def as_dict(self) -> dict[str, Any]:
        """Return the page's figures as plain JSON values; None where there is no telling."""
        distance = self.distance
        source = None if distance is None else distance.source
        shown = sorted(self.cues.values(), key=lambda cue: cue.time_s)
        return {
            "session": self.session,
            "running_s": self.running_s,
            "distance_m": None if distance is None else distance.distance_m,
            "distance_source": "unknown" if source is None else str(source),
            "facts": None if self.facts is None else to_dict(self.facts),
            "cadence_spm": self.cadence.value,
            "speed_mps": self.speed.value,
            "impact_g": {str(side): mean.value for side, mean in self.impact.items()},
            "work_on": self._work_on(shown),
            "cues": [_card(cue) for cue in shown],
            "held_back": dict(sorted(self.held_back.items())),
        }

    def _window(self, window: FormMetrics) -> None:
        self.cadence.add(window.cadence_spm)
        self.speed.add(window.speed_mps)
        self.impact[Side.LEFT].add(window.peak_accel_g.left)
        self.impact[Side.RIGHT].add(window.peak_accel_g.right)

    def _cue(self, cue: Cue) -> None:
        if cue.shown:
            self.cues[cue.id] = cue
            while len(self.cues) > MOST_CARDS:
                del self.cues[next(iter(self.cues))]
        else:
            self.held_back[cue.suppressed_reason or "not said"] += 1

    @staticmethod
    def _work_on(shown: list[Cue]) -> str | None:
        """Return the kind of cue that was told most; the more telling one of a tie."""
        told = Counter(cue.kind for cue in shown if cue.kind in WORK)
        return max(WORK, key=lambda kind: told[kind]) if told else None


def _card(cue: Cue) -> dict[str, Any]:
    return {
        "id": cue.id,
        "time_s": cue.time_s,
        "kind": cue.kind,
        "text": cue.text,
        "why": why_text(cue.why),
        "confidence": cue.why.confidence,
        "outcome": None if cue.outcome is None else str(cue.outcome.verdict),
    }
