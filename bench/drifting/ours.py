"""What our drift stage finds in simulated runs, and the runs it is asked to find something in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from analytics.drift import DriftStage
from analytics.records import Baseline, Drift, DriftLevel, Surface
from bench.drifting.series import Change, Episode, Run, blocks, earlier_runs
from tests.analytics.runners import RUNNER

STEP_S, RAMP_FROM_S, RAMP_S = 1200.0, 900.0, 1200.0
NEVER_MIN = 99.0
STORED_SHARE = 2  # every so many-th run has a baseline from three earlier runs

MakeRun: TypeAlias = Callable[[int], Run]


@dataclass(frozen=True, kw_only=True)
class Course:
    """Runs with a change: from when on, until when it is to be found, and the runs by seed."""

    name: str
    from_s: float
    until_s: float
    make: MakeRun


def baseline_of(run: Run) -> Baseline | None:
    """Return the stored baseline of every other runner."""
    return earlier_runs(run) if run.seed % STORED_SHARE == 0 else None


def drifts(run: Run, baseline: Baseline | None = None) -> list[Drift]:
    """Return all that drift tells about a run."""
    stage = DriftStage(runner=RUNNER, session="0", baseline=baseline or baseline_of(run))
    found = [record for block in blocks(run) for record in stage.judge(block)]
    return [record for record in found if isinstance(record, Drift)]


def alarms(run: Run) -> list[float]:
    """Return the session times of a run's alarms."""
    return [d.time_s for d in drifts(run) if d.level is DriftLevel.ALARM]


def steady(seed: int, *, minutes: float = 60.0) -> Run:
    """Return a run in which nothing but pace changes."""
    return Run(seed=seed, minutes=minutes)


def changed(change: Change, minutes: float, seed: int) -> Run:
    """Return a run with a change of form."""
    return Run(seed=seed, minutes=minutes, change=change)


def step(name: str, **change: float) -> Course:
    """Return runs with a sudden change, watched for 15 min more."""
    make = partial(changed, Change(start_s=STEP_S, full_s=STEP_S, **change), STEP_S / 60 + 15)
    return Course(name=name, from_s=STEP_S, until_s=STEP_S + 240.0, make=make)


def ramp(name: str, **change: float) -> Course:
    """Return runs with a change that takes 20 min, until it is complete."""
    until_s = RAMP_FROM_S + RAMP_S
    make = partial(
        changed, Change(start_s=RAMP_FROM_S, full_s=until_s, **change), until_s / 60 + 0.5
    )
    return Course(name=name, from_s=RAMP_FROM_S, until_s=until_s, make=make)


def _slowing(seed: int) -> Run:
    """Return a runner who slows by 12 % and lands softer, but harder than at that speed.

    Corrected changes as of a typically tired runner; raw peak acceleration falls.
    """
    rng = np.random.default_rng([seed, 3])
    change = Change(
        start_s=900.0,
        full_s=1500.0,
        speed_mps=-0.36,
        peak=float(rng.uniform(0.06, 0.10)),
        contact=float(rng.uniform(0.03, 0.05)),
        cadence=-float(rng.uniform(0.01, 0.02)),
        cv=0.3,
    )
    return Run(seed=seed, minutes=35.0, change=change)


def _tired(peak: tuple[float, float], seed: int) -> Run:
    rng = np.random.default_rng([seed, 2])
    change = Change(
        start_s=600.0,
        full_s=1200.0,
        cadence=-float(rng.uniform(0.02, 0.03)),
        contact=float(rng.uniform(0.04, 0.06)),
        peak=float(rng.uniform(*peak)),
        cv=0.3,
    )
    return Run(seed=seed, minutes=25.0, change=change)


SLOWING = Course(name="slowing", from_s=900.0, until_s=2100.0, make=_slowing)
TIRED = tuple(
    Course(name=f"tired_peak_{name}", from_s=600.0, until_s=1500.0, make=partial(_tired, peak))
    for name, peak in (("rises", (0.08, 0.15)), ("stays", (0.0, 0.0)), ("falls", (-0.10, -0.05)))
)

# Time to peak against asphalt's, from shocks of 15 Hz there, 13 Hz on grass, 17 Hz on concrete.
_SOFTER, _HARDER = 15.0 / 13.0 - 1.0, 15.0 / 17.0 - 1.0
EPISODE_S = 480.0
EPISODES = ("tagged", "untagged", "slope")


def on_other_ground(kind: str, seed: int) -> Run:
    """Return a run of 45 min with 8 min of other ground: impact 6-12 % off, either way.

    On a slope (4-6 %, told by its grade) the runner is slower as well.
    """
    rng = np.random.default_rng([seed, 4])
    start_s = float(rng.uniform(1200.0, 1800.0))
    softer = bool(rng.integers(2))
    off = float(rng.uniform(0.06, 0.12)) * float(rng.choice([-1.0, 1.0]))
    ground = Episode(
        start_s=start_s,
        end_s=start_s + EPISODE_S,
        peak=off,
        time_to_peak=_SOFTER if softer else _HARDER,
    )
    run = Run(seed=seed, minutes=45.0)
    if kind == "tagged":
        surface = Surface.GRASS if softer else Surface.CONCRETE
        return replace(run, surface=Surface.ASPHALT, episodes=(replace(ground, surface=surface),))
    if kind == "slope":
        grade_pct = float(rng.uniform(4.0, 6.0)) * float(rng.choice([-1.0, 1.0]))
        slope = replace(ground, time_to_peak=0.0, contact=0.03, grade_pct=grade_pct)
        return replace(run, episodes=(slope,))
    return replace(run, episodes=(ground,))


def alarmed_by_ground(run: Run) -> bool:
    """Tell whether there was an alarm in an episode of other ground or 5 min after it."""
    episode = run.episodes[0]
    return any(episode.start_s <= t <= episode.end_s + 300.0 for t in alarms(run))


def delays_min(course: Course, seeds: Sequence[int]) -> list[float]:
    """Return minutes from the change's start to the first alarm after it, for each run."""
    out = []
    for seed in seeds:
        when = [t for t in alarms(course.make(seed)) if t > course.from_s]
        out.append((when[0] - course.from_s) / 60.0 if when else NEVER_MIN)
    return out
