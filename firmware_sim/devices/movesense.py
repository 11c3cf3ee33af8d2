"""A simulated Movesense sensor: GSP commands, floats in m/s^2 with the first sample's time."""

from __future__ import annotations

import struct

from analytics.records import STANDARD_GRAVITY_MPS2
from firmware_sim.devices.sampling import Streamer, battery_service
from firmware_sim.gatt import Characteristic, Gatt, Service
from sensor_gateway.profiles import movesense

_RANGE_G = 16
_NOT_FOUND, _BAD_REQUEST = 404, 400
# Samples of a notification at the lower rates; above 104 Hz all notifications have 16.
_SAMPLES = {13: 1, 26: 2, 52: 4, 104: 8}
_MOST_SAMPLES = 16
_BOOT_MS = 1234.0
_MS = 1000.0


class Movesense(Streamer):
    """Acceleration at any of the sensor's rates, on one subscription."""

    _reference = 0

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air."""
        command = Characteristic(
            uuid=movesense.COMMAND_UUID, write=self._command, without_response=True
        )
        data = Characteristic(uuid=movesense.DATA_UUID, notify=True)
        return Gatt(
            advertised=(movesense.SERVICE,),
            services=(
                battery_service(self._board),
                Service(uuid=movesense.SERVICE, characteristics=(command, data)),
            ),
            disconnected=self._end,
        )

    def _send(self) -> None:
        stream = self._running
        first, accel_g = stream.next_index, stream.batch_g()
        ms = _BOOT_MS + (stream.imu.power_on_s + first / stream.imu.model.rate_hz) * _MS
        head = struct.pack("<BBI", movesense.DATA, self._reference, round(ms) % 2**32)
        accel = (accel_g * STANDARD_GRAVITY_MPS2).astype("<f4")
        self._board.notify(movesense.DATA_UUID, head + accel.tobytes())

    def _command(self, data: bytes) -> None:
        code, reference = (*data[:2], 0, 0)[:2]
        status, more = self._obey(code, reference, data[2:])
        answer = struct.pack("<BBH", movesense.ANSWER, reference, status) + more
        self._board.notify(movesense.DATA_UUID, answer)

    def _obey(self, code: int, reference: int, path: bytes) -> tuple[int, bytes]:
        match code:
            case movesense.GET if path == movesense.CONFIG_PATH:
                return movesense.OK, bytes([_RANGE_G])
            case movesense.SUBSCRIBE if path.startswith(movesense.PATH):
                return self._subscribe(reference, path.removeprefix(movesense.PATH)), b""
            case movesense.UNSUBSCRIBE:
                self._end()
                return movesense.OK, b""
            case _:
                return _BAD_REQUEST, b""

    def _subscribe(self, reference: int, rate: bytes) -> int:
        if not rate.isdigit() or int(rate) not in (movesense.RATES_HZ or ()):
            return _NOT_FOUND
        self._reference = reference
        batch = _SAMPLES.get(int(rate), _MOST_SAMPLES)
        self._begin(rate_hz=int(rate), range_g=_RANGE_G, batch_samples=batch)
        return movesense.OK
