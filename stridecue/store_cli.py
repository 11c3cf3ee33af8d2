"""`stridecue runner|session|store`: what the store keeps, and what goes from it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from analytics.cue_settings import Mode
from analytics.records import Surface
from stridecue import options
from stridecue.kept_rows import add_group, counts, open_store, show, unknown

_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_Runner = Annotated[str, typer.Argument(metavar="RUNNER", help="The runner's id.")]
_Session = Annotated[str, typer.Argument(metavar="SESSION", help="The session's name.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, about, commands in (
        ("runner", "The runners whose sessions are stored.", _RUNNER),
        ("session", "The sessions that are stored.", _SESSION),
        ("store", "The store itself.", _STORE),
    ):
        add_group(app, name, about=about, commands=commands)


def runners(*, config: options.Config = None, as_json: options.AsJson = False) -> None:
    """Show whose sessions are stored."""
    with open_store(config) as store:
        found = store.read(
            "SELECT runner, count(*) AS sessions, max(simulated) AS simulated,"
            " max(started_utc_ns) AS last_utc_ns FROM sessions GROUP BY runner ORDER BY runner",
            (),
        )
    show(found, as_json=as_json, none="No sessions are stored.")


def one_runner(
    runner: _Runner, *, config: options.Config = None, as_json: options.AsJson = False
) -> None:
    """Show what is stored of one runner, table by table."""
    from dashboards.upkeep import counted

    with open_store(config) as store:
        rows = counted(store, runner=runner)
    if not rows:
        raise unknown(f"runner {runner}", "stridecue runner list")
    show([{"runner": runner, **rows}], as_json=as_json, none="")


def add_runner(
    runner: _Runner,
    *,
    name: Annotated[str | None, typer.Option(help="What people call the runner.")] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="guard: silent while form is the runner's own.")
    ] = None,
    surface: Annotated[Surface | None, typer.Option(help="The usual ground.")] = None,
    config: options.ConfigToWrite,
) -> None:
    """Add a runner to the settings file."""
    from stridecue.settings_file import add_runner as write

    write(config, {"id": runner, "name": name, "mode": mode, "surface": surface})
    typer.echo(f"{runner} is in {config}; `stridecue roster` says who wears which sensor")


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
    typer.echo(f"Erased of {runner}: {counts(erased.rows)}; {erased.raw_files} raw files")
    for place in erased.left:
        typer.echo(f"Not erased from here: {place}")


def sessions(
    *,
    runner: Annotated[str | None, typer.Option(help="Only this runner's.")] = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the sessions, newest first."""
    with open_store(config) as store:
        found = [
            {
                **{key: row[key] for key in ("session", "runner", "source", "simulated")},
                "started_utc_ns": row["started_utc_ns"],
                "strides": (row["summary"] or {}).get("strides"),
                "distance_m": (row["summary"] or {}).get("distance_m"),
            }
            for row in store.sessions(runner=runner)
        ]
    show(found, as_json=as_json, none="No sessions are stored.")


def one_session(
    session: _Session, *, config: options.Config = None, as_json: options.AsJson = False
) -> None:
    """Show the summary of a session, of each runner in it."""
    with open_store(config) as store:
        found = [row for row in store.sessions() if row["session"] == session]
    if not found:
        raise unknown(f"session {session}", "stridecue session list")
    show(found, as_json=as_json, none="")


def add_session(
    *,
    runner: Annotated[str, typer.Option(help="Who ran.")],
    start: Annotated[
        str, typer.Option(help="2025-11-24T18:30, in the team's zone; or the day alone.")
    ],
    minutes: Annotated[float, typer.Option(min=1, max=1440, help="How long.")],
    km: Annotated[float | None, typer.Option(min=0.1, max=500, help="How far, if known.")] = None,
    rpe: Annotated[
        float | None, typer.Option(min=0, max=10, help="How hard it felt, 0-10.")
    ] = None,
    shoe: Annotated[str | None, typer.Option(help="In which pair: its id.")] = None,
    surface: Annotated[Surface | None, typer.Option(help="On what ground.")] = None,
    note: Annotated[str, typer.Option(help="What else is to be known of it.")] = "",
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Add a run that no sensor saw, so that the load rules know of it."""
    from stridecue import importing, telling
    from stridecue.settings import load_settings

    settings = load_settings(config)
    zone = settings.team.zone
    told = telling.Told(
        start=start, minutes=minutes, km=km, rpe=rpe, shoe=shoe, surface=surface, note=note
    )
    planned = telling.add(settings, runner, told.run(zone=zone, now_utc_ns=time.time_ns()))
    if as_json:
        typer.echo(json.dumps(importing.as_dict(planned), indent=2))
    else:
        typer.echo(telling.told_line(planned, zone=zone))


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
    with open_store(config) as store:
        gone = upkeep.erase_session(store, runner=runner, session=session)
    if not any(gone.values()):
        raise unknown(f"session {session} of {runner}", "stridecue session list")
    typer.echo(f"Erased: {counts(gone)}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    *,
    config: options.Config = None,
) -> None:
    """Copy the store as it is at one moment; it may be written meanwhile."""
    from dashboards import upkeep

    with open_store(config) as store:
        size = upkeep.backup(store, file)
    typer.echo(f"{file} holds the store as it was: {size / 1e6:.1f} MB, checked")


def tidy(*, config: options.Config = None, as_json: options.AsJson = False) -> None:
    """Delete what is older than the settings keep it, as the service does daily."""
    from stridecue.settings import load_settings
    from stridecue.upkeep import tidy_all

    with open_store(config) as store:
        gone = tidy_all(store, load_settings(config))
    typer.echo(json.dumps(gone) if as_json else f"Deleted: {counts(gone)}")


_RUNNER = (
    ("list", runners, "list"),
    ("show", one_runner, "show demo"),
    ("add", add_runner, "add anna --name Anna --config stridecue.toml"),
    ("erase", erase_runner, "erase demo"),
)
_SESSION = (
    ("list", sessions, "list"),
    ("show", one_session, "show 20260617T060000Z"),
    (
        "add",
        add_session,
        "add --runner demo --start 2025-11-24T18:30 --minutes 45 --km 8.2 --rpe 6",
    ),
    ("erase", erase_session, "erase 20260617T060000Z --runner demo"),
)
_STORE = (("tidy", tidy, "tidy"), ("backup", backup, "backup copy.db"))
