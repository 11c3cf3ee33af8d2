from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.records import Placement, Side
from firmware_sim.course import STEADY, Change, Course
from firmware_sim.gait.contacts import Contacts
from firmware_sim.landings import draw_contacts
from firmware_sim.noise import fractional_noise
from firmware_sim.runner import Traits, draw_traits

TRAITS = Traits(
    speed_mps=3.0,
    cadence_spm=166.0,
    contact_time_s=0.25,
    peak_accel_g=6.0,
    strike_angle_deg=10.0,
    pronation_deg=12.0,
    left_peak=1.03,
    left_contact=1.0,
    left_step=0.5,
)
HOUR_S = 3600.0


def run(
    course: Course = STEADY, *, seed: int = 5, running_s: float = HOUR_S
) -> dict[Side, Contacts]:
    rng = np.random.default_rng(seed)
    return draw_contacts(rng, traits=TRAITS, course=course, running_s=running_s)


def test_strides_vary_as_runners_strides_do() -> None:
    for leg in run().values():
        stride_s = leg.stride_time_s[:-1]
        assert 120.0 / stride_s.mean() == pytest.approx(166.0, rel=0.01)
        assert stride_s.std() / stride_s.mean() == pytest.approx(0.012, rel=0.15)
        contact_s = leg.contact_time_s
        assert contact_s.std() / contact_s.mean() == pytest.approx(0.03, rel=0.15)
        assert np.log(leg.peak_accel_g).std() == pytest.approx(0.12, rel=0.15)


def test_stride_time_has_long_memory() -> None:
    stride_s = run()[Side.LEFT].stride_time_s[:4096]
    blocks = stride_s.reshape(-1, 64).mean(axis=1)
    # White noise would leave 1/8 of the spread in means of 64; H 0.8 leaves 64^-0.2 = 0.44.
    assert 0.3 < blocks.std() / stride_s.std() < 0.6


def test_fractional_noise_has_the_spread_and_memory_it_promises() -> None:
    rng = np.random.default_rng(1)
    many = np.array([fractional_noise(rng, n=64) for _ in range(2000)])
    assert many.std() == pytest.approx(1.0, rel=0.02)
    assert (many[:, 1:] * many[:, :-1]).mean() == pytest.approx(2.0**0.6 - 1.0, rel=0.05)


def test_the_legs_take_turns_about_half_a_stride_apart() -> None:
    legs = run(running_s=300.0)
    left, right = legs[Side.LEFT].contact_s, legs[Side.RIGHT].contact_s
    n = min(len(left) - 1, len(right))
    phase = (right[:n] - left[:n]) / np.diff(left)[:n]
    assert phase.min() > 0.45
    assert phase.max() < 0.55


def test_one_leg_lands_harder_than_the_other() -> None:
    legs = run()
    ratio = np.median(legs[Side.LEFT].peak_accel_g) / np.median(legs[Side.RIGHT].peak_accel_g)
    assert ratio == pytest.approx(1.03**2, rel=0.03)


def test_a_tiring_runner_changes_by_what_the_course_says() -> None:
    tires = Change(from_s=1200.0, until_s=2400.0, cadence=-0.05, contact_time=0.08, peak_accel=0.3)
    course = Course(changes=(tires,))
    leg = run(course)[Side.LEFT]
    early, late = leg.contact_s < 1200.0, leg.contact_s > 2400.0
    between = ~early & ~late

    def change(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        return float(np.median(values[late]) / np.median(values[early]) - 1.0)

    assert change(1.0 / leg.stride_time_s) == pytest.approx(-0.05, abs=0.01)
    assert change(leg.contact_time_s) == pytest.approx(0.08, abs=0.02)
    assert change(leg.peak_accel_g) == pytest.approx(0.3, abs=0.06)
    halfway = np.median(leg.contact_time_s[between]) / np.median(leg.contact_time_s[early]) - 1.0
    assert halfway == pytest.approx(0.04, abs=0.015)


def test_cadence_may_go_before_the_rest() -> None:
    tires = Change(from_s=600.0, until_s=610.0, cadence=-0.08, contact_time=0.1)
    ahead_of_it = replace(tires, cadence_leads_s=300.0)
    together, ahead = run(Course(changes=(tires,))), run(Course(changes=(ahead_of_it,)))
    for legs, falls_s in ((together, 600.0), (ahead, 300.0)):
        leg = legs[Side.LEFT]
        fresh, slow = leg.contact_s < falls_s - 10.0, leg.contact_s > falls_s + 20.0
        change = np.median(leg.stride_time_s[slow]) / np.median(leg.stride_time_s[fresh])
        assert change == pytest.approx(1 / 0.92, rel=0.01)
        tired = leg.contact_s > 620.0
        contact = np.median(leg.contact_time_s[tired]) / np.median(leg.contact_time_s[~tired])
        assert contact == pytest.approx(1.1, rel=0.02)


def test_the_same_seed_draws_the_same_run() -> None:
    np.testing.assert_array_equal(run()[Side.LEFT].contact_s, run()[Side.LEFT].contact_s)
    assert not np.array_equal(
        run(seed=6)[Side.LEFT].peak_accel_g[:9], run()[Side.LEFT].peak_accel_g[:9]
    )


def test_runners_are_people() -> None:
    for seed in range(50):
        traits = draw_traits(np.random.default_rng(seed), placement=Placement.SHIN)
        assert 155.0 < traits.cadence_spm < 177.0
        assert 0.23 < traits.contact_time_s < 0.28
        assert 4.0 < traits.peak_accel_g < 8.0
        assert 0.03 <= abs(traits.left_peak**2 - 1.0) < 0.09


def test_who_slows_lands_softer_but_harder_than_at_that_speed() -> None:
    slows = Change(from_s=1200.0, until_s=1800.0, speed=-0.12, peak_accel=0.08)
    leg = run(Course(changes=(slows,)))[Side.LEFT]
    early, late = leg.contact_s < 1200.0, leg.contact_s > 1800.0
    speed_mps = leg.stride_length_m / leg.stride_time_s
    assert np.median(speed_mps[late]) / np.median(speed_mps[early]) == pytest.approx(0.88, abs=0.01)
    peak = np.log(leg.peak_accel_g)
    raw = float(np.median(peak[late]) - np.median(peak[early]))
    assert raw < 0.0
    assert raw + 0.32 * 0.36 == pytest.approx(np.log(1.08), abs=0.05)


def test_asymmetry_grows_on_the_worse_leg() -> None:
    parts = Change(from_s=1200.0, until_s=1800.0, asymmetry=0.11)
    rng = np.random.default_rng(5)
    legs = draw_contacts(
        rng, traits=TRAITS.apart(0.09), course=Course(changes=(parts,)), running_s=HOUR_S
    )

    def apart(begin_s: float, end_s: float) -> float:
        left, right = (
            float(np.median(leg.peak_accel_g[(leg.contact_s >= begin_s) & (leg.contact_s < end_s)]))
            for leg in (legs[Side.LEFT], legs[Side.RIGHT])
        )
        return 2.0 * (left - right) / (left + right)

    assert apart(0.0, 1200.0) == pytest.approx(0.09, abs=0.03)
    assert apart(1800.0, HOUR_S) == pytest.approx(0.20, abs=0.03)
