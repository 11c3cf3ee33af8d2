"""The `stridecue` command: what can be said on the command line, and nothing of how it is done.

Commands import what does the work only when they run, so that help and mistakes answer at once.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from analytics.errors import InputError, StridecueError
from analytics.records import Placement, Side
from stridecue import commands, options

if TYPE_CHECKING:
    from collections.abc import Callable

    from stridecue.settings import Settings

app = typer.Typer(
    name="stridecue",
    help="Running form, live: shoe and shin sensors to one short cue on the runner's phone.",
    epilog="Example: stridecue demo --minutes 1 --speed max",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        typer.echo(f"stridecue {version('stridecue')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Take the options that go before every command."""


@app.command(epilog="Example: stridecue demo --scenario typical-tired --speed max --seed 7")
def demo(
    *,
    minutes: options.RunMinutes = None,
    speed: options.Speed = "1",
    seed: options.Seed = 1,
    scenario: options.Scenario = "demo",
    placement: options.WornElsewhere = None,
    runners: options.Runners = 1,
    history: options.History = None,
    port: options.Port = None,
    out: options.Out = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Let a simulated runner run: virtual radio, and everything else as in earnest."""
    from firmware_sim.scenario_file import scenario_named
    from stridecue.compiling import be_ready
    from stridecue.demo import Demo
    from stridecue.service import Speed

    pace, console = Speed.parse(speed), Console(stderr=as_json)
    show = Demo(
        scenario=scenario_named(scenario).with_(placement=placement, minutes=minutes),
        seed=seed,
        runners=runners,
        settings=_settings(config, port),
        speed=pace,
        out=out,
        console=console,
        started_utc_ns=time.time_ns(),
    )
    be_ready(console, sensors=2 * runners * (pace.factor or inf) if history is None else inf)
    if history is not None:
        from stridecue.season import before_demo  # loads the compiler

        before_demo(show, last=history)
    summaries = show.run()
    if as_json:
        _print_json(summaries if runners > 1 else summaries[0])


@app.command(epilog="Example: stridecue run --radio virtual --minutes 0.5")
def run(
    *,
    radio: options.Radio = "",
    minutes: options.Minutes = None,
    port: options.Port = None,
    out: options.Out = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Run with the sensors in the settings; Ctrl-C ends the session and keeps everything."""
    _run(_settings(config, port), radio, minutes, out=out, record_to=None, as_json=as_json)


@app.command(epilog="Example: stridecue record run.scue --radio virtual --minutes 0.5")
def record(
    file: Annotated[Path, typer.Argument(metavar="OUT", help="Where the recording goes.")],
    *,
    radio: options.Radio = "",
    minutes: options.Minutes = None,
    port: options.Port = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Run, and keep what the sensors sent, byte by byte, in a file that `replay` reads."""
    _run(_settings(config, port), radio, minutes, out=None, record_to=file, as_json=as_json)


@app.command(epilog="Example: stridecue replay run.scue --speed max --out again/")
def replay(
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
    speed: options.Speed = "1",
    placement: Annotated[Placement | None, typer.Option(help="Where samples come from.")] = None,
    side: Annotated[
        list[Side] | None, typer.Option(help="The leg; twice for two files, in their order.")
    ] = None,
    units: options.Units = None,
    gyro_units: options.GyroUnits = None,
    range_g: options.RangeG = None,
    port: options.Port = None,
    out: options.Out = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Play a recording through the real pipeline: the same records again, to the last byte."""
    from sensor_gateway.importers import is_table
    from stridecue.analyze import Reading, check_sides
    from stridecue.compiling import be_ready
    from stridecue.replay import Playing, replay_tables
    from stridecue.replay import replay as replay_recording
    from stridecue.service import Speed

    pace, console = Speed.parse(speed), Console(stderr=as_json)
    be_ready(console, sensors=2 * (pace.factor or inf))
    playing = Playing(
        settings=_settings(config, port),
        speed=pace,
        out=out,
        console=console,
        show=_show(as_json=as_json),
    )
    if placement is None and len(files) == 1 and not is_table(files[0]):
        replay_recording(files[0], playing)
    elif placement is None:
        mend = "give --placement, and --side once a file"
        raise InputError("does not say how it was worn", where=str(files[0]), mend=mend)
    else:
        check_sides(files, side or ())
        reading = Reading(placement=placement, units=units, gyro_units=gyro_units, range_g=range_g)
        replay_tables(files, sides=side or (), reading=reading, playing=playing)


@app.command(epilog="Example: stridecue scan --radio virtual --seconds 3")
def scan(
    *,
    radio: options.Radio = "",
    seconds: Annotated[float, typer.Option(min=0.5, max=120, help="How long to listen.")] = 5.0,
    as_json: options.AsJson = False,
) -> None:
    """List the sensors in reach and what each can give."""
    import asyncio
    from dataclasses import asdict

    from stridecue.scan import gives, look_around, table_of

    found = asyncio.run(look_around(radio=radio, seconds=seconds))
    if as_json:
        _print_json([asdict(sensor) for sensor in found])
    else:
        Console().print(table_of(found))
        _print_lines([gives(sensor) for sensor in found])


@app.command(epilog="Example: stridecue doctor")
def doctor(*, config: options.Config = None, as_json: options.AsJson = False) -> None:
    """Look at adapter, broker, store, disk, clock and pages: what works, what to do."""
    from dataclasses import asdict

    from stridecue.doctor import State, examine, line_of

    findings = []
    for finding in examine(_settings(config, None)):
        findings.append(finding)
        if not as_json:
            typer.echo(line_of(finding))
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(1)


commands.register(app)


def main() -> None:
    """Run the command; a user's error is one line and an exit code, never a traceback."""
    try:
        app()
    except StridecueError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output has gone, as `| head` does


def _run(
    settings: Settings,
    radio: str,
    minutes: float | None,
    *,
    out: Path | None,
    record_to: Path | None,
    as_json: bool,
) -> None:
    from stridecue.compiling import be_ready
    from stridecue.run import Run

    console = Console(stderr=as_json)
    be_ready(console, sensors=len(settings.sensors))
    held = Run(
        settings=settings,
        radio=radio,
        minutes=minutes,
        out=out,
        record_to=record_to,
        console=console,
    )
    held.run(_show(as_json=as_json))


def _show(*, as_json: bool) -> Callable[[dict[str, Any]], None]:
    """Return what prints a session's summary, for people or for programs."""
    from stridecue.summary_text import summary_lines

    return _print_json if as_json else lambda summary: _print_lines(summary_lines(summary))


def _settings(config: Path | None, port: int | None) -> Settings:
    from stridecue.settings import load_settings

    settings = load_settings(config)
    return settings if port is None else settings.with_port(port)


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)


def _print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    typer.echo(json.dumps(value, indent=2))


def _fail(text: str, exit_code: int) -> None:
    print("stridecue:", " ".join(text.split()), file=sys.stderr)  # noqa: T201 - the one such line
    sys.exit(exit_code)
