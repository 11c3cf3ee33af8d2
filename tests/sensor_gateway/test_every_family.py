"""Every sensor family streams on every radio: nothing lost, nothing twice, values as sampled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from firmware_sim.devices.polar import PolarH10, VeritySense
from firmware_sim.open_imu import OpenImu
from firmware_sim.pod import MakeDevice
from tests.sensor_gateway.families import BLUEZ_SOCKETS, RADIOS, stream_from


class Family(NamedTuple):
    """How a sensor is known and how finely it says its samples."""

    make: MakeDevice
    profile: str
    name: str
    rate_hz: float
    step_g: float


FAMILIES = [
    Family(OpenImu, "open_imu", "pod-1", 200.0, 1e-6),
    Family(PolarH10, "polar", "Polar H10 1A2B3C", 200.0, 0.00051),  # sends whole mg
    Family(VeritySense, "polar", "Polar Sense 7", 208.0, 1e-5),  # a factor of 24 bits
]


@pytest.mark.parametrize("over", RADIOS)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.make.__name__)
def test_ten_minutes_come_whole_once_and_as_they_were_sampled(family: Family, over: str) -> None:
    minutes = 1.0 if over == BLUEZ_SOCKETS else 10.0
    got = stream_from(
        family.make, profile=family.profile, name=family.name, minutes=minutes, over=over
    )
    indices = got.indices
    assert got.gaps == []
    assert len(indices) > family.rate_hz * (60.0 * minutes - 2.0)
    assert indices == list(range(indices[0], indices[0] + len(indices)))
    assert np.abs(got.accel_g - got.sampled_g).max() <= family.step_g
