"""`stridecue backtest`: cue rules against stored runs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from stridecue import options

_DAY_NS = 86_400 * 10**9


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog="Example: stridecue backtest --rules stricter.toml --last 30d")(backtest)


def backtest(
    *,
    rules: Annotated[Path, typer.Option(help="TOML file with [cues], as in the settings.")],
    last: Annotated[str, typer.Option(help="Runs of so long, such as 30d or 4w.")] = "30d",
    runner: Annotated[str | None, typer.Option(help="Only this runner's runs.")] = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what cue rules would have told the runners of stored runs, real or simulated."""
    from dashboards.store import Store
    from stridecue import backtest as testing
    from stridecue.settings import load_settings

    settings = load_settings(config)
    since_utc_ns = time.time_ns() - testing.days_of(last) * _DAY_NS
    tried = testing.read_rules(rules, settings)
    with Store(settings.store_path()) as store:
        effects = testing.backtest(store, settings, tried, since_utc_ns=since_utc_ns, runner=runner)
    if as_json:
        typer.echo(json.dumps([effect.as_dict() for effect in effects], indent=1))
        return
    for line in testing.lines_of(effects, last=last):
        typer.echo(line)
