"""The figures of every truth: which of them are rows, with their targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.records import Placement
from bench.truth import cell_figures, left_out, plate_figures
from bench.truth.laps import LapScore
from bench.truth.laps import pooled as pool_laps
from bench.truth.measure import OURS, Measured
from bench.truth.outdoors import OutdoorScore
from bench.truth.plate import LegScore
from bench.truth.plate import pooled as pool_legs
from bench.truth.rows import HALF, UNITS, Figure, Row, percent, rows
from bench.truth.tables import Spread


def all_rows(found: Measured) -> list[Row]:
    """Return the rows of all recordings."""
    out: list[Row] = []
    for (where, placement), legs in found.plates.items():
        part = "shank" if placement is Placement.SHIN else "shoe"
        scores = {name: pool_legs(some) for name, some in legs.items() if some}
        aims = plate_figures.TARGETS[placement] if where.startswith("fukuchi") else {}
        out += rows(plate_figures.figures(aims), scores, group=f"{where}_{part}")
        out += left_out_rows(f"{where}_{part}", legs[OURS], found.runners[where, placement])
    if found.laps:
        out += rows(LAP_FIGURES, {n: pool_laps(s) for n, s in found.laps.items()}, group="laps")
    if found.outdoors:
        out += rows(OUTDOOR_FIGURES, found.outdoors, group="outdoors")
    for placement, counts in found.quiet.items():
        out += rows(QUIET_FIGURES, counts, group=f"quiet_{placement.value}")
    if found.clipping:
        unflagged = sum(c.unflagged for c in found.clipping)
        out.append(
            Row(
                name="clipping_strides_unmarked",
                group="clipping",
                value=unflagged,
                unit="",
                aim="least",
                target=0,
            )
        )
    for placement, by_method in found.cells.items():
        part = "shank" if placement is Placement.SHIN else "shoe"
        out += rows(cell_figures.figures(placement), by_method, group=f"simulated_{part}")
    return [row for row in out if not row.empty()]


def left_out_rows(group: str, legs: list[LegScore], runners: list[str]) -> list[Row]:
    """Return ours with the constants refitted on all other runners, for each runner in turn."""
    if len(set(runners)) < 3:  # noqa: PLR2004 - a line takes two others
        return []
    out = []
    refits: tuple[tuple[str, Callable[..., Spread], dict[str, Any]], ...] = (
        ("contact_ms", left_out.refitted_shift, {"scale": 1e3}),
        ("toe_off_ms", left_out.refitted_shift, {"scale": 1e3}),
        ("contact_time_ms", left_out.refitted_line, {"scale": 1e3}),
        ("length_pct", left_out.refitted_line, {"scale": 100.0, "relative": True}),
    )
    for error, refit, how in refits:
        pairs = [leg.pairs[error] for leg in legs]
        if not any(np.isfinite(leg.errors[error]).any() for leg in legs):
            continue
        found = refit(pairs, runners, **how)
        name, _, unit = error.rpartition("_")
        out += [
            Row(
                name=f"{group}_left_out_{name}_{what}_{unit}",
                group=group,
                value=getattr(found, what),
                unit=UNITS[unit],
                aim="near" if what == "bias" else "least",
            )
            for what in ("bias", "within", "between")
            if found.n
        ]
    return out


def _lap(
    name: str, unit: str, error: str, what: str, target: float | None = None
) -> Figure[LapScore]:
    return Figure(
        name=name,
        unit=unit,
        aim="near" if what == "bias" else "least",
        read=lambda s: getattr(s.errors[error], what) if (s.coverage[error] or 0) >= HALF else None,
        target=target,
        why=lambda mine, his: (
            f"its SD is {his.errors[error].sd:.2f}, ours {mine.errors[error].sd:.2f}"
            if what == "bias"
            else "it filters the whole file backward as well and is told the sensor's axes"
        ),
    )


LAP_FIGURES: list[Figure[LapScore]] = [
    Figure(
        name="recall_pct",
        unit="%",
        aim="most",
        read=lambda s: percent(s.recall),
        target=99.0,
        why=lambda *_: "it has no running gate: it takes every stride, running or not",
    ),
    Figure(
        name="false_pct", unit="%", aim="least", read=lambda s: percent(s.false_share), target=1.0
    ),
    _lap("mean_stride_time_mae_pct", "%", "mean_stride_time_pct", "mae", 0.6),
    _lap("mean_stride_time_bias_pct", "%", "mean_stride_time_pct", "bias", 0.3),
    _lap("landing_time_sd_ms", "ms", "landing_time_ms", "sd", 33.0),
    _lap("stride_time_sd_ms", "ms", "stride_time_ms", "sd"),
    _lap("length_bias_cm", "cm", "length_cm", "bias", 2.0),
    _lap("length_sd_cm", "cm", "length_cm", "sd", 2.9),
    _lap("speed_bias_mps", "m/s", "speed_mps", "bias"),
    _lap("speed_sd_mps", "m/s", "speed_mps", "sd"),
    _lap("cadence_mae_spm", "spm", "cadence_spm", "mae"),
]

OUTDOOR_FIGURES: list[Figure[OutdoorScore]] = [
    Figure(
        name="cadence_mae_spm",
        unit="spm",
        aim="least",
        read=lambda s: s.cadence_spm.mae,
        target=0.2,
        why=lambda *_: "it counts landings alone, which a missed stride does not show",
    ),
    Figure(
        name="rows_within_1spm_pct",
        unit="%",
        aim="most",
        read=lambda s: percent(s.within_1spm),
        target=100.0,
    ),
    Figure(
        name="counted_cadence_mae_spm",
        unit="spm",
        aim="least",
        read=lambda s: s.counted_spm.mae,
        target=0.2,
        why=lambda *_: "it counts landings alone, which a missed stride does not show",
    ),
    Figure(
        name="counted_rows_within_1spm_pct",
        unit="%",
        aim="most",
        read=lambda s: percent(s.counted_within_1spm),
        target=100.0,
    ),
    Figure(
        name="running_strides_in_calm",
        unit="",
        aim="least",
        read=lambda s: float(s.calm_strides),
        target=0.0,
    ),
    Figure(
        name="running_time_covered_pct",
        unit="%",
        aim="most",
        read=lambda s: percent(s.covered),
        why=lambda *_: "it has no running gate: it takes every stride, running or not",
    ),
]

QUIET_FIGURES: list[Figure[int]] = [
    Figure(
        name="strides_where_nobody_runs",
        unit="",
        aim="least",
        read=float,
        target=0.0,
    )
]
