"""The table of simulated runs has the rows that its readers look for."""

from __future__ import annotations

from bench.simulation import rows
from stridecue.soak.many import Soak
from stridecue.soak.run import Outcome


def made(seed: int, failures: dict[str, str]) -> Outcome:
    return Outcome(
        seed=seed,
        minutes=30.0,
        failures=failures,
        faults={"mute": 2, "packets flipped": 90},
        strides=1,
        cpu_s=2.0,
        digest="",
    )


def test_failures_faults_and_planted_bugs_are_counted() -> None:
    soak = Soak(seeds=[1, 2], minutes=30.0, wall_s=5.0)
    soak.outcomes = [made(1, {}), made(2, {"clock_is_right": "9 ms"})]
    table = {row.name: row for row in rows(soak, [True, True, False])}
    assert (table["seeds"].value, table["seeds"].met()) == (2, False)
    assert (table["checker_failures"].value, table["checker_failures"].met()) == (1, False)
    assert (table["faults_injected"].value, table["faults_injected"].met()) == (4, True)
    assert table["faults_mute"].value == 4
    assert (table["wall_s_per_simulated_hour"].value, table["runs_without_fault"].met()) == (
        5,
        True,
    )
    assert (table["planted_bugs_found"].value, table["planted_bugs_found"].met()) == (2, False)
