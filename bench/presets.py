"""What stridecue says of every scenario that ships, beside what really happened.

`scripts/bench presets [--seeds 1,2,3] [--scenarios hard,stiff] [--write]`. The simulated sensors'
samples go through the real analysis, with the runner's stored baseline; without radio and pages,
so that a run takes seconds. `--write` puts the table into docs/simulated-runs.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analytics.codec import Record
from analytics.pipeline import FormPipeline
from analytics.records import Cue, Drift, DriftLevel, Stride
from bench.cueing import reality
from firmware_sim.course import Course
from firmware_sim.imu import Imu
from firmware_sim.samples import next_block
from firmware_sim.scenario import Scenario, generator
from firmware_sim.scenarios import SCENARIOS, scenario
from firmware_sim.stretch import RUNS
from firmware_sim.world import World, run_virtual
from stridecue.demo import analytics_for
from stridecue.truth import Comparison, compare

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "simulated-runs.md"
BEGIN, END = "<!-- presets -->\n", "<!-- end of presets -->\n"
_BLOCK_SAMPLES = 200
_FORM = ("peak_accel", "contact_time", "cadence", "asymmetry")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One run, its truth and what was made of it; times in session seconds."""

    name: str
    seed: int
    changes: str
    real_s: float | None
    compared: Comparison
    elsewhere: int  # running strides that were told of walking, stairs and standing
    cues: tuple[Cue, ...]
    alarms: tuple[Drift, ...]


def heard(run: Scenario, seed: int) -> Heard:
    """Let a scenario happen and the analysis hear it."""

    async def lived() -> tuple[World, World]:
        full, bare = World(scenario=run, seed=seed), World(scenario=run, seed=seed, sides=())
        await bare.run()
        return full, bare

    full, world = run_virtual(lived())
    strides, story = world.truth(world.starts_s or 0.0)
    records = list(_records(run, seed, full, world))
    found = [r for r in records if isinstance(r, Stride)]
    landed_s = story["running_from_s"]
    spans = [(p["from_s"], p["until_s"]) for p in story["parts"] if p["activity"] not in RUNS]
    real_s = real_from_s(
        world.course,
        until_s=60.0 * run.minutes - landed_s,
        usual_mps=world.traits.speed_mps,
    )
    return Heard(
        name=run.name,
        seed=seed,
        changes=_changes(world.course),
        real_s=None if real_s is None else real_s + landed_s,
        compared=compare(found, strides, until_s=60.0 * run.minutes - 1.0),
        elsewhere=sum(any(a + 1.0 < s.contact_s < b - 1.0 for a, b in spans) for s in found),
        cues=tuple({r.id: r for r in records if isinstance(r, Cue) and r.shown}.values()),
        alarms=tuple(r for r in records if isinstance(r, Drift) and r.level is DriftLevel.ALARM),
    )


def real_from_s(course: Course, *, until_s: float, usual_mps: float) -> float | None:
    """Return since when form differs by more than a runner's noise; None: never.

    As for the table of cues (bench/cueing/reality.py), of someone who usually runs so fast.
    """
    time_s = np.arange(0.0, until_s, 1.0)
    whole = reality.spreads(
        peak=course.factor("peak_accel", time_s) - 1.0,
        contact=course.factor("contact_time", time_s) - 1.0,
        cadence=course.factor("cadence", time_s) - 1.0,
        faster_mps=usual_mps * (course.factor("speed", time_s) - 1.0),
    )
    changed = np.flatnonzero(whole >= reality.FORM_BAND)
    return float(time_s[changed[0]]) if len(changed) else None


def _records(run: Scenario, seed: int, full: World, world: World) -> Iterator[Record]:
    worn = {sensor.side: sensor.worn("presets") for sensor in full.sensors}
    pipeline = FormPipeline(
        runner=world.runner,
        session="presets",
        worn=worn,
        settings=analytics_for(run),
        baseline=full.baseline(),
    )
    imus = {
        side: Imu(
            # The gateway is not asked here: these clocks are right.
            model=replace(full.models[side], clock_ppm=0.0, wander_ppm=0.0),
            motion=lambda time_s, side=side: world.feels(side, time_s),  # type: ignore[misc]
            power_on_s=world.starts_s or 0.0,
            rng=generator(seed, "presets", side),
        )
        for side in worn
    }
    rate_hz = next(iter(imus.values())).model.rate_hz
    for _ in range(int(60.0 * run.minutes * rate_hz) // _BLOCK_SAMPLES):
        for side, imu in imus.items():
            yield from pipeline.push(next_block(imu, worn=worn[side], n=_BLOCK_SAMPLES))
    yield from pipeline.finish()


def _changes(course: Course) -> str:
    told = [
        f"{metric.replace('_', ' ')} {100.0 * by:+.0f} %"
        for change in course.changes[:1]
        for metric in (*_FORM, "speed")
        if (by := getattr(change, metric))
    ]
    times = " and again" if len(course.changes) > 1 else ""
    return ", ".join(told) + times if told else "nothing"


def table(runs: Sequence[Heard]) -> str:
    """Return one line a run as Markdown."""
    head = [
        "scenario, seed",
        "what changed",
        "really so from",
        "first alarm",
        "cues",
        "strides found",
        "told of no running",
    ]
    lines = [head, ["---"] * len(head)]
    for run in runs:
        alarm = next(iter(run.alarms), None)
        lines.append(
            [
                f"{run.name}, {run.seed}",
                run.changes,
                "-" if run.real_s is None else _clock(run.real_s),
                "none"
                if alarm is None
                else f"{_clock(alarm.time_s)} {alarm.why.metric} {alarm.why.change_pct:+.0f} %",
                "; ".join(f"{_clock(cue.time_s)} {cue.kind}" for cue in run.cues[:4]) or "none",
                f"{run.compared.found_pct:.1f} %",
                str(run.elsewhere),
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _clock(time_s: float) -> str:
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def main() -> int:
    """Print the table, and put it into its page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    runs = []
    for name in asked.scenarios.split(","):
        for seed in asked.seeds.split(","):
            runs.append(heard(scenario(name), int(seed)))
            sys.stderr.write(table(runs[-1:]).splitlines()[-1] + "\n")
    text = table(runs)
    sys.stdout.write(text)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        PAGE.write_text(before + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
