"""`stridecue shoe`: the pairs of shoes, what they have run, and what each does to impact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridecue import options
from stridecue.kept_rows import add_group, open_store, show, unknown

if TYPE_CHECKING:
    from analytics.load.records import Effect, ShoeReport
    from dashboards.store import Store

_Shoe = Annotated[str, typer.Argument(metavar="SHOE", help="The pair's id.")]
_Whose = Annotated[str, typer.Option(help="Whose it is: the runner's id.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    about = "The pairs of shoes and what they have run."
    add_group(app, "shoe", about=about, commands=_COMMANDS)


def shoes(
    *,
    runner: Annotated[str | None, typer.Option(help="Only this runner's.")] = None,
    config: options.Config = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the pairs of shoes."""
    with open_store(config) as store:
        found = [_row(told) for told in _reports(store, runner)]
    show(found, as_json=as_json, none="No shoes are registered.")


def one_pair(
    shoe: _Shoe, *, runner: _Whose, config: options.Config = None, as_json: options.AsJson = False
) -> None:
    """Show one pair: what it has run, when it is due, and impact in it at the same speed."""
    with open_store(config) as store:
        found = [told for told in _reports(store, runner) if told.shoe.id == shoe]
    if not found:
        raise unknown(f"shoe {shoe} of {runner}", "stridecue shoe list")
    (told,) = found
    more = {
        "retire_from_m": told.shoe.retire_from_m,
        "retire_to_m": told.shoe.retire_to_m,
        "runs": told.distance_m.of,
        "runs_of_known_distance": told.distance_m.n,
    }
    row = _row(told) | more
    if not as_json:
        row["impact"] = impact_said(told.effect)
    elif told.effect is not None:
        row["impact"] = _numbers(told.effect)
    show([row], as_json=as_json, none="")


def add(
    shoe: _Shoe,
    *,
    runner: _Whose,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    km: Annotated[float | None, typer.Option(min=0, help="What it has run already.")] = None,
    usual: Annotated[bool, typer.Option("--usual", help="The runner usually wears it.")] = False,
    config: options.ConfigToWrite,
) -> None:
    """Register a pair in the settings file, and in the store."""
    from dashboards.load_shelf import LoadShelf
    from dashboards.store import Store
    from stridecue.past import shoes_of
    from stridecue.settings_file import add_shoes

    entry = {"id": shoe, "name": name, "runner": runner, "km": km}
    settings = add_shoes(config, entry, usual=usual)
    with Store(settings.store_path()) as store:
        LoadShelf(store).keep_shoes(runner, shoes_of(settings, runner))
    typer.echo(f"{shoe} is registered for {runner} in {config}")


def erase(
    shoe: _Shoe,
    *,
    runner: _Whose,
    config: Annotated[Path | None, typer.Option(help="Settings file that registers it.")] = None,
) -> None:
    """Take a pair off the register; runs in it keep its id."""
    from dashboards.load_shelf import LoadShelf
    from stridecue.settings_file import take_out_shoes

    with open_store(config) as store:
        shelf = LoadShelf(store)
        mine = shelf.shoes(runner)
        left = [one for one in mine if one.id != shoe]
        shelf.keep_shoes(runner, left)
    written = config is not None and take_out_shoes(config, shoe=shoe, runner=runner)
    if len(left) == len(mine) and not written:
        raise unknown(f"shoe {shoe} of {runner}", "stridecue shoe list")
    typer.echo(f"{shoe} of {runner} is off the register")
    if config is None:
        typer.echo("A settings file that names it brings it back: give --config")


def impact_said(effect: Effect | None) -> str:
    """Return what the runs say of impact in a pair, in words.

    Examples
    --------
    >>> impact_said(None)
    'no runs in it'

    """
    if effect is None:
        return "no runs in it"
    if effect.change_pct is None or effect.low_pct is None or effect.high_pct is None:
        return effect.reason or "the pair of most runs: the others are held against it"
    said = f"{effect.change_pct:+.0f} % against {effect.reference} at {effect.speed_mps:.1f} m/s"
    clear = effect.low_pct > 0.0 or effect.high_pct < 0.0
    sure = "" if clear else ": no clear difference"
    return f"{said} (90 %: {effect.low_pct:+.0f} to {effect.high_pct:+.0f}){sure}"


def _reports(store: Store, runner: str | None) -> Iterator[ShoeReport]:
    """Give each runner's pairs as they stand."""
    from analytics.load.shoes import shoe_reports
    from dashboards.load_shelf import LoadShelf

    shelf = LoadShelf(store)
    every, known = shelf.entries(runner, simulated=True), shelf.shoes(runner)
    for name in dict.fromkeys(shoe.runner for shoe in known):
        mine = [entry for entry in every if entry.runner == name]
        yield from shoe_reports([shoe for shoe in known if shoe.runner == name], mine)


def _row(told: ShoeReport) -> dict[str, Any]:
    return {
        "runner": told.shoe.runner,
        "shoe": told.shoe.id,
        "name": told.shoe.name,
        "distance_m": told.distance_m.value,
        "at_least": told.distance_m.at_least,
        "state": told.state,
    }


def _numbers(effect: Effect) -> dict[str, Any]:
    names = ("reference", "n_runs", "n_reference", "speed_mps", "change_pct", "low_pct", "high_pct")
    return {name: getattr(effect, name) for name in (*names, "peak_g", "reason")}


_COMMANDS = (
    ("list", shoes, "list"),
    ("show", one_pair, "show blue --runner anna"),
    ("add", add, "add blue --runner anna --km 120 --config stridecue.toml"),
    ("erase", erase, "erase blue --runner anna --config stridecue.toml"),
)
