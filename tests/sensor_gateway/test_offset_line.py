"""The line of a sensor's clock through what bounds it from above and below."""

from __future__ import annotations

import numpy as np
import pytest

from sensor_gateway.offset_line import Bounds, fit_line


def read_for(seconds: float, *, skew: float, interval_s: float = 0.03) -> Bounds:
    """Return bounds of a line at 3 s: packets in time, a read every 2 s at another phase."""
    device_s = np.arange(0.0, seconds, 2.0)
    true_s = 3.0 + skew * device_s
    asked_s = true_s - interval_s * (0.05 + 0.618 * np.arange(len(device_s)) % 0.95)
    return Bounds(
        above=np.stack([device_s, true_s + 1e-4], axis=1),
        asked=np.stack([device_s, asked_s], axis=1),
        answered=np.stack([device_s, true_s + interval_s], axis=1),
        round_trip_s=1.05 * interval_s,
    )


def test_skew_is_found_and_what_a_stall_held_up_does_not_move_it() -> None:
    bounds = read_for(120.0, skew=40e-6)
    bounds.above[::7, 1] += 0.05
    bounds.asked[1::7, 1] -= 2.0
    bounds.answered[1::7, 1] += 1.0
    line = fit_line(bounds)
    assert line.skew == pytest.approx(40e-6, abs=5e-6)
    assert abs(line.offset_s - 3.0 - 40e-6 * 118.0) < line.uncertainty_s < 4e-3


def test_packets_that_come_late_alike_move_neither_skew_nor_offset() -> None:
    bounds = read_for(120.0, skew=40e-6)
    bounds.above[:, 1] = 3.02  # in step with the gateway's clock, not with the sensor's
    line = fit_line(bounds)
    assert line.skew == pytest.approx(40e-6, abs=5e-6)
    assert abs(line.offset_s - 3.0 - 40e-6 * 118.0) < line.uncertainty_s < 4e-3


def test_one_read_is_trusted_to_its_round_trip_only() -> None:
    bounds = read_for(2.0, skew=0.0)
    late = Bounds(
        above=np.array([[0.0, 3.03]]),
        asked=bounds.asked,
        answered=bounds.answered,
        round_trip_s=0.03,
    )
    line = fit_line(late)
    assert 5e-3 < line.uncertainty_s < 0.03
    assert abs(line.offset_s - 3.0) < line.uncertainty_s


def test_the_skew_known_before_is_kept_against_little_evidence() -> None:
    bounds = read_for(6.0, skew=0.0)
    known = Bounds(
        above=bounds.above,
        asked=bounds.asked,
        answered=bounds.answered,
        round_trip_s=bounds.round_trip_s,
        skew=40e-6,
        skew_sigma=4e-6,
    )
    assert fit_line(known).skew == pytest.approx(40e-6, abs=4e-6)
    assert fit_line(bounds).skew == pytest.approx(0.0, abs=20e-6)


def test_two_points_say_little_about_skew() -> None:
    line = fit_line(Bounds(above=np.array([[0.0, 3.0], [2.0, 3.004]])))
    assert abs(line.skew) < 20e-6


def test_bounds_that_contradict_each_other_still_give_a_line() -> None:
    above = np.array([[0.0, 3.0], [2.0, 3.0]])
    line = fit_line(Bounds(above=above, asked=above + 0.25, answered=above + 0.3))
    assert line.offset_s == pytest.approx(3.0, abs=1e-3)
