"""The commands that have a module of their own, in the order of the help."""

from __future__ import annotations

import typer

from stridecue import (
    analyze_cli,
    backtest_cli,
    files_cli,
    grafana_cli,
    kit_cli,
    roles_cli,
    roster_cli,
    season_cli,
    sensor_cli,
    shoe_cli,
    soak_cli,
    store_cli,
)


def register(app: typer.Typer) -> None:
    """Add them all to the application."""
    for part in (
        analyze_cli,
        roles_cli,
        roster_cli,
        season_cli,
        store_cli,
        shoe_cli,
        sensor_cli,
        grafana_cli,
        kit_cli,
        soak_cli,
        backtest_cli,
        files_cli,
    ):
        part.register(app)
