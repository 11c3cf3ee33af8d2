"""The figures that hold simulated runs beside real ones are what they say."""

from __future__ import annotations

import numpy as np
import pytest

from bench.likeness import CV, FEW, SHARE, new_kind, own_cv_pct, share_pct, table
from bench.peers.leg import Leg


def leg(*, hz: float) -> Leg:
    """Return a leg whose acceleration's length swings at one frequency."""
    time_s = np.arange(0.0, 20.0, 0.005)
    accel_g = np.zeros((len(time_s), 3))
    accel_g[:, 2] = 2.0 + np.sin(2.0 * np.pi * hz * time_s)
    return Leg(time_s=time_s, accel_g=accel_g, gyro_dps=np.zeros_like(accel_g))


def test_a_slow_change_of_pace_is_no_variation_from_stride_to_stride() -> None:
    even = np.linspace(0.70, 0.77, 400)
    rng = np.random.default_rng(0)
    assert own_cv_pct(even.tolist()) < 0.03
    noisy = even * (1.0 + 0.02 * rng.standard_normal(400))
    assert own_cv_pct(noisy.tolist()) == pytest.approx(2.0, rel=0.15)


@pytest.mark.parametrize(("hz", "share"), [(2.0, 0.0), (10.0, 100.0), (30.0, 0.0)])
def test_the_share_of_a_band_is_of_what_swings_in_it(hz: float, share: float) -> None:
    assert share_pct(leg(hz=hz), 2.0, 18.0) == pytest.approx(share, abs=0.1)


def test_a_figure_nobody_gives_says_so() -> None:
    kind = new_kind("nobody")
    strides = [
        {
            "side": "left",
            "contact_s": 2.0 + k,
            "stride_time_s": 1.0,
            "peak_accel_resultant_g": 8.0,
            "contact_time_s": None,
            "loading_rate_gps": None,
        }
        for k in range(FEW)
    ]
    kind.add(strides, [leg(hz=10.0)])
    assert kind.figures[CV] == [0.0]
    assert len(kind.figures[SHARE]) == 1
    assert table([kind]).splitlines()[2].startswith("| nobody | 6 | 8 (8-8) | not given |")
