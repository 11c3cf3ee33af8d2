"""The table of shipped scenarios says since when a change was really there."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.noise import mean_variance, population_sigma
from bench.cueing import reality
from bench.presets import real_from_s
from firmware_sim.course import STEADY, Change, Course


def since_s(*changes: Change) -> float | None:
    return real_from_s(Course(changes=changes), until_s=300.0, usual_mps=3.0)


def test_a_change_is_real_from_when_it_is_three_spreads_of_the_noise() -> None:
    spread = population_sigma("contact_time", block_strides=25) * np.sqrt(1.0 + mean_variance(26))
    ramp = Change(from_s=100.0, until_s=200.0, contact_time=float(np.expm1(6.0 * spread)))
    assert since_s(ramp) == pytest.approx(150.0, abs=2.0)


def test_metrics_that_change_together_are_real_earlier_than_each_alone() -> None:
    contact = Change(from_s=100.0, until_s=200.0, contact_time=0.05)
    both = Change(from_s=100.0, until_s=200.0, contact_time=0.05, cadence=-0.03)
    alone_s, both_s = since_s(contact), since_s(both)
    assert alone_s is not None
    assert both_s is not None
    assert both_s < alone_s - 5.0


def test_in_a_runner_who_slows_a_change_must_be_larger_to_be_real() -> None:
    one = np.array([0.03])
    same = {"peak": one, "contact": one, "cadence": -one}
    steady = reality.spreads(**same, faster_mps=np.zeros(1))
    slower = reality.spreads(**same, faster_mps=np.array([-0.36]))
    assert slower[0] < 0.8 * steady[0]


def test_what_never_differs_so_much_is_not_real() -> None:
    assert since_s(Change(from_s=100.0, until_s=200.0, contact_time=0.02)) is None
    assert real_from_s(STEADY, until_s=300.0, usual_mps=3.0) is None
