import pytest

from analytics.load.longest import LIMIT, longest_m
from firmware_sim.month import month_before
from firmware_sim.scenarios import scenario
from firmware_sim.world import World

DAY = "2026-06-17"


async def test_a_demo_as_planned_passes_its_line_near_the_end() -> None:
    world = World(scenario=scenario("demo").with_(minutes=3.0), seed=1)
    past = month_before(world, start_utc_ns=10**18, day=DAY)
    longest = longest_m(past.entries, day=DAY)
    assert longest.value is not None
    assert not longest.at_least
    planned_m = world.traits.speed_mps * (180.0 - world.scenario.still_s)
    assert LIMIT * longest.value / planned_m == pytest.approx(0.88, abs=0.02)
    assert all(entry.start_utc_ns < past.start_utc_ns for entry in past.entries)
