import math
from collections.abc import Mapping

import numpy as np
import pytest

from analytics.changes import Fresh
from analytics.ground import LEARN_BLOCKS, Ground

FRESH = {
    "peak_accel": Fresh(usual=6.0, sigma=0.035, error=0.02),
    "contact_time": Fresh(usual=0.25, sigma=0.009, error=0.005),
    "time_to_peak_left": Fresh(usual=0.024, sigma=0.03, error=0.01),
    "time_to_peak_right": Fresh(usual=0.026, sigma=0.03, error=0.01),
}


def block(*, peak: float = 0.0, contact: float = 0.0, shock: float = 0.0) -> Mapping[str, float]:
    return {
        "peak_accel": 6.0 * math.exp(peak),
        "contact_time": 0.25 * math.exp(contact),
        "time_to_peak_left": 0.024 * math.exp(shock),
        "time_to_peak_right": 0.026 * math.exp(shock),
    }


def run_on(
    ground: Ground, n: int, surface: str | None = None, *, peak: float = 0.0, shock: float = 0.0
) -> list[bool]:
    return [ground.push(block(peak=peak, shock=shock), FRESH, surface) for _ in range(n)]


def test_on_the_ground_of_the_fresh_minutes_fresh_is_fresh() -> None:
    ground = Ground()
    ground.learn("track", None)
    run_on(ground, 5, "track")
    assert ground.here(FRESH) == FRESH


def test_other_ground_is_not_judged_until_it_is_known_and_then_as_it_was_before() -> None:
    ground = Ground()
    ground.learn("track", None)
    run_on(ground, 10, "track", peak=0.04)
    run_on(ground, LEARN_BLOCKS - 1, "grass", peak=0.19)
    assert set(ground.here(FRESH)) == {"time_to_peak_left", "time_to_peak_right"}
    run_on(ground, 1, "grass", peak=0.19)
    there = ground.here(FRESH)["peak_accel"]
    # 0.04 of it was there before: that much is still form.
    assert math.log(there.usual / 6.0) == pytest.approx(0.15)
    assert there.place == "grass"
    assert 0.0 < there.place_error < FRESH["peak_accel"].sigma


def test_back_on_known_ground_the_comparison_goes_on_at_once() -> None:
    ground = Ground()
    ground.learn("track", None)
    run_on(ground, 10, "track")
    run_on(ground, LEARN_BLOCKS, "grass", peak=0.15)
    run_on(ground, 1, "track")
    assert ground.here(FRESH) == FRESH
    run_on(ground, 1, "grass", peak=0.15)
    assert ground.here(FRESH)["peak_accel"].usual == pytest.approx(6.0 * math.exp(0.15))


@pytest.mark.parametrize("jump", [-0.12, 0.12])
def test_without_tags_a_jump_of_the_time_to_peak_is_taken_for_other_ground(jump: float) -> None:
    ground = Ground()
    assert not any(run_on(ground, 10))
    assert run_on(ground, 2, peak=0.1, shock=jump) == [False, True]
    here = ground.here(FRESH)
    assert "peak_accel" not in here
    assert here["contact_time"] == FRESH["contact_time"]
    assert any(run_on(ground, LEARN_BLOCKS, peak=0.1, shock=jump)) is False
    assert run_on(ground, 2) == [False, True]
    assert ground.here(FRESH) == FRESH


def test_a_slow_change_of_the_time_to_peak_is_no_jump() -> None:
    ground = Ground()
    jumps = [ground.push(block(shock=0.003 * i), FRESH, None) for i in range(100)]
    assert not any(jumps)


def test_noise_seldom_looks_like_other_ground() -> None:
    rng = np.random.default_rng(4)
    ground = Ground()
    jumps = [ground.push(block(shock=0.02 * x), FRESH, None) for x in rng.standard_normal(1000)]
    assert sum(jumps) <= 1


def test_a_slope_is_known_from_its_grade_and_no_grade_is_level() -> None:
    ground = Ground()
    ground.learn(None, None)
    assert ground.is_level(None)
    assert ground.is_level(1.0)
    assert not ground.is_level(-4.0)
    uphill = Ground()
    uphill.learn(None, 5.0)
    assert uphill.is_level(5.5)
    assert not uphill.is_level(0.0)


def test_a_leg_with_a_new_reference_has_no_old_effect_of_ground() -> None:
    ground = Ground()
    ground.learn("track", None)
    run_on(ground, 10, "track")
    run_on(ground, LEARN_BLOCKS, "grass", peak=0.15)
    ground.forget_impact()
    assert ground.here(FRESH)["peak_accel"] == FRESH["peak_accel"]
