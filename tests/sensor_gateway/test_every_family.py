"""Every sensor family streams on every radio: nothing lost, nothing twice, values as sampled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from analytics.records import SpeedReading
from firmware_sim.devices.known import DEVICES, USUAL_SPEED_MPS
from firmware_sim.devices.polar import PolarH10
from firmware_sim.pod import MakeDevice
from tests.sensor_gateway.families import BLUEZ_SOCKETS, RADIOS, stream_from


class Family(NamedTuple):
    """How a sensor is known, the rate asked of it and how finely it says its samples.

    Those that put few samples in a packet are asked for slow ones: it is packets that take time.
    """

    make: MakeDevice
    profile: str
    name: str
    rate_hz: float
    step_g: float


FAMILIES = {
    "open_imu": Family(DEVICES["open_imu"], "open_imu", "pod-1", 200.0, 1e-9),
    "h10": Family(PolarH10, "polar", "Polar H10 1A2B3C", 200.0, 0.0005001),  # sends whole mg
    "polar": Family(DEVICES["polar"], "polar", "Polar Sense 7", 208.0, 1e-9),
    "movesense": Family(DEVICES["movesense"], "movesense", "Movesense 23", 52.0, 1e-6),
    "metamotion": Family(DEVICES["metamotion"], "metamotion", "MetaWear", 50.0, 1e-9),
    "dot": Family(DEVICES["dot"], "dot", "Movella DOT", 12.0, 1e-6),
}


def minutes_over(radio: str) -> float:
    """Return how long a session lasts; the sockets carry what the signals carry too."""
    return 1.0 if radio == BLUEZ_SOCKETS else 10.0


@pytest.mark.parametrize("over", RADIOS)
@pytest.mark.parametrize("family", FAMILIES)
def test_ten_minutes_come_whole_once_and_as_they_were_sampled(family: str, over: str) -> None:
    make, profile, name, rate_hz, step_g = FAMILIES[family]
    minutes = minutes_over(over)
    got = stream_from(make, profile=profile, name=name, minutes=minutes, rate_hz=rate_hz, over=over)
    assert {block.rate_hz for block in got.blocks} == {rate_hz}
    indices = got.indices
    assert got.gaps == []
    assert len(indices) > rate_hz * (60.0 * minutes - 2.0)
    assert indices == list(range(indices[0], indices[0] + len(indices)))
    assert np.abs(got.accel_g - got.sampled_g).max() <= step_g


@pytest.mark.parametrize("over", RADIOS)
def test_a_foot_pods_word_of_every_second_comes_once(over: str) -> None:
    make, minutes = DEVICES["running_speed"], minutes_over(over)
    got = stream_from(make, profile="running_speed", name="Pod", minutes=minutes, over=over)
    readings = [item for item in got.items if isinstance(item, SpeedReading)]
    assert {reading.speed_mps for reading in readings} == {USUAL_SPEED_MPS}
    assert len(readings) == pytest.approx(60.0 * minutes, abs=3.0)
    assert np.diff([reading.time_s for reading in readings]) == pytest.approx(1.0, abs=0.01)


def test_no_family_is_left_out() -> None:
    assert {family.profile for family in FAMILIES.values()} | {"running_speed"} == set(DEVICES)
