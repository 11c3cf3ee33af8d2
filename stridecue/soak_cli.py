"""The command that looks for what no test has thought of: `soak`."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from stridecue import options


def register(app: typer.Typer) -> None:
    """Put the command on the app."""
    app.command(epilog="Example: stridecue soak --seeds 2 --from 20 --minutes 2")(soak)


def soak(
    *,
    seeds: Annotated[int, typer.Option(min=1, help="How many runs.")] = 20,
    first: Annotated[
        int | None, typer.Option("--from", min=0, help="First seed; fresh ones without it.")
    ] = None,
    minutes: Annotated[float, typer.Option(min=2.0, max=120.0, help="Length of each.")] = 5.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes at once; one a core without it.")
    ] = None,
    go_on: Annotated[bool, typer.Option(help="Go on after a failure.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="File that failing seeds are appended to.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Run fresh seeds with every fault on, and hold each run against the truth.

    Exit code 1 where a checker did not hold, or where nothing went wrong in a run. Ctrl-C shows
    what was found so far, with exit code 130.
    """
    from stridecue.compiling import be_ready
    from stridecue.soak.many import (
        Soak,
        fresh_seeds,
        keep_failing,
        replay_command,
        report,
        summary,
        usual_jobs,
    )

    console = Console(stderr=as_json)
    be_ready(console, sensors=inf)
    held = Soak(seeds=fresh_seeds(seeds, first=first), minutes=minutes)
    held.run(jobs=min(jobs or usual_jobs(), seeds), console=console, go_on=go_on)
    if as_json:
        typer.echo(json.dumps(summary(held), indent=2))
    else:
        console.print(report(held))
    if held.failed:
        console.print(f"the first again: {replay_command(held.failed[0])}", highlight=False)
    if keep is not None:
        keep_failing(held, keep)
    if held.interrupted:
        raise typer.Exit(130)
    if held.failed or held.faultless:
        raise typer.Exit(1)
