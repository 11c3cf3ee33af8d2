"""Adapters that fail now and then: connects refused, scans that end, one sensor out of two."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakError

from analytics.records import LinkState, Side
from sensor_gateway.bluetooth import Radio
from sensor_gateway.supervisor import Gateway
from tests.sensor_gateway.on_air import RIGHT, Scene, loop_s, played, powered
from tests.sensor_gateway.signals import LEFT


def refusing(scene: Scene, address: str, times: int, tried_s: list[float]) -> None:
    """Have the adapter refuse connections to one address so many times."""
    works: type[BaseBleakClient] | None = scene.radio.client_backend
    assert works is not None

    class Refusing(works):  # type: ignore[valid-type, misc]
        async def connect(self, pair: bool, **kwargs: Any) -> None:  # noqa: ANN401, FBT001
            if self.address == address:
                tried_s.append(loop_s())
                if len(tried_s) <= times:
                    message = "le-connection-abort-by-local"
                    raise BleakError(message)
            await super().connect(pair, **kwargs)

    on(scene, Radio(scanner_backend=scene.radio.scanner_backend, client_backend=Refusing))


def on(scene: Scene, radio: Radio) -> None:
    scene.gateway = Gateway(sensors=scene.sensors, radio=radio, rng=random.Random(5))  # noqa: S311


def refused(times: int) -> tuple[Scene, list[float]]:
    async def main() -> tuple[Scene, list[float]]:
        scene = Scene([LEFT, RIGHT])
        tried_s: list[float] = []
        refusing(scene, scene.pods[0].address, times, tried_s)

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                for pod in scene.pods:
                    tasks.create_task(powered(pod, 60.0))

        await scene.play(script)
        return scene, tried_s

    return played(main)


def test_a_refused_connect_is_tried_again_after_waits_that_differ() -> None:
    scene, tried_s = refused(4)
    waits_s = [b - a for a, b in itertools.pairwise(tried_s)]
    assert len(tried_s) == 5
    for k, wait_s in enumerate(waits_s):
        assert wait_s <= 0.5 * 2**k + 0.3  # the advertisement comes within 0.3 s
    assert len({round(w, 3) for w in waits_s}) == 4
    assert len(scene.blocks()) > 500


def test_a_sensor_that_refuses_does_not_keep_the_other_from_running() -> None:
    scene, _ = refused(10**6)
    assert scene.blocks() == []
    assert scene.told() == []
    right = scene.blocks(Side.RIGHT)
    assert [b.first_index for _, b in right] == [first for _, first in scene.pods[1].sent]
    assert len(right) > 900


def test_why_a_connect_failed_is_told() -> None:
    scene, _ = refused(1)
    told = [(link.state, link.detail) for link in scene.links() if link.sensor == LEFT.key]
    failed = (LinkState.SEARCHING, "could not connect: le-connection-abort-by-local")
    assert told[1] == failed


def test_an_adapter_that_goes_away_for_a_while_is_waited_for() -> None:
    async def main() -> Scene:
        scene = Scene()
        works: type[BaseBleakScanner] | None = scene.radio.scanner_backend
        assert works is not None
        starts_s: list[float] = []

        class Moody(works):  # type: ignore[valid-type, misc]
            async def start(self) -> None:
                starts_s.append(loop_s())
                if 2 <= len(starts_s) <= 4:
                    message = "No powered Bluetooth adapters found."
                    raise BleakError(message)
                await super().start()

        on(scene, Radio(scanner_backend=Moody, client_backend=scene.radio.client_backend))

        async def script() -> None:
            await asyncio.sleep(20.0)
            await powered(scene.pods[0], 10.0)

        await scene.play(script)
        assert len(starts_s) >= 5
        return scene

    assert len(played(main).blocks()) > 100


def test_a_long_scan_is_begun_anew_before_the_system_lets_it_sleep() -> None:
    async def main() -> list[float]:
        scene = Scene()
        works: type[BaseBleakScanner] | None = scene.radio.scanner_backend
        assert works is not None
        starts_s: list[float] = []

        class Counting(works):  # type: ignore[valid-type, misc]
            async def start(self) -> None:
                starts_s.append(loop_s())
                await super().start()

        on(scene, Radio(scanner_backend=Counting, client_backend=scene.radio.client_backend))

        async def script() -> None:
            await asyncio.sleep(60.0)

        await scene.play(script)
        return starts_s

    starts_s = played(main)
    assert max(b - a for a, b in itertools.pairwise(starts_s)) < 10.0
    assert len(starts_s) < 10
