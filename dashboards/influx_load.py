"""A run's load as points: the run, the pair of shoes it was run in, the ground it was run on.

What a dashboard cannot work out (the longest of 30 days, acute and chronic dose, the effect of a
shoe at matched speed) is worked out here, as docs/load.md says, for the runs up to this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from analytics.load.effects import shoe_effects, surface_effects
from analytics.load.past import history_of
from analytics.load.records import Effect, Figure, LegReport, LoadEntry, Shoe
from analytics.load.report import report
from analytics.load.shoes import shoe_distance, shoe_state
from dashboards.influx_lines import point
from dashboards.sharing import ALL_SHARED, Topic

_OF_THE_ENTRY = (
    "day", "duration_s", "running_s", "placement", "source", "covered", "speed_mps", "exertion",
)  # fmt: skip
_OF_THE_REPORT = (
    "peak", "distance_m", "longest_m", "over_longest_pct", "spike", "week_m", "last_week_m",
    "week_change_pct", "rest_days", "unknown_pct", "left", "right",
)  # fmt: skip
_OF_THE_EFFECT = (
    "reference", "n_runs", "n_reference", "speed_mps", "change_pct", "low_pct", "high_pct",
    "peak_g", "reason",
)  # fmt: skip


def load_lines(
    entry: LoadEntry,
    entries: Sequence[LoadEntry],
    *,
    shoes: Sequence[Shoe],
    when_utc_ns: int,
    team: str,
    private: frozenset[Topic] = ALL_SHARED,
) -> Iterator[str]:
    """Give a run's points.

    Parameters
    ----------
    entries : sequence of LoadEntry
        The runner's runs, this one among them.
    shoes : sequence of Shoe
        The runner's registered pairs.

    """
    at_its_time = partial(point, when_utc_ns=when_utc_ns, team=team, private=private)
    past = history_of(entries, start_utc_ns=entry.start_utc_ns, day=entry.day, shoes=shoes)
    tags = [("runner", entry.runner), ("session", entry.session)]
    worn = [*tags, ("shoe", entry.shoe), ("surface", entry.surface)]
    told = report(entry, past)
    dated = ("utc_ms", when_utc_ns / 1e6)
    values = [dated, *((name, getattr(entry, name)) for name in _OF_THE_ENTRY)]
    values += [(name, getattr(told, name)) for name in _OF_THE_REPORT]
    yield at_its_time("load", worn, _flat(values))
    runs = [*past.entries, entry]
    if entry.shoe is not None:
        of_shoe = _shoe_values(entry.shoe, past.shoes, runs)
        tagged = [*tags, ("shoe", entry.shoe)]
        yield at_its_time("shoe", tagged, _flat([dated, *of_shoe]))
    if entry.surface is not None:
        of_ground = [dated, *_effect_values(surface_effects(runs).get(entry.surface))]
        tagged = [*tags, ("surface", entry.surface)]
        yield at_its_time("surface", tagged, _flat(of_ground))


def _shoe_values(
    shoe: str, shoes: Sequence[Shoe], runs: Sequence[LoadEntry]
) -> list[tuple[str, Any]]:
    run_m = shoe_distance(shoe, shoes=shoes, entries=runs)
    values: list[tuple[str, Any]] = [
        ("distance_m", run_m),
        ("state", shoe_state(shoe, run_m, shoes=shoes)),
    ]
    known = {one.id: one for one in shoes}.get(shoe)
    if known is not None:
        values += [
            (name, getattr(known, name)) for name in ("name", "retire_from_m", "retire_to_m")
        ]
    return values + _effect_values(shoe_effects(runs).get(shoe))


def _effect_values(effect: Effect | None) -> list[tuple[str, Any]]:
    """Return an effect's values; a run on its own is no effect yet, but counts as a run."""
    if effect is None:
        return [("n_runs", 0)]
    return [(name, getattr(effect, name)) for name in _OF_THE_EFFECT]


def _flat(values: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, float | int | str]]:
    """Give plain fields: a figure says what it rests on, a leg has its side in its names."""
    for name, value in values:
        if isinstance(value, Figure):
            if value.value is not None:
                yield name, float(value.value)
            yield f"{name}_n", value.n
            yield f"{name}_of", value.of
            yield f"{name}_at_least", int(value.at_least)
        elif isinstance(value, LegReport):
            yield from _flat(
                [(_sided(f.name, name), getattr(value, f.name)) for f in fields(value)]
            )
        elif isinstance(value, bool):
            yield name, int(value)
        elif isinstance(value, str):
            yield name, str.__str__(value)
        elif value is not None:
            yield name, value


def _sided(name: str, side: str) -> str:
    """Return a leg's name with its side before the unit.

    Examples
    --------
    >>> _sided("dose_g", "left"), _sided("n_high", "left")
    ('dose_left_g', 'n_high_left')

    """
    if name.startswith("n_"):
        return f"{name}_{side}"
    what, _, unit = name.rpartition("_")
    return f"{what}_{side}_{unit}"
