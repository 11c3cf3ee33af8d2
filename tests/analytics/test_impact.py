"""Impact figures of known shocks, at every rate and mounting, clipped or not; and their trust."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.impact import reliability
from analytics.records import FloatArray, Placement, SampleBlock, Stride
from analytics.rows import CLIPPED, TOO_SLOW
from analytics.strikes import Landed, StrikeDetector
from firmware_sim.gait.leg import low_passed
from tests.analytics import signals
from tests.laws import law

WHOLE = {
    "clipped": False,
    "turn_clipped": False,
    "frozen": False,
    "toe_off_s": 0.30,
    "peak_accel_axial_g": 6.0,
}
FINE_HZ = 12_800.0  # where the shocks are as good as continuous
STANDS_S, EVERY_S, N = 2.5, 0.7, 6
SPOILT = (
    *("loading_rate_gps", "average_loading_rate_gps", "time_to_peak_s", "impulse_gs"),
    "impact_band_ratio",
)


def shocks(*, hz: float, peak_g: float, shift: float = 0.0) -> FloatArray:
    """Return standing and half-sine shocks on it, up z, at `FINE_HZ`, shape (n, 3)."""
    time_s = np.arange(int((STANDS_S + EVERY_S * (N + 1)) * FINE_HZ)) / FINE_HZ
    since_s = np.mod(time_s - STANDS_S - shift, EVERY_S)
    on = (since_s < 0.5 / hz) & (time_s > STANDS_S) & (time_s < STANDS_S + N * EVERY_S)
    accel = np.zeros((len(time_s), 3))
    accel[:, 2] = 1.0 + np.where(on, peak_g * np.sin(2.0 * math.pi * hz * since_s), 0.0)
    return accel


def sampled(accel: FloatArray, *, rate_hz: float, range_g: float = 32.0) -> SampleBlock:
    """Return what a sensor of this rate and range makes of it."""
    at = np.arange(int(len(accel) / FINE_HZ * rate_hz)) / rate_hz
    cut = np.clip(accel[np.round(at * FINE_HZ).astype(int)], -range_g, range_g)
    cut[::2, 0] += 1e-4  # no sample repeats the one before: that would be a frozen sensor
    return signals.block(cut, rate_hz=rate_hz, range_g=range_g)


def strides(block: SampleBlock) -> list[Stride]:
    """Return the strides between the shocks, all but the first, whose rest is not yet over."""
    found = law.run(StrikeDetector(worn=signals.worn(Placement.SHIN)), [block])
    return [r.stride for r in found if isinstance(r, Landed) and r.stride is not None]


def true_peak_g(accel: FloatArray) -> float:
    return float(low_passed(accel.T, rate_hz=FINE_HZ)[2].max())


@settings(deadline=None, max_examples=40)
@given(
    hz=st.floats(11.0, 25.0),
    peak_g=st.floats(3.0, 14.0),
    rate_hz=st.sampled_from([200.0, 225.0, 400.0, 1000.0, 1600.0]),
    shift=st.floats(0.0, 0.01),
    seed=st.integers(0, 100),
)
def test_peaks_of_shocks_are_found_between_the_samples_however_the_sensor_sits(
    hz: float, peak_g: float, rate_hz: float, shift: float, seed: int
) -> None:
    accel = shocks(hz=hz, peak_g=peak_g, shift=shift)
    block = signals.turned(sampled(accel, rate_hz=rate_hz), seed=seed)
    true_g = true_peak_g(accel)
    found = strides(block)
    assert len(found) == N - 1
    for stride in found:
        assert stride.peak_accel_resultant_g == pytest.approx(true_g, rel=0.015)
        assert stride.peak_accel_axial_g == pytest.approx(true_g - 1.0, rel=0.025)


@pytest.mark.parametrize("hz", [12.0, 13.5, 15.0])
@pytest.mark.parametrize("rate_hz", [200.0, 400.0, 1600.0])
def test_the_filter_itself_costs_a_tibial_shock_less_than_three_percent(
    hz: float, rate_hz: float
) -> None:
    for stride in strides(sampled(shocks(hz=hz, peak_g=8.0, shift=0.003), rate_hz=rate_hz)):
        assert stride.peak_accel_axial_g == pytest.approx(8.0, rel=0.03)


@pytest.mark.parametrize(("rate_hz", "lost"), [(100.0, 0.10), (50.0, 0.45)])
def test_slow_sensors_read_sharp_shocks_low_never_high(rate_hz: float, lost: float) -> None:
    accel = shocks(hz=15.0, peak_g=8.0, shift=0.004)
    for stride in strides(sampled(accel, rate_hz=rate_hz)):
        assert stride.peak_accel_axial_g is not None
        assert 1.0 - lost < stride.peak_accel_axial_g / 8.0 < 1.03


def test_below_100_hz_there_is_no_loading_rate_and_the_stride_says_so() -> None:
    for stride in strides(sampled(shocks(hz=12.0, peak_g=8.0), rate_hz=50.0)):
        for name in ("loading_rate_gps", "average_loading_rate_gps", "impact_band_ratio"):
            assert getattr(stride, name) is None
            assert stride.reasons[name] == TOO_SLOW
        assert stride.impulse_gs is not None


def test_loading_is_that_of_the_shock() -> None:
    accel = shocks(hz=12.5, peak_g=8.0)
    for stride in strides(sampled(accel, rate_hz=400.0)):
        rise_s = (math.asin(0.8) - math.asin(0.2)) / (2.0 * math.pi * 12.5)
        assert stride.average_loading_rate_gps == pytest.approx(0.6 * 8.0 / rise_s, rel=0.05)
        assert stride.loading_rate_gps == pytest.approx(8.0 * 2.0 * math.pi * 12.5, rel=0.10)
        assert stride.impulse_gs == pytest.approx(8.0 / (math.pi * 12.5), rel=0.10)


@pytest.mark.parametrize("rate_hz", [200.0, 1600.0])
def test_a_clipped_landing_keeps_its_peak_as_a_bound_and_gives_up_the_rest(rate_hz: float) -> None:
    for stride in strides(sampled(shocks(hz=15.0, peak_g=24.0), rate_hz=rate_hz, range_g=16.0)):
        assert stride.clipped
        assert 14.0 < stride.peak_accel_resultant_g < 18.0, "not repaired"
        assert {stride.reasons[name] for name in SPOILT} == {CLIPPED}
        assert all(getattr(stride, name) is None for name in SPOILT)


def test_a_swing_that_clips_marks_the_stride_and_spares_the_landing() -> None:
    accel = shocks(hz=15.0, peak_g=6.0)
    time_s = np.arange(len(accel)) / FINE_HZ - STANDS_S
    swing_s = np.mod(time_s, EVERY_S) - 0.35
    on = (swing_s > 0.0) & (swing_s < 0.16) & (time_s > 0.0)
    accel[:, 0] += np.where(on, 8.2 * np.sin(math.pi * swing_s / 0.16) ** 2, 0.0)
    for stride in strides(sampled(accel, rate_hz=200.0, range_g=8.0)):
        assert stride.clipped
        assert all(getattr(stride, name) is not None for name in SPOILT)


def test_a_landing_seen_whole_is_fully_trusted() -> None:
    assert reliability(WHOLE, rate_hz=200.0) == 1.0


def test_a_slow_sensor_is_trusted_less_and_a_slower_one_still_less() -> None:
    fifty, hundred = (reliability(WHOLE, rate_hz=rate_hz) for rate_hz in (50.0, 100.0))
    assert fifty < hundred < 1.0


@pytest.mark.parametrize(
    "worse",
    [{"clipped": True}, {"toe_off_s": None}, {"peak_accel_axial_g": None}],
)
def test_what_is_missing_or_cut_off_costs_trust(worse: dict[str, bool | None]) -> None:
    assert 0.0 < reliability({**WHOLE, **worse}, rate_hz=200.0) < 1.0


def test_a_clipped_landing_is_trusted_less_than_one_without_toe_off() -> None:
    clipped = reliability({**WHOLE, "clipped": True}, rate_hz=200.0)
    assert clipped < reliability({**WHOLE, "toe_off_s": None}, rate_hz=200.0)
