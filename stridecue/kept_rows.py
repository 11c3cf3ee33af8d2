"""What the commands about the store share: opening it, and showing what is in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from analytics.errors import InputError

if TYPE_CHECKING:
    from dashboards.store import Store


def add_group(
    app: typer.Typer,
    name: str,
    *,
    about: str,
    commands: Iterable[tuple[str, Callable[..., None], str]],
) -> None:
    """Add commands of one kind: each with its word, what it does and an example's words."""
    group = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
    examples = []
    for word, command, how in commands:
        examples.append(f"Example: stridecue {name} {how}")
        group.command(word, epilog=examples[-1])(command)
    app.add_typer(group, name=name, epilog=examples[0])


def open_store(config: Path | None) -> Store:
    """Return the settings' store, open."""
    from dashboards.store import Store
    from stridecue.settings import load_settings

    return Store(load_settings(config).store_path())


def unknown(what: str, see: str) -> InputError:
    """Return what is said of something that the store has not."""
    return InputError("nothing is stored of it", where=what, mend=f"see `{see}`")


def counts(rows: dict[str, int]) -> str:
    """Return how many rows of what, in words."""
    return ", ".join(f"{n:,} {name}" for name, n in rows.items() if n) or "nothing"


def show(rows: Sequence[dict[str, Any]], *, as_json: bool, none: str) -> None:
    """Print rows, a line each or as JSON; `none` where there are none."""
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo("  ".join(f"{key} {_text(key, value)}" for key, value in row.items()))
    if not rows and none:
        typer.echo(none)


def _text(key: str, value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    if key.endswith("_utc_ns"):
        return f"{datetime.fromtimestamp(value / 1e9, tz=UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.0f}"
    return json.dumps(value) if isinstance(value, dict) else str(value)
