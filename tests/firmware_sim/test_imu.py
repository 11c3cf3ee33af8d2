from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.records import FloatArray
from firmware_sim.imu import (
    OVERSAMPLING,
    Imu,
    ImuModel,
    Motion,
    anti_alias_taps,
    decimated,
    draw_imu,
    rotation,
    slipped,
    standing,
)

QUIET = ImuModel(accel_noise_g=0.0, gyro_noise_radps=0.0)
G = 1024  # counts of 1 g at a range of 32 g


def imu(motion: Motion, model: ImuModel = QUIET, *, power_on_s: float = 0.0) -> Imu:
    return Imu(model=model, motion=motion, power_on_s=power_on_s, rng=np.random.default_rng(1))


def tone(frequency_hz: float, size_g: float) -> Motion:
    def motion(time_s: FloatArray) -> FloatArray:
        out = standing(time_s)
        out[0] = size_g * np.sin(2.0 * math.pi * frequency_hz * time_s)
        return out

    return motion


SLOPE_G_PER_S = 0.5


def tilting(time_s: FloatArray) -> FloatArray:
    motion = np.zeros((6, len(time_s)))
    motion[0] = SLOPE_G_PER_S * time_s
    return motion


def test_a_sensor_at_rest_reads_one_g_up() -> None:
    counts = imu(standing).read(50)
    np.testing.assert_array_equal(counts, np.tile([0, 0, G, 0, 0, 0], (50, 1)))


def test_what_is_beyond_the_range_is_clipped() -> None:
    counts = imu(tone(5.0, 50.0)).read(400)[:, 0]
    assert counts.max() == 32767
    assert counts.min() == -32768


def test_slow_motion_passes_and_what_would_alias_does_not() -> None:
    for frequency_hz, gain in ((20.0, 1.0), (60.0, 1.0), (150.0, 0.0), (250.0, 0.0)):
        counts = imu(tone(frequency_hz, 10.0)).read(2000)[200:, 0]
        assert math.sqrt(2.0) * counts.std() / G == pytest.approx(10.0 * gain, abs=0.15)


def test_a_sample_shows_the_motion_of_its_own_time() -> None:
    sensor = imu(tone(7.0, 4.0))
    seen = sensor.read(400)[:, 0] / G
    time_s = np.array([sensor.sample_time_s(i) for i in range(400)])
    np.testing.assert_allclose(seen, 4.0 * np.sin(2.0 * math.pi * 7.0 * time_s), atol=0.01)


def test_reading_in_other_portions_gives_the_same_counts() -> None:
    model = ImuModel()
    whole = imu(tone(9.0, 3.0), model).read(300)
    sensor = imu(tone(9.0, 3.0), model)
    parts = np.concatenate([sensor.read(n) for n in (1, 7, 92, 200)])
    np.testing.assert_array_equal(parts, whole)


def test_a_sample_is_the_sum_of_all_taps_and_the_same_however_the_signal_is_cut() -> None:
    taps, n, cut = anti_alias_taps(), 40, 13
    more = len(taps) - OVERSAMPLING  # points beyond those of a sample's own time
    fine = np.random.default_rng(3).standard_normal((6, OVERSAMPLING * n + more))
    whole = decimated(fine)
    first = decimated(fine[:, : OVERSAMPLING * cut + more])
    assert (np.hstack([first, decimated(fine[:, OVERSAMPLING * cut :])]) == whole).all()
    each = [np.convolve(channel, taps, mode="valid")[::OVERSAMPLING] for channel in fine]
    assert whole == pytest.approx(np.array(each), abs=1e-12)


def test_samples_follow_the_sensors_own_clock() -> None:
    fast = imu(standing, ImuModel(clock_ppm=40.0), power_on_s=5.0)
    assert fast.sample_time_s(0) == 5.0
    hour_s = fast.sample_time_s(200 * 3600) - 5.0
    assert 3600.0 - hour_s == pytest.approx(0.144, abs=1e-3)  # 40 ppm of an hour


def test_noise_is_what_the_model_says() -> None:
    counts = imu(standing, ImuModel()).read(4000)
    assert counts[:, :3].std(axis=0) / G == pytest.approx(0.004, rel=0.1)
    radps = np.radians(counts[:, 3:].std(axis=0) * 2000 / 32768)
    assert radps == pytest.approx(0.003, rel=0.3)  # of the order of the counts themselves


def test_a_drawn_sensor_sits_askew_but_turns_nothing_longer() -> None:
    model = draw_imu(np.random.default_rng(4), tilt_deg=12.0, accel_range_g=16.0)
    mounting = np.array(model.mounting)
    np.testing.assert_allclose(mounting @ mounting.T, np.eye(3), atol=1e-12)
    angle_deg = math.degrees(math.acos((np.trace(mounting) - 1.0) / 2.0))
    assert 3.0 <= angle_deg <= 12.0
    assert 20.0 <= abs(model.clock_ppm) <= 50.0


def test_a_rotation_is_right_handed() -> None:
    turned = rotation(axis=np.array([0.0, 1.0, 0.0]), angle=math.pi / 2) @ np.array([0, 0, 1.0])
    np.testing.assert_allclose(turned, [1.0, 0.0, 0.0], atol=1e-12)


def test_the_clock_wanders_by_a_few_ppm_and_knows_its_own_time() -> None:
    model = draw_imu(np.random.default_rng(7), tilt_deg=10.0, accel_range_g=32.0)
    sensor = imu(standing, model, power_on_s=5.0)
    samples = np.arange(0, 200 * 3600, 2000)
    times_s = np.array([sensor.sample_time_s(int(sample)) for sample in samples])
    ppm = 1e6 * (10.0 / np.diff(times_s) - 1.0)
    assert np.ptp(ppm) == pytest.approx(2.0 * model.wander_ppm, rel=0.05)
    assert ppm.mean() == pytest.approx(model.clock_ppm, abs=1.5)
    own_s = np.array([sensor.own_s(time_s) for time_s in times_s])
    assert own_s == pytest.approx(samples / 200.0, abs=1e-8)


def test_samples_are_taken_when_the_wandering_clock_says() -> None:
    model = replace(ImuModel(), wander_ppm=3000.0, wander_s=10.0, accel_noise_g=0.0)
    sensor = imu(tilting, model, power_on_s=0.0)
    counts = np.concatenate([sensor.read(200) for _ in range(10)])
    told_s = counts[:, 0] * 32.0 / 32768.0 / SLOPE_G_PER_S
    true_s = np.array([sensor.sample_time_s(sample) for sample in range(2000)])
    assert told_s[50:] == pytest.approx(true_s[50:], abs=0.002)
    assert np.ptp(true_s - np.arange(2000) / 200.0) > 0.008


def test_a_strap_that_slipped_turns_what_the_sensor_feels() -> None:
    motion = np.array([[0.3, 0.0, 1.0, 0.0, 2.0, 0.0]]).T
    askew = slipped(motion, degrees=15.0)
    for part in (slice(0, 3), slice(3, 6)):
        here, there = motion[part, 0], askew[part, 0]
        assert np.linalg.norm(there) == pytest.approx(np.linalg.norm(here))
        assert 5.0 < np.degrees(np.arccos(here @ there / (here @ here))) < 15.1
