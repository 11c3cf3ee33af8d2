"""The `sensor` command's words."""

from __future__ import annotations

from typing import Annotated

import typer

from analytics.records import Side
from stridecue import options


def register(app: typer.Typer) -> None:
    """Put the command among the others."""
    app.command(epilog="Example: stridecue sensor --transport tcp-server:_:9000 --minutes 0.2")(
        sensor
    )


def sensor(
    *,
    transport: Annotated[
        str,
        typer.Option(
            help="bluez (or bluez:hci1) for this machine's adapter, usb:0 for a dongle, "
            "tcp-server:_:9000 for a gateway started with --radio tcp-client:HOST:9000, "
            "vhci for a gateway on this machine's bluetoothd (Linux, as root)."
        ),
    ],
    profile: Annotated[
        str, typer.Option(help="Device family: open_imu, polar, movesense, dot and so on.")
    ] = "open_imu",
    scenario: options.Scenario = "demo",
    side: Annotated[
        Side | None, typer.Option(help="Which leg; both if it is not said and the way has room.")
    ] = None,
    placement: options.WornElsewhere = None,
    minutes: options.Minutes = None,
    seed: options.Seed = 1,
) -> None:
    """Be a simulated runner's sensor on a real radio, or for a gateway in another process."""
    import asyncio

    from firmware_sim.scenario_file import scenario_named
    from stridecue.sensor import SensorPlan, sides_of

    plan = SensorPlan(
        scenario=scenario_named(scenario).with_(placement=placement, minutes=minutes),
        seed=seed,
        transport=transport,
        profile=profile,
        sides=sides_of(side, transport=transport),
    )
    asyncio.run(plan.run(typer.echo))
