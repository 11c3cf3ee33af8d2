"""The gateway over the virtual radio: real bleak clients, real GATT, in virtual time."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from analytics.errors import SensorNotFoundError
from analytics.records import LinkState, Side
from sensor_gateway.bluetooth import Radio, scan
from sensor_gateway.control import Start, Stop
from sensor_gateway.events import Notification, time_of
from sensor_gateway.supervisor import Gateway
from tests.sensor_gateway.on_air import BATCH, RIGHT, AirPod, Scene, played, powered
from tests.sensor_gateway.signals import LEFT


def scene_of_a_power_cut(*, off_s: float = 20.0) -> Scene:
    """Return 10 s with two pods, then the left one off for a while, then 10 s with both."""

    async def main() -> Scene:
        scene = Scene([LEFT, RIGHT])
        left, right = scene.pods

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(powered(right, 20.0 + off_s))
                await powered(left, 10.0)
                await left.lose_power()
                await asyncio.sleep(off_s - 0.72)
                await powered(left, 10.0)

        await scene.play(script)
        return scene

    return played(main)


def test_every_sample_that_was_sent_comes_out_once() -> None:
    async def main() -> Scene:
        scene = Scene([LEFT, RIGHT])

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                for pod in scene.pods:
                    tasks.create_task(powered(pod, 60.0))

        await scene.play(script)
        return scene

    scene = played(main)
    for pod in scene.pods:
        came = scene.blocks(pod.config.side)
        assert [b.first_index for _, b in came] == [first for _, first in pod.sent]
        assert len(came) > 900
    assert scene.gaps() == []
    assert scene.gateway.events_dropped == 0


def test_times_are_session_seconds_from_the_first_sample_on() -> None:
    scene = scene_of_a_power_cut()
    arrivals = [time_of(e) for e in scene.events]
    assert arrivals == sorted(arrivals)
    assert all(time_of(e) < 0.0 for e in scene.links()[:2])
    first = scene.blocks()[0][1]
    assert first.time_s[0] == pytest.approx(0.005, abs=0.001)
    pod_began_s = 1000.0 - scene.zero_s
    true_s = [pod_began_s + (b.first_index / 200.0) / 1.00003 for _, b in scene.blocks()[:140]]
    assert [b.time_s[0] for _, b in scene.blocks()[:140]] == pytest.approx(true_s, abs=1e-3)


def test_a_sensor_without_power_is_told_once_and_so_is_its_return() -> None:
    scene = scene_of_a_power_cut()
    told = [(e.kind, e.text) for _, e in scene.told()]
    assert told == [
        ("sensor_lost", "Left pod lost, cues paused"),
        ("sensor_back", "Left pod is back"),
    ]
    off_s = 1010.0 - scene.zero_s
    assert scene.told()[0][0] - off_s < 1.0


def test_the_stream_goes_on_within_a_second_of_the_sensors_return() -> None:
    scene = scene_of_a_power_cut()
    back_s = 1030.0 - scene.zero_s
    resumed_s = next(at_s for at_s, _ in scene.blocks() if at_s > 15.0)
    assert 0.0 < resumed_s - back_s < 1.0
    gap = scene.gaps()[0]
    assert len(scene.gaps()) == 1
    assert (gap.n_samples, gap.reason) == (None, "the sensor restarted")
    assert gap.end_s - gap.start_s == pytest.approx(20.0, abs=0.5)


def test_the_other_leg_goes_on_meanwhile() -> None:
    scene = scene_of_a_power_cut()
    right = scene.blocks(Side.RIGHT)
    assert [b.first_index for _, b in right] == [first for _, first in scene.pods[1].sent]
    at_s = [at for at, _ in right]
    assert max(b - a for a, b in pairwise(at_s[8:])) < 0.1


def test_a_sensor_that_is_silent_but_connected_is_taken_for_lost_and_sought_again() -> None:
    async def main() -> Scene:
        scene = Scene()
        pod = scene.pods[0]

        async def fall_silent() -> None:
            await asyncio.sleep(10.0)
            pod.mute = True
            await asyncio.sleep(10.0)
            pod.mute = False

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fall_silent())
                await powered(pod, 40.0)

        await scene.play(script)
        return scene

    scene = played(main)
    details = [link.detail for link in scene.links() if link.state is LinkState.LOST]
    assert details[0] == "connected, but silent for 3 s"
    assert [e.kind for _, e in scene.told()] == ["sensor_lost", "sensor_back"]
    gap = scene.gaps()[0]
    assert gap.n_samples is not None
    # At its return the keeper may be waiting after its second failure: a second at most.
    assert gap.n_samples == pytest.approx(2000, abs=250)
    assert scene.blocks()[-1][0] > 38.0


def test_waits_grow_only_after_what_failed() -> None:
    async def main() -> Scene:
        scene = Scene()
        pod = scene.pods[0]
        pod.deaf = True

        async def listen_at_last() -> None:
            await asyncio.sleep(60.0)
            pod.deaf = False

        async def script() -> None:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(listen_at_last())
                await powered(pod, 120.0)

        await scene.play(script)
        return scene

    scene = played(main)
    tries_s = [e.at_s for e in scene.links() if e.detail == "connected"]
    waits_s = [b - a - 3.25 for a, b in pairwise(tries_s)]  # silent for so long each time
    assert max(waits_s) > 4.0
    assert all(wait_s < 0.5 * 2**k + 0.3 for k, wait_s in enumerate(waits_s))
    assert len(scene.blocks()) > 500
    assert scene.pods[0].commands[0] == Start()


def test_a_sensor_is_told_to_stop_when_the_session_ends() -> None:
    async def main() -> AirPod:
        scene = Scene([replace(LEFT, range_g=32.0)])
        pod = scene.pods[0]

        async def script() -> None:
            await powered(pod, 5.0)

        await scene.play(script)
        return pod

    pod = played(main)
    assert pod.commands == [Start(accel_range_g=32.0), Stop()]


def test_a_sensor_known_by_its_address_is_found() -> None:
    async def main() -> Scene:
        scene = Scene([replace(LEFT, name=None, address="d1:ce:00:00:00:00")])

        async def script() -> None:
            await powered(scene.pods[0], 3.0)

        await scene.play(script)
        return scene

    scene = played(main)
    assert len(scene.blocks()) > 30
    assert scene.health()[-1].battery_pct == 77.0
    assert scene.health()[-1].rssi_dbm is not None


def test_before_the_session_the_links_can_be_seen() -> None:
    async def main() -> list[dict[str, LinkState]]:
        scene = Scene([LEFT, RIGHT])
        seen = []

        async def script() -> None:
            await asyncio.sleep(1.0)
            seen.append(scene.gateway.links())
            await powered(scene.pods[1], 3.0)
            seen.append(scene.gateway.links())

        await scene.play(script)
        return seen

    before, after = played(main)
    assert set(before.values()) == {LinkState.SEARCHING}
    assert after == {LEFT.key: LinkState.SEARCHING, RIGHT.key: LinkState.CONNECTED}


def test_the_same_seed_gives_the_same_events() -> None:
    first, second = scene_of_a_power_cut(), scene_of_a_power_cut()
    assert first.events == second.events


def test_clock_reads_come_with_the_time_of_the_question() -> None:
    scene = scene_of_a_power_cut()
    reads = [e for e in scene.events if isinstance(e, Notification) and e.channel == "clock"]
    assert len(reads) > 40
    assert all(e.asked_s is not None and e.asked_s <= e.arrival_s for e in reads)
    known = [h.clock_uncertainty_s for h in scene.health() if h.clock_uncertainty_s is not None]
    assert max(known[1:]) < 0.005


def test_a_scan_finds_what_speaks_our_profile() -> None:
    async def main() -> list[tuple[str, str | None, str | None]]:
        scene = Scene([LEFT, RIGHT])
        async with asyncio.TaskGroup() as tasks:
            lives = [tasks.create_task(powered(pod, 5.0)) for pod in scene.pods]
            found = await scan(seconds=2.0, radio=scene.radio)
            for life in lives:
                life.cancel()
        return [(seen.address, seen.name, seen.profile) for seen in found]

    assert played(main) == [
        ("D1:CE:00:00:00:00", "pod-1", "open_imu"),
        ("D1:CE:00:00:00:01", "pod-2", "open_imu"),
    ]


async def test_without_an_adapter_one_line_says_what_to_do() -> None:
    """There is none on machines that build; where there is one, this test says nothing."""
    gateway = Gateway(sensors=[LEFT], radio=Radio(adapter="hci99"), rng=random.Random(1))  # noqa: S311
    with pytest.raises(SensorNotFoundError) as caught:
        async with asyncio.timeout(5.0):
            await gateway.run(lambda _: None)
    assert "hci99" in str(caught.value)
    assert "adapter" in caught.value.mend
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_batches_are_what_the_pods_send() -> None:
    scene = scene_of_a_power_cut(off_s=2.0)
    assert {len(b) for _, b in scene.blocks()} == {BATCH}
