"""How well drift and cues do on simulated strides: false alarms, delays, and what is heard.

`python -m bench.drift [--hours H] [--runs N] [--seed S] [--json]`, from the repository's root.
Noise of the strides: tests/analytics/runners.py. Half of all runs have a stored baseline (and
another day's form than that: peak 6 %, contact 2 %, cadence 1.5 % SD), half only their own fresh
minutes; those, which the product keeps silent about, are let speak here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from analytics.cues import CueSettings
from analytics.drift import DriftStage
from analytics.merge import Second
from analytics.pipeline import AnalyticsSettings, FormStage, demo_settings
from analytics.records import Activity, Alert, Cue, Drift, DriftLevel, Side, Stride
from tests.analytics.runners import RUNNER, SESSION, Course, Runner, stored_baseline

MONITORED_FROM_S = 600.0  # before, fresh form is learnt
SPEAKING = AnalyticsSettings(cues=CueSettings(cue_on_first_run=True))
DEMO = Course(start_s=10, full_s=40, cadence=-0.05, contact=0.08, peak=0.30)
STEP_S, RAMP_S = 1200.0, 1200.0
NEVER_MIN = 99.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; `target` is (sign, figure)."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True

    def met(self) -> bool | None:
        """Tell whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_json(self) -> dict[str, object]:
        """Return the row as the other benchmarks give theirs."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "met": self.met(),
            "peer": None,
            "peer_value": None,
        }


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


def seconds(runner: Runner) -> list[Second]:
    """Return the run second by second, as the merge of both legs gives it."""
    strides = [s for side in Side for s in runner.strides().get(side, [])]
    by_second: dict[float, list[Stride]] = {}
    for second_s, some in groupby(strides, key=lambda s: float(np.ceil(s.end_s + 0.08))):
        by_second.setdefault(second_s, []).extend(some)
    activity = dict.fromkeys(runner.sides, Activity.RUNNING)
    return [
        Second(until_s=float(t), activity=activity, strides=by_second.get(t, ()))
        for t in range(1, int(runner.minutes * 60) + 1)
    ]


def alarms(runner: Runner, *, stored: bool) -> list[Drift]:
    """Return the alarms of a run."""
    baseline = stored_baseline() if stored else None
    stage = DriftStage(runner=RUNNER, session=SESSION, baseline=baseline)
    found = [record for second in seconds(runner) for record in stage.push(second)]
    return [r for r in found if isinstance(r, Drift) and r.level is DriftLevel.ALARM]


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


def fresh_rows(hours: int, seed: int) -> list[Row]:
    """Steady runners: how often drift alarms, and in how many runs a cue is heard."""
    false = {True: 0, False: 0}
    heard = {True: 0, False: 0}
    for i in range(hours):
        stored = i % 2 == 0
        runner = steady(seed + i)
        found = alarms(runner, stored=stored)
        false[stored] += len(found)
        # No cue without an alarm: only those runs need the whole way.
        heard[stored] += bool(found) and bool(told(runner, stored=stored)[0])
    share = (60.0 - MONITORED_FROM_S / 60.0) / 60.0
    per_10h = 10.0 / (share * hours)
    half = 50.0 / hours
    return [
        Row(name="hours", value=share * hours, unit="h", target=1000),
        Row(
            name="false_alarms_per_10h",
            value=sum(false.values()) * per_10h,
            unit="",
            target=1,
            at_least=False,
        ),
        Row(name="false_alarms_per_10h_stored", value=false[True] * per_10h * 2, unit=""),
        Row(name="false_alarms_per_10h_own_minutes", value=false[False] * per_10h * 2, unit=""),
        Row(
            name="fresh_hour_silent_pct",
            value=100.0 - half * 2 * sum(heard.values()),
            unit="%",
            target=99.5,
        ),
        Row(name="fresh_hours_with_a_cue", value=sum(heard.values()), unit=""),
    ]


def delays_min(course: Course, runs: int, seed: int) -> list[float]:
    """Return minutes from a change's start to the first alarm after it."""
    out = []
    for i in range(runs):
        runner = replace(steady(seed + i), minutes=(course.full_s + 900) / 60, course=course)
        when = [d.time_s for d in alarms(runner, stored=i % 2 == 0) if d.time_s > course.start_s]
        out.append((when[0] - course.start_s) / 60 if when else NEVER_MIN)
    return out


def step(**change: float) -> Course:
    """Return a sudden change."""
    return Course(start_s=STEP_S, full_s=STEP_S, **change)


def change_rows(runs: int, seed: int) -> list[Row]:
    """Known changes: how soon they are found."""
    rows = []
    courses = {
        "step10": step(peak=0.10),
        "step10_contact": step(contact=0.10),
        "step10_peak_down": step(peak=-0.10),
    }
    for name, course in courses.items():
        found = delays_min(course, runs, seed)
        p90 = float(np.quantile(found, 0.9))
        rows.append(Row(name=f"{name}_p90_min", value=p90, unit="min", target=4, at_least=False))
        rows.append(Row(name=f"{name}_median_min", value=float(np.median(found)), unit="min"))
    for name, change in (("ramp10", {"peak": 0.10}), ("ramp10_contact", {"contact": 0.10})):
        course = Course(start_s=900, full_s=900 + RAMP_S, **change)
        in_time = float(np.mean(np.array(delays_min(course, runs, seed)) <= RAMP_S / 60))
        rows.append(
            Row(name=f"{name}_found_before_end_pct", value=100 * in_time, unit="%", target=90)
        )
    return rows


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
    return Row(name=name, value=value, unit="%", target=target)


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
        Row(name="demo_first_cue_median_s", value=float(np.median(first_s)), unit="s"),
        Row(name="demo_first_cue_worst_s", value=max(first_s), unit="s"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=1200, help="steady hours to simulate")
    parser.add_argument("--runs", type=int, default=200, help="runs of each kind of change")
    parser.add_argument("--seed", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    if options.hours:
        rows += fresh_rows(options.hours, options.seed)
    if options.runs:
        rows += [*change_rows(options.runs, options.seed), *heard_rows(options.runs, options.seed)]
    if options.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    else:
        for row in rows:
            mark = {True: "met", False: "NOT MET", None: ""}[row.met()]
            aim = "" if row.target is None else f"{'>=' if row.at_least else '<='} {row.target:g}"
            print(f"{row.name:42}{row.value:10.2f} {row.unit:5}{aim:10}{mark}")
    return 1 if any(row.met() is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
