"""Scenes that are written once and played on both radios.

On the virtual radio, and over the fake BlueZ with bleak's own backend in both of its ways to take
notifications; both in simulated time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

import pytest

from firmware_sim.bluez import FakeBlueZ, run_over_bluez
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from tests.sensor_gateway.on_air import Scene, played

Script = Callable[[Scene], Coroutine[Any, Any, None]]


class Play(Protocol):
    """Plays a script with sensors on one of the radios."""

    def __call__(self, script: Script, sensors: Sequence[SensorConfig]) -> Scene: ...


def on_the_virtual_radio(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    async def main() -> Scene:
        scene = Scene(sensors)
        await scene.play(lambda: script(scene))
        return scene

    return played(main)


def over_bluez(script: Script, sensors: Sequence[SensorConfig], *, acquire: bool | None) -> Scene:
    async def play(air: FakeBlueZ) -> Scene:
        scene = Scene(sensors, air=air, radio=Radio(acquire_notify=acquire))
        await scene.play(lambda: script(scene))
        return scene

    return run_over_bluez(play)


def by_signals(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    return over_bluez(script, sensors, acquire=False)


def by_sockets(script: Script, sensors: Sequence[SensorConfig]) -> Scene:
    return over_bluez(script, sensors, acquire=None)  # as open sensors bear it


BOTH = [
    pytest.param(on_the_virtual_radio, id="virtual-radio"),
    pytest.param(by_signals, id="bluez", marks=pytest.mark.bus),
]
EVERY_WAY = [*BOTH, pytest.param(by_sockets, id="bluez-sockets", marks=pytest.mark.bus)]
