"""Running strides against a motion-capture marker on the sensor: the laps of the PyShoe set.

The truth runs from mid-stance to mid-stance; a stride is found where one detected interval covers
more than half of it, one to one. An unmatched stride is false where more than half of it lies in
judged time: in good true strides, or where the foot stood still (below 0.3 m/s for 1 s).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.records import FloatArray
from bench.truth.tables import Row, Spread, column, numbers, overlap, pairs, share, spread

HALF = 0.5
STILL_MPS, STILL_S = 0.3, 1.0
GRID_S = 0.005
SMOOTH = 11  # samples of the grid: 55 ms


@dataclass(frozen=True, kw_only=True, eq=False)
class LapTruth:
    """Good true strides of one trial by column, and spans of standing, shape (2, n)."""

    strides: Mapping[str, FloatArray]
    still: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class TrialScore:
    """One trial: counts, and errors by name (`mean_*` and cadence have one value)."""

    n_true: int
    found: int
    false: int
    detected: int
    errors: Mapping[str, FloatArray]
    pairs: Mapping[str, tuple[FloatArray, FloatArray]]


def read_truth(folder: Path, trial: str) -> LapTruth:
    """Read one trial's truth and find where the foot stood still."""
    strides = numbers(folder / f"{trial}_strides.csv")
    good = strides["truth_ok"] == 1
    marker = numbers(folder / f"{trial}_vicon.csv.gz")
    return LapTruth(
        strides={name: values[good] for name, values in strides.items()}, still=_still(marker)
    )


def _still(marker: Mapping[str, FloatArray]) -> FloatArray:
    """Return begin and end of spans in which the marker is slower than 0.3 m/s for 1 s."""
    seen = marker["gap_s"] == 0
    grid = np.arange(0.0, float(marker["t_s"][-1]), GRID_S)
    place = [
        np.convolve(
            np.interp(grid, marker["t_s"][seen], marker[f"p{axis}_m"][seen]),
            np.full(SMOOTH, 1.0 / SMOOTH),
            "same",
        )
        for axis in "xyz"
    ]
    slow = np.linalg.norm(np.gradient(place, GRID_S, axis=1), axis=0) < STILL_MPS
    edge = np.diff(np.r_[0, slow.astype(int), 0])
    spans = np.array([grid[np.flatnonzero(edge == 1)], grid[np.flatnonzero(edge == -1) - 1]])
    return np.asarray(spans[:, spans[1] - spans[0] >= STILL_S])


def score_trial(truth: LapTruth, strides: Sequence[Row]) -> TrialScore:
    """Score one trial's strides."""
    true = truth.strides
    begin, end = true["midstance_s"], true["next_midstance_s"]
    contact_s, lasts_s = column(strides, "contact_s"), column(strides, "stride_time_s")
    shared = overlap(begin, end, contact_s, contact_s + lasts_s) / (end - begin)[:, np.newaxis]
    i, j = pairs(-shared, -HALF - 1e-9)
    judged = sum(
        overlap(contact_s, contact_s + lasts_s, b, e).sum(axis=1)
        for b, e in ((begin, end), (truth.still[0], truth.still[1]))
    )
    unmatched = ~np.isin(np.arange(len(strides)), j)
    time, true_time = lasts_s[j], true["stride_time_s"][i]
    length, true_length = column(strides, "stride_length_m")[j], true["stride_length_m"][i]
    speed, true_speed = column(strides, "speed_mps")[j], true["stride_speed_mps"][i]
    landing = (true["next_slow_start_s"] - true["slow_start_s"])[i]
    errors = {
        "stride_time_ms": 1e3 * (time - true_time),
        "landing_time_ms": 1e3 * (time - landing),
        "length_cm": 100.0 * (length - true_length),
        "length_pct": 100.0 * (length / true_length - 1.0),
        "speed_mps": speed - true_speed,
        **_means(time, true_time, length, true_length, column(strides, "cadence_spm")[j]),
    }
    return TrialScore(
        n_true=len(begin),
        found=len(i),
        false=int((unmatched & (judged > HALF * lasts_s)).sum()),
        detected=len(strides),
        errors=errors,
        pairs={"length_m": (length, true_length), "stride_time_s": (time, true_time)},
    )


def _means(
    time: FloatArray,
    true_time: FloatArray,
    length: FloatArray,
    true_length: FloatArray,
    cadence: FloatArray,
) -> dict[str, FloatArray]:
    """Return the errors of the trial's means; empty where it has none."""
    none = np.zeros(0)
    out = {"mean_stride_time_pct": none, "mean_length_pct": none, "cadence_spm": none}
    if len(time):
        mine_s, his_s = time.mean(), true_time.mean()
        out["mean_stride_time_pct"] = np.array([100.0 * (mine_s / his_s - 1.0)])
        out["cadence_spm"] = np.array([120.0 / np.mean(120.0 / cadence) - 120.0 / his_s])
    has = np.isfinite(length)
    if has.any():
        ratio = length[has].mean() / true_length[has].mean()
        out["mean_length_pct"] = np.array([100.0 * (ratio - 1.0)])
    return out


@dataclass(frozen=True, kw_only=True)
class LapScore:
    """All trials together."""

    n_true: int
    recall: float | None
    false_share: float | None
    errors: Mapping[str, Spread]
    coverage: Mapping[str, float | None]


def pooled(trials: Sequence[TrialScore]) -> LapScore:
    """Pool trials; false strides as a share of all detected ones."""
    found = sum(t.found for t in trials)
    errors = {name: spread([t.errors[name] for t in trials]) for name in trials[0].errors}
    single = {"mean_stride_time_pct", "mean_length_pct", "cadence_spm"}
    return LapScore(
        n_true=sum(t.n_true for t in trials),
        recall=share(found, sum(t.n_true for t in trials)),
        false_share=share(sum(t.false for t in trials), sum(t.detected for t in trials)),
        errors=errors,
        coverage={
            name: share(errors[name].n, len(trials) if name in single else found) for name in errors
        },
    )
