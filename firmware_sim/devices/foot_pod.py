"""A simulated foot pod: it works speed out by itself and tells it once a second."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial

from firmware_sim.devices.sampling import battery_service
from firmware_sim.gatt import Board, Characteristic, Gatt, Service
from firmware_sim.imu import Imu
from firmware_sim.pod import MakeDevice
from sensor_gateway.profiles import running_speed, sig

_EVERY_S = 1.0
_FLAGS = 0x07  # stride length, distance, running
_CADENCE_SPM = 170


def foot_pod(speed_mps: Callable[[float], float]) -> MakeDevice:
    """Return what makes a foot pod whose speed at a world time is given."""
    return partial(FootPod, speed_mps=speed_mps)


class FootPod:
    """The Running Speed and Cadence Service, with battery and device information."""

    def __init__(
        self, *, imu: Imu, boot: int, board: Board, speed_mps: Callable[[float], float]
    ) -> None:
        del imu, boot  # what it makes of its own samples is not ours to imitate
        self._board = board
        self._speed_mps = speed_mps
        self._distance_m = 0.0
        self._told_pct = board.battery.pct(board.now_s())
        self._due_s = board.now_s() + _EVERY_S

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air."""
        maker = Characteristic(uuid=sig.MANUFACTURER, read=lambda: b"Stridecue")
        model = Characteristic(uuid=sig.MODEL, read=lambda: b"simulated foot pod")
        measurement = Characteristic(uuid=running_speed.MEASUREMENT_UUID, notify=True)
        feature = Characteristic(uuid=running_speed.FEATURE_UUID, read=lambda: bytes([_FLAGS, 0]))
        return Gatt(
            advertised=(running_speed.SERVICE,),
            services=(
                battery_service(self._board),
                Service(uuid=sig.DEVICE_INFORMATION, characteristics=(maker, model)),
                Service(uuid=running_speed.SERVICE, characteristics=(measurement, feature)),
            ),
            disconnected=lambda: None,
        )

    @property
    def next_due_s(self) -> float:
        """World time of its next word."""
        return self._due_s

    def tick(self) -> None:
        """Say how fast the runner is, and how far."""
        pct = self._board.battery.pct(self._board.now_s())
        if pct != self._told_pct:
            self._told_pct = pct
            self._board.notify(sig.BATTERY_LEVEL, bytes([pct]))
        speed_mps = self._speed_mps(self._due_s)
        self._distance_m += speed_mps * _EVERY_S
        self._due_s += _EVERY_S
        stride_cm = round(speed_mps * 2 * 60 / _CADENCE_SPM * 100)
        measurement = struct.pack(
            "<BHBHI",
            _FLAGS,
            round(speed_mps * 256),
            _CADENCE_SPM,
            stride_cm,
            round(self._distance_m * 10),
        )
        self._board.notify(running_speed.MEASUREMENT_UUID, measurement)
