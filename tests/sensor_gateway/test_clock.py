"""The clock fit: times that are close, that never go back, and that do not bend strides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.records import FloatArray
from sensor_gateway.clock import MAX_SLEW, ClockFit
from sensor_gateway.offset_line import MAX_SKEW
from tests.sensor_gateway.signals import Air, Pod

STRIDE = 140  # samples: 0.7 s


@dataclass(frozen=True)
class Fitted:
    """What came out: times of all samples and the truth."""

    time_s: FloatArray
    true_s: FloatArray
    uncertainty_s: FloatArray

    @property
    def error_s(self) -> FloatArray:
        return self.time_s - self.true_s

    @property
    def stride_error_s(self) -> FloatArray:
        return self.error_s[STRIDE:] - self.error_s[:-STRIDE]


def fitted(
    pod: Pod, air: Air, *, seconds: float = 300.0, batch: int = 13, read_every_s: float = 0.0
) -> Fitted:
    clock = ClockFit()
    packets = list(pod.packets(int(seconds * pod.rate_hz), batch=batch))
    arrivals = air.arrivals(np.array([pod.last_s(p) for p in packets]))
    rng = np.random.default_rng(99)
    times, truth, uncertainty = [], [], []
    next_read_s = read_every_s
    held: list[tuple[float, int, int]] = []
    for packet, arrival_s in zip(packets, arrivals, strict=True):
        device_s = packet.device_time_us * 1e-6
        clock.observe(
            arrival_s=float(arrival_s),
            device_s=device_s,
            first_index=packet.first_index,
            n=len(packet),
            rate_hz=packet.rate_hz,
        )
        if read_every_s and arrival_s > next_read_s:
            next_read_s += read_every_s
            # Asked at any phase, heard at the next connection event, answered at the one after.
            asked_s = float(arrival_s) - air.interval_s * (1.0 + rng.uniform())
            looked_s = float(arrival_s) - air.interval_s
            reading_s = (looked_s - pod.from_s) * (1 + pod.skew_ppm * 1e-6)
            clock.observe_read(
                asked_s=asked_s,
                arrival_s=float(arrival_s),
                device_s=reading_s + pod.device_zero_us * 1e-6,
            )
        held.append((device_s, packet.first_index, len(packet)))
        if clock.settled:
            for at_s, first, n in held:
                times.append(clock.times(device_s=at_s, n=n))
                truth += [pod.time_s(i) for i in range(first, first + n)]
                uncertainty += [clock.uncertainty_s] * n
            held = []
    return Fitted(np.concatenate(times), np.array(truth), np.array(uncertainty))


RADIOS = {
    "fast": Air(interval_s=0.0075, failing=0.02),
    "usual": Air(interval_s=0.03),
    "slow": Air(interval_s=0.05),
    "bad": Air(interval_s=0.03, failing=0.4, seed=3),
}


@pytest.mark.parametrize("radio", RADIOS)
@pytest.mark.parametrize("skew_ppm", [-50.0, 0.0, 40.0])
def test_strides_are_not_bent(radio: str, skew_ppm: float) -> None:
    result = fitted(Pod(skew_ppm=skew_ppm), RADIOS[radio])
    assert np.abs(result.stride_error_s).max() < 0.5e-3
    assert np.diff(result.time_s).min() > 0.0


@pytest.mark.parametrize("radio", RADIOS)
def test_times_come_close_to_the_truth(radio: str) -> None:
    result = fitted(Pod(skew_ppm=40.0), RADIOS[radio])
    settled = result.error_s[60 * 200 :]
    assert np.percentile(np.abs(settled), 95) < 5e-3
    assert np.std(settled) < 2e-3


def test_the_delay_of_the_batch_is_known_and_taken_out() -> None:
    air = Air(interval_s=0.0075, failing=0.0)
    small = fitted(Pod(), air, batch=7)
    large = fitted(Pod(), air, batch=37)
    assert abs(float(np.median(small.error_s))) < 2e-3
    assert abs(float(np.median(large.error_s))) < 2e-3


def test_a_sample_rate_off_its_nominal_value_is_followed() -> None:
    result = fitted(Pod(sample_clock=1.02), RADIOS["usual"])
    assert np.abs(result.stride_error_s[60 * 200 :]).max() < 0.5e-3


def test_reads_find_the_offset_where_batches_march_in_step_with_the_radio() -> None:
    in_step = Air(interval_s=0.05, failing=0.0, seed=6)
    blind = fitted(Pod(), in_step, batch=10)
    seeing = fitted(Pod(), in_step, batch=10, read_every_s=0.971)
    late_s = float(np.median(blind.error_s))
    assert late_s > 15e-3  # what this test is about
    assert float(np.abs(np.median(seeing.error_s[-2000:]))) < 6e-3
    assert np.abs(seeing.stride_error_s).max() < 0.5e-3


@pytest.mark.parametrize("radio", RADIOS)
def test_the_uncertainty_covers_the_error(radio: str) -> None:
    result = fitted(Pod(skew_ppm=40.0), RADIOS[radio], read_every_s=0.971)
    settled = slice(30 * 200, None)
    covered = np.abs(result.error_s[settled]) <= result.uncertainty_s[settled]
    assert covered.mean() >= 0.95
    assert np.median(result.uncertainty_s[settled]) < 8e-3


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_time_only_grows_whatever_the_radio_does(data: st.DataObject) -> None:
    clock = ClockFit()
    device_s, arrival_s, said_s = 0.0, 5.0, -np.inf
    for first in range(0, 13 * data.draw(st.integers(1, 60)), 13):
        jitter_s = data.draw(st.floats(-0.01, 0.01))
        arrival_s = max(arrival_s, 5.0 + device_s + data.draw(st.floats(0.0, 3.0)))
        clock.observe(
            arrival_s=arrival_s,
            device_s=device_s + jitter_s,
            first_index=first,
            n=13,
            rate_hz=200.0,
        )
        times = clock.times(device_s=device_s + jitter_s, n=13)
        assert times[0] > said_s
        assert np.diff(times).min() > 0.0
        said_s = float(times[-1])
        device_s += 0.065 * data.draw(st.sampled_from([1, 1, 1, 2, 400]))
        if data.draw(st.integers(0, 20)) == 0:
            clock.restart()


def late_at_first(*, until: int, gap_s: float) -> FloatArray:
    """Return the times of 400 batches that come 20 ms late up to one of them, then in time."""
    clock = ClockFit()
    steps = []
    for k in range(400):
        device_s = k * 0.05 + (gap_s if k >= until else 0.0)
        late_s = 0.02 if k < until else 0.0
        clock.observe(
            arrival_s=device_s + 0.045 + late_s,
            device_s=device_s,
            first_index=10 * k,
            n=10,
            rate_hz=200.0,
        )
        steps.append(clock.times(device_s=device_s, n=10))
    return np.concatenate(steps)


def test_a_correction_is_let_in_slowly() -> None:
    time_s = late_at_first(until=100, gap_s=0.0)
    true_s = 0.005 * np.arange(4000)
    assert time_s[0] == pytest.approx(0.02)
    assert 0.005 - np.diff(time_s).min() <= 0.005 * (MAX_SLEW + MAX_SKEW)
    assert (time_s - true_s)[-1] < 0.02 - 0.9 * MAX_SLEW * 15.0


def test_across_a_gap_the_correction_is_taken_at_once() -> None:
    time_s = late_at_first(until=100, gap_s=2.0)
    true_s = 2.0 + 0.005 * np.arange(4000)
    assert np.abs(time_s - true_s)[1000:].max() < 1e-3


def observed(
    clock: ClockFit, *, seconds: float, from_s: float, first: int = 0, reads: bool = True
) -> float:
    """Let a sensor 40 ppm fast, on since `from_s`, stream and be read; return its time's error."""
    error_s = 0.0
    for k in range(first, first + int(seconds / 0.065)):
        device_s = k * 0.065
        at_s = from_s + device_s / (1.0 + 40e-6)
        if reads and k % 15 == 0:
            wait_s = 0.03 * (0.02 + 0.618 * k % 0.95)
            clock.observe_read(asked_s=at_s - wait_s, arrival_s=at_s + 0.03, device_s=device_s)
        clock.observe(
            arrival_s=at_s + 0.06 + 0.02, device_s=device_s, first_index=13 * k, n=13, rate_hz=200.0
        )
        error_s = float(clock.times(device_s=device_s, n=13)[0]) - at_s
    return error_s


def test_a_restarted_sensors_skew_is_still_known() -> None:
    clock, anew = ClockFit(), ClockFit()
    observed(clock, seconds=100.0, from_s=0.0)
    clock.restart()
    for each in (clock, anew):
        observed(each, seconds=5.0, from_s=150.0)
    error_s = [each.session_s(65.0) - 150.0 - 65.0 / (1.0 + 40e-6) for each in (clock, anew)]
    assert clock.uncertainty_s < anew.uncertainty_s + 1e-3
    assert abs(error_s[0]) < abs(error_s[1])
    assert error_s[0] - error_s[1] == pytest.approx(-40e-6 * 60.0, abs=0.5e-3)


def test_what_is_published_after_a_restart_is_not_the_life_befores() -> None:
    clock = ClockFit()
    observed(clock, seconds=100.0, from_s=0.0)
    sure_s = clock.uncertainty_s
    clock.restart()
    error_s = observed(clock, seconds=0.6, from_s=150.0, reads=False)
    assert clock.settled
    assert clock.uncertainty_s > 2.0 * sure_s
    assert abs(error_s) <= clock.uncertainty_s


def test_the_longer_a_sensor_is_away_the_less_sure_are_its_times() -> None:
    clock = ClockFit()
    observed(clock, seconds=20.0, from_s=0.0)
    before_s = clock.uncertainty_s
    clock.times(device_s=20.0 + 300.0, n=13)
    assert clock.uncertainty_s > before_s + 300.0 * 3e-6


def test_a_fit_without_a_packet_has_no_period() -> None:
    with pytest.raises(ValueError, match="no packet"):
        _ = ClockFit().period_s
