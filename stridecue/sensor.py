"""A simulated sensor on a radio of its own: a dongle, another process, this machine's BlueZ."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from analytics.errors import InputError
from analytics.records import Side
from firmware_sim.bluez_peripheral import bluez_air
from firmware_sim.devices.known import DEVICES
from firmware_sim.gatt import Air
from firmware_sim.scenario import Scenario
from firmware_sim.transports import dongle_air, has_room, served_air
from firmware_sim.world import World
from sensor_gateway.profiles.known import profile_named

BLUEZ = "bluez"


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorPlan:
    """Which sensor to be, and where.

    Attributes
    ----------
    transport : str
        `bluez`, `bluez:hci1`, or bumble's moniker: of a controller, of a server for another
        process, or `vhci`, an adapter for this machine's bluetoothd.
    profile : str
        Device family.
    sides : tuple of Side
        The legs; more than one only on a simulated air.
    """

    scenario: Scenario
    seed: int
    transport: str
    profile: str
    sides: tuple[Side, ...]

    def __post_init__(self) -> None:
        """Refuse what nobody knows and what no radio can do."""
        profile_named(self.profile, where=f"--profile {self.profile}")
        if len(self.sides) > 1 and not has_room(self.transport):
            raise InputError(
                "a Bluetooth adapter can be one sensor at a time",
                where=f"--transport {self.transport}",
                mend="choose one with --side, and start the other on an adapter of its own",
            )

    async def run(self, tell: Callable[[str], None]) -> None:
        """Be on the air until the scenario is over; `tell` what a gateway would look for."""
        async with _air(self.transport) as air:
            world = World(
                scenario=self.scenario,
                seed=self.seed,
                radio=air,
                sides=self.sides,
                make_device=DEVICES[self.profile],
            )
            for sensor in world.sensors:
                what = f"{self.profile}, {sensor.side}, {sensor.placement}"
                tell(f"{sensor.name} ({what}) is on the air")
            await world.run()


def sides_of(side: str | None, *, transport: str) -> tuple[Side, ...]:
    """Return the legs a command asks for: all that the transport can carry, if it does not say."""
    if side is not None:
        return (Side(side),)
    return tuple(Side) if has_room(transport) else (Side.LEFT,)


@asynccontextmanager
async def _air(transport: str) -> AsyncIterator[Air]:
    kind, _, adapter = transport.partition(":")
    if kind == BLUEZ:
        async with bluez_air(adapter or "hci0") as real:
            yield real
    elif has_room(transport):
        async with served_air(transport) as served:
            yield served
    else:
        async with dongle_air(transport) as dongle:
            yield dongle
