"""A seed decides everything; what failed once is run again for good; the command says what was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from firmware_sim.checkers.known import CHECKERS
from stridecue.soak import many
from stridecue.soak.many import Soak, fresh_seeds, keep_failing, replay_command, summary
from stridecue.soak.run import Outcome, soak_one
from tests.children import begun, children_of, wait_for_the_end_of

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("failing_seeds.jsonl")
MINUTES = 2.0
_DIGEST = f"""
from stridecue.soak.run import soak_one
outcome = soak_one(5, {MINUTES})
assert not outcome.failures, outcome.failures
print(outcome.digest)
"""


def kept_seeds() -> list[tuple[int, float]]:
    rows = [json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines() if line]
    return [(row["seed"], row["minutes"]) for row in rows]


def outcome(seed: int, **failures: str) -> Outcome:
    return Outcome(
        seed=seed,
        minutes=3.0,
        failures=failures,
        faults={"mute": 2},
        strides=100,
        cpu_s=1.0,
        digest="",
    )


def test_the_same_seed_gives_the_same_digest_in_any_process() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "77")
    ]
    assert found[0] == found[1] != ""


def test_seeds_that_failed_once_hold() -> None:
    found = {seed: soak_one(seed, minutes).failures for seed, minutes in kept_seeds()}
    assert found == {seed: {} for seed in found}


def test_a_crash_is_a_failure_with_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        message = "no way"
        raise RuntimeError(message)

    monkeypatch.setattr("stridecue.soak.run.soak_scenario", crash)
    assert soak_one(3, 2.0).failures == {"the_run_ends": "RuntimeError: no way"}


def test_the_first_failing_seed_can_be_run_again_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {4: outcome(4), 5: outcome(5, clock_is_right="9 ms"), 6: outcome(6)}
    monkeypatch.setattr(many, "soak_one", lambda seed, _: told[seed])
    soak = Soak(seeds=fresh_seeds(3, first=4), minutes=3.0)
    soak.run(jobs=1, console=Console(quiet=True), go_on=False)
    assert [o.seed for o in soak.outcomes] == [4, 5]
    assert replay_command(soak.failed[0]) == "stridecue soak --seeds 1 --from 5 --minutes 3"
    assert summary(soak)["mute"] == 4
    keep_failing(soak, tmp_path / "kept.jsonl")
    (row,) = (tmp_path / "kept.jsonl").read_text().splitlines()
    assert json.loads(row) == {"seed": 5, "minutes": 3.0, "failed": {"clock_is_right": "9 ms"}}


def test_told_to_go_on_it_runs_every_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "soak_one", lambda seed, _: outcome(seed, clock_is_right="9 ms"))
    soak = Soak(seeds=fresh_seeds(3, first=4), minutes=3.0)
    soak.run(jobs=1, console=Console(quiet=True), go_on=True)
    assert len(soak.failed) == 3


def test_a_log_hears_of_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "soak_one", lambda seed, _: outcome(seed))
    log = Console(file=StringIO(), force_terminal=False, width=100)
    Soak(seeds=fresh_seeds(2, first=4), minutes=3.0).run(jobs=1, console=log, go_on=True)
    assert isinstance(log.file, StringIO)
    lines = log.file.getvalue().split("\n")
    assert "1 of 2 runs, 0 with a checker that failed" in lines
    assert "2 of 2 runs, 0 with a checker that failed" in lines


def test_fresh_seeds_are_fresh() -> None:
    assert fresh_seeds(5, first=None) != fresh_seeds(5, first=None)
    assert fresh_seeds(3, first=7) == [7, 8, 9]


def test_every_checker_stands_in_the_docs() -> None:
    told = (ROOT / "docs" / "soak.md").read_text(encoding="utf-8")
    assert [check.__name__ for check in CHECKERS if f"| `{check.__name__}` |" not in told] == []


def soak(*, seeds: int, jobs: int) -> AbstractContextManager[subprocess.Popen[str]]:
    """Return a soak whose first run is over."""
    words = ["--seeds", str(seeds), "--from", "20", "--minutes", "2", "--jobs", str(jobs)]
    return begun(["soak", *words], said="1 of")


def test_ctrl_c_shows_what_was_found_so_far_and_leaves_nothing_behind() -> None:
    with soak(seeds=200, jobs=2) as process:
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "runs in which a checker failed" in told
    assert len(children) >= 2
    wait_for_the_end_of(children)


def test_no_run_outlives_a_soak_that_was_killed() -> None:
    with soak(seeds=200, jobs=2) as process:
        children = children_of(process.pid)
        process.kill()
    assert len(children) >= 2
    wait_for_the_end_of(children)
