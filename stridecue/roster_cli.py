"""The command that shows the roster, and brings many sensors into it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stridecue import options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: stridecue roster")(roster)


def roster(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A CSV file: its sensors come into the roster."),
    ] = None,
    *,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show who wears which sensor; with a file, bring its sensors in first."""
    from stridecue.roster_file import ROSTER, read_roster, with_first, write_roster
    from stridecue.settings import load_settings

    settings = load_settings(config)
    if file is not None:
        kept = settings.store_path().with_name(ROSTER)
        new = read_roster(file)
        old = read_roster(kept) if kept.exists() else ()
        write_roster(kept, with_first(new, old))
        settings = load_settings(config)
    if as_json:
        rows = [sensor.model_dump(mode="json") for sensor in settings.sensors]
        typer.echo(json.dumps(rows, indent=2))
        return
    for sensor in settings.sensors:
        pod = sensor.address or sensor.name
        by = "" if sensor.gateway is None else f", gateway {sensor.gateway}"
        where = f"{sensor.runner}'s {sensor.side} {sensor.placement}"
        typer.echo(f"{pod} ({sensor.profile}) is {where}{by}")
    if not settings.sensors:
        typer.echo("No sensors are set: give a CSV file, or [[sensors]] in the settings.")
