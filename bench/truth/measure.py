"""Run ours and every usable peer over recordings, and score them all by the same code."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.records import Placement, Side
from bench.peers.leg import Leg
from bench.peers.methods import Method, strides, usable
from bench.simulating.faulty import Cell
from bench.truth import cells, laps, outdoors, plate
from bench.truth.quiet import Clipping, clipping
from bench.truth.recordings import (
    PLATE,
    Recording,
    authors_class,
    by_side,
    plate_truth,
)
from bench.truth.tables import numbers

OURS = "stridecue"
CellScore = tuple[Cell, plate.LegScore]


@dataclass(kw_only=True)
class Measured:
    """Scores by method: `plates` by (set, placement) first, `quiet` by placement.

    `runners` names whose each leg is; `quiet` counts strides found where nobody runs.
    """

    plates: dict[tuple[str, Placement], dict[str, list[plate.LegScore]]] = field(
        default_factory=dict
    )
    runners: dict[tuple[str, Placement], list[str]] = field(default_factory=dict)
    laps: dict[str, list[laps.TrialScore]] = field(default_factory=dict)
    outdoors: dict[str, outdoors.OutdoorScore] = field(default_factory=dict)
    quiet: dict[Placement, dict[str, int]] = field(default_factory=dict)
    clipping: list[Clipping] = field(default_factory=list)
    cells: dict[Placement, dict[str, list[CellScore]]] = field(default_factory=dict)


def measure(
    recordings: Sequence[Recording],
    records: Path,
    *,
    skip: Iterable[str] = (),
    peers: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Measured:
    """Score every recording; `records` is a folder for our own records of each.

    `skip` names peers that are not run; without `peers` none is.
    """
    found = Measured()
    left_out = frozenset(skip)
    for k, recording in enumerate(recordings, 1):
        progress(f"recording {k} of {len(recordings)}: {recording.group} {recording.name}")
        legs = recording.legs()
        by_method = {OURS: recording.ours(records)}
        for method in _methods(recording, legs) if peers else []:
            if method.name not in left_out:
                by_method[method.name] = run(method, recording.sides, legs)
        _keep(found, recording, by_method)
        if recording.range_g is not None:
            table = numbers(recording.files[0])
            found.clipping.append(clipping(table, recording.range_g, by_method[OURS]))
    return found


def simulate(
    found: Measured,
    *,
    quick: bool,
    skip: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Score every simulated cell; here all that is found counts, before and after running too."""
    todo = list(cells.cells(quick=quick))
    left_out = frozenset(skip)
    for k, cell in enumerate(todo, 1):
        progress(f"simulated {k} of {len(todo)}")
        made = cells.simulate(cell)
        by_method = {OURS: cells.ours(made)}
        for method in usable(cell.placement, gyro=True, axes=True):
            if method.name not in left_out:
                by_method[method.name] = run(method, [Side.LEFT], [made.leg])
        for name, rows in by_method.items():
            score = plate.score_leg(made.truth, rows, edge_s=math.inf)
            found.cells.setdefault(cell.placement, {}).setdefault(name, []).append((cell, score))


def run(method: Method, sides: Sequence[Side], legs: Sequence[Leg]) -> list[dict[str, Any]]:
    """Return a peer's strides of one recording."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a peer's library says of itself
        return [
            row
            for side, leg in zip(sides, legs, strict=True)
            for row in strides(method.find(leg), side)
        ]


def _methods(recording: Recording, legs: Sequence[Leg]) -> list[Method]:
    gyro = all(leg.gyro_dps is not None for leg in legs)
    return usable(recording.placement, gyro=gyro, axes=gyro or recording.mount != "unknown")


def _keep(
    found: Measured, recording: Recording, by_method: dict[str, list[dict[str, Any]]]
) -> None:
    match recording.kind:
        case "plate" | "own":
            _keep_plate(found, recording, by_method)
        case "laps":
            truth = laps.read_truth(recording.folder, recording.name)
            for name, rows in by_method.items():
                found.laps.setdefault(name, []).append(laps.score_trial(truth, rows))
        case "outdoors":
            hip = numbers(recording.folder / "left_hip_100hz.csv.gz")
            reference = numbers(recording.folder / "cadence_reference_20s.csv")
            for name, rows in by_method.items():
                found.outdoors[name] = outdoors.score(hip, reference, rows)
        case _:
            counts = found.quiet.setdefault(recording.placement, {})
            for name, rows in by_method.items():
                counts[name] = counts.get(name, 0) + len(rows)


def _keep_plate(
    found: Measured, recording: Recording, by_method: dict[str, list[dict[str, Any]]]
) -> None:
    where = recording.group.split("/")[0]
    own = recording.kind == "own"
    key = (recording.group if own else where.removeprefix(PLATE), recording.placement)
    truth = plate_truth(recording)
    for name, rows in by_method.items():
        legs = found.plates.setdefault(key, {}).setdefault(name, [])
        legs += [
            plate.score_leg(truth[side], by_side(rows, side), authors_class(recording, side))
            for side in recording.sides
        ]
    runner = recording.group.rsplit("/", 1)[-1].split("_")[0]
    found.runners.setdefault(key, []).extend([runner] * len(recording.sides))
