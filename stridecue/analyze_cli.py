"""The `analyze` command: files in, files and a short report out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.records import Placement, Side
from sensor_gateway.columns import AccelUnit, GyroUnit
from stridecue.analyze import analyze

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
    units: Annotated[
        AccelUnit | None,
        typer.Option(help="Unit of ax, ay, az, if their names (ax_g, ax_mps2) do not say it."),
    ] = None,
    gyro_units: Annotated[
        GyroUnit | None,
        typer.Option(help="Unit of gx, gy, gz, if their names (gx_dps, gx_radps) do not say it."),
    ] = None,
    range_g: Annotated[
        float | None,
        typer.Option(help="Full scale of the accelerometer in g, so that clipping is noticed."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for strides, windows, drift, cues, events and the summary."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Analyse an IMU recording from anywhere: cadence, impact, form drift, stride by stride."""
    summary = analyze(
        files,
        placement=placement,
        sides=side,
        units=units,
        gyro_units=gyro_units,
        range_g=range_g,
        out=out,
    )
    if as_json:
        typer.echo(json.dumps(summary, indent=2))
        return
    for line in report(summary):
        typer.echo(line)
    if out is not None:
        typer.echo(f"written to {out}")


def report(summary: Mapping[str, Any]) -> list[str]:
    """Return the summary as a few lines for people."""
    lines = [
        f"{row['file']}: {row['side']} {row['placement']}, {row['duration_s']:.1f} s at "
        f"{row['rate_hz']:g} Hz{'' if row['gyro'] else ', no gyroscope'}"
        for row in summary["files"]
    ]
    lines.append(f"{summary['strides']} running strides, cadence {_number(summary, 'cadence_spm')}")
    for side, leg in summary["legs"].items():
        lines.append(
            f"{side}: {leg['strides']} strides, peak {_number(leg, 'peak_accel_resultant_g')}, "
            f"contact {_number(leg, 'contact_time_s')}, clipped {_number(leg, 'clipped_pct')}, "
            f"{leg['gaps']} gaps ({leg['missing_s']:.1f} s)"
        )
        lines += [f"{side}: no {why}" for why in _nulls(leg)]
    cues = sum(summary["cues_shown"].values())
    alarms = summary["drift"].get("alarm", 0)
    lines.append(f"{alarms} drift alarms, {cues} cues; distance {summary['distance_source']}")
    return [*lines, *(f"look again: {doubt}" for doubt in summary["doubts"])]


_UNITS = {
    "cadence_spm": ("steps/min", 1.0, 1),
    "peak_accel_resultant_g": ("g", 1.0, 1),
    "contact_time_s": ("ms", 1000.0, 0),
    "clipped_pct": ("%", 1.0, 0),
}


def _number(values: Mapping[str, Any], name: str) -> str:
    if values[name] is None:
        return "unknown"
    unit, factor, digits = _UNITS[name]
    return f"{values[name] * factor:.{digits}f} {unit}"


def _nulls(leg: Mapping[str, Any]) -> list[str]:
    """Return which metrics are missing in all strides and the commonest reason."""
    lines = []
    for name, reasons in leg["reasons"].items():
        if leg["strides"] and sum(reasons.values()) == leg["strides"]:
            lines.append(f"{name}: {max(reasons, key=reasons.__getitem__)}")
    return lines
