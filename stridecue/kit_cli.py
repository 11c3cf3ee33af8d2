"""The testers' commands: runs with exact truth, and any run as a regression test."""

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
from stridecue import options
from stridecue.compiling import be_ready

_RECORDING = ".scue"
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog="Example: stridecue simulate --scenario demo --seed 7 --out data/ --plot")(
        simulate
    )
    app.command(epilog="Example: stridecue freeze run.scue --out frozen/ --to 300")(freeze)
    app.command(epilog="Example: stridecue verify --expect frozen/")(verify)


def simulate(
    *,
    scenario: options.Scenario = "demo",
    seed: options.Seed = 1,
    out: Annotated[Path, typer.Option(help="Folder for the data set.")],
    minutes: options.RunMinutes = None,
    placement: options.WornElsewhere = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet in place of CSV.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw signal, events and truth.")] = False,
    plot_from: Annotated[
        float | None, typer.Option(help="Draw the signal from this second on.")
    ] = None,
) -> None:
    """Make a data set of a simulated run: recording, samples, exact truth and a card about it."""
    be_ready(Console(stderr=True), sensors=inf)
    from firmware_sim.scenario_file import scenario_named
    from stridecue import picture, simulated

    run = scenario_named(scenario).with_(placement=placement, minutes=minutes)
    data = simulated.simulate(run, seed=seed, out=out)
    written = (simulated.write_parquet if parquet else simulated.write_csv)(data)
    written.append(simulated.write_card(data, run))
    if plot:
        written.append(picture.draw(data, from_s=plot_from))
    typer.echo(f"{len(data.truth)} true strides, {len(data.found)} found in what the sensors sent")
    typer.echo(f"written to {out}: {', '.join(path.name for path in written)} and the truth")


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
        float, typer.Option("--from", help="First second to keep.", show_default="the beginning")
    ] = -inf,
    to_s: Annotated[
        float, typer.Option("--to", help="Leave out all from here on.", show_default="the end")
    ] = inf,
    placement: Annotated[Placement | None, typer.Option(help="Where samples come from.")] = None,
    side: Annotated[
        list[Side] | None, typer.Option(help="The leg; twice for two files, in their order.")
    ] = None,
    units: options.Units = None,
    gyro_units: options.GyroUnits = None,
    range_g: options.RangeG = None,
) -> None:
    """Keep a run, without names and cut to what matters, together with what it must give."""
    be_ready(Console(stderr=True), sensors=inf)
    from stridecue.analyze import Reading
    from stridecue.frozen import Cut, freeze_recording, freeze_tables

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
