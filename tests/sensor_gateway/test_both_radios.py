"""What the gateway promises of sensors that come and go holds on every radio."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from analytics.records import LinkState, SampleBlock, Side
from firmware_sim.bluez import FakeBlueZ, fake_bluez
from firmware_sim.bluez_device import ABORTED
from sensor_gateway.bluetooth import Radio, scan
from tests.sensor_gateway.both_radios import BOTH, EVERY_WAY, Play, by_signals
from tests.sensor_gateway.on_air import RIGHT, Scene, loop_s, powered
from tests.sensor_gateway.signals import LEFT


async def all_powered(scene: Scene, for_s: float) -> None:
    async with asyncio.TaskGroup() as tasks:
        for pod in scene.pods:
            tasks.create_task(powered(pod, for_s))


def whole(blocks: list[tuple[float, SampleBlock]]) -> bool:
    """Tell whether blocks hold what the pod sampled: sample i is i, -i and 2 counts."""
    return all(
        np.array_equal(
            np.rint(block.accel_g * 32768.0 / 16.0)[:, :2],
            np.outer(np.arange(block.first_index, block.first_index + len(block)) % 1000, (1, -1)),
        )
        for _, block in blocks
    )


@pytest.mark.parametrize("play", EVERY_WAY)
def test_every_sample_that_was_sent_comes_out_once_with_its_value(play: Play) -> None:
    async def script(scene: Scene) -> None:
        await all_powered(scene, 10.0)

    scene = play(script, [LEFT, RIGHT])
    for pod in scene.pods:
        came = scene.blocks(pod.config.side)
        assert [b.first_index for _, b in came] == [first for _, first in pod.sent]
        assert len(came) > 100
        assert whole(came)
    assert scene.gaps() == []


@pytest.mark.parametrize("play", EVERY_WAY)
def test_a_power_cut_is_told_once_and_the_stream_is_back_within_two_seconds(play: Play) -> None:
    back_s = []

    async def script(scene: Scene) -> None:
        left, right = scene.pods
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(powered(right, 14.0))
            await powered(left, 3.0)
            await left.lose_power()
            await asyncio.sleep(5.0)
            back_s.append(loop_s())
            await powered(left, 5.0)

    scene = play(script, [LEFT, RIGHT])
    assert [e.kind for _, e in scene.told()] == ["sensor_lost", "sensor_back"]
    resumed_s = next(s for s, _ in scene.blocks() if s > back_s[0] - scene.zero_s)
    assert resumed_s - (back_s[0] - scene.zero_s) < 2.0
    assert [gap.reason for gap in scene.gaps()] == ["the sensor restarted"]
    right = scene.blocks(Side.RIGHT)
    assert [b.first_index for _, b in right] == [first for _, first in scene.pods[1].sent]
    assert max(b - a for (a, _), (b, _) in pairwise(right[8:])) < 0.5


@pytest.mark.parametrize("play", BOTH)
def test_a_link_that_drops_is_made_again_and_names_what_is_missing(play: Play) -> None:
    async def script(scene: Scene) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(powered(scene.pods[0], 8.0))
            await asyncio.sleep(4.0)
            await scene.air.drop(scene.pods[0].address)

    scene = play(script, [LEFT])
    (gap,) = scene.gaps()
    assert gap.n_samples is not None
    assert 0 < gap.n_samples < 400
    assert [link.detail for link in scene.links() if link.state is LinkState.LOST] == [
        "the link dropped"
    ]
    assert whole(scene.blocks())


@pytest.mark.parametrize("play", BOTH)
def test_a_sensor_that_is_silent_but_connected_is_sought_again(play: Play) -> None:
    async def script(scene: Scene) -> None:
        pod = scene.pods[0]

        async def fall_silent() -> None:
            await asyncio.sleep(3.0)
            pod.mute = True
            await asyncio.sleep(4.0)
            pod.mute = False

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fall_silent())
            await powered(pod, 12.0)

    scene = play(script, [LEFT])
    assert "connected, but silent for 3 s" in [link.detail for link in scene.links()]
    assert [e.kind for _, e in scene.told()] == ["sensor_lost", "sensor_back"]
    assert scene.blocks()[-1][0] > 9.0


@pytest.mark.bus
async def test_a_scan_through_bluez_finds_what_speaks_our_profile() -> None:
    async with fake_bluez() as air:
        scene = Scene([LEFT, RIGHT], air=air, radio=Radio())
        async with asyncio.TaskGroup() as tasks:
            lives = [tasks.create_task(powered(pod, 5.0)) for pod in scene.pods]
            found = await scan(seconds=0.5, radio=scene.radio)
            for life in lives:
                life.cancel()
    assert [(seen.address, seen.name, seen.profile) for seen in found] == [
        ("D1:CE:00:00:00:00", "pod-1", "open_imu"),
        ("D1:CE:00:00:00:01", "pod-2", "open_imu"),
    ]


@pytest.mark.bus
@pytest.mark.parametrize(
    "error",
    [
        ABORTED,
        ("org.bluez.Error.InProgress", "Operation already in progress"),
    ],
    ids=["aborted", "in-progress"],
)
def test_connects_that_bluez_fails_are_tried_again(error: tuple[str, str]) -> None:
    async def script(scene: Scene) -> None:
        assert isinstance(scene.air, FakeBlueZ)
        scene.air.refuse(scene.pods[0].address, error, error)
        await powered(scene.pods[0], 10.0)

    scene = by_signals(script, [LEFT])
    assert len(scene.blocks()) > 30
    assert LinkState.LOST not in [link.state for link in scene.links()]


def adapter_scene(away_s: float, *, unplugged: bool) -> tuple[Scene, float]:
    """Return 3 s of two pods, the adapter gone for a while, 12 s more; and when it came back."""
    back_s = []

    async def script(scene: Scene) -> None:
        air = scene.air
        assert isinstance(air, FakeBlueZ)

        async def lose_the_adapter() -> None:
            await asyncio.sleep(4.0)
            air.unplug() if unplugged else air.power(on=False)
            await asyncio.sleep(away_s)
            back_s.append(loop_s())
            air.plug_in() if unplugged else air.power(on=True)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(lose_the_adapter())
            await all_powered(scene, 16.0 + away_s)

    scene = by_signals(script, [LEFT, RIGHT])
    return scene, back_s[0] - scene.zero_s


@pytest.mark.bus
@pytest.mark.parametrize(("how", "away_s"), [("unplugged", 6.0), ("switched off", 1.0)])
def test_an_adapter_that_goes_away_is_waited_for_and_used_again(how: str, away_s: float) -> None:
    scene, back_s = adapter_scene(away_s, unplugged=how == "unplugged")
    for side in Side:
        told = [e.kind for _, e in scene.told() if e.side is side]
        assert told == ["sensor_lost", "sensor_back"]
        came_s = [s for s, _ in scene.blocks(side) if s > back_s]
        assert came_s[0] - back_s < 10.0
        assert whole(scene.blocks(side))


@pytest.mark.bus
def test_a_scanner_that_dies_without_a_word_is_begun_anew() -> None:
    async def script(scene: Scene) -> None:
        assert isinstance(scene.air, FakeBlueZ)
        await asyncio.sleep(1.0)
        scene.air.deaf = True
        await powered(scene.pods[0], 14.0)

    assert len(by_signals(script, [LEFT]).blocks()) > 30
