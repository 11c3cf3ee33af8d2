"""Figures of one impact against shocks whose figures are known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.kernels import shock
from analytics.kernels.axes import lanes_of, parts
from analytics.kernels.jit import entry, loaded
from analytics.kernels.run import ring_of
from analytics.kernels.state import Streams, new_streams
from analytics.kernels.steps import cubic, low_passed
from analytics.kernels.tuning import Tuning, tuning
from analytics.records import FloatArray
from tests.analytics.from_python import callable_kernel

IMPACT_S = 0.075
average_rate = callable_kernel(shock.average_rate)
band_ratio = callable_kernel(shock.band_ratio)
highest = callable_kernel(shock.highest)
impulse = callable_kernel(shock.impulse)
vertex = callable_kernel(shock.vertex)


@entry
def between(samples: FloatArray, part: float, out: FloatArray) -> None:
    """Put the cubic's value so far between the middle two of four samples, shape (4, 3), out."""
    four = lanes_of(samples, 0), lanes_of(samples, 1), lanes_of(samples, 2), lanes_of(samples, 3)
    c0, c1, c2, c3 = cubic(*four)
    out[0], out[1], out[2] = parts(part * (part * (part * c3 + c2) + c1) + c0)


def times(rate_hz: float, *, shift: float = 0.0, from_s: float = -0.02) -> FloatArray:
    """Return times after contact; `shift` moves the samples by a share of their distance."""
    n = int((0.12 - from_s) * rate_hz)
    return np.asarray(from_s + (np.arange(n) + shift) / rate_hz, np.float64)


def half_sine(since_s: FloatArray, *, peak_g: float, hz: float) -> FloatArray:
    """Return 1 g and on it a half-sine shock that begins at contact."""
    on = (since_s >= 0.0) & (since_s <= 0.5 / hz)
    return 1.0 + np.where(on, peak_g * np.sin(2.0 * math.pi * hz * since_s), 0.0)


shocks = given(
    hz=st.floats(11.0, 25.0),
    peak_g=st.floats(2.0, 20.0),
    rate_hz=st.sampled_from([200.0, 225.0, 400.0, 1000.0, 1600.0]),
    shift=st.floats(0.0, 1.0),
)


@settings(deadline=None)
@shocks
def test_a_peak_between_two_samples_is_found(
    hz: float, peak_g: float, rate_hz: float, shift: float
) -> None:
    since_s = times(rate_hz, shift=shift)
    size_g = half_sine(since_s, peak_g=peak_g, hz=hz)
    top = highest(since_s, size_g, IMPACT_S)
    found_g, after = vertex(size_g, top)
    assert found_g == pytest.approx(1.0 + peak_g, rel=0.01)
    assert since_s[top] + after / rate_hz == pytest.approx(0.25 / hz, abs=0.0005)


@settings(deadline=None)
@shocks
def test_the_mean_slope_of_a_half_sine_is_known_the_better_the_faster_the_sensor(
    hz: float, peak_g: float, rate_hz: float, shift: float
) -> None:
    since_s = times(rate_hz, shift=shift)
    size_g = half_sine(since_s, peak_g=peak_g, hz=hz)
    rate = average_rate(since_s, size_g, IMPACT_S)
    rise_s = (math.asin(0.8) - math.asin(0.2)) / (2.0 * math.pi * hz)
    assert rate == pytest.approx(0.6 * peak_g / rise_s, rel=0.27 * (200.0 / rate_hz) ** 2 + 0.002)


@settings(deadline=None)
@shocks
def test_the_impulse_does_not_ask_where_the_samples_lie(
    hz: float, peak_g: float, rate_hz: float, shift: float
) -> None:
    since_s = times(rate_hz, shift=shift)
    size_g = half_sine(since_s, peak_g=peak_g, hz=hz)
    within = 0.055 * (200.0 / rate_hz) ** 2
    impulse_gs = impulse(since_s, size_g, 0.100)
    assert impulse_gs == pytest.approx(peak_g / (math.pi * hz), rel=within)


def test_the_impulse_of_a_steady_push_is_cut_at_both_ends() -> None:
    for shift in (0.0, 0.3, 0.9):
        since_s = times(200.0, shift=shift)
        push_g = np.full(len(since_s), 3.0)
        assert impulse(since_s, push_g, 0.100) == pytest.approx(0.2)


def test_what_lies_outside_the_impact_window_is_no_peak() -> None:
    since_s = times(200.0)
    size_g = half_sine(since_s - 0.080, peak_g=9.0, hz=15.0)
    size_g[:2] = 20.0
    assert highest(since_s, size_g, IMPACT_S) >= 0
    assert size_g[highest(since_s, size_g, IMPACT_S)] < 2.0
    assert highest(since_s - 1.0, size_g, IMPACT_S) == -1


def test_a_peak_at_the_edge_of_what_was_seen_is_the_sample_itself() -> None:
    rising = np.array([1.0, 2.0, 4.0])
    assert vertex(rising, 2) == (4.0, 0.0)
    assert vertex(rising, 0) == (1.0, 0.0)
    assert vertex(rising, 1) == (2.0, 0.0), "no maximum in the middle of a rise"


def test_a_rise_out_of_the_swing_has_its_own_foot() -> None:
    since_s = times(1000.0)
    size_g = half_sine(since_s, peak_g=8.0, hz=15.0)
    lively_g = np.where(since_s < 0.0, 4.0, size_g)
    calm_gps, lively_gps = (average_rate(since_s, a, IMPACT_S) for a in (size_g, lively_g))
    assert lively_gps == pytest.approx(calm_gps)


def test_without_a_rise_there_is_no_mean_slope() -> None:
    since_s = times(200.0, from_s=0.010)
    falling_g = 9.0 - 20.0 * since_s
    assert math.isnan(average_rate(since_s, falling_g, IMPACT_S))


def test_the_end_of_the_swing_is_no_impact_however_high() -> None:
    since_s = times(200.0)
    size_g = half_sine(since_s - 0.020, peak_g=3.0, hz=15.0)
    braking_g = np.maximum(size_g, 5.0 - 300.0 * since_s)
    top = highest(since_s, braking_g, IMPACT_S)
    assert braking_g[top] == pytest.approx(4.0, rel=0.03)
    assert since_s[top] == pytest.approx(0.020 + 0.25 / 15.0, abs=0.004)


def steps(parts: dict[float, float], *, n: int = 25, seed: int = 0) -> FloatArray:
    """Return gravity and tones (amplitude by frequency) along one direction, over 250 ms."""
    at_s = (np.arange(n) + 0.5) * shock.BAND_S / n
    along = sum(a * np.sin(2.0 * math.pi * hz * at_s + 1.0) for hz, a in parts.items())
    direction = np.random.default_rng(seed).standard_normal(3)
    direction /= np.linalg.norm(direction)
    return np.outer(1.0 + along, direction)


@settings(deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(20, 60))
def test_the_band_ratio_is_that_of_the_powers_whichever_way_the_sensor_sits(
    seed: int, n: int
) -> None:
    made = steps({4.0: 1.0, 8.0: 2.0, 12.0: 1.5, 16.0: 1.0, 20.0: 0.5}, n=n, seed=seed)
    assert band_ratio(made) == pytest.approx((1.5**2 + 1.0 + 0.5**2) / (1.0 + 2.0**2))


def test_gravity_alone_has_no_band_ratio_to_speak_of() -> None:
    ratio = band_ratio(np.zeros((25, 3)))
    assert math.isnan(ratio)
    assert band_ratio(steps({16.0: 1.0})) > 1e6


@settings(deadline=None)
@given(part=st.floats(0.0, 1.0), a=st.floats(-3.0, 3.0), b=st.floats(-3.0, 3.0))
def test_between_the_samples_a_parabola_is_read_where_it_is(
    part: float, a: float, b: float
) -> None:
    at = np.array([-1.0, 0.0, 1.0, 2.0])
    read = np.empty(3)
    between(np.stack([np.ones(4), a * at + b * at * at, at], axis=1), part, read)
    assert read == pytest.approx([1.0, a * part + b * part * part, part], abs=1e-12)


@entry
def low_passed_at(tuned: Tuning, streams: Streams, first: int, n: int, out: FloatArray) -> None:
    """Put n filtered steps of stream 0, from the sample `first` before its newest on, out."""
    ring, parts_of = ring_of(streams, 0), loaded(streams.parts, 0)
    low_passed(tuned, parts_of.signals, ring, first, n)
    for k in range(n):
        for axis in range(3):
            out[k, axis] = ring.vectors[k, axis]


@pytest.mark.parametrize("newest", [40, 196, 3])
def test_beyond_the_newest_sample_nothing_is_read(newest: int) -> None:
    tuned = tuning(
        rate_hz=200.0, range_g=16.0, is_shin=True, is_left=True, has_gyro=True, is_aligned=False
    )
    streams = new_streams(n_streams=1, rate_hz=200.0)
    seen = 30
    streams.signal[0, :3] = 1000.0
    streams.signal[0, :3, np.arange(newest - seen + 1, newest + 1)] = [0.0, 0.6, 0.8]
    streams.parts["signals"]["slot"], streams.parts["signals"]["seen"] = newest, seen
    for first in (seen - 1, 12):
        out = np.empty((2 * first + 1, 3))
        low_passed_at(tuned, streams, first, len(out), out)
        assert out == pytest.approx(np.tile([0.0, 0.6, 0.8], (len(out), 1)), abs=1e-6)
