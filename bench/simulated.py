"""Events, contact times and peaks on simulated runners with exact truth, by family of landings.

`scripts/bench simulated [--seconds S] [--seed N] [--json]`, from anywhere. Three families of
waveforms, 100-1600 Hz, 2-6 m/s, shin and shoe, each with a good sensor and with a bad one (50 mg of
noise, clipping at 16 g, 2 % of frozen blocks, a slip of 15 degrees); all strapped on at random.
Pick any two families for tuning: the third one's rows are then the report. Every stride is asked
for; times and peaks are compared where no frozen block lies in the stance: nobody can read them
there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.records import Placement, Stride
from analytics.strides import StrideStage
from bench.simulating.faulty import BAD, GOOD, RATES_HZ, SPEEDS_MPS, Cell, Truth, recording
from bench.truth.rows import Row
from firmware_sim.gait.landing import FAMILIES

MATCH_S = 0.060
FAST_HZ = 200.0  # from here on times and peaks have targets
ERRORS = ("contact_ms", "contact_time_ms", "pta_pct", "axial_pct", "length_pct", "strike_deg")


@dataclass(kw_only=True)
class Score:
    """What was found of the truth, and the errors of what was found."""

    wanted: int = 0
    found: int = 0
    given: int = 0
    errors: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ERRORS})

    def add(self, other: Score) -> None:
        """Take another score in."""
        self.wanted += other.wanted
        self.found += other.found
        self.given += other.given
        for name, values in other.errors.items():
            self.errors[name] += values


def cells(*, seconds: float = 40.0, seed: int = 0) -> Iterator[Cell]:
    """Return every cell of the matrix."""
    for family, placement, rate_hz, speed_mps, faults in itertools.product(
        FAMILIES, Placement, RATES_HZ, SPEEDS_MPS, (GOOD, BAD)
    ):
        yield Cell(
            family=family,
            placement=placement,
            rate_hz=rate_hz,
            speed_mps=speed_mps,
            faults=faults,
            seed=seed,
            running_s=seconds,
        )


def score(truth: Truth, strides: Iterable[Stride]) -> Score:
    """Compare strides with what happened; a stride is found within 60 ms of its contact."""
    result = Score(wanted=len(truth.toe_off_s))
    free = np.ones(len(truth.contact_s), bool)
    timed = truth.can_be_timed
    for stride in strides:
        result.given += 1
        k = int(np.abs(truth.contact_s - stride.contact_s).argmin())
        if abs(truth.contact_s[k] - stride.contact_s) > MATCH_S or not free[k]:
            continue
        free[k] = False
        if k >= len(truth.toe_off_s):
            continue
        result.found += 1
        if timed[k]:
            _compare(truth, k, stride, result.errors)
    return result


def _compare(truth: Truth, k: int, stride: Stride, errors: dict[str, list[float]]) -> None:
    """Add one stride's errors."""
    errors["contact_ms"].append(1e3 * (stride.contact_s - truth.contact_s[k]))
    if stride.contact_time_s is not None:
        lasts_s = truth.toe_off_s[k] - truth.contact_s[k]
        errors["contact_time_ms"].append(1e3 * (stride.contact_time_s - lasts_s))
    if not stride.peak_clipped:
        errors["pta_pct"].append(1e2 * (stride.peak_accel_resultant_g / truth.resultant_g[k] - 1))
        if stride.peak_accel_axial_g is not None:
            errors["axial_pct"].append(1e2 * (stride.peak_accel_axial_g / truth.axial_g[k] - 1))
    if stride.stride_length_m is not None and stride.worn.placement is Placement.SHOE:
        errors["length_pct"].append(1e2 * (stride.stride_length_m / truth.stride_length_m[k] - 1))
    if stride.strike_angle_deg is not None:
        errors["strike_deg"].append(stride.strike_angle_deg - truth.strike_angle_deg[k])


def measured(cell: Cell) -> Score:
    """Return how our stride stage does on a cell."""
    truth, block = recording(cell)
    stage = StrideStage(worn=block.worn)
    found = [*stage.push(block), *stage.finish()]
    return score(truth, [record for record in found if isinstance(record, Stride)])


def rows(scores: dict[Cell, Score]) -> list[Row]:
    """Return the table: by family and placement, then by rate and sensor within it."""
    out: list[Row] = []
    for family, placement in itertools.product(FAMILIES, Placement):
        here = {c: s for c, s in scores.items() if (c.family, c.placement) == (family, placement)}
        group = f"{family}_{placement}"
        fast = [s for c, s in here.items() if c.rate_hz >= FAST_HZ]
        out += _events(_pooled(here.values()), group) + _figures(_pooled(fast), group, family)
        for rate_hz, faults in itertools.product(RATES_HZ, (GOOD, BAD)):
            part = [s for c, s in here.items() if (c.rate_hz, c.faults) == (rate_hz, faults)]
            if part:
                name = f"{group}_{rate_hz:g}hz_{faults.name}"
                out += _events(_pooled(part), name, aimed=False)
                out += _figures(_pooled(part), name, family, aimed=False)
    return out


def _pooled(scores: Iterable[Score]) -> Score:
    total = Score()
    for one in scores:
        total.add(one)
    return total


def _events(total: Score, group: str, *, aimed: bool = True) -> list[Row]:
    recall = 100.0 * total.found / total.wanted
    precision = 100.0 * total.found / total.given if total.given else None
    return [
        _row(group, "recall_pct", recall, "%", "most", 99.5 if aimed else None),
        _row(group, "precision_pct", precision, "%", "most", 99.8 if aimed else None),
    ]


def _figures(total: Score, group: str, family: str, *, aimed: bool = True) -> list[Row]:
    """Return bias and spread of each error; a forefoot's peak has no 12-15 Hz shock to aim at."""
    aims: dict[str, tuple[float, float]] = {"contact_ms": (2.0, 3.0), "contact_time_ms": (8.0, 6.0)}
    out = []
    for name, values in total.errors.items():
        if not values:
            continue
        unit = name.rsplit("_", 1)[1].replace("pct", "%")
        bias, sd = aims.get(name, (None, None)) if aimed else (None, None)
        if name == "pta_pct" and aimed and family != "forefoot":
            bias = 3.0
        out.append(_row(group, f"{name}_bias", float(np.mean(values)), unit, "near", bias))
        out.append(_row(group, f"{name}_sd", float(np.std(values)), unit, "least", sd))
    return out


def _row(
    group: str, name: str, value: float | None, unit: str, aim: str, target: float | None
) -> Row:
    return Row(name=f"{group}_{name}", value=value, unit=unit, aim=aim, target=target, group=group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench simulated",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=40.0, help="of running in each cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    scores: dict[Cell, Score] = {}
    todo = list(cells(seconds=options.seconds, seed=options.seed))
    for i, cell in enumerate(todo, 1):
        scores[cell] = measured(cell)
        if i % 50 == 0:
            print(f"{i} of {len(todo)} recordings", file=sys.stderr, flush=True)
    table = rows(scores)
    if options.json:
        print(json.dumps([row.as_json() for row in table], indent=1))
    else:
        print("\n".join(row.as_text() for row in table))
    return 1 if any(row.met() is False for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
