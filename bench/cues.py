"""What the cue engine tells simulated runners, and what it must never do to them.

`scripts/bench cues [--runs N] [--seed S] [--jobs J] [--json]`. Runs are made of single strides
(bench/cueing/runs.py): fresh ones of an hour, tired ones of 35 min in six ways; each has a pause,
a walk, a gap, a wish for quiet, a slope and a turn. Every other runner has a baseline from three
earlier runs, the others only their own fresh minutes (and are spoken to all the same).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import TextIO

import numpy as np

from analytics.cue_settings import CueSettings
from analytics.form_stage import FormStage
from analytics.records import Side
from analytics.settings import AnalyticsSettings
from bench.cueing.checks import Told, judged
from bench.cueing.runs import FRESH, TIRED, WARM_UP_S, SceneKind, Staged
from bench.drifting.series import earlier_runs
from bench.truth.rows import Row, report
from stridecue.apart import belong_to_parent
from tests.analytics.runners import RUNNER, SESSION

NEVER_MIN = 99.0
_FRESH_SHARE = 4  # every so many-th run is fresh
_TELLS_EVERY = 25  # runs: about a minute
_SPEAKING = AnalyticsSettings(cues=CueSettings(cue_on_first_run=True))
_NEVER = ("in_warm_up", *(f"in_{kind}" for kind in SceneKind), "over_budget", "too_close")


def staged(runs: int, seed: int) -> Iterator[Staged]:
    """Give the runs: one in four fresh, the others of the tired presets in turn."""
    for i in range(runs):
        tired = TIRED[(i - i // _FRESH_SHARE) % len(TIRED)]
        yield Staged(preset=FRESH if i % _FRESH_SHARE == 0 else tired, seed=seed + i)


def told(run: Staged) -> Told:
    """Return what a run through everything after the strides gave."""
    stage = FormStage(
        runner=RUNNER,
        session=SESSION,
        sides=tuple(Side),
        settings=_SPEAKING,
        baseline=earlier_runs(run.run()) if run.seed // _FRESH_SHARE % 2 == 0 else None,
        late=False,
    )
    records = [record for item in run.items() for record in stage.push(item)]
    return judged(run, [*records, *stage.finish()])


def delay_min(run: Told) -> float | None:
    """Return how long after the change was real the first cue came; None where it never was.

    Time in which nobody may be spoken to does not count.
    """
    real_s = run.staged.real_s()
    if real_s is None:
        return None
    first_s = run.first_after(run.staged.preset.from_s)
    if first_s is None:
        return NEVER_MIN
    silent_s = sum(
        max(0.0, min(first_s, scene.silent_until_s) - max(real_s, scene.start_s))
        for scene in run.staged.scenes()
    )
    return max(0.0, (first_s - real_s - silent_s) / 60.0)


def held(runs: Sequence[Staged], *, jobs: int, log: TextIO) -> list[Told]:
    """Return what came of every run, in their order, however many are held at once."""
    found: list[Told] = []
    with ExitStack() as stack:
        outcomes: Iterator[Told] = map(told, runs)
        if jobs > 1:
            spawn = get_context("spawn")
            pool = ProcessPoolExecutor(jobs, spawn, initializer=belong_to_parent)
            outcomes = stack.enter_context(pool).map(told, runs)
        for each in outcomes:
            found.append(each)
            if len(found) % _TELLS_EVERY == 0:
                faults = sum(one.faults.total() for one in found)
                log.write(f"{len(found)} of {len(runs)} runs, {faults} faults\n")
                log.flush()
    return found


def table(found: Sequence[Told]) -> list[Row]:
    """Return the whole table."""
    rows = [Row(name="runs", value=len(found), unit="", aim="most", target=500)]
    faults = {name: sum(run.faults[name] for run in found) for name in (*_NEVER, "why_disagrees")}
    whys = sum(run.whys for run in found)
    rows.append(Row(name="cues_why_checked", value=whys, unit="", aim="most", target=1))
    rows += [
        Row(name=f"cues_{name}", value=count, unit="", aim="least", target=0)
        for name, count in faults.items()
    ]
    fresh = [run for run in found if run.staged.preset == FRESH]
    hours = sum(run.staged.preset.minutes * 60 - WARM_UP_S for run in fresh) / 3600.0
    shown = sum(len(run.shown) for run in fresh)
    per_10h = 10.0 * shown / hours if fresh else None
    rows.append(Row(name="fresh_hours", value=hours, unit="h", aim="most"))
    rows.append(Row(name="fresh_cues_per_10h", value=per_10h, unit="", aim="least", target=1.0))
    rows += _delays(found)
    return rows + _outcomes(found)


def _delays(found: Sequence[Told]) -> list[Row]:
    delays: dict[str, list[float]] = {}
    for run in found:
        delay = delay_min(run)
        if delay is not None:
            delays.setdefault(run.staged.preset.name, []).append(delay)
    every = [delay for some in delays.values() for delay in some]
    rows = [
        Row(
            name="tired_first_cue_p90_min",
            value=float(np.quantile(every, 0.9)) if every else None,
            unit="min",
            aim="least",
            target=4.0,
        )
    ]
    for name, some in sorted(delays.items()):
        p90 = float(np.quantile(some, 0.9))
        rows.append(Row(name=f"{name}_first_cue_p90_min", value=p90, unit="min", aim="least"))
        median = float(np.median(some))
        rows.append(Row(name=f"{name}_first_cue_median_min", value=median, unit="min", aim="least"))
    return rows


def _outcomes(found: Sequence[Told]) -> list[Row]:
    asked = sum(
        cue.why.metric != "form" and cue.kind != "recovered" for r in found for cue in r.shown
    )
    known = sum(len(run.outcomes) for run in found)
    share = 100.0 * known / asked if asked else None
    return [
        Row(name="cues_with_outcome_pct", value=share, unit="%", aim="most", target=100.0),
        Row(name="cues_shown", value=sum(len(r.shown) for r in found), unit="", aim="least"),
        Row(name="cues_held_back", value=sum(len(r.held) for r in found), unit="", aim="least"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="runs of all presets")
    parser.add_argument("--seed", type=int, default=9_000_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at once")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    runs = list(staged(given.runs, given.seed))
    found = held(runs, jobs=given.jobs, log=sys.stderr)
    return report(table(found), as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
