"""A window against the runner's own form, as fields of its point: what is usual, and the change.

A dashboard cannot correct for speed or know what drift had been noticed: so each point of `form`
says it, and a panel only draws it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from statistics import fmean
from typing import Any, TypeAlias

from analytics import changes, form
from analytics.changes import Fresh
from analytics.records import DriftLevel
from dashboards.plots import windows

Value: TypeAlias = float | int | str
Fields: TypeAlias = Iterator[tuple[str, Value]]

BAND_SDS = 2.0  # of the runner's own fresh blocks: one window in twenty lies outside by chance
LEVELS = {DriftLevel.CLEAR: 0, DriftLevel.NOTICE: 1, DriftLevel.ALARM: 2}

# By metric, what its fields are called: usual, low, high.
_BANDS = {
    metric: tuple(name.format(edge) for edge in ("usual", "low", "high"))
    for metric, name in {
        "cadence": "cadence_{}_spm",
        "asymmetry": "asymmetry_{}_pct",
        "stride_time_cv": "stride_time_cv_{}_pct",
        "peak_accel_left": "peak_accel_left_{}_g",
        "peak_accel_right": "peak_accel_right_{}_g",
        "contact_time_left": "contact_time_left_{}_s",
        "contact_time_right": "contact_time_right_{}_s",
    }.items()
}

PARTS = ("1 first", "2 middle", "3 last")  # so that they stand in order
_MEANS = (
    "cadence_spm", "peak_accel_left_g", "peak_accel_right_g", "contact_time_left_s",
    "contact_time_right_s", "asymmetry_pct", "stride_time_cv_pct", "speed_mps",
)  # fmt: skip


def own_fields(row: Mapping[str, Any], own: Mapping[str, Fresh]) -> Fields:
    """Give the band of the runner's own form at a window's speed, and how far off it was.

    Parameters
    ----------
    row : mapping
        The window's columns in the store.
    own : mapping of str to Fresh
        The runner's own form, as `targets.own_form` gives it; empty for a first run.

    """
    if row["activity"] != "running" or not own:
        return
    values = windows.values(row)
    faster = changes.faster_mps(values, own)
    for metric, names in _BANDS.items():
        if metric not in own:
            continue
        fresh = own[metric]
        usual = changes.usual_at(fresh, faster)
        low, high = _around(metric, usual, _reach(fresh))
        yield from zip(names, (usual, low, high), strict=True)
    for metric, change in changes.of(values, own).items():
        raw = form.change_pct(metric, values[change.metric], change.fresh.usual)
        yield f"{metric}_change_raw_pct", raw
        yield f"{metric}_change_pct", change.change_pct


def standing_fields(
    row: Mapping[str, Any],
    *,
    drifts: Sequence[Mapping[str, Any]],
    guided: Sequence[Mapping[str, Any]],
    judged: bool,
) -> Fields:
    """Give what had been noticed of a session by a window's end, and whether it was silent.

    Parameters
    ----------
    drifts, guided : sequence of rows
        The session's rows of `drift` and of `guidance`, in order of time.
    judged : bool
        Whether there was a baseline: without one nothing can be noticed, which is not "fresh".

    """
    until_s = row["time_s"]
    if judged:
        last = {one["metric"]: one["level"] for one in drifts if one["time_s"] <= until_s}
        yield "drift_level", max((LEVELS[DriftLevel(level)] for level in last.values()), default=0)
    told = [one["silent"] for one in guided if one["time_s"] <= until_s]
    if told:
        yield "silent", int(told[-1])


def thirds(
    windows: Sequence[Mapping[str, Any]], own: Mapping[str, Fresh]
) -> Iterator[tuple[str, list[tuple[str, Value]]]]:
    """Give the means of a session's first, middle and last third of running windows.

    Parameters
    ----------
    windows : sequence of rows
        The session's running windows in order of time.

    """
    share = len(windows) // len(PARTS)
    if not share:
        return
    edges = (0, share, len(windows) - share, len(windows))
    for part, start, stop in zip(PARTS, edges, edges[1:], strict=False):
        found: dict[str, list[float]] = {}
        for row in windows[start:stop]:
            for name, value in chain(((m, row[m]) for m in _MEANS), own_fields(row, own)):
                if isinstance(value, int | float):
                    found.setdefault(name, []).append(value)
        told: list[tuple[str, Value]] = [(name, fmean(values)) for name, values in found.items()]
        told.append(("n_windows", stop - start))
        if "peak_accel" in own:
            told.append(("peak_accel_noise_pct", 100.0 * _reach(own["peak_accel"])))
        yield part, told


def _reach(fresh: Fresh) -> float:
    """Return half the band's width, on the scale of `form.difference`."""
    return BAND_SDS * math.hypot(fresh.sigma, fresh.error)


def _around(metric: str, usual: float, reach: float) -> tuple[float, float]:
    """Return the band's edges; `reach` is on the scale of `form.difference`."""
    if metric in form.ADDITIVE:
        return usual - 100.0 * reach, usual + 100.0 * reach
    return usual * math.exp(-reach), usual * math.exp(reach)
