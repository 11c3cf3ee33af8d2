"""Who runs with which sensors, and where their radio events come from."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from analytics.errors import SettingsError
from firmware_sim.scenario import scenario
from firmware_sim.world import World
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.supervisor import Gateway
from stridecue.conductor import Source
from stridecue.radios import VIRTUAL, radio_named
from stridecue.settings import RunnerSettings, Settings
from stridecue.sources import SharedGateway, SimulatedSource

REHEARSAL_MINUTES = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """One runner, the sensors worn, and where their events come from."""

    runner: RunnerSettings
    sensors: tuple[SensorConfig, ...]
    source: Source
    simulated: bool


def check_sensors(settings: Settings) -> None:
    """Raise `SettingsError` where there is no sensor to look for."""
    if not settings.sensors:
        mend = "add [[sensors]] to stridecue.toml (docs/settings.md), or use --radio virtual"
        raise SettingsError("no sensors are set", where="settings", mend=mend)


@asynccontextmanager
async def crews(settings: Settings, radio: str, minutes: float | None) -> AsyncIterator[list[Crew]]:
    """Give the runners of the settings on a radio, or one simulated runner on `virtual`."""
    if radio == VIRTUAL:
        yield [_rehearsal(minutes)]
        return
    async with radio_named(radio) as real:
        yield _real(settings, real)


def _real(settings: Settings, radio: Radio) -> list[Crew]:
    sensors = [SensorConfig(**sensor.model_dump()) for sensor in settings.sensors]
    slots = settings.gateway.slots
    gateway = Gateway(sensors=sensors, radio=radio, rng=random.SystemRandom(), slots=slots)
    runners = settings.wearing()
    shared = SharedGateway(gateway, runners=len(runners))
    found = []
    for runner in runners:
        mine = tuple(sensor for sensor in sensors if sensor.runner == runner.id)
        found.append(
            Crew(
                runner=runner,
                sensors=mine,
                source=shared.source(sensors=mine),
                simulated=False,
            )
        )
    return found


def _rehearsal(minutes: float | None) -> Crew:
    """Return a simulated runner under the settings of a real one."""
    length = minutes or REHEARSAL_MINUTES
    world = World(scenario=scenario("demo").with_(minutes=length), seed=1, runner="rehearsal")
    return Crew(
        runner=RunnerSettings(id=world.runner, name="Rehearsal"),
        sensors=tuple(world.sensors),
        source=SimulatedSource(world),
        simulated=True,
    )
