"""Nobody is told that a sensor is alive which is not, or which there is no room for."""

from __future__ import annotations

import asyncio
import random

from analytics.records import LinkState
from sensor_gateway.supervisor import Gateway
from tests.sensor_gateway.on_air import RIGHT, Scene, loop_s, played, powered
from tests.sensor_gateway.signals import LEFT


def scene_of_a_silence(*, lasts_s: float) -> tuple[Scene, float]:
    """Return 10 s of a stream, a silence on a link that stands, 5 s of stream; and when."""

    async def main() -> tuple[Scene, float]:
        scene = Scene()
        pod = scene.pods[0]
        silent_from_s = []

        async def fall_silent() -> None:
            await asyncio.sleep(10.0)
            silent_from_s.append(loop_s())
            pod.mute = True
            await asyncio.sleep(lasts_s)
            pod.mute = False

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fall_silent())
                await powered(pod, 15.0 + lasts_s)

        await scene.play(script)
        return scene, silent_from_s[0] - scene.zero_s

    return played(main)


def test_a_sensor_that_is_connected_but_silent_is_told_within_two_seconds() -> None:
    scene, from_s = scene_of_a_silence(lasts_s=10.0)
    said = [(link.at_s - from_s, link.state) for link in scene.links() if link.at_s > from_s]
    assert said[0][1] is LinkState.SILENT
    assert 1.3 < said[0][0] < 2.0
    assert said[1][1] is LinkState.LOST
    assert said[1][0] < 4.0


def test_a_short_silence_is_no_loss_and_no_reconnect() -> None:
    scene, from_s = scene_of_a_silence(lasts_s=2.2)
    states = [link.state for link in scene.links() if link.at_s > from_s]
    assert states == [LinkState.SILENT, LinkState.CONNECTED]
    assert scene.told() == []
    assert scene.health()[-1].reconnects == 0


def test_health_says_how_old_the_newest_data_is() -> None:
    scene, _ = scene_of_a_silence(lasts_s=10.0)
    silent = next(h for h in scene.health() if h.state is LinkState.SILENT and h.data_age_s)
    lost = next(h for h in scene.health() if h.state is LinkState.LOST)
    assert silent.data_age_s is not None
    assert lost.data_age_s is not None
    assert 1.4 < silent.data_age_s < 2.0
    assert lost.data_age_s > 3.0


def test_a_sensor_without_a_free_connection_waits_and_takes_the_next() -> None:
    async def main() -> Scene:
        scene = Scene([LEFT, RIGHT])
        scene.gateway = Gateway(
            sensors=scene.sensors,
            radio=scene.radio,
            rng=random.Random(1),  # noqa: S311
            slots=1,
        )
        left, right = scene.pods

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                life = tasks.create_task(powered(left, 60.0))
                await asyncio.sleep(2.0)
                tasks.create_task(powered(right, 28.0))
                await asyncio.sleep(10.0)
                before.update(scene.gateway.links())
                life.cancel()
                await left.lose_power()
                await asyncio.sleep(5.0)
                after.update(scene.gateway.links())

        before: dict[str, LinkState] = {}
        after: dict[str, LinkState] = {}
        await scene.play(script)
        assert before == {LEFT.key: LinkState.CONNECTED, RIGHT.key: LinkState.NO_SLOT}
        assert after == {LEFT.key: LinkState.LOST, RIGHT.key: LinkState.CONNECTED}
        return scene

    scene = played(main)
    assert len(scene.blocks(RIGHT.side)) > 100
