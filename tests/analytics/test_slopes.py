import math

import numpy as np
import pytest

from analytics import slopes
from analytics.records import Slope
from tests.analytics.runners import long_range


def fresh_minutes(
    slope: float, *, seed: int = 1, wander_mps: float = 0.15
) -> list[dict[str, float]]:
    rng = np.random.default_rng(seed)
    speed = 3.0 + wander_mps * long_range(rng, 27)
    noise = 0.035 * long_range(rng, 27)
    return [
        {"speed": float(v), "peak_accel": 6.0 * math.exp(slope * (v - 3.0) + e)}
        for v, e in zip(speed, noise, strict=True)
    ]


def of_runs(blocks: list[dict[str, float]], known: dict[str, Slope]) -> Slope:
    return slopes.learnt(blocks, known=known, block_strides=25)["peak_accel"]


def test_a_runner_of_whom_nothing_is_known_follows_speed_as_people_do() -> None:
    assert of_runs([], {}) == slopes.POPULATION["peak_accel"]
    assert slopes.slope_of("peak_accel_left", {}) == slopes.POPULATION["peak_accel"]
    assert slopes.slope_of("asymmetry", {}) == Slope(per_mps=0.0, sd=0.0)


def test_over_runs_the_slope_becomes_the_runners_own() -> None:
    known: dict[str, Slope] = {}
    sds = []
    for seed in range(12):
        found = slopes.learnt(fresh_minutes(0.6, seed=seed), known=known, block_strides=25)
        known = found
        sds.append(found["peak_accel"].sd)
    assert sds == sorted(sds, reverse=True)
    assert known["peak_accel"].per_mps == pytest.approx(0.6, abs=0.08)


def test_an_even_pace_teaches_nothing_about_speed() -> None:
    even = of_runs(fresh_minutes(0.6, wander_mps=0.0), {})
    assert even.per_mps == pytest.approx(0.32)
    assert even.sd == pytest.approx(0.12)


def test_the_slope_is_as_sure_as_it_says() -> None:
    rng = np.random.default_rng(3)
    off = []
    for seed in range(300):
        true = float(rng.normal(0.32, 0.12))
        found = of_runs(fresh_minutes(true, seed=seed), {})
        off.append((found.per_mps - true) / found.sd)
    assert 0.85 < float(np.std(off)) < 1.1


def test_blocks_without_a_speed_are_left_out() -> None:
    blocks = [{"peak_accel": 6.0}, *fresh_minutes(0.6)]
    assert of_runs(blocks, {}) == of_runs(blocks[1:], {})


def test_no_run_makes_a_slope_surer_than_a_straight_line_can_be() -> None:
    sure = {"peak_accel": Slope(per_mps=0.4, sd=0.03)}
    assert of_runs(fresh_minutes(0.4), sure).sd == 0.03
