"""What a runner's own runs say of a shoe or a surface: impact at the same speed, with an interval.

Never a fixed multiplier: grass can exceed concrete at the shin (Waite 2021), and the effect of a
shoe or a surface is a runner's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from analytics.load.dose import dose_of, leg_of, peak_kind
from analytics.load.mixed import Posterior, columns, fit
from analytics.load.records import Effect, LoadEntry
from analytics.records import FloatArray, PeakKind, Side

LEAST_RUNS = 3  # of both that are compared: two give no idea of how days differ
MOST_CLIPPED = 0.05  # of a leg's strides: with more, the mean of the rest reads low
_SHARES = (0.05, 0.5, 0.95)  # a 90 % interval
_NOT_ENOUGH = "not enough runs"
_LEGS = (tuple(Side), (Side.LEFT,), (Side.RIGHT,))
_SHOE, _SURFACE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one run tells: mean ln peak of the legs compared, speed, shoe and surface."""

    log_peak: float
    speed_mps: float
    worn: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """The runs that can be compared, and the model of them."""

    runner: str
    peak: PeakKind
    speed_mps: float
    runs: Sequence[_Run]
    levels: tuple[list[str | None], list[str | None]]
    posterior: Posterior


def shoe_effects(entries: Sequence[LoadEntry]) -> dict[str, Effect]:
    """Return every shoe's impact against the shoe of most runs, surfaces taken into account."""
    return _effects(entries, _SHOE)


def surface_effects(entries: Sequence[LoadEntry]) -> dict[str, Effect]:
    """Return every surface's impact against that of most runs, shoes taken into account."""
    return _effects(entries, _SURFACE)


def _effects(entries: Sequence[LoadEntry], kind: int) -> dict[str, Effect]:
    fitted = _fitted(entries)
    if fitted is None:
        return {}
    named = sorted(name for run in fitted.runs if (name := run.worn[kind]) is not None)
    counts = Counter(named)
    reference = max(counts, key=counts.__getitem__, default="")
    return {
        name: _effect(fitted, kind, name=name, reference=reference, counts=counts)
        for name in counts
    }


def _effect(fitted: _Fit, kind: int, *, name: str, reference: str, counts: Counter[str]) -> Effect:
    known = Effect(
        runner=fitted.runner,
        what=name,
        reference=reference,
        n_runs=counts[name],
        n_reference=counts[reference],
        peak=fitted.peak,
        speed_mps=fitted.speed_mps,
        reason=_NOT_ENOUGH,
    )
    if min(counts[name], counts[reference]) < LEAST_RUNS:
        return known
    here, there = _unit(fitted, kind, name), _unit(fitted, kind, reference)
    level = here.copy()
    level[0] = 1.0
    (peak,) = fitted.posterior.quantiles(level, (0.5,))
    known = replace(known, peak_g=math.exp(peak), reason=None)
    if name == reference:
        return known
    low, middle, high = (
        100.0 * math.expm1(q) for q in fitted.posterior.quantiles(here - there, _SHARES)
    )
    return replace(known, change_pct=middle, low_pct=low, high_pct=high)


def _fitted(entries: Sequence[LoadEntry]) -> _Fit | None:
    runs, peak = _comparable(entries)
    if not runs:
        return None
    speed_mps = fmean(run.speed_mps for run in runs)
    shoes, surfaces = ([run.worn[kind] for run in runs] for kind in (_SHOE, _SURFACE))
    levels = (_levels(shoes), _levels(surfaces))
    return _Fit(
        runner=entries[0].runner,
        peak=peak,
        speed_mps=speed_mps,
        runs=runs,
        levels=levels,
        posterior=fit(
            np.array([run.log_peak for run in runs]),
            np.array([run.speed_mps - speed_mps for run in runs]),
            [
                [levels[_SHOE].index(s) for s in shoes],
                [levels[_SURFACE].index(s) for s in surfaces],
            ],
        ),
    )


def _comparable(entries: Sequence[LoadEntry]) -> tuple[list[_Run], PeakKind]:
    """Return the runs with a speed and a clear mean peak of the same legs in the same place.

    Of places, and of both legs or either alone, those that most runs have.
    """
    places = Counter(e.placement for e in entries if e.placement is not None)
    place = max(sorted(places), key=places.__getitem__, default=None)
    alike = [e for e in entries if e.placement is place]
    peak = peak_kind(alike)
    found = [[run for e in alike if (run := _run(e, legs, peak))] for legs in _LEGS]
    return max(found, key=len), peak


def _run(entry: LoadEntry, legs: Sequence[Side], peak: PeakKind) -> _Run | None:
    logs = []
    for side in legs:
        leg = leg_of(entry, side)
        dose = None if leg is None else dose_of(leg, peak)
        if leg is None or dose is None or dose.mean_log_peak is None:
            return None
        if leg.n_clipped > MOST_CLIPPED * leg.n_strides:
            return None
        logs.append(dose.mean_log_peak)
    if entry.speed_mps is None:
        return None
    return _Run(log_peak=fmean(logs), speed_mps=entry.speed_mps, worn=(entry.shoe, entry.surface))


def _levels(worn: Sequence[str | None]) -> list[str | None]:
    """Return the groups of one kind in a fixed order; runs that do not say are one of them."""
    return sorted(set(worn), key=lambda name: (name is None, name or ""))


def _unit(fitted: _Fit, kind: int, name: str) -> FloatArray:
    """Return the contrast that picks one group's offset."""
    members = [list(range(len(level))) for level in fitted.levels]
    at = list(columns(members)).index((kind, fitted.levels[kind].index(name)))
    contrast = np.zeros(fitted.posterior.means.shape[1])
    contrast[2 + at] = 1.0
    return contrast
