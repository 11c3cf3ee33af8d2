"""The `analyze` command: files in, files and a short report out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from analytics.records import Placement, Side
from stridecue import options
from stridecue.analyze import Reading, analyze
from stridecue.compiling import be_ready
from stridecue.summary_text import summary_lines

_EXAMPLE = "Example: stridecue analyze left.csv --placement shoe --side left --units g --out out/"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("analyze", epilog=_EXAMPLE, no_args_is_help=True)(analyze_command)


def analyze_command(  # noqa: PLR0913 - one parameter an option
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="CSV, CSV.gz or Parquet with the columns t_s, ax, ay, az[, gx, gy, gz]. "
            "Two files, one a leg, make one session.",
            show_default=False,
        ),
    ],
    *,
    placement: Annotated[Placement, typer.Option(help="Where the sensors were worn.")],
    side: Annotated[
        list[Side], typer.Option(help="The leg; twice for two files, in the files' order.")
    ],
    units: options.Units = None,
    gyro_units: options.GyroUnits = None,
    range_g: options.RangeG = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for strides, windows, drift, cues, events and the summary."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Analyse an IMU recording from anywhere: cadence, impact, form drift, stride by stride."""
    be_ready(Console(stderr=True), sensors=inf)
    with _bar() as progress:
        reading = Reading(placement=placement, units=units, gyro_units=gyro_units, range_g=range_g)
        summary = analyze(files, sides=side, reading=reading, out=out, progress=progress)
    if as_json:
        typer.echo(json.dumps(summary, indent=2))
        return
    for line in report(summary):
        typer.echo(line)
    if out is not None:
        typer.echo(f"written to {out}")


@contextmanager
def _bar() -> Iterator[Callable[[float], None] | None]:
    """Show how much was read, where somebody is looking."""
    if not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=100, label="analysing", file=sys.stderr, show_eta=False) as bar:
        yield lambda share: bar.update(int(100 * share) - bar.pos)


def report(summary: Mapping[str, Any]) -> list[str]:
    """Return an analysis as a few lines for people."""
    lines = [
        f"{row['file']}: {row['side']} {row['placement']}, {row['duration_s']:.1f} s at "
        f"{row['rate_hz']:g} Hz{'' if row['gyro'] else ', no gyroscope'}"
        for row in summary["files"]
    ]
    return [*lines, *summary_lines(summary), *(f"look again: {d}" for d in summary["doubts"])]
