"""Options that several commands take, each in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.records import Placement
from sensor_gateway.columns import AccelUnit, GyroUnit

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Config = Annotated[
    Path | None, typer.Option(help="Settings file; without it the defaults and the environment.")
]
ConfigToWrite = Annotated[
    Path, typer.Option("--config", help="Settings file to write to; made if it is not there.")
]
Minutes = Annotated[float | None, typer.Option(min=0.1, help="Stop by itself after so long.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the session's files.")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port of the pages; 0 picks a free one.")
]
Radio = Annotated[
    str,
    typer.Option(
        help="A Bluetooth adapter such as hci0; virtual for simulated sensors; usb:0 for a dongle "
        "without BlueZ; tcp-client:HOST:9000 for the sensors of `stridecue sensor`."
    ),
]
Speed = Annotated[
    str, typer.Option(help="1 is real time, 4 four times as fast, max as fast as possible.")
]

# A simulated run.
RunMinutes = Annotated[float | None, typer.Option(min=0.2, help="How long it lasts.")]
Scenario = Annotated[
    str,
    typer.Option(
        help="demo, fresh, typical-tired, sensor-loss, out-of-reach, or a file "
        "(docs/simulated-runs.md)."
    ),
]
Runners = Annotated[int, typer.Option(min=1, max=20, help="How many run.")]
History = Annotated[
    str | None, typer.Option(help="Runs before it, simulated stride by stride: 12w, 30d.")
]
Seed = Annotated[int, typer.Option(min=0, help="Decides everything that is drawn.")]
WornElsewhere = Annotated[
    Placement | None, typer.Option(help="Where the sensors are worn, if not as usual.")
]

# Samples in a file.
Units = Annotated[
    AccelUnit | None,
    typer.Option(help="Unit of ax, ay, az, if their names (ax_g, ax_mps2) do not say it."),
]
GyroUnits = Annotated[
    GyroUnit | None,
    typer.Option(help="Unit of gx, gy, gz, if their names (gx_dps, gx_radps) do not say it."),
]
RangeG = Annotated[
    float | None,
    typer.Option(help="Full scale of the accelerometer in g, so that clipping is noticed."),
]
