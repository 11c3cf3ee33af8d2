"""Fresh seeds in parallel processes: what goes wrong is counted, what fails is kept for good."""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from stridecue.apart import pool
from stridecue.soak.run import Outcome, soak_one

_SEEDS = 1 << 31


def fresh_seeds(n: int, *, first: int | None) -> list[int]:
    """Return n seeds in a row, from a fresh place if none is given."""
    start = secrets.randbelow(_SEEDS) if first is None else first
    return list(range(start, start + n))


@dataclass(kw_only=True)
class Soak:
    """What a soak has shown so far."""

    seeds: Sequence[int]
    minutes: float
    outcomes: list[Outcome] = field(default_factory=list)
    wall_s: float = 0.0
    interrupted: bool = False

    @property
    def failed(self) -> list[Outcome]:
        """Return the runs in which a checker did not hold, by seed."""
        return sorted((o for o in self.outcomes if o.failures), key=lambda o: o.seed)

    @property
    def faultless(self) -> int:
        """Return in how many runs nothing went wrong: they do not count."""
        return sum(not o.faults for o in self.outcomes)

    @property
    def faults(self) -> Counter[str]:
        """Return how often each fault happened, and what it did to packets."""
        return sum((Counter(o.faults) for o in self.outcomes), Counter[str]())

    def run(self, *, jobs: int, console: Console, go_on: bool) -> None:
        """Run the seeds; stop at the first failure unless told to go on, and at Ctrl-C."""
        began_s = monotonic()
        try:
            self._watch(jobs, console, go_on=go_on)
        except KeyboardInterrupt:
            self.interrupted = True
        self.wall_s = monotonic() - began_s

    def _watch(self, jobs: int, console: Console, *, go_on: bool) -> None:
        title = f"soak: {len(self.seeds)} seeds of {self.minutes:g} min"
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(title, total=len(self.seeds))
            for outcome in self._outcomes(jobs):
                self.outcomes.append(outcome)
                bar.advance(task)
                for name, told in outcome.failures.items():
                    bar.console.print(f"seed {outcome.seed}: {name}: {told}", highlight=False)
                if not console.is_terminal:
                    console.print(self._so_far())
                if outcome.failures and not go_on:
                    break

    def _so_far(self) -> str:
        """Return a line for a log, which shows no bar."""
        done = len(self.outcomes)
        return f"{done} of {len(self.seeds)} runs, {len(self.failed)} with a checker that failed"

    def _outcomes(self, jobs: int) -> Iterator[Outcome]:
        if jobs == 1:
            for seed in self.seeds:
                yield soak_one(seed, self.minutes)
            return
        spawn = get_context("spawn")
        with pool(jobs, spawn) as processes:
            waiting = [processes.submit(soak_one, seed, self.minutes) for seed in self.seeds]
            for done in as_completed(waiting):
                yield done.result()


def usual_jobs() -> int:
    """Return how many processes this machine runs at once."""
    return os.cpu_count() or 1


def report(soak: Soak) -> Table:
    """Return fault counts and run time for people."""
    table = Table(
        title=f"{len(soak.outcomes)} runs of {soak.minutes:g} simulated minutes", box=None
    )
    table.add_column("")
    table.add_column("", justify="right")
    for name, value in summary(soak).items():
        table.add_row(name, str(value))
    return table


def summary(soak: Soak) -> dict[str, float]:
    """Return the soak in figures."""
    hours = len(soak.outcomes) * soak.minutes / 60.0
    cpu_s = sum(o.cpu_s for o in soak.outcomes)
    return {
        "runs": len(soak.outcomes),
        "runs without a fault": soak.faultless,
        "runs in which a checker failed": len(soak.failed),
        "strides": sum(o.strides for o in soak.outcomes),
        **dict(sorted(soak.faults.items())),
        "wall time, s": round(soak.wall_s, 1),
        "processor time a simulated hour, s": round(cpu_s / max(hours, 1e-9), 1),
    }


def replay_command(outcome: Outcome) -> str:
    """Return what runs exactly this seed again."""
    return f"stridecue soak --seeds 1 --from {outcome.seed} --minutes {outcome.minutes:g}"


def keep_failing(soak: Soak, path: Path) -> None:
    """Append failing seeds to a file of one JSON object a line."""
    with path.open("a", encoding="utf-8") as file:
        for outcome in soak.failed:
            row = {
                "seed": outcome.seed,
                "minutes": outcome.minutes,
                "failed": dict(outcome.failures),
            }
            file.write(json.dumps(row) + "\n")
