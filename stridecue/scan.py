"""Which sensors are in reach and what each can give."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.table import Table

from firmware_sim.scenarios import scenario
from firmware_sim.world import World
from sensor_gateway.bluetooth import LINK_ERRORS, Radio, Seen, scan
from sensor_gateway.control import Status
from sensor_gateway.profiles.known import profile_named
from sensor_gateway.profiles.packets import Battery, Packet
from sensor_gateway.profiles.profile import Profile
from sensor_gateway.wire import PacketError
from stridecue.radios import VIRTUAL, radio_named

ASK_S = 5.0  # a sensor that does not answer by then is listed without its status


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sensor in reach; None where it did not say."""

    name: str | None
    address: str
    profile: str
    devices: str
    tested: str
    gives: tuple[str, ...]
    lacks: str
    signal_dbm: float
    battery_pct: int | None
    range_g: float | None
    rate_hz: float | None


async def look_around(*, radio: str, seconds: float) -> list[Found]:
    """Scan, and ask every sensor found for its status.

    Raises
    ------
    SensorNotFoundError
        There is no adapter.

    """
    async with _on_air(radio) as air:
        return [await _ask(air, seen) for seen in await scan(radio=air, seconds=seconds)]


def table_of(found: Sequence[Found]) -> Table:
    """Return the sensors as a table for people."""
    table = Table(title=f"{len(found)} sensors in reach", box=None)
    for heading in ("name", "address", "signal", "battery", "range", "rate"):
        table.add_column(heading, no_wrap=True)
    for sensor in found:
        table.add_row(
            sensor.name or "-",
            sensor.address,
            f"{sensor.signal_dbm:.0f} dBm",
            "-" if sensor.battery_pct is None else f"{sensor.battery_pct} %",
            "-" if sensor.range_g is None else f"±{sensor.range_g:g} g",
            "-" if sensor.rate_hz is None else f"{sensor.rate_hz:g} Hz",
        )
    return table


def gives(sensor: Found) -> str:
    """Return what a sensor can give, what not, and how far its profile is tested, as one line."""
    what = ", ".join(sensor.gives)
    but = f" ({sensor.lacks})" if sensor.lacks else ""
    name = sensor.name or sensor.address
    return f"{name} gives {what}{but}; {sensor.profile} ({sensor.devices}): {sensor.tested}"


async def _ask(air: Radio, seen: Seen) -> Found:
    assert seen.profile is not None  # noqa: S101 - scan lists only profiles we know
    profile = profile_named(seen.profile, where=f"sensor {seen.name}")
    battery_pct: int | None = None
    range_g: float | None = None
    rate_hz: float | None = None
    match await _condition(air, seen, profile):
        case Status() as status:
            battery_pct, range_g = status.battery_pct, status.accel_range_g
            rate_hz = status.rate_hz
        case Battery() as battery:
            battery_pct = battery.pct
    return Found(
        name=seen.name,
        address=seen.address,
        profile=seen.profile,
        devices=profile.DEVICES,
        tested=profile.TESTED_ON,
        gives=tuple(profile.METRICS),
        lacks=profile.LACKS,
        signal_dbm=seen.rssi_dbm,
        battery_pct=battery_pct,
        range_g=range_g,
        rate_hz=rate_hz,
    )


async def _condition(air: Radio, seen: Seen, profile: Profile) -> Packet | None:
    read = profile.CONDITION_READ
    try:
        async with asyncio.timeout(ASK_S):
            connection = await air.connect(seen, on_lost=lambda: None)
            try:
                return profile.decode(read.channel, await connection.read(read.uuid))
            finally:
                await connection.disconnect()
    except (*LINK_ERRORS, PacketError):
        return None


@asynccontextmanager
async def _on_air(radio: str) -> AsyncIterator[Radio]:
    """Give the machine's radio, or a virtual one with the demo's two sensors on it."""
    if radio != VIRTUAL:
        async with radio_named(radio) as named:
            yield named
        return
    world = World(scenario=scenario("demo"), seed=1)
    async with asyncio.TaskGroup() as tasks:
        happening = tasks.create_task(world.run(), name="world")
        yield Radio(scanner_backend=world.scanner_backend, client_backend=world.client_backend)
        happening.cancel()
