"""The testers' commands: any run becomes a regression test."""

from __future__ import annotations

import sys
import tempfile
from math import inf
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics.errors import InputError
from analytics.records import Placement, Side
from sensor_gateway.columns import AccelUnit, GyroUnit
from stridecue.compiling import be_ready

_RECORDING = ".scue"
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog="Example: stridecue freeze run.scue --out frozen/ --to 300")(freeze)
    app.command(epilog="Example: stridecue verify --expect frozen/")(verify)


def freeze(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="A recording (.scue), or samples as `stridecue analyze` takes them: one file a "
            "sensor, then with --placement and --side.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the input and what it must give.")],
    from_s: Annotated[
        float, typer.Option("--from", help="First second to keep, as strides.jsonl counts.")
    ] = -inf,
    to_s: Annotated[float, typer.Option("--to", help="Leave out everything from here on.")] = inf,
    placement: Annotated[Placement | None, typer.Option(help="Where samples come from.")] = None,
    side: Annotated[
        list[Side] | None, typer.Option(help="The leg; twice for two files, in their order.")
    ] = None,
    units: Annotated[AccelUnit | None, typer.Option(help="Unit of ax, ay, az.")] = None,
    gyro_units: Annotated[GyroUnit | None, typer.Option(help="Unit of gx, gy, gz.")] = None,
    range_g: Annotated[float | None, typer.Option(help="The accelerometer's full scale.")] = None,
) -> None:
    """Keep a run, without names and cut to what matters, together with what it must give."""
    be_ready(Console(stderr=True), sensors=inf)
    from stridecue.frozen import Cut, Reading, freeze_recording, freeze_tables

    cut = Cut(from_s=from_s, to_s=to_s)
    if [path.suffix for path in files] == [_RECORDING]:
        summary = freeze_recording(files[0], out, cut=cut)
    elif placement is None or not side or len(side) != len(files):
        mend = "give --placement, and --side once a file"
        raise InputError("does not say how it was worn", where=str(files[0]), mend=mend)
    else:
        summary = freeze_tables(
            files,
            out,
            sides=side,
            reading=Reading(
                placement=placement, units=units, gyro_units=gyro_units, range_g=range_g
            ),
            cut=cut,
        )
    typer.echo(f"frozen in {out}: {summary['strides']} strides")
    typer.echo(f"check it with: stridecue verify --expect {out}")


def verify(
    recording: Annotated[
        Path | None,
        typer.Argument(metavar="RECORDING", help="Another recording than the frozen one."),
    ] = None,
    *,
    expect: Annotated[Path, typer.Option(help="Folder that `stridecue freeze` made.")],
    tolerance: Annotated[
        float, typer.Option(min=0.0, help="Share of a figure's size by which it may differ.")
    ] = 1e-6,
    out: Annotated[Path | None, typer.Option(help="Keep what the run gives now.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Name every row that differs.")] = False,
) -> None:
    """Run what was frozen again; exit code 1 and what moved, if anything did."""
    be_ready(Console(stderr=True), sensors=inf)
    from stridecue.differences import differences, lines_of
    from stridecue.frozen import EXPECTED, run_again

    with tempfile.TemporaryDirectory() as folder:
        found = out or Path(folder)
        run_again(expect, found, recording=recording)
        told = differences(expect / EXPECTED, found, tolerance=tolerance)
    for difference in told:
        if difference:
            for line in lines_of(difference, at_most=sys.maxsize if show_all else _SHOWN):
                typer.echo(line)
    if any(told):
        raise typer.Exit(1)
    typer.echo(f"as expected: {', '.join(f'{d.expected} {d.name}' for d in told)}")
