"""The simulated sensors, by the name of the profile they speak."""

from __future__ import annotations

from collections.abc import Mapping

from firmware_sim.devices.dot import Dot
from firmware_sim.devices.foot_pod import foot_pod
from firmware_sim.devices.metamotion import MetaMotion
from firmware_sim.devices.movesense import Movesense
from firmware_sim.devices.polar import VeritySense
from firmware_sim.open_imu import OpenImu
from firmware_sim.pod import MakeDevice

USUAL_SPEED_MPS = 3.0

DEVICES: Mapping[str, MakeDevice] = {
    "open_imu": OpenImu,
    "polar": VeritySense,
    "movesense": Movesense,
    "metamotion": MetaMotion,
    "dot": Dot,
    "running_speed": foot_pod(lambda _: USUAL_SPEED_MPS),
}
