"""A foot pod beside two pods: its speed reaches the runner's own correction of speed."""

from __future__ import annotations

import asyncio
import random

from analytics.codec import Record
from analytics.records import Distance, Placement, Side, SpeedSource
from analytics.settings import AnalyticsSettings
from firmware_sim.devices.foot_pod import foot_pod
from firmware_sim.imu import Imu
from firmware_sim.pod import Pod, PodIdentity
from firmware_sim.scenario import Scenario
from firmware_sim.world import World, run_virtual
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.supervisor import Gateway
from stridecue.session import SessionCore, SessionPlan

SPEED_MPS = 3.2
SHINS = Scenario(name="t", about="", placement=Placement.SHIN, minutes=0.9)


async def session() -> list[Record]:
    """Return what a runner's session tells whose two shins tell no speed, and whose pod does."""
    world = World(scenario=SHINS, seed=4)
    pod = SensorConfig(
        runner=world.runner,
        side=Side.LEFT,
        placement=Placement.SHOE,
        profile="running_speed",
        name="Foot pod",
    )
    sensors = [*world.sensors, pod]
    plan = SessionPlan(
        session="s1",
        runner=world.runner,
        name="",
        started_utc_ns=0,
        source="test",
        simulated=True,
        sensors=tuple(sensors),
        analytics=AnalyticsSettings(),
        baseline=None,
    )
    core, records = SessionCore(plan), list[Record]()
    radio = Radio(scanner_backend=world.scanner_backend, client_backend=world.client_backend)
    gateway = Gateway(sensors=sensors, radio=radio, rng=random.Random(1))  # noqa: S311

    def no_imu(boot: int, power_on_s: float) -> Imu:
        return world._pods[0]._make_imu(boot, power_on_s)  # noqa: SLF001 - any will do

    device = Pod(
        identity=PodIdentity(side=Side.LEFT, name="Foot pod", address="D1:CE:00:00:0F:00"),
        radio=world.radio,
        make_imu=no_imu,
        make_device=foot_pod(lambda _: SPEED_MPS),
        rng=random.Random(1),  # noqa: S311
    )
    async with asyncio.TaskGroup() as tasks:
        living = tasks.create_task(device.run(world_starts_s=0.0))
        listening = tasks.create_task(gateway.run(lambda e: records.extend(core.push(e))))
        await world.run()
        listening.cancel()
        await asyncio.sleep(1.0)
        living.cancel()
    return [*records, *core.finish()]


def test_a_foot_pods_speed_becomes_the_runners_distance() -> None:
    records = run_virtual(session())
    distance = [record for record in records if isinstance(record, Distance)][-1]
    assert distance.source is SpeedSource.FOOT_POD
    assert distance.distance_m is not None
    assert distance.covered_s > 0.9 * distance.running_s > 27.0
    # The shins' own model tells the first metres, until two readings of the pod are there.
    assert abs(distance.distance_m / distance.covered_s / SPEED_MPS - 1.0) < 0.05
