"""The command that writes what Grafana needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: stridecue grafana --out grafana/")(grafana)


def grafana(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the dashboards and what provides them.")],
) -> None:
    """Write the Grafana dashboards, alert rules and provisioning files."""
    from dashboards.grafana.written import write

    written = write(out)
    for path in written:
        typer.echo(str(path))
    typer.echo(f"copy {out}/provisioning and {out}/dashboards to /etc/grafana (docs/grafana.md)")
