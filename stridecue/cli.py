"""The `stridecue` command: what can be said on the command line, and nothing of how it is done."""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics.errors import StridecueError
from analytics.records import Placement
from firmware_sim.scenario import scenario as find_scenario
from stridecue import analyze_cli
from stridecue.demo import Demo
from stridecue.service import Speed
from stridecue.settings import load_settings

app = typer.Typer(
    name="stridecue",
    help="Running form, live: shoe and shin sensors to one short cue on the runner's phone.",
    epilog="Example: stridecue demo --minutes 3",
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
    """Options that go before every command."""


Config = Annotated[
    Path | None, typer.Option(help="Settings file; without it the defaults and the environment.")
]
SpeedOption = Annotated[
    str, typer.Option(help="1 is real time, 4 four times as fast, max as fast as possible.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command(epilog="Example: stridecue demo --scenario typical-tired --speed max --seed 7")
def demo(
    *,
    minutes: Annotated[float | None, typer.Option(help="How long the run lasts.")] = None,
    speed: SpeedOption = "1",
    seed: Annotated[int, typer.Option(min=0, help="Decides everything that is drawn.")] = 1,
    scenario: Annotated[
        str, typer.Option(help="demo, fresh, typical-tired, sensor-loss.")
    ] = "demo",
    placement: Annotated[
        Placement | None, typer.Option(help="Where the sensors are worn, if not as usual.")
    ] = None,
    runners: Annotated[int, typer.Option(min=1, max=20, help="How many run.")] = 1,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the pages; 0 picks a free one.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the session's files.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Simulated runner, virtual radio, real everything else: pages, broker, store, cues."""
    settings = load_settings(config)
    show = Demo(
        scenario=find_scenario(scenario).with_(placement=placement, minutes=minutes),
        seed=seed,
        runners=runners,
        settings=settings if port is None else settings.with_port(port),
        speed=Speed.parse(speed),
        out=out,
        console=Console(stderr=as_json),
        started_utc_ns=time.time_ns(),
    )
    summaries = show.run()
    if as_json:
        typer.echo(json.dumps(summaries if runners > 1 else summaries[0], indent=2))


analyze_cli.register(app)


def main() -> None:
    """Run the command; a user's error is one line and an exit code, never a traceback."""
    try:
        app()
    except StridecueError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output has gone, as `| head` does


def _fail(text: str, exit_code: int) -> None:
    one_line = " ".join(text.split())
    print(f"stridecue: {one_line}", file=sys.stderr)  # noqa: T201 - the one place that prints it
    sys.exit(exit_code)
