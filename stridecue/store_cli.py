"""`stridecue runner|session|shoe|store`: what the store keeps, and what goes from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.errors import InputError
from stridecue import options

if TYPE_CHECKING:
    from dashboards.store import Store

_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_Runner = Annotated[str, typer.Argument(metavar="RUNNER", help="The runner's id.")]
_Session = Annotated[str, typer.Argument(metavar="SESSION", help="The session's name.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, about, example, commands in (
        ("runner", "The runners whose sessions are stored.", "list", _RUNNER),
        ("session", "The sessions that are stored.", "list", _SESSION),
        ("shoe", "The pairs of shoes and what they have run.", "list", _SHOE),
        ("store", "The store itself.", "tidy", _STORE),
    ):
        group = typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
        for word, command, how in commands:
            group.command(word, epilog=f"Example: stridecue {name} {how}")(command)
        app.add_typer(group, name=name, epilog=f"Example: stridecue {name} {example}")


def runners(*, config: options.Config = None, as_json: options.AsJson = False) -> None:
    """Show whose sessions are stored."""
    with _store(config) as store:
        found = store.read(
            "SELECT runner, count(*) AS sessions, max(simulated) AS simulated,"
            " max(started_utc_ns) AS last_utc_ns FROM sessions GROUP BY runner ORDER BY runner",
            (),
        )
    _show(found, as_json=as_json, none="No sessions are stored.")


def one_runner(
    runner: _Runner, *, config: options.Config = None, as_json: options.AsJson = False
) -> None:
    """Show what is stored of one runner, table by table."""
    from dashboards.upkeep import counted

    with _store(config) as store:
        rows = counted(store, runner=runner)
    if not rows:
        raise _unknown(f"runner {runner}", "stridecue runner list")
    _show([{"runner": runner, **rows}], as_json=as_json, none="")


def erase_runner(
    runner: _Runner,
    *,
    yes: _Yes = False,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Erase one runner whole: the store, raw files beside it, and InfluxDB's points."""
    from stridecue.settings import load_settings
    from stridecue.upkeep import erase

    if not yes:
        typer.confirm(f"Erase all that is stored of {runner}? It cannot be undone.", abort=True)
    erased = erase(load_settings(config), runner)
    told = {"runner": runner, "rows": erased.rows, "raw_files": erased.raw_files}
    if as_json:
        typer.echo(json.dumps({**told, "left": erased.left}, indent=2))
        return
    typer.echo(f"Erased of {runner}: {_counts(erased.rows)}; {erased.raw_files} raw files")
    for place in erased.left:
        typer.echo(f"Not erased from here: {place}")


def sessions(
    *,
    runner: Annotated[str | None, typer.Option(help="Only this runner's.")] = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the sessions, newest first."""
    with _store(config) as store:
        found = [
            {
                **{key: row[key] for key in ("session", "runner", "source", "simulated")},
                "started_utc_ns": row["started_utc_ns"],
                "strides": (row["summary"] or {}).get("strides"),
                "distance_m": (row["summary"] or {}).get("distance_m"),
            }
            for row in store.sessions(runner=runner)
        ]
    _show(found, as_json=as_json, none="No sessions are stored.")


def one_session(
    session: _Session, *, config: options.Config = None, as_json: options.AsJson = False
) -> None:
    """Show the summary of a session, of each runner in it."""
    with _store(config) as store:
        found = [row for row in store.sessions() if row["session"] == session]
    if not found:
        raise _unknown(f"session {session}", "stridecue session list")
    _show(found, as_json=as_json, none="")


def erase_session(
    session: _Session,
    *,
    runner: Annotated[str, typer.Option(help="Whose; the others in it stay.")],
    yes: _Yes = False,
    config: options.Config = None,
) -> None:
    """Erase one session of one runner from the store."""
    from dashboards import upkeep

    if not yes:
        typer.confirm(f"Erase session {session} of {runner}? It cannot be undone.", abort=True)
    with _store(config) as store:
        gone = upkeep.erase_session(store, runner=runner, session=session)
    if not any(gone.values()):
        raise _unknown(f"session {session} of {runner}", "stridecue session list")
    typer.echo(f"Erased: {_counts(gone)}")


def shoes(
    *,
    runner: Annotated[str | None, typer.Option(help="Only this runner's.")] = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the pairs of shoes; [[shoes]] in the settings adds one."""
    from analytics.load.shoes import shoe_reports
    from dashboards.load_shelf import LoadShelf

    with _store(config) as store:
        shelf = LoadShelf(store)
        every, known = shelf.entries(runner, simulated=True), shelf.shoes(runner)
    found = []
    for name in dict.fromkeys(shoe.runner for shoe in known):
        mine = [entry for entry in every if entry.runner == name]
        for told in shoe_reports([shoe for shoe in known if shoe.runner == name], mine):
            shoe, run = told.shoe, told.distance_m
            found.append(
                {
                    "runner": name,
                    "shoe": shoe.id,
                    "name": shoe.name,
                    "distance_m": run.value,
                    "at_least": run.at_least,
                    "state": told.state,
                }
            )
    _show(found, as_json=as_json, none="No shoes are registered.")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    *,
    config: options.Config = None,
) -> None:
    """Copy the store as it is at one moment; it may be written meanwhile."""
    from dashboards import upkeep

    with _store(config) as store:
        size = upkeep.backup(store, file)
    typer.echo(f"{file} holds the store as it was: {size / 1e6:.1f} MB, checked")


def tidy(*, config: options.Config = None, as_json: options.AsJson = False) -> None:
    """Delete what is older than the settings keep it, as the service does daily."""
    from stridecue.settings import load_settings
    from stridecue.upkeep import tidy_all

    with _store(config) as store:
        gone = tidy_all(store, load_settings(config))
    typer.echo(json.dumps(gone) if as_json else f"Deleted: {_counts(gone)}")


def _store(config: Path | None) -> Store:
    from dashboards.store import Store
    from stridecue.settings import load_settings

    return Store(load_settings(config).store_path())


def _unknown(what: str, mend: str) -> InputError:
    return InputError("nothing is stored of it", where=what, mend=f"see `{mend}`")


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in rows.items() if n) or "nothing"


def _show(rows: Sequence[dict[str, Any]], *, as_json: bool, none: str) -> None:
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


_RUNNER = (
    ("list", runners, "list"),
    ("show", one_runner, "show demo"),
    ("erase", erase_runner, "erase demo"),
)
_SESSION = (
    ("list", sessions, "list"),
    ("show", one_session, "show 20260617T060000Z"),
    ("erase", erase_session, "erase 20260617T060000Z --runner demo"),
)
_SHOE = (("list", shoes, "list"),)
_STORE = (("backup", backup, "backup copy.db"), ("tidy", tidy, "tidy"))
