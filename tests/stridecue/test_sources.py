import asyncio
import random
from pathlib import Path

from analytics.records import LinkState
from firmware_sim.radio import VirtualRadio
from firmware_sim.scenarios import scenario
from firmware_sim.world import World, run_virtual
from sensor_gateway.bluetooth import Radio
from sensor_gateway.events import LinkChange, Notification, RadioEvent
from sensor_gateway.supervisor import Gateway
from stridecue.pages import kept_secret
from stridecue.sources import RecordedSource, SharedGateway


async def two_runners_on_one_adapter() -> dict[str, list[RadioEvent]]:
    air = VirtualRadio()
    what = scenario("demo").with_(minutes=0.4)
    worlds = [World(scenario=what, seed=n, runner=f"r{n}", radio=air, number=n) for n in (1, 2)]
    radio = Radio(
        scanner_backend=worlds[0].scanner_backend, client_backend=worlds[0].client_backend
    )
    sensors = [sensor for world in worlds for sensor in world.sensors]
    shared = SharedGateway(Gateway(sensors=sensors, radio=radio, rng=random.Random(0)), runners=2)  # noqa: S311
    heard: dict[str, list[RadioEvent]] = {world.runner: [] for world in worlds}
    async with asyncio.TaskGroup() as tasks:
        listening = [
            tasks.create_task(shared.source(sensors=world.sensors).run(heard[world.runner].append))
            for world in worlds
        ]
        async with asyncio.TaskGroup() as happening:
            for world in worlds:
                happening.create_task(world.run())
        for task in listening:
            task.cancel()
    assert shared.zero_s is not None
    return heard


def test_runners_share_an_adapter_and_each_gets_their_own_sensors() -> None:
    heard = run_virtual(two_runners_on_one_adapter())
    for runner, events in heard.items():
        assert {event.sensor for event in events} == {f"{runner}-left", f"{runner}-right"}
        assert sum(isinstance(event, Notification) for event in events) > 400


def test_a_recording_is_handed_over_at_its_own_pace() -> None:
    def at(second: float) -> LinkChange:
        return LinkChange(sensor="r-left", at_s=second, state=LinkState.CONNECTED, detail="")

    async def play() -> list[float]:
        loop = asyncio.get_running_loop()
        start_s, seen = loop.time(), []
        source = RecordedSource([at(0.0), at(1.5), at(60.0)], paced=True)
        await source.run(lambda _: seen.append(loop.time() - start_s))
        return seen

    assert run_virtual(play()) == [0.0, 1.5, 60.0]


def test_links_outlive_a_restart_and_are_nobody_elses(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path / "links.key")
    assert len(secret) == 32
    assert kept_secret(tmp_path / "links.key") == secret
    assert kept_secret(tmp_path / "other.key") != secret
    assert (tmp_path / "links.key").stat().st_mode & 0o077 == 0
