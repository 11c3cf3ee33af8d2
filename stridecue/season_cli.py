"""`stridecue season`: weeks of a simulated team in the store."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from math import inf
from typing import Annotated

import typer
from rich.console import Console

from analytics.records import Placement
from stridecue import options


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog="Example: stridecue season --runners 2 --weeks 1")(season)


def season(
    *,
    runners: Annotated[int, typer.Option(min=1, max=99, help="How many run.")] = 20,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How long, up to yesterday.")] = 12,
    seed: options.Seed = 1,
    placement: Annotated[Placement, typer.Option(help="Where the sensors are worn.")] = (
        Placement.SHOE
    ),
    raw_minutes: Annotated[
        float,
        typer.Option(min=0, help="How long a last run of each goes through radio and gateway."),
    ] = 0.0,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Fill the store with a simulated season: four runs a week, every stride of them."""
    from stridecue.compiling import be_ready
    from stridecue.settings import load_settings

    settings, console = load_settings(config), Console(stderr=as_json)
    be_ready(console, sensors=inf)
    from analytics.load.days import local_day
    from stridecue.demo import runner_ids
    from stridecue.season import build, plan_for  # loads the compiler
    from stridecue.season_plan import told

    plan = plan_for(
        settings,
        runners=runner_ids(runners),
        seed=seed,
        weeks=weeks,
        today=local_day(time.time_ns(), zone=settings.team.zone),
        placement=placement,
        raw_min=raw_minutes,
    )
    built = build(plan, console)
    typer.echo(json.dumps(asdict(built), indent=2) if as_json else told(built))
