"""What goes wrong is drawn from the seed alone, every kind in turn."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from analytics.records import Side
from firmware_sim.faults import FAULTS, SensorFault, Slip, Swapped
from firmware_sim.troubles import soak_scenario


def test_half_an_hour_has_every_kind_of_fault_on_every_leg() -> None:
    for seed in range(20):
        faults = soak_scenario(seed=seed, minutes=30.0).faults
        assert {type(fault) for fault in faults} == set(FAULTS) - {Slip, Swapped}
        for side in Side:
            mine = [f for f in faults if isinstance(f, SensorFault) and f.side is side]
            assert len(Counter(type(f) for f in mine)) == 9
            assert all(a.until_s < b.at_s for a, b in pairwise(mine))
            assert mine[-1].until_s < 30 * 60 - 40


def test_runners_are_steady_and_tired_by_turns() -> None:
    some = [soak_scenario(seed=seed, minutes=30.0) for seed in range(60)]
    assert 15 < sum(bool(one.tiring) for one in some) < 45
    assert len({one.interval_s for one in some}) > 3
    assert len({one.samples_a_packet for one in some}) > 10
    assert all(18 <= one.samples_a_packet <= 37 for one in some)


def test_a_seed_draws_the_same_again() -> None:
    assert soak_scenario(seed=8, minutes=5.0) == soak_scenario(seed=8, minutes=5.0)
    assert soak_scenario(seed=8, minutes=5.0) != soak_scenario(seed=9, minutes=5.0)
