"""What runners and coaches are told in simulated runs, through everything after the strides.

Here the runs are made of single strides (tests/analytics/runners.py), second by second. Half of
them have a stored baseline, half only their own fresh minutes; those, which the product keeps
silent about, are let speak here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.cue_settings import CueSettings
from analytics.form_stage import FormStage
from analytics.records import Alert, Cue
from analytics.settings import AnalyticsSettings, demo_settings
from bench.drifting.ours import NEVER_MIN
from bench.truth.rows import Row
from tests.analytics.runners import RUNNER, SESSION, Course, Runner, stored_baseline

SPEAKING = AnalyticsSettings(cues=CueSettings(cue_on_first_run=True))
DEMO = Course(start_s=10, full_s=40, cadence=-0.05, contact=0.08, peak=0.30)


def steady(seed: int) -> Runner:
    """Return a runner on some day, steady for an hour."""
    rng = np.random.default_rng([seed, 1])
    sd = {"peak": 0.06, "contact": 0.02, "cadence": 0.015}
    return Runner(
        seed=seed,
        minutes=60,
        day={name: float(rng.normal(0.0, s)) for name, s in sd.items()},
    )


def tired(seed: int, *, peak: tuple[float, float] = (0.08, 0.15)) -> Runner:
    """Return a typically tired runner: worse from minute 10 to 20 of 25."""
    rng = np.random.default_rng([seed, 2])
    course = Course(
        start_s=600,
        full_s=1200,
        cadence=-float(rng.uniform(0.02, 0.03)),
        contact=float(rng.uniform(0.04, 0.06)),
        peak=float(rng.uniform(*peak)),
        cv=0.3,
    )
    return replace(steady(seed), minutes=25, course=course)


def told(
    runner: Runner, *, stored: bool, settings: AnalyticsSettings = SPEAKING
) -> tuple[list[Cue], list[Alert]]:
    """Return the shown cues and the alerts of a run through everything after the strides."""
    stage = FormStage(
        runner=RUNNER,
        session=SESSION,
        sides=runner.sides,
        settings=settings,
        baseline=stored_baseline() if stored else None,
    )
    found = [record for item in runner.items() for record in stage.push(item)]
    cues = [r for r in found if isinstance(r, Cue) and r.shown]
    return cues, [r for r in found if isinstance(r, Alert)]


def share_row(
    name: str,
    holds: Callable[[int], bool],
    *,
    runs: int,
    seed: int,
    target: float | None = 99.5,
) -> Row:
    """Return in how many runs something holds."""
    value = 100.0 * sum(holds(seed + i) for i in range(runs)) / runs
    return Row(name=name, value=value, unit="%", aim="most", target=target)


def heard_rows(runs: int, seed: int) -> list[Row]:
    """Return what tired runners are told."""

    def fading(peak: tuple[float, float]) -> Callable[[int], bool]:
        def is_told(i: int) -> bool:
            cues, _ = told(tired(i, peak=peak), stored=i % 2 == 0)
            return any(cue.kind == "fading" for cue in cues)

        return is_told

    first_s: list[float] = []

    def demo(i: int) -> bool:
        runner = Runner(seed=i, minutes=85 / 60, course=DEMO)
        cues, alerts = told(runner, stored=True, settings=demo_settings())
        first_s.append(cues[0].time_s if cues else 60 * NEVER_MIN)
        return bool(cues) and bool(alerts)

    def demo_fading(i: int) -> bool:
        runner = Runner(seed=i, minutes=85 / 60, course=DEMO)
        cues, _ = told(runner, stored=True, settings=demo_settings())
        return any(cue.kind == "fading" for cue in cues)

    return [
        share_row("typical_tired_told_fading_pct", fading((0.08, 0.15)), runs=runs, seed=seed),
        share_row("tired_without_peak_told_fading_pct", fading((0.0, 0.0)), runs=runs, seed=seed),
        share_row(
            "tired_with_softer_peak_told_fading_pct", fading((-0.10, -0.05)), runs=runs, seed=seed
        ),
        share_row("demo_cue_and_alert_by_85s_pct", demo, runs=runs, seed=seed),
        share_row("demo_fading_by_85s_pct", demo_fading, runs=runs, seed=seed, target=None),
        Row(name="demo_first_cue_median_s", value=float(np.median(first_s)), unit="s", aim="least"),
        Row(name="demo_first_cue_worst_s", value=max(first_s), unit="s", aim="least"),
    ]
