"""The `stridecue` command: what can be said on the command line, and nothing of how it is done."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from analytics.errors import StridecueError

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
