"""Who runs with which sensors, and where their radio events come from."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from analytics.errors import SettingsError
from firmware_sim.scenarios import scenario
from firmware_sim.world import World
from sensor_gateway.bluetooth import Radio
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.supervisor import Gateway
from stridecue.conductor import Source
from stridecue.radios import VIRTUAL, radio_named
from stridecue.roster import RunnerSettings
from stridecue.settings import Settings
from stridecue.sources import SharedGateway, SimulatedSource

REHEARSAL_MINUTES = 20.0
SPARE_WAITS_S = 3.0  # a sensor's own gateway, if it lives, connects within a second


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
async def crews(
    settings: Settings, radio: str, minutes: float | None, *, reach_s: float = 0.0
) -> AsyncIterator[list[Crew]]:
    """Give the runners of the settings on a radio, or one simulated runner on `virtual`."""
    if radio == VIRTUAL:
        yield [_rehearsal(minutes)]
        return
    async with radio_named(radio) as real:
        yield real_crews(settings, real, rng=random.SystemRandom(), reach_s=reach_s)


def real_crews(
    settings: Settings, radio: Radio, *, rng: random.Random, reach_s: float = 0.0
) -> list[Crew]:
    """Return the runners whose sensors this gateway listens to, as theirs or as a spare.

    Parameters
    ----------
    reach_s : float
        How far back to ask a sensor's memory when it is first heard here.

    """
    ours, spares, waits_s = _shares(settings)
    gateway = Gateway(
        sensors=[*ours, *spares],
        radio=radio,
        rng=rng,
        slots=settings.gateway.slots,
        spares=waits_s,
        reach_s=reach_s,
    )
    heard = {sensor.key: sensor for sensor in (*ours, *spares)}
    runners = [r for r in settings.wearing() if any(s.runner == r.id for s in heard.values())]
    shared = SharedGateway(gateway, runners=len(runners))
    return [
        Crew(
            runner=runner,
            sensors=tuple(s.config() for s in settings.sensors if s.runner == runner.id),
            source=shared.source(sensors=[s for s in heard.values() if s.runner == runner.id]),
            simulated=False,
        )
        for runner in runners
    ]


def _shares(
    settings: Settings,
) -> tuple[list[SensorConfig], list[SensorConfig], dict[str, float]]:
    """Return this gateway's sensors, those it takes while their own is away, and after how long.

    The first of the spares comes first: two that connect at once would keep each other waiting.
    """
    here = settings.gateway_name()
    after_s = {
        gateway.id: SPARE_WAITS_S * (1 + gateway.spares.index(here))
        for gateway in settings.gateways
        if here in gateway.spares and here != gateway.id
    }
    ours = [s.config() for s in settings.sensors if s.gateway in {None, here}]
    others = [s for s in settings.sensors if s.gateway in after_s]
    spares = [s.config() for s in others]
    waits_s = {s.config().key: after_s[str(s.gateway)] for s in others}
    if not ours and not spares:
        mend = "give it some in [[sensors]], or name this one in [gateway] name"
        raise SettingsError(f"no sensor is for gateway {here}", where="settings", mend=mend)
    return ours, spares, waits_s


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
