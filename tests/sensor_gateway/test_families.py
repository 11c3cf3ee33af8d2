"""Every device family over the virtual radio: found, negotiated with, streamed from."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from analytics.records import SpeedReading, SpeedSource
from firmware_sim.devices.known import DEVICES, USUAL_SPEED_MPS
from firmware_sim.devices.polar import PolarH10
from sensor_gateway.profiles.known import PROFILES
from sensor_gateway.profiles.profile import Timing
from tests.sensor_gateway.families import Streamed, stream_from

# Name on the air, and the rate and range it ends up with.
MOTION = {
    "h10": ("Polar H10 1A2B", 200.0, 8.0),
    "polar": ("Polar Sense 7", 208.0, 16.0),
    "movesense": ("Movesense 23", 208.0, 16.0),
    "metamotion": ("MetaWear", 200.0, 16.0),
    "dot": ("Movella DOT", 60.0, 16.0),
}


@cache
def session(family: str, minutes: float = 0.5) -> Streamed:
    profile = "polar" if family == "h10" else family
    make_device = PolarH10 if family == "h10" else DEVICES[profile]
    name = MOTION[family][0] if family in MOTION else "Pod"
    return stream_from(make_device, profile=profile, name=name, minutes=minutes)


@pytest.mark.parametrize("family", MOTION)
def test_left_to_itself_a_profile_asks_for_what_running_needs(family: str) -> None:
    assert {(b.rate_hz, b.range_g) for b in session(family).blocks} == {MOTION[family][1:]}


@pytest.mark.parametrize("family", MOTION)
def test_samples_stand_where_they_were_taken(family: str) -> None:
    _, rate_hz, _ = MOTION[family]
    got = session(family)
    # A packet leaves one sampling period after its last sample: nothing that arrives can tell.
    assert np.abs(got.late_s[len(got.late_s) // 2 :]).max() < 1.0 / rate_hz + 0.003
    times = np.concatenate([block.time_s for block in got.blocks])
    assert np.diff(times).min() > 0.0
    assert np.abs(np.diff(times)[500:] * rate_hz - 1.0).max() < 0.05


@pytest.mark.parametrize("family", MOTION)
def test_the_link_says_whether_losses_can_be_seen(family: str) -> None:
    health = session(family).health
    unseen = family == "metamotion"
    assert health.samples_lost == (None if unseen else 0)
    assert health.battery_pct == 97.0
    assert health.clock_uncertainty_s is not None
    assert np.abs(session(family).late_s[-1]) < health.clock_uncertainty_s


def test_angular_rates_come_where_the_sensor_sends_them() -> None:
    got = session("dot")
    assert got.imu is not None
    counts = np.concatenate(got.imu.sampled)[: len(got.indices), 3:]
    true_radps = np.radians(counts * (2000 / 32768))
    told = [block.gyro_radps for block in got.blocks]
    gyro = np.concatenate([each for each in told if each is not None])
    assert np.abs(gyro - true_radps).max() < 1e-5
    assert all(block.gyro_radps is None for block in session("polar").blocks)


def test_a_foot_pods_speed_comes_every_second() -> None:
    got = session("running_speed")
    readings = [item for item in got.items if isinstance(item, SpeedReading)]
    assert 27 <= len(readings) <= 30
    assert {r.source for r in readings} == {SpeedSource.FOOT_POD}
    assert {r.speed_mps for r in readings} == {USUAL_SPEED_MPS}
    assert np.diff([r.time_s for r in readings]) == pytest.approx(1.0, abs=0.01)


def test_a_foot_pod_says_nothing_of_a_leg_that_an_imu_is_on() -> None:
    kinds = {type(item) for item in session("running_speed").items}
    assert kinds == {SpeedReading}


@pytest.mark.parametrize(
    ("family", "rate_hz", "range_g", "gets"),
    [
        ("h10", 52.0, 16.0, (100.0, 8.0)),
        ("polar", 200.0, 2.0, (208.0, 2.0)),
        ("movesense", 104.0, None, (104.0, 16.0)),
        ("metamotion", 400.0, 8.0, (400.0, 8.0)),
        ("dot", 12.0, None, (12.0, 16.0)),
    ],
)
def test_a_wish_is_met_by_what_the_sensor_offers_nearest_above_it(
    family: str, rate_hz: float, range_g: float | None, gets: tuple[float, float]
) -> None:
    profile = "polar" if family == "h10" else family
    got = stream_from(
        PolarH10 if family == "h10" else DEVICES[profile],
        profile=profile,
        name=MOTION[family][0],
        minutes=0.08,
        rate_hz=rate_hz,
        range_g=range_g,
    )
    assert {(b.rate_hz, b.range_g) for b in got.blocks} == {gets}
    assert got.gaps == []


def test_every_profile_has_a_simulated_sensor_and_says_what_it_gives() -> None:
    assert set(DEVICES) == set(PROFILES)
    for profile in PROFILES.values():
        assert profile.DEVICES
        assert profile.METRICS
        assert profile.MOTION
        assert "no hardware" in profile.TESTED_ON
        assert profile.LACKS or profile.TIMING is Timing.NUMBERED
