"""An hour's run without any network, then home: the team has every stride, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from analytics.records import LinkState, Placement, Side
from analytics.settings import demo_settings
from bench.teaming.home import (
    carried_settings,
    come_home,
    run_without_network,
    stored_strides,
    team_settings,
    told_strides,
)
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Leg
from firmware_sim.gait.shoe import ShoeGait
from firmware_sim.imu import Imu, ImuModel
from firmware_sim.network import Network
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.events import LinkChange, Notification
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.wire import Counts, MotionPacket
from stridecue.conductor import Emit
from stridecue.session import SessionPlan

MINUTES = 60
RUNNER = "anna"
RATE_HZ = 200
IN_A_PACKET = 250  # as much as a packet can count: an hour of them is soon analysed
SENSOR = SensorConfig(runner=RUNNER, side=Side.LEFT, placement=Placement.SHOE, name="pod")


def a_minute_of_running() -> Counts:
    """What a shoe's sensor counts in a minute; it ends as it begins, in mid-air."""
    contacts_s = np.linspace(0.35, 0.35 + 79 * 0.75, 80)
    n = len(contacts_s)
    gait = ShoeGait(
        contacts=Contacts(
            contact_s=contacts_s,
            contact_time_s=np.full(n, 0.24),
            peak_accel_g=np.random.default_rng(2).normal(7.0, 0.4, n),
            stride_length_m=np.full(n, 2.1),
            strike_angle_deg=np.full(n, 12.0),
        )
    )
    imu = Imu(
        model=ImuModel(),
        motion=Leg(gait=gait).motion,
        power_on_s=0.0,
        rng=np.random.default_rng(3),
    )
    return imu.read(60 * RATE_HZ)


class Belt:
    """A shoe in the air of a small computer for an hour, as its gateway would hear it."""

    def __init__(self) -> None:
        self.zero_s: float | None = None
        self._counts = a_minute_of_running()

    async def run(self, emit: Emit) -> None:
        """Hand over a packet every 1.25 s."""
        loop = asyncio.get_running_loop()
        start_s = self.zero_s = loop.time()
        emit(LinkChange(sensor=SENSOR.key, at_s=0.0, state=LinkState.CONNECTED, detail=""))
        for number in range(MINUTES * 60 * RATE_HZ // IN_A_PACKET):
            first = number * IN_A_PACKET
            await asyncio.sleep(start_s + (first + IN_A_PACKET) / RATE_HZ - loop.time())
            emit(
                Notification(
                    sensor=SENSOR.key,
                    arrival_s=loop.time() - start_s,
                    channel="motion",
                    payload=self._packet(number, first),
                )
            )

    def _packet(self, number: int, first: int) -> bytes:
        at = np.arange(first, first + IN_A_PACKET) % len(self._counts)
        return MotionPacket(
            sequence=number,
            first_index=first,
            device_time_us=(first * 1_000_000 // RATE_HZ) % 2**32,
            rate_hz=RATE_HZ,
            accel=self._counts[at, :3],
            gyro=self._counts[at, 3:],
            accel_range_g=ImuModel().accel_range_g,
            gyro_range_dps=ImuModel().gyro_range_dps,
            boot=1,
        ).to_bytes()


def test_after_an_hour_without_network_the_teams_store_and_broker_get_every_stride_once(
    tmp_path: Path,
) -> None:
    belt = carried_settings(tmp_path / "belt", RUNNER)
    team = team_settings(tmp_path / "team", [RUNNER])
    network = Network()
    plan = SessionPlan(
        session="away",
        runner=RUNNER,
        name="Anna",
        started_utc_ns=1_700_000_000 * 10**9,
        source="run",
        simulated=True,
        sensors=(SENSOR,),
        analytics=demo_settings(),
        baseline=None,
    )

    run_virtual(run_without_network(belt, network, plan=plan, source=Belt()))
    assert network.kept == []
    mine = stored_strides(belt)
    assert len(mine) > 79 * MINUTES  # 80 landings a minute

    assert run_virtual(come_home(belt, team, network)) == 0
    assert stored_strides(team) == mine
    assert sorted(told_strides(network)) == [row[0] for row in mine]
