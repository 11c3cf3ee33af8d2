import math

import pytest

from analytics import changes, noise
from analytics.baseline import Learner, fresh_form, updated
from analytics.changes import Fresh
from analytics.records import Baseline, Slope, Usual
from tests.analytics.runners import RUNNER

STEADY = {"cadence": Usual(median=170.0, sigma=1.0, n_blocks=26)}
SLOPE = Slope(per_mps=0.32, sd=0.12)


def earlier(usual: dict[str, Usual], *, age_days: float = 0.0) -> Baseline:
    return Baseline(runner=RUNNER, source="earlier runs", usual=usual, age_days=age_days)


def fresh_of(
    own: dict[str, Usual],
    stored: dict[str, Usual],
    *,
    between_days: float = 1.0,
    age_days: float = 0.0,
) -> dict[str, Fresh]:
    return fresh_form(
        own,
        earlier(stored, age_days=age_days) if stored else None,
        block_strides=25,
        between_days=between_days,
    )


def after_a_run(stored: dict[str, Usual], *, age_days: float = 0.0) -> dict[str, Usual]:
    kept = earlier(stored, age_days=age_days)
    found = updated(runner=RUNNER, session="2", own=STEADY, stored=kept, slopes_known={})
    return dict(found.usual)


def test_the_centre_is_the_median_and_one_odd_block_does_not_move_it() -> None:
    learner = Learner()
    for value in [168.0, 169.0, 170.0, 171.0, 172.0] * 2:
        learner.add({"cadence": value})
    learner.add({"cadence": 90.0})
    usual = learner.usual(block_strides=25, min_blocks=10)["cadence"]
    assert usual.median == 170.0
    assert usual.sigma == pytest.approx(1.4826, rel=0.02)
    assert usual.n_blocks == 11


def test_too_few_blocks_are_no_baseline() -> None:
    learner = Learner()
    for _ in range(9):
        learner.add({"cadence": 170.0})
    assert learner.usual(block_strides=25, min_blocks=10) == {}


def test_a_metric_that_only_some_blocks_gave_needs_enough_of_its_own() -> None:
    learner = Learner()
    for i in range(12):
        learner.add({"cadence": 170.0 + i, **({"contact_time": 0.25} if i < 3 else {})})
    assert list(learner.usual(block_strides=25, min_blocks=10)) == ["cadence"]


def test_the_blend_lies_between_today_and_earlier_days_and_nearer_to_today() -> None:
    stored = {"cadence": Usual(median=160.0, sigma=1.0, n_blocks=100)}
    blend = fresh_of(STEADY, stored)["cadence"].usual
    assert 160.0 < blend < 170.0
    assert blend > 168.0


def test_a_stored_baseline_trusted_fully_outweighs_a_few_minutes() -> None:
    stored = {"cadence": Usual(median=160.0, sigma=1.0, n_blocks=200)}
    assert fresh_of(STEADY, stored, between_days=0.0)["cadence"].usual < 165.0


def test_the_blend_is_surer_than_each_of_its_parts() -> None:
    stored = {"cadence": Usual(median=170.0, sigma=1.0, n_blocks=100)}
    both = fresh_of(STEADY, stored)["cadence"].error
    assert both < fresh_of(STEADY, {})["cadence"].error
    assert both < fresh_of({}, stored)["cadence"].error


def test_few_blocks_leave_the_spread_near_that_of_people() -> None:
    people = noise.population_sigma("cadence", block_strides=25)

    def spread(n_blocks: int) -> float:
        wild = Usual(median=170.0, sigma=170.0 * 2.0 * people, n_blocks=n_blocks)
        return fresh_of({"cadence": wild}, {})["cadence"].sigma

    assert people < spread(10) < spread(100) < 2.0 * people


def test_a_spread_of_nothing_does_not_make_every_change_a_great_one() -> None:
    still = {"cadence": Usual(median=170.0, sigma=0.0, n_blocks=200)}
    people = noise.population_sigma("cadence", block_strides=25)
    assert fresh_of(still, {})["cadence"].sigma > 0.6 * people


def test_changes_are_told_in_percent_and_judged_in_spreads() -> None:
    fresh = {"peak_accel": Fresh(usual=5.0, sigma=0.03, error=0.04)}
    change = changes.of({"peak_accel": 5.5}, fresh)["peak_accel"]
    assert change.change_pct == pytest.approx(10.0)
    assert change.z == pytest.approx(math.log(1.1) / 0.05)


def test_one_leg_alone_is_compared_with_its_own_usual() -> None:
    fresh = {
        "peak_accel": Fresh(usual=5.0, sigma=0.03, error=0.0),
        "peak_accel_left": Fresh(usual=6.0, sigma=0.05, error=0.0),
    }
    change = changes.of({"peak_accel_left": 6.0}, fresh)["peak_accel"]
    assert (change.metric, change.z) == ("peak_accel_left", 0.0)


def test_speed_is_adjusted_for_only_where_both_speeds_are_known() -> None:
    fresh = {
        "peak_accel": Fresh(usual=5.0, sigma=0.03, error=0.0, slope=SLOPE),
        "speed": Fresh(usual=3.0, sigma=0.1, error=0.0),
    }
    faster = {"peak_accel": 5.0 * math.exp(0.32 * 0.4), "speed": 3.4}
    assert changes.of(faster, fresh)["peak_accel"].change_pct == pytest.approx(0.0, abs=1e-9)
    unknown = {"peak_accel": faster["peak_accel"]}
    assert changes.of(unknown, fresh)["peak_accel"].change_pct == pytest.approx(13.66, abs=0.01)


def test_the_further_from_the_fresh_speed_the_less_a_change_counts() -> None:
    fresh = {
        "peak_accel": Fresh(usual=5.0, sigma=0.03, error=0.0, slope=SLOPE),
        "speed": Fresh(usual=3.0, sigma=0.1, error=0.0),
    }
    near = changes.of({"peak_accel": 5.5, "speed": 3.0}, fresh)["peak_accel"]
    far_g = 5.5 * math.exp(-0.32 * 0.5)
    far = changes.of({"peak_accel": far_g, "speed": 2.5}, fresh)["peak_accel"]
    assert far.size == pytest.approx(near.size)
    assert far.z == pytest.approx(near.size / math.hypot(0.03, 0.06))
    assert near.doubts == {}


def test_an_earlier_run_at_another_speed_is_compared_at_todays() -> None:
    own = {"speed": Usual(median=3.0, sigma=0.05, n_blocks=26)}
    stored = {
        "speed": Usual(median=2.5, sigma=0.05, n_blocks=100),
        "peak_accel": Usual(median=5.0, sigma=0.2, n_blocks=100),
    }
    fresh = fresh_of(own, stored)
    assert fresh["speed"].usual == 3.0
    assert fresh["peak_accel"].usual == pytest.approx(5.0 * math.exp(0.32 * 0.5))
    assert fresh["peak_accel"].error > fresh_of({}, stored)["peak_accel"].error


def test_a_run_moves_the_stored_baseline_by_its_share_of_blocks() -> None:
    after = after_a_run({"cadence": Usual(median=160.0, sigma=1.0, n_blocks=74)})["cadence"]
    assert after.median == pytest.approx(162.6)
    assert after.n_blocks == 100


def test_the_older_the_baseline_the_more_today_counts() -> None:
    stored = {"cadence": Usual(median=160.0, sigma=1.0, n_blocks=104)}
    month = after_a_run(stored, age_days=30.0)["cadence"]
    assert month.n_blocks == 52 + 26
    assert month.median == pytest.approx((52 * 160.0 + 26 * 170.0) / 78)
    old, new = (fresh_of(STEADY, stored, age_days=days)["cadence"] for days in (90.0, 0.0))
    assert old.usual > new.usual
    assert old.error > new.error


def test_old_runs_never_weigh_so_much_that_a_new_one_counts_for_nothing() -> None:
    once = after_a_run({"cadence": Usual(median=160.0, sigma=1.0, n_blocks=10_000)})
    assert once["cadence"].n_blocks == 200


def test_what_a_run_did_not_measure_stays_as_it_was() -> None:
    stored = {"asymmetry": Usual(median=4.0, sigma=7.0, n_blocks=50)}
    assert after_a_run(stored) == {**stored, **STEADY}
