"""What may never happen to a runner, looked for in what a run's cue engine gave."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analytics import form, signs
from analytics.records import Cue, FormMetrics, Side
from bench.cueing.runs import WARM_UP_S, Scene, Staged
from stridecue.rows import Row, as_row, encode

BUDGET, BUDGET_S, ANY_CUE_S, SAME_CUE_S = 8, 1800.0, 60.0, 120.0
_MOST_ROUNDING = 1e-9  # of a value; the files have all digits
# Where windows.jsonl has what a cue's why names.
_COLUMN = {
    "peak_accel": "peak_accel_g",
    "contact_time": "contact_time_s",
    "cadence": "cadence_spm",
    "asymmetry": "asymmetry_pct",
    "stride_time_cv": "stride_time_cv_pct",
}


@dataclass(kw_only=True)
class Told:
    """What came of one run."""

    staged: Staged
    shown: list[Cue]
    held: list[Cue]
    outcomes: list[Cue]
    whys: int = 0  # held against their windows
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
    whys = [line for line in map(_line, first) if line["why"]["metric"] != "form"]
    asked = {cue.time_s for cue in first}
    held = (r for r in every if isinstance(r, FormMetrics) and r.end_s in asked)
    windows = {line["t_s"]: line for line in map(_line, held)}
    told.whys = len(whys)
    told.faults["in_warm_up"] = sum(c.time_s < WARM_UP_S for c in told.shown)
    for scene in staged.scenes():
        told.faults[f"in_{scene.kind}"] = sum(_is_in(c, scene) for c in told.shown)
    told.faults["over_budget"] = _over_budget([c.time_s for c in told.shown])
    told.faults["too_close"] = _too_close(told.shown)
    told.faults["why_disagrees"] = sum(not _agrees(line, windows) for line in whys)
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


def _line(record: Cue | FormMetrics) -> Row:
    """Return a record as its file gives it back."""
    line: Row = json.loads(encode(as_row(record)[1]))
    return line


def _agrees(cue: Row, windows: Mapping[float, Row]) -> bool:
    """Tell whether a line of cues.jsonl has the numbers of its line of windows.jsonl."""
    why = cue["why"]
    told = _value(windows[cue["t_s"]], why["metric"])
    if told is None:
        return False
    change_pct = form.change_pct(why["metric"], told, why["from"])
    return _is_near(told, why["to"]) and _is_near(change_pct, why["change_pct"])


def _value(window: Row, metric: str) -> float | None:
    """Return a metric of a window; both legs' is their geometric mean."""
    name, _, side = metric.rpartition("_")
    if side in set(Side):
        one: float | None = window[_COLUMN[name]][side]
        return one
    value = window[_COLUMN[metric]]
    if not isinstance(value, dict):
        return None if value is None else float(value)
    left, right = value["left"], value["right"]
    return None if left is None or right is None else math.sqrt(left * right)


def _is_near(a: float, b: float) -> bool:
    return abs(a - b) <= _MOST_ROUNDING * max(1.0, abs(a))
