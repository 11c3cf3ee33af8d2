"""`stridecue report`, `export` and `import`: to and from the rest of the world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stridecue import options
from stridecue.exporting import Format

Whose = Annotated[str | None, typer.Option(help="Whose session, where several runners have it.")]
Session = Annotated[str, typer.Argument(help="A stored session's name.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog="Example: stridecue export typical-tired-7 --format fit --out run.fit")(
        export
    )
    app.command(epilog="Example: stridecue report typical-tired-7 --out report.html")(report)
    app.command("import", epilog="Example: stridecue import run.fit --runner demo --dry-run")(take)


def export(
    session: Session,
    *,
    form: Annotated[Format, typer.Option("--format", help="What to write.")],
    out: Annotated[Path, typer.Option(help="The file; for tables a folder, or a .zip.")],
    runner: Whose = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Write a stored session for other programs: a FIT activity, or tables with a data card."""
    from dashboards.store import Store
    from stridecue import exporting
    from stridecue.settings import load_settings

    settings = load_settings(config)
    with Store(settings.store_path()) as store:
        written = exporting.export(
            store, session, runner=runner, form=form, out=out, zone=settings.team.zone
        )
    if as_json:
        typer.echo(json.dumps([str(path) for path in written]))
        return
    for path in written:
        typer.echo(f"{path}  {path.stat().st_size} bytes")


def report(
    session: Session,
    *,
    out: Annotated[Path, typer.Option(help="The HTML file.")],
    compare: Annotated[str | None, typer.Option(help="Another session of the same runner.")] = None,
    for_runner: Annotated[
        bool,
        typer.Option("--for-runner", help="Also what the runner does not share with the team."),
    ] = False,
    runner: Whose = None,
    config: options.Config = None,
) -> None:
    """Write one page about a stored session: one thing to work on, and pictures. Works offline."""
    from dashboards.store import Store
    from stridecue import reporting
    from stridecue.settings import load_settings
    from stridecue.stored import session_row

    settings = load_settings(config)
    with Store(settings.store_path()) as store:
        reporting.write_report(
            store,
            session_row(store, session, runner=runner),
            out=out,
            zone=settings.team.zone,
            names={r.id: r.name for r in settings.runners if r.name},
            compare=compare,
            for_runner=for_runner,
        )
    typer.echo(f"{out}  {out.stat().st_size} bytes")


def take(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="FIT activities, a bulk export's activities.csv, or a table of runs.",
            show_default=False,
        ),
    ],
    *,
    runner: Annotated[str, typer.Option(help="Whose runs these are.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Take a runner's earlier runs into the load history; no run is counted twice."""
    from dashboards.import_plan import carry_out, plan, read_files
    from dashboards.load_shelf import LoadShelf
    from dashboards.store import Store
    from stridecue import importing
    from stridecue.settings import load_settings

    settings = load_settings(config)
    zone = settings.team.zone
    runs = read_files(files, zone=zone)
    with Store(settings.store_path()) as store:
        kept = LoadShelf(store).entries(runner, simulated=True)
        planned = plan(runs, kept, runner=runner, zone=zone)
        if not dry_run:
            carry_out(store, planned, runner=runner)
    if as_json:
        typer.echo(json.dumps([importing.as_dict(one) for one in planned], indent=1))
        return
    for line in importing.lines_of(planned, zone=zone, dry_run=dry_run):
        typer.echo(line)
