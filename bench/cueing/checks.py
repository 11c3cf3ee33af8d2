"""What may never happen to a runner, looked for in what a run's cue engine gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analytics import form, signs
from analytics.records import Cue, FormMetrics
from analytics.window import values_of
from bench.cueing.runs import WARM_UP_S, Scene, Staged

BUDGET, BUDGET_S, ANY_CUE_S, SAME_CUE_S = 8, 1800.0, 60.0, 120.0
_MOST_ROUNDING = 1e-9


@dataclass(kw_only=True)
class Told:
    """What came of one run."""

    staged: Staged
    shown: list[Cue]
    held: list[Cue]
    outcomes: list[Cue]
    faults: Counter[str] = field(default_factory=Counter)

    def first_after(self, time_s: float) -> float | None:
        """Return when the first cue about form came after a time."""
        asked = [c.time_s for c in self.shown if c.kind in signs.KINDS]
        return next((t for t in asked if t > time_s), None)


def judged(staged: Staged, records: Iterable[object]) -> Told:
    """Return a run's cues and what is wrong with them."""
    every = list(records)
    cues = [r for r in every if isinstance(r, Cue)]
    first = [c for c in cues if c.revision == 1]
    told = Told(
        staged=staged,
        shown=[c for c in first if c.shown],
        held=[c for c in first if not c.shown],
        outcomes=[c for c in cues if c.revision > 1],
    )
    windows = {r.end_s: values_of(r) for r in every if isinstance(r, FormMetrics)}
    told.faults["in_warm_up"] = sum(c.time_s < WARM_UP_S for c in told.shown)
    for scene in staged.scenes():
        told.faults[f"in_{scene.kind}"] = sum(_is_in(c, scene) for c in told.shown)
    told.faults["over_budget"] = _over_budget([c.time_s for c in told.shown])
    told.faults["too_close"] = _too_close(told.shown)
    told.faults["why_disagrees"] = sum(
        not _agrees(c, windows[c.time_s]) for c in first if c.why.metric != "form"
    )
    return told


def _is_in(cue: Cue, scene: Scene) -> bool:
    return scene.start_s < cue.time_s <= scene.end_s


def _over_budget(times_s: Sequence[float]) -> int:
    return sum(sum(t <= other < t + BUDGET_S for other in times_s) > BUDGET for t in times_s)


def _too_close(shown: Sequence[Cue]) -> int:
    pairs = [(a, b) for i, a in enumerate(shown) for b in shown[i + 1 :]]
    return sum(
        b.time_s - a.time_s < (SAME_CUE_S if a.kind == b.kind else ANY_CUE_S) for a, b in pairs
    )


def _agrees(cue: Cue, window: dict[str, float]) -> bool:
    """Tell whether a cue's numbers are its window's."""
    why = cue.why
    change_pct = form.change_pct(why.metric, why.to_value, why.from_value)
    return (
        window.get(why.metric) == why.to_value
        and abs(change_pct - why.change_pct) <= _MOST_ROUNDING
    )
