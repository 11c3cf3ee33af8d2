"""Fresh simulated runs in which everything goes wrong, and bugs planted on purpose.

`scripts/bench simulation [--json] [--seeds N] [--minutes M] [--jobs J] [--from SEED]`. Every run
is the whole service in simulated time, held against the truth by every checker
(`stridecue soak`); then every planted bug of the tests is looked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pytest
from rich.console import Console

from bench.truth.rows import Row, report
from stridecue.soak.many import Soak, fresh_seeds, usual_jobs
from tests.simulation.planted import BUGS, Bug
from tests.simulation.runs import held

SEEDS, MINUTES = 200, 30.0
_PACKETS = "packets "  # what the air did to packets is counted beside the faults


def is_found(bug: Bug) -> bool:
    """Plant a bug, run, and tell whether its checker noticed."""
    with pytest.MonkeyPatch.context() as patch:
        bug.plant(patch)
        return bug.found_by(held(bug.run, sends=bug.sends)) is not None


def rows(soak: Soak, found: Sequence[bool]) -> list[Row]:
    """Return the table's rows."""
    hours = len(soak.outcomes) * soak.minutes / 60.0
    counted = {name: n for name, n in soak.faults.items() if not name.startswith(_PACKETS)}

    def row(name: str, value: float, target: float | None, *, unit: str = "", aim: str) -> Row:
        return Row(name=name, value=value, unit=unit, target=target, aim=aim)

    cpu_s = sum(outcome.cpu_s for outcome in soak.outcomes)
    return [
        row("seeds", len(soak.outcomes), float(SEEDS), aim="most"),
        row("simulated_minutes", soak.minutes, MINUTES, unit="min", aim="most"),
        row("checker_failures", sum(len(o.failures) for o in soak.failed), 0.0, aim="least"),
        row("runs_without_fault", soak.faultless, 0.0, aim="least"),
        row("faults_injected", sum(counted.values()), 1.0, aim="most"),
        *(row(f"faults_{name}", n, None, aim="most") for name, n in sorted(counted.items())),
        row("wall_s", soak.wall_s, None, unit="s", aim="least"),
        row("wall_s_per_simulated_hour", soak.wall_s / hours, 10.0, unit="s", aim="least"),
        row("cpu_s_per_simulated_hour", cpu_s / hours, None, unit="s", aim="least"),
        row("planted_bugs_found", sum(found), float(len(found)), aim="most"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench simulation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--jobs", type=int, default=usual_jobs())
    parser.add_argument("--from", type=int, dest="first")
    options = parser.parse_args(arguments)
    soak = Soak(seeds=fresh_seeds(options.seeds, first=options.first), minutes=options.minutes)
    soak.run(jobs=options.jobs, console=Console(stderr=True), go_on=True)
    return report(rows(soak, [is_found(bug) for bug in BUGS]), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
