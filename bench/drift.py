"""How well drift and cues do on simulated runs, beside river's detectors on the same strides.

`scripts/bench drift [--hours H] [--raw-hours R] [--runs N] [--seed S] [--json]`. Steady runs give
the false alarms, known changes the delays, other ground and raw samples their own rows. Noise of
the strides: bench/drifting/series.py. Half of the runners have a baseline that the same stage has
learnt from three earlier runs, half only their own fresh minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from bench.drifting import ours, raw, rivals
from bench.drifting.heard import heard_rows
from bench.drifting.ours import Course
from bench.drifting.series import legs
from bench.drifting.sure import sure_rows
from bench.truth.rows import Row

MONITORED_S = 3600.0 - rivals.MONITORED_FROM_S
# Seeds of the parts of the table, apart from each other and from those the limits were found with.
STEADY, STEP, RAMP, SLOWING, TIRED, GROUND, RAW, CALIBRATION, SURE = (100_000 * i for i in range(9))
_CALIBRATION_RUNS = 24


def steady_rows(hours: int, seed: int, peers: Mapping[str, rivals.MakeDetector]) -> list[Row]:
    """Return how often steady runs give an alarm; an hour's run is watched for 50 minutes."""
    runs = [ours.steady(seed + STEADY + i) for i in range(round(hours * 3600 / MONITORED_S))]
    watched_h = len(runs) * MONITORED_S / 3600.0
    false = {True: 0, False: 0}
    theirs = dict.fromkeys(peers, 0)
    shipped = rivals.as_shipped()
    raw_theirs = dict.fromkeys(shipped, 0)
    for run in runs:
        false[run.seed % ours.STORED_SHARE == 0] += len(ours.alarms(run))
        both = legs(run)
        for name, make in peers.items():
            theirs[name] += len(rivals.found(make, both, standardised=True))
        for name, make in shipped.items():
            raw_theirs[name] += len(rivals.found(make, both, standardised=False))
    per_10h = 10.0 / watched_h
    best = min(theirs, key=lambda name: theirs[name])
    rows = [
        Row(name="hours", value=watched_h, unit="h", aim="most", target=1000),
        Row(
            name="false_alarms_per_10h",
            value=sum(false.values()) * per_10h,
            unit="",
            aim="least",
            target=1,
            peer=f"river {best} calibrated to 1 on other runs",
            peer_value=theirs[best] * per_10h,
            note="so calibrated it misses most steps and ramps (rows below)",
        ),
    ]
    for name, count in (("stored", false[True]), ("own_minutes", false[False])):
        rows.append(
            Row(
                name=f"false_alarms_per_10h_{name}",
                value=2.0 * count * per_10h,
                unit="",
                aim="least",
            )
        )
    return [*rows, *_shipped_rows(raw_theirs, per_10h)]


def _shipped_rows(counts: Mapping[str, int], per_10h: float) -> list[Row]:
    return [
        Row(
            name=f"river_{name.lower().replace('-', '_')}_as_shipped_false_alarms_per_10h",
            value=None,
            unit="",
            aim="least",
            peer=f"river {name}",
            peer_value=count * per_10h,
            note="a peer's figure",
        )
        for name, count in counts.items()
    ]


def _their_delays_min(
    make: rivals.MakeDetector, course: Course, seeds: Sequence[int]
) -> list[float]:
    out = []
    for seed in seeds:
        found = rivals.found(make, legs(course.make(seed)), standardised=True)
        when = [t for t in found if t > course.from_s]
        out.append((when[0] - course.from_s) / 60.0 if when else ours.NEVER_MIN)
    return out


def step_rows(
    course: Course,
    seeds: Sequence[int],
    *,
    target: float | None,
    peers: Mapping[str, rivals.MakeDetector],
) -> list[Row]:
    """Return how soon a sudden change is found, in nine runs of ten and in every other run."""
    delays = ours.delays_min(course, seeds)
    theirs = {
        name: float(np.quantile(_their_delays_min(make, course, seeds), 0.9))
        for name, make in peers.items()
    }
    best = min(theirs, key=lambda name: theirs[name]) if theirs else None
    return [
        Row(
            name=f"{course.name}_p90_min",
            value=float(np.quantile(delays, 0.9)),
            unit="min",
            aim="least",
            target=target,
            peer=None if best is None else f"river {best}",
            peer_value=None if best is None else theirs[best],
        ),
        Row(
            name=f"{course.name}_median_min",
            value=float(np.median(delays)),
            unit="min",
            aim="least",
        ),
    ]


def found_row(
    name: str,
    course: Course,
    seeds: Sequence[int],
    *,
    target: float | None = None,
    peers: Mapping[str, rivals.MakeDetector],
) -> Row:
    """Return in how many runs a change is found in time."""
    most_min = (course.until_s - course.from_s) / 60.0
    theirs = {
        peer: _pct_within(_their_delays_min(make, course, seeds), most_min)
        for peer, make in peers.items()
    }
    best = max(theirs, key=lambda peer: theirs[peer]) if theirs else None
    return Row(
        name=name,
        value=_pct_within(ours.delays_min(course, seeds), most_min),
        unit="%",
        aim="most",
        target=target,
        peer=None if best is None else f"river {best}",
        peer_value=None if best is None else theirs[best],
    )


def _pct_within(delays: Sequence[float], most_min: float) -> float:
    return 100.0 * float(np.mean(np.array(delays) <= most_min))


def change_rows(runs: int, seed: int, peers: Mapping[str, rivals.MakeDetector]) -> list[Row]:
    """Return the rows of known changes."""

    def seeds(part: int) -> range:
        return range(seed + part, seed + part + runs)

    rows = [
        *step_rows(ours.step("step10", peak=0.10), seeds(STEP), target=4, peers=peers),
        *step_rows(ours.step("step10_down", peak=-0.10), seeds(STEP), target=4, peers={}),
        *step_rows(ours.step("step10_contact", contact=0.10), seeds(STEP), target=4, peers={}),
    ]
    for name, change, target in (
        ("ramp10", {"peak": 0.10}, 90.0),
        ("ramp10_contact", {"contact": 0.10}, 90.0),
        ("ramp10_down", {"peak": -0.10}, None),
    ):
        course = ours.ramp(name, **change)
        beside = peers if name == "ramp10" else {}
        row = f"{name}_found_before_end_pct"
        rows.append(found_row(row, course, seeds(RAMP), target=target, peers=beside))
    rows.append(
        found_row("slowing_found_pct", ours.SLOWING, seeds(SLOWING), target=90, peers=peers)
    )
    tired = [
        found_row(f"{course.name}_found_pct", course, seeds(TIRED), peers={})
        for course in ours.TIRED
    ]
    return [*rows, *tired]


def ground_rows(runs: int, seed: int) -> list[Row]:
    """Return in how many runs other ground is taken for other form."""
    hits = {
        kind: [
            ours.alarmed_by_ground(ours.on_other_ground(kind, seed + GROUND + i))
            for i in range(runs)
        ]
        for kind in ours.EPISODES
    }
    every = [hit for some in hits.values() for hit in some]
    rows = [Row(name="surface_alarm_pct", value=_pct(every), unit="%", aim="least", target=5)]
    return rows + [
        Row(name=f"surface_{kind}_alarm_pct", value=_pct(some), unit="%", aim="least")
        for kind, some in hits.items()
    ]


def raw_rows(hours: float, seed: int) -> list[Row]:
    """Return the same figures from raw samples through the real stride stage."""
    kinds = list(raw.KINDS)
    n = round(hours * 60.0 / raw.MINUTES + 0.49)
    found = {
        i: raw.alarms(raw.RawRun(kind=kinds[i % len(kinds)], seed=seed + RAW + i)) for i in range(n)
    }
    tired = {i: when for i, when in found.items() if raw.KINDS[kinds[i % len(kinds)]].changes}
    even = {i: when for i, when in found.items() if i not in tired}
    watched_h = len(even) * (raw.MINUTES / 60.0 - rivals.MONITORED_FROM_S / 3600.0)
    told = [any(t > raw.CHANGE_S for t in when) for when in tired.values()]
    rows = [
        Row(name="raw_hours", value=n * raw.MINUTES / 60.0, unit="h", aim="most", target=20),
        Row(name="raw_tired_found_pct", value=_pct(told), unit="%", aim="most", target=90),
    ]
    false = sum(len(when) for when in even.values()) * 10.0 / watched_h if even else None
    return [*rows, Row(name="raw_false_alarms_per_10h", value=false, unit="", aim="least")]


def _pct(hits: Sequence[bool]) -> float:
    return 100.0 * sum(hits) / max(1, len(hits))


def table(*, hours: int, raw_hours: float, runs: int, seed: int) -> list[Row]:
    """Return the whole table; parts of no hours or runs are left out."""
    rows: list[Row] = []
    peers: Mapping[str, rivals.MakeDetector] = {}
    if hours or runs:
        known = [ours.steady(seed + CALIBRATION + i) for i in range(_CALIBRATION_RUNS)]
        peers = rivals.calibrated(known)
    if hours:
        rows += steady_rows(hours, seed, peers)
    if raw_hours:
        rows += raw_rows(raw_hours, seed)
    if runs:
        rows += change_rows(runs, seed, peers)
        rows += ground_rows(runs, seed)
        rows += heard_rows(runs, seed)
        rows += sure_rows(runs, seed + SURE)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=1000, help="steady hours to watch")
    parser.add_argument("--raw-hours", type=float, default=20.0, help="hours of raw samples")
    parser.add_argument("--runs", type=int, default=200, help="runs of each kind of change")
    parser.add_argument("--seed", type=int, default=5_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    rows = table(hours=given.hours, raw_hours=given.raw_hours, runs=given.runs, seed=given.seed)
    if given.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    else:
        for row in rows:
            print(row.as_text())
    return 1 if any(row.met() is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
