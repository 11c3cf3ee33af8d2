"""What breaks the production code is found by the checker whose business it is."""

from __future__ import annotations

import pytest

from analytics.records import Baseline
from firmware_sim.checkers.known import CHECKERS, failures
from firmware_sim.scenario import Scenario
from firmware_sim.world import World
from tests.simulation.planted import BUGS, Bug
from tests.simulation.runs import CUED, TROUBLED, held

_MEASURED: dict[tuple[str, int], Baseline | None] = {}


@pytest.fixture(autouse=True)
def _baselines_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the day before once: it is the same for all runs of a scenario and seed."""
    measure = World.baseline

    def baseline(world: World) -> Baseline | None:
        key = world.scenario.name, world.seed
        if key not in _MEASURED:
            _MEASURED[key] = measure(world)
        return _MEASURED[key]

    monkeypatch.setattr(World, "baseline", baseline)


@pytest.mark.parametrize("scenario", [TROUBLED, CUED], ids=lambda s: s.name)
def test_without_a_bug_every_checker_holds(scenario: Scenario) -> None:
    evidence = held(scenario, sends=True)
    assert failures(evidence) == {}
    assert evidence.sent is not None
    assert len(evidence.sent.arrived) > 500


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    found = bug.found_by(held(bug.run, sends=bug.sends))
    assert found is not None
    assert found.isprintable()


def test_most_checkers_have_found_a_bug() -> None:
    idle = set(CHECKERS) - {bug.found_by for bug in BUGS}
    assert len(BUGS) >= 12
    assert len(idle) <= 5, sorted(check.__name__ for check in idle)
