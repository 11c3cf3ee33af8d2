"""How sure drift says it is of a change, held against how often that is so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analytics.charts import ChartSettings
from analytics.drift import DriftStage, FormState, confidence
from analytics.records import FloatArray
from bench.drifting import ours
from bench.drifting.series import Run, blocks
from bench.truth.rows import Row
from tests.analytics.runners import RUNNER

SAID = (0.5, 0.8, 0.9, 0.95, 0.98)
_METRICS = {"peak_accel": "peak", "contact_time": "contact", "cadence": "cadence"}


def sure_rows(runs: int, seed: int) -> list[Row]:
    """Return how much of steady form lies below what is said, and how much of it is true.

    `said_90_noise_below_pct`: steady blocks that say less than 0.90. `said_90_true_pct`: of the
    blocks that say 0.90 up to the next, changed ones, where every other block is a changed one:
    by half of what is worth telling and more.
    """
    steady = [ours.steady(seed + i) for i in range(runs)]
    alone = _said(steady)
    together = _said([replace(run, own_leg=0.0) for run in steady])
    changed = _said([ours.TIRED[0].make(seed + i) for i in range(runs)], changed=True)
    rows = []
    for name, said in (("", alone), ("_legs_together", together)):
        rows += [
            _row(f"said_{100 * limit:.0f}_noise_below{name}_pct", _share(said, 0.0, limit))
            for limit in SAID
        ]
    for low, high in zip(SAID, (*SAID[1:], 1.0), strict=True):
        true, false = _share(changed, low, high), _share(alone, low, high)
        every = true + false
        rows.append(_row(f"said_{100 * low:.0f}_true_pct", true / every if every else None))
    return rows


def _said(runs: Iterable[Run], *, changed: bool = False) -> FloatArray:
    """Return what every block says of every metric; of changed ones alone if asked."""
    return np.array([said for run in runs for said in _said_in(run, changed=changed)])


def _said_in(run: Run, *, changed: bool) -> Iterable[float]:
    stage = DriftStage(runner=RUNNER, session="0", baseline=ours.baseline_of(run))
    for block in blocks(run):
        for found in stage.judge(block):
            if isinstance(found, FormState):
                for metric in _changed(run, found.time_s) if changed else _METRICS:
                    if metric in found.smoothed:
                        yield confidence(found.smoothed[metric])


def _changed(run: Run, time_s: float) -> Sequence[str]:
    """Return the metrics that have changed by then."""
    worth_pct: Mapping[str, float] = ChartSettings().effect_pct
    done = float(run.change.share(np.array(time_s)))
    return [
        metric
        for metric, name in _METRICS.items()
        if 100.0 * done * abs(getattr(run.change, name)) >= 0.5 * worth_pct[metric]
    ]


def _share(said: FloatArray, low: float, high: float) -> float:
    """Return how much of what was said is at least the one and less than the other."""
    return float(np.mean((said >= low) & (said < high)))


def _row(name: str, share: float | None) -> Row:
    value = None if share is None else 100.0 * share
    return Row(name=name, value=value, unit="%", aim="most")
