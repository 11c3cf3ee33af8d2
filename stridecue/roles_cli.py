"""The commands that run one role of the service: sensors here, analysis elsewhere."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from stridecue.settings import Settings

Config = Annotated[
    Path | None, typer.Option(help="Settings file; without it the defaults and the environment.")
]
To = Annotated[str | None, typer.Option(help="Host of the broker, if not the one in the settings.")]
Minutes = Annotated[float | None, typer.Option(min=0.1, help="Stop by itself after so long.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: stridecue gateway --to 127.0.0.1 --radio virtual --minutes 0.2")(
        gateway
    )
    app.command(epilog="Example: stridecue sync --to 127.0.0.1 --minutes 0.1")(sync)
    app.command(epilog="Example: stridecue worker --minutes 0.2")(worker)


def gateway(
    *,
    radio: Annotated[
        str, typer.Option(help="A Bluetooth adapter such as hci0, or virtual for simulated ones.")
    ] = "",
    to: To = None,
    minutes: Minutes = None,
    config: Config = None,
) -> None:
    """Send what the sensors say to a worker elsewhere; what finds no way waits on disk."""
    from stridecue.gateway import GatewayRole
    from stridecue.settings import load_settings

    settings = _behind(load_settings(config), to)
    GatewayRole(settings=settings, radio=radio, minutes=minutes, console=Console()).run()


def sync(*, to: To = None, minutes: Minutes = None, config: Config = None) -> None:
    """Send the worker what runs without network left on disk; end when it has everything."""
    from stridecue.settings import load_settings
    from stridecue.sync import Sync

    settings = _behind(load_settings(config), to)
    Sync(settings=settings, minutes=minutes, console=Console()).run()


def worker(
    *,
    minutes: Minutes = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the pages; 0 picks a free one.")
    ] = None,
    config: Config = None,
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
