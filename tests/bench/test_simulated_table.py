"""The table of simulated runners: which cells are run, and how strides are judged."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from analytics.records import Placement
from bench import simulated
from bench.simulating import faulty, scores


def chosen(a_seed: int) -> list[faulty.Cell]:
    return list(simulated.cells(a_seed=a_seed, seconds=40.0, seeds=[3]))


@pytest.mark.parametrize("a_seed", [60, 120, 180, 300])
def test_of_every_family_rate_sensor_and_speed_as_many_cells_are_run(a_seed: int) -> None:
    some = chosen(a_seed)
    assert len(set(some)) == len(some) == a_seed
    groups = Counter((c.family, c.placement, c.rate_hz, c.faults) for c in some)
    assert set(groups.values()) == {a_seed // 60}
    for placement in Placement:
        speeds = Counter(c.speed_mps for c in some if c.placement is placement)
        assert len(speeds) == len(faulty.SPEEDS_MPS)
        assert max(speeds.values()) - min(speeds.values()) <= a_seed // 60


def test_each_seed_has_its_own_runners() -> None:
    both = list(simulated.cells(a_seed=60, seconds=40.0, seeds=[0, 1]))
    assert Counter(c.seed for c in both) == {0: 60, 1: 60}


def test_a_runner_gathers_speed_before_the_fastest_paces() -> None:
    cell = next(c for c in chosen(300) if c.speed_mps == 6.0)
    truth, _ = faulty.recording(cell)
    speeds = truth.stride_length_m / np.diff(truth.contact_s)
    assert speeds[0] == pytest.approx(faulty.FIRST_MPS, rel=0.05)
    assert np.median(speeds) == pytest.approx(6.0, rel=0.05)


def made_up(**errors: list[float]) -> scores.Score:
    every = {name: errors.get(name, []) for name in scores.ERRORS}
    return scores.Score(wanted=50, found=49, given=49, errors=every)


def test_a_family_is_reported_with_the_shift_of_the_other_two() -> None:
    found = {
        cell: made_up(contact_ms=[{"rearfoot": 1.0, "midfoot": 3.0, "forefoot": 8.0}[cell.family]])
        for cell in chosen(300)
    }
    rows = {row.name: row for row in simulated.rows(found)}
    assert rows["forefoot_shin_contact_ms_bias"].value == 8.0
    assert rows["forefoot_shin_contact_ms_bias"].met() is False
    assert rows["forefoot_shin_contact_ms_left_out"].value == pytest.approx(6.0)
    assert rows["midfoot_shoe_recall_pct"].value == 98.0


def test_the_table_has_a_line_for_each_placement_family_and_rate() -> None:
    lines = simulated.table({cell: made_up(contact_ms=[1.0, 2.0]) for cell in chosen(60)})
    assert len(lines) == 1 + 2 * 3 * len(faulty.RATES_HZ)
    assert "shoe midfoot 1600 Hz" in "\n".join(lines)
    assert "+1.5 +- 0.5" in lines[1]
