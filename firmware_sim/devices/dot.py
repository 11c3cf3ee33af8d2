"""A simulated Movella DOT: one sample of calibrated values a notification."""

from __future__ import annotations

import struct

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2
from firmware_sim.devices.sampling import Streamer
from firmware_sim.gatt import Board, Characteristic, Gatt, Service
from firmware_sim.imu import FULL_SCALE_COUNTS, Imu
from sensor_gateway.profiles import dot

_DEFAULT_RATE = 30  # so that a start has something to change
_BOOT_US = 4_294_000_000  # the count begins again within the first second
_RATE = struct.Struct("<H")


class Dot(Streamer):
    """Acceleration in m/s^2 and angular rate in degrees per second, with the sensor's time."""

    def __init__(self, *, imu: Imu, boot: int, board: Board) -> None:
        super().__init__(imu=imu, boot=boot, board=board)
        rate = _RATE.pack(_DEFAULT_RATE)
        self._device = bytes(dot.RATE_AT) + rate + bytes(dot.DEVICE_BYTES - dot.RATE_AT - 2)

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air: in its advertisement, only its name."""
        device = Characteristic(
            uuid=dot.DEVICE_UUID, read=lambda: self._device, write=self._set_device
        )
        control = Characteristic(uuid=dot.CONTROL_UUID, write=self._control)
        payload = Characteristic(uuid=dot.PAYLOAD_UUID, notify=True)
        battery = Characteristic(
            uuid=dot.BATTERY_UUID,
            read=lambda: bytes([self._board.battery.pct(self._board.now_s()), 0]),
            notify=True,
        )
        return Gatt(
            advertised=(),
            services=(
                Service(uuid=dot.CONFIGURATION, characteristics=(device,)),
                Service(uuid=dot.SERVICE, characteristics=(control, payload)),
                Service(uuid=dot.BATTERY_SERVICE, characteristics=(battery,)),
            ),
            disconnected=self._end,
        )

    def _battery_word(self, pct: int) -> tuple[str, bytes]:
        return dot.BATTERY_UUID, bytes([pct, 0])

    def _send(self) -> None:
        stream = self._running
        us = _BOOT_US + round(stream.next_index * 1e6 / stream.imu.model.rate_hz)
        counts = stream.batch().astype(np.float64)
        model = stream.imu.model
        accel = counts[:, :3] * (model.accel_range_g / FULL_SCALE_COUNTS * STANDARD_GRAVITY_MPS2)
        gyro = counts[:, 3:] * (model.gyro_range_dps / FULL_SCALE_COUNTS)
        both = np.hstack([accel, gyro]).astype("<f4")
        self._board.notify(dot.PAYLOAD_UUID, struct.pack("<I", us % 2**32) + both.tobytes())

    def _set_device(self, data: bytes) -> None:
        if len(data) == dot.DEVICE_BYTES and data[0] & dot.SETS_RATE:
            self._device = bytes(1) + data[1:]

    def _control(self, data: bytes) -> None:
        if data == dot.START:
            (rate,) = _RATE.unpack_from(self._device, dot.RATE_AT)
            self._begin(rate_hz=rate, range_g=dot.RANGE_G, batch_samples=1)
        else:
            self._end()
