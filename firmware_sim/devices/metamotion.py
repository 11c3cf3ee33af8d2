"""A simulated MetaMotion sensor with a BMI270: three samples a notification, nothing else."""

from __future__ import annotations

from firmware_sim.devices.sampling import Streamer, battery_service
from firmware_sim.gatt import Characteristic, Gatt, Service
from sensor_gateway.profiles import metamotion
from sensor_gateway.profiles.metamotion import (
    ACCELEROMETER,
    BMI270,
)
from sensor_gateway.profiles.packets import Setup
from sensor_gateway.wire import PacketError

_REVISION = 0
_PACKED_SAMPLES = 3


class MetaMotion(Streamer):
    """Sampling begins when the module is configured, subscribed to, enabled and powered."""

    _wanted = False
    _enabled = False
    _rate_hz = 100.0
    _range_g = 4.0

    @property
    def gatt(self) -> Gatt:
        """What it shows on the air."""
        command = Characteristic(
            uuid=metamotion.COMMAND_UUID, write=self._command, without_response=True
        )
        notify = Characteristic(uuid=metamotion.NOTIFY_UUID, notify=True)
        return Gatt(
            advertised=(metamotion.SERVICE,),
            services=(
                battery_service(self._board),
                Service(uuid=metamotion.SERVICE, characteristics=(command, notify)),
            ),
            disconnected=self._reset,
        )

    def _send(self) -> None:
        counts = self._running.batch()[:, :3].astype("<i2")
        head = bytes([ACCELEROMETER, BMI270.packed])
        self._board.notify(metamotion.NOTIFY_UUID, head + counts.tobytes())

    def _command(self, data: bytes) -> None:
        match tuple(data):
            case (module, register) if (module, register) == (ACCELEROMETER, metamotion.INFO):
                info = bytes([ACCELEROMETER, metamotion.INFO, BMI270.number, _REVISION])
                self._board.notify(metamotion.NOTIFY_UUID, info)
            case (_, register, _, _) if register == metamotion.CONFIG:
                self._configure(data)
            case (_, register, on) if register == BMI270.packed:
                self._wanted = bool(on)
            case (_, register, on, _) if register == metamotion.ENABLE:
                self._enabled = bool(on)
            case (_, register, on) if register == metamotion.POWER:
                self._power(on=bool(on))
            case _:
                pass  # as the firmware does with what it does not know

    def _configure(self, data: bytes) -> None:
        try:
            setup = metamotion.decode(metamotion.ASKED, data)
        except PacketError:
            return
        if isinstance(setup, Setup) and setup.rate_hz and setup.range_g:
            self._rate_hz, self._range_g = setup.rate_hz, setup.range_g

    def _power(self, *, on: bool) -> None:
        if on and self._wanted and self._enabled:
            self._begin(rate_hz=self._rate_hz, range_g=self._range_g, batch_samples=_PACKED_SAMPLES)
        else:
            self._end()

    def _reset(self) -> None:
        self._wanted = self._enabled = False
        self._end()
