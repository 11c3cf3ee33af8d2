"""The commands that run one role of the service: sensors here, analysis elsewhere."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from stridecue import options

if TYPE_CHECKING:
    from stridecue.settings import Settings

To = Annotated[str | None, typer.Option(help="Host of the broker, if not the one in the settings.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: stridecue gateway --to 127.0.0.1 --radio virtual --minutes 0.2")(
        gateway
    )
    app.command(epilog="Example: stridecue sync --to 127.0.0.1 --minutes 0.1")(sync)
    app.command(epilog="Example: stridecue worker --minutes 0.2")(worker)


def gateway(
    *,
    radio: options.Radio = "",
    to: To = None,
    minutes: options.Minutes = None,
    config: options.Config = None,
) -> None:
    """Send what the sensors say to a worker elsewhere; what finds no way waits on disk."""
    from stridecue.gateway import GatewayRole
    from stridecue.settings import load_settings

    settings = _behind(load_settings(config), to)
    GatewayRole(settings=settings, radio=radio, minutes=minutes, console=Console()).run()


def sync(
    *,
    to: To = None,
    minutes: options.Minutes = None,
    history: Annotated[
        bool, typer.Option("--history", help="Send InfluxDB the whole store once more.")
    ] = False,
    config: options.Config = None,
) -> None:
    """Send the worker and InfluxDB what they lack; end when they have everything."""
    from stridecue.settings import load_settings
    from stridecue.sync import Sync

    settings = _behind(load_settings(config), to)
    Sync(settings=settings, minutes=minutes, history=history, console=Console()).run()


def worker(
    *,
    minutes: options.Minutes = None,
    port: options.Port = None,
    config: options.Config = None,
) -> None:
    """Analyse what gateways elsewhere send: store, pages and cues are here."""
    from stridecue.compiling import be_ready
    from stridecue.settings import load_settings
    from stridecue.worker_role import WorkerRole

    settings = load_settings(config)
    if port is not None:
        settings = settings.with_port(port)
    console = Console()
    be_ready(console, sensors=inf)  # nobody knows how many will come
    WorkerRole(settings=settings, minutes=minutes, console=console).run()


def _behind(settings: Settings, host: str | None) -> Settings:
    """Return the settings with the worker behind another broker, if one is named."""
    return settings if host is None else settings.with_uplink(host)
