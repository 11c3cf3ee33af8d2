from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.load.dose import LegSum, decayed, dls_g, dose_error_pct
from analytics.records import Side
from tests.analytics.runners import stride

DOSES = st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1e6)), max_size=30)


def test_peaks_add_up_by_their_powers_and_bands() -> None:
    leg = LegSum()
    for peak_g in (5.0, 6.0, 21.0, 21.5):
        leg.add(stride(Side.LEFT, 1.0, peak_g=peak_g))
    found = leg.total(coverage=0.5)
    assert found is not None
    assert found.axial is not None
    assert found.resultant.dose_g == 53.5
    assert found.resultant.dose_g4 == 5.0**4 + 6.0**4 + 21.0**4 + 21.5**4
    assert (found.resultant.n_low, found.resultant.n_medium, found.resultant.n_high) == (1, 2, 1)
    assert found.axial.dose_g == 49.5
    assert found.axial.mean_peak_g == pytest.approx(49.5 / 4)
    assert found.coverage == 0.5


def test_a_clipped_peak_counts_as_what_was_seen_and_is_in_no_mean() -> None:
    leg = LegSum()
    leg.add(stride(Side.LEFT, 1.0, peak_g=5.0))
    leg.add(stride(Side.LEFT, 2.0, peak_g=16.0, clipped=True))
    found = leg.total(coverage=1.0)
    assert found is not None
    assert (found.n_strides, found.n_clipped) == (2, 1)
    assert found.resultant.dose_g == 21.0
    assert found.resultant.mean_peak_g == 5.0
    assert found.resultant.mean_log_peak == pytest.approx(math.log(5.0))


def test_one_stride_without_an_axial_peak_leaves_the_leg_without_an_axial_dose() -> None:
    leg = LegSum()
    leg.add(stride(Side.LEFT, 1.0))
    leg.add(replace(stride(Side.LEFT, 2.0), peak_accel_axial_g=None))
    found = leg.total(coverage=1.0)
    assert found is not None
    assert found.axial is None
    assert found.resultant.dose_g == 12.0


def test_a_leg_without_a_stride_has_no_load() -> None:
    assert LegSum().total(coverage=1.0) is None


def test_the_error_of_the_fourth_power_is_published() -> None:
    assert dose_error_pct(exponent=4) == pytest.approx(46.41)
    assert dls_g(3 * 2.0**4) == pytest.approx(2 * 3**0.25)


@given(doses=DOSES, tau_days=st.sampled_from([7.0, 28.0]))
def test_a_load_decays_as_if_told_day_by_day(
    doses: list[tuple[int, float]], tau_days: float
) -> None:
    load, last = 0.0, 401
    for days_ago, dose in sorted(doses, reverse=True):
        load = load * math.exp(-(last - days_ago) / tau_days) + dose
        last = days_ago
    load *= math.exp(-last / tau_days)
    assert decayed(doses, tau_days=tau_days) == pytest.approx(load, rel=1e-9, abs=1e-9)


@given(doses=DOSES, order=st.randoms(use_true_random=False), split=st.integers(0, 30))
def test_loads_add_up_whatever_the_order(
    doses: list[tuple[int, float]], order: object, split: int
) -> None:
    mixed = list(doses)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert decayed(mixed, tau_days=7.0) == decayed(doses, tau_days=7.0)
    parts = decayed(doses[:split], tau_days=7.0) + decayed(doses[split:], tau_days=7.0)
    assert decayed(doses, tau_days=7.0) == pytest.approx(parts)
