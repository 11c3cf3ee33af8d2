"""Strides against what a simulated runner did: how many were found, and how far off they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from analytics.records import Placement, Stride
from analytics.strides import StrideStage
from bench.simulating.faulty import Cell, Truth, recording

MATCH_S = 0.060
ERRORS = ("contact_ms", "contact_time_ms", "pta_pct", "axial_pct", "length_pct", "strike_deg")


@dataclass(kw_only=True)
class Score:
    """What was found of the truth, and the errors of what was found."""

    wanted: int = 0
    found: int = 0
    given: int = 0
    errors: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ERRORS})

    def add(self, other: Score) -> None:
        """Take another score in."""
        self.wanted += other.wanted
        self.found += other.found
        self.given += other.given
        for name, values in other.errors.items():
            self.errors[name] += values

    @property
    def recall_pct(self) -> float:
        """How many of the true strides were found."""
        return 100.0 * self.found / self.wanted

    @property
    def precision_pct(self) -> float | None:
        """How many of the given strides are true ones."""
        return 100.0 * self.found / self.given if self.given else None


def pooled(scores: Iterable[Score]) -> Score:
    """Return all scores in one."""
    total = Score()
    for one in scores:
        total.add(one)
    return total


def score(truth: Truth, strides: Iterable[Stride]) -> Score:
    """Compare strides with what happened; a stride is found within 60 ms of its contact."""
    result = Score(wanted=len(truth.toe_off_s))
    free = np.ones(len(truth.contact_s), bool)
    timed = truth.can_be_timed
    for stride in strides:
        result.given += 1
        k = int(np.abs(truth.contact_s - stride.contact_s).argmin())
        if abs(truth.contact_s[k] - stride.contact_s) > MATCH_S or not free[k]:
            continue
        free[k] = False
        if k >= len(truth.toe_off_s):
            continue
        result.found += 1
        if timed[k]:
            _compare(truth, k, stride, result.errors)
    return result


def _compare(truth: Truth, k: int, stride: Stride, errors: dict[str, list[float]]) -> None:
    """Add one stride's errors."""
    errors["contact_ms"].append(1e3 * (stride.contact_s - truth.contact_s[k]))
    if stride.contact_time_s is not None:
        lasts_s = truth.toe_off_s[k] - truth.contact_s[k]
        errors["contact_time_ms"].append(1e3 * (stride.contact_time_s - lasts_s))
    if not stride.peak_clipped:
        errors["pta_pct"].append(1e2 * (stride.peak_accel_resultant_g / truth.resultant_g[k] - 1))
        if stride.peak_accel_axial_g is not None:
            errors["axial_pct"].append(1e2 * (stride.peak_accel_axial_g / truth.axial_g[k] - 1))
    if stride.stride_length_m is not None and stride.worn.placement is Placement.SHOE:
        errors["length_pct"].append(1e2 * (stride.stride_length_m / truth.stride_length_m[k] - 1))
    if stride.strike_angle_deg is not None:
        errors["strike_deg"].append(stride.strike_angle_deg - truth.strike_angle_deg[k])


def measured(cell: Cell) -> Score:
    """Return how our stride stage does on a cell."""
    truth, block = recording(cell)
    stage = StrideStage(worn=block.worn)
    found = [*stage.push(block), *stage.finish()]
    return score(truth, [record for record in found if isinstance(record, Stride)])
