"""Several gateways, one team: sensors change hands in mid-run, and every stride counts once."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from analytics.errors import SettingsError
from bench.teaming.track import Layout, Track, count
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.bluetooth import Radio
from stridecue.crews import real_crews
from stridecue.settings import Settings
from stridecue.soak.team import working

LAYOUT = Layout(gateways=[("east", ("west",)), ("west", ("east",))], listens=["east", "west"])


def test_no_stride_is_lost_or_doubled_when_a_sensor_changes_gateways_or_a_gateway_dies(
    tmp_path: Path,
) -> None:
    async def play() -> Track:
        track = Track(layout=LAYOUT, folder=tmp_path, minutes=1.1)
        left, right = (sensor.address or "" for sensor in track.worlds[0].sensors)
        async with working(track.team, track.network.place()), asyncio.TaskGroup() as tasks:
            track.switch_on("east", tasks)
            track.switch_on("west", tasks)
            running = [tasks.create_task(world.run()) for world in track.worlds]
            await asyncio.sleep(20.0)
            assert track.holders()[left] == track.holders()[right] == ["east"]

            await track.air.part(track.gateways["east"].adapter, left)
            await asyncio.sleep(8.0)
            assert track.holders()[left] == ["west"]

            await track.kill("east")
            await asyncio.sleep(8.0)
            assert track.holders()[right] == ["west"]

            track.switch_on("east", tasks)
            await asyncio.sleep(3.0)
            await track.air.part(track.gateways["west"].adapter, right)
            await asyncio.sleep(5.0)
            assert track.holders()[right] == ["east"]

            await asyncio.wait(running)
            await asyncio.sleep(1.0)
            await track.switch_off()
        return track

    counted = count(run_virtual(play()))
    assert counted.sessions == 2
    assert counted.true > 250
    assert counted.found == counted.true
    assert (counted.doubled, counted.told_twice) == (0, 0)


def test_a_gateway_no_sensor_is_for_is_told_so() -> None:
    settings = Settings.model_validate(
        {
            "gateway": {"name": "north"},
            "gateways": [{"id": "south"}],
            "sensors": [
                {
                    "name": "pod",
                    "runner": "anna",
                    "side": "left",
                    "placement": "shoe",
                    "gateway": "south",
                }
            ],
        }
    )
    with pytest.raises(SettingsError, match="settings: no sensor is for gateway north; give it"):
        real_crews(settings, Radio(), rng=random.SystemRandom())
