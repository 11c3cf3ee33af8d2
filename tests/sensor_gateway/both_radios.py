"""Scenes that are written once and played on both radios.

On the virtual radio in virtual time; over the fake BlueZ in real time, run six times as fast, with
bleak's own backend in both of its ways to take notifications.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

import pytest

from firmware_sim.bluez import fake_bluez
from firmware_sim.virtual_time import run_scaled
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from tests.sensor_gateway.on_air import Scene, played

Script = Callable[[Scene], Coroutine[Any, Any, None]]
_SPEED = 6.0


class Play(Protocol):
    """Plays a script with sensors on one of the radios."""

    def __call__(self, script: Script, sensors: Sequence[SensorConfig]) -> Scene: ...


def on_the_virtual_radio(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    async def main() -> Scene:
        scene = Scene(sensors)
        await scene.play(lambda: script(scene))
        return scene

    return played(main)


def over_bluez(script: Script, sensors: Sequence[SensorConfig], *, acquire: bool) -> Scene:
    async def main() -> Scene:
        async with fake_bluez() as air:
            scene = Scene(sensors, air=air, radio=Radio(acquire_notify=acquire))
            await scene.play(lambda: script(scene))
            return scene

    return run_scaled(main(), _SPEED)


def by_signals(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    return over_bluez(script, sensors, acquire=False)


def by_sockets(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    return over_bluez(script, sensors, acquire=True)


BOTH = [
    pytest.param(on_the_virtual_radio, id="virtual-radio"),
    pytest.param(by_signals, id="bluez", marks=pytest.mark.bus),
]
EVERY_WAY = [*BOTH, pytest.param(by_sockets, id="bluez-sockets", marks=pytest.mark.bus)]
