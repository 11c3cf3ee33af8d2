"""A simulated Polar H10 and a Verity Sense: PMD control point, plain and difference frames."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from firmware_sim.devices.sampling import Stream, Streamer, battery_service
from firmware_sim.gatt import Board, Characteristic, Gatt, Service
from firmware_sim.imu import FULL_SCALE_COUNTS, Counts, Imu
from sensor_gateway.profiles import polar
from sensor_gateway.profiles.polar import (
    ACCELERATION,
    ANSWER,
    CHANNELS,
    FACTOR,
    RANGE,
    RATE,
    RESOLUTION,
    SDK_MODE,
)
from sensor_gateway.profiles.sig import HEART_RATE_SERVICE
from sensor_gateway.wire import PacketError

_OK, _UNKNOWN, _NOT_SUPPORTED, _ALREADY, _NO_RATE, _NO_RANGE, _BAD_STATE = 0, 1, 3, 6, 8, 9, 12
_CLOCK_NS = 700_000_000 * 10**9  # the sensor's clock at power-on: in 2022
_FRAME_SAMPLES = 36  # 36 samples of 17-bit differences and a header are 242 bytes
_RAW_MG, _DIFFERENCES = 0x01, 0x80
_MG = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """Rates and ranges a sensor offers."""

    rates_hz: tuple[int, ...]
    ranges_g: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """Return them as the answer to a question for settings."""
        lists = {RATE: self.rates_hz, RESOLUTION: (16,), RANGE: self.ranges_g}
        body = b"".join(
            struct.pack(f"<BB{len(values)}H", kind, len(values), *values)
            for kind, values in lists.items()
        )
        return body + struct.pack("<BBB", CHANNELS, 1, 3)


H10 = Ability(rates_hz=(25, 50, 100, 200), ranges_g=(2, 4, 8))
VERITY = Ability(rates_hz=(52,), ranges_g=(8,))
VERITY_SDK = Ability(rates_hz=(26, 52, 104, 208, 416), ranges_g=(2, 4, 8, 16))


class PolarH10(Streamer):
    """Plain frames in mg, no SDK mode."""

    _features = bytes([polar.HAS_FEATURES, 1 << ACCELERATION, 0])
    _sdk: Ability | None = None
    _normal = H10

    def __init__(self, *, imu: Imu, boot: int, board: Board) -> None:
        super().__init__(imu=imu, boot=boot, board=board)
        self._in_sdk_mode = False

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air: by its advertisement, only a heart rate sensor."""
        control = Characteristic(
            uuid=polar.CONTROL_UUID, read=lambda: self._features, write=self._control, notify=True
        )
        data = Characteristic(uuid=polar.DATA_UUID, notify=True)
        return Gatt(
            advertised=(HEART_RATE_SERVICE,),
            services=(
                battery_service(self._board),
                Service(uuid=polar.SERVICE, characteristics=(control, data)),
            ),
            disconnected=self._disconnected,
        )

    def _send(self) -> None:
        self._board.notify(polar.DATA_UUID, self._frame(self._running))

    def _frame(self, stream: Stream) -> bytes:
        accel = np.rint(stream.batch_g() * _MG).astype("<i2")
        return self._head(stream, _RAW_MG) + accel.tobytes()

    def _head(self, stream: Stream, form: int) -> bytes:
        last = stream.next_index - 1
        own_s = stream.imu.power_on_s + last / stream.imu.model.rate_hz
        return struct.pack("<BQB", ACCELERATION, _CLOCK_NS + round(own_s * 1e9), form)

    @property
    def _ability(self) -> Ability:
        return self._sdk if self._in_sdk_mode and self._sdk is not None else self._normal

    def _control(self, data: bytes) -> None:
        code, kind = (*data[:2], 0, 0)[:2]
        status, more = self._obey(code, kind, data[2:])
        self._board.notify(polar.CONTROL_UUID, bytes([ANSWER, code, kind, status, 0]) + more)

    def _obey(self, code: int, kind: int, settings: bytes) -> tuple[int, bytes]:
        match code, kind:
            case polar.SETTINGS, polar.ACCELERATION:
                return _OK, self._ability.to_bytes()
            case polar.START | polar.STOP, polar.SDK_MODE:
                return self._sdk_mode(on=code == polar.START), b""
            case polar.START, polar.ACCELERATION:
                return self._start(settings)
            case polar.STOP, polar.ACCELERATION:
                self._end()
                return _OK, b""
            case _:
                return _UNKNOWN, b""

    def _sdk_mode(self, *, on: bool) -> int:
        if self._sdk is None:
            return _NOT_SUPPORTED
        if self._stream is not None:
            return _BAD_STATE
        self._in_sdk_mode = on
        return _OK

    def _start(self, settings: bytes) -> tuple[int, bytes]:
        if self._stream is not None:
            return _ALREADY, b""
        try:
            chosen = polar.settings_of(settings)
        except PacketError:
            return _UNKNOWN, b""
        rate, span = chosen.get(RATE, [0])[0], chosen.get(RANGE, [0])[0]
        if rate not in self._ability.rates_hz:
            return _NO_RATE, b""
        if span not in self._ability.ranges_g:
            return _NO_RANGE, b""
        self._begin(rate_hz=rate, range_g=span, batch_samples=_FRAME_SAMPLES)
        return _OK, polar.settings_to_bytes({FACTOR: self._factor(span)})

    def _factor(self, range_g: float) -> float:
        del range_g
        return 1.0

    def _disconnected(self) -> None:
        self._in_sdk_mode = False
        self._end()


class VeritySense(PolarH10):
    """Frames of differences in counts, and an SDK mode with more to choose from."""

    _features = bytes([polar.HAS_FEATURES, 1 << ACCELERATION, 1 << SDK_MODE - 8])
    _normal = VERITY
    _sdk = VERITY_SDK

    def _factor(self, range_g: float) -> float:
        return range_g / FULL_SCALE_COUNTS

    def _frame(self, stream: Stream) -> bytes:
        differences = differences_to_bytes(stream.batch()[:, :3])
        return self._head(stream, _DIFFERENCES) + differences


def differences_to_bytes(accel: Counts) -> bytes:
    """Return samples, shape (n, 3), as a first one and one block of differences."""
    wide = accel.astype(np.int64)
    steps = wide[1:] - wide[:-1]
    width = max(int(np.abs(steps).max(initial=0)).bit_length() + 1, 1)
    bits = (steps.reshape(-1, 1) >> np.arange(width)) & 1
    packed = np.packbits(bits.astype(np.uint8).ravel(), bitorder="little")
    head = struct.pack("<BB", width, len(steps))
    first: bytes = accel[0].astype("<i2").tobytes()
    return first + head + packed.tobytes()
