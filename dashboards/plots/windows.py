"""Stored windows as form metrics: the values that thirds, scatter and guidance compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics import form
from analytics.records import Activity, PerSide
from dashboards.plots.picture import Row


def running(windows: Sequence[Row]) -> list[Row]:
    """Return the windows in which the runner ran, in order of time."""
    found = (row for row in windows if row["activity"] == Activity.RUNNING)
    return sorted(found, key=lambda row: row["time_s"])


def apart(windows: Sequence[Row]) -> list[Row]:
    """Return windows that share no stride: the next begins where the last has ended."""
    out: list[Row] = []
    for row in windows:
        if not out or row["time_s"] - row["length_s"] >= out[-1]["time_s"]:
            out.append(row)
    return out


def values(row: Row) -> dict[str, float]:
    """Return one window's known values by metric, as drift compares them."""
    return form.named_values(
        peak_accel=PerSide(left=row["peak_accel_left_g"], right=row["peak_accel_right_g"]),
        contact_time=PerSide(left=row["contact_time_left_s"], right=row["contact_time_right_s"]),
        others={
            "cadence": row["cadence_spm"],
            "asymmetry": row["asymmetry_pct"],
            "stride_time_cv": row["stride_time_cv_pct"],
            form.SPEED: row["speed_mps"],
        },
    )


def fullest(metric: str, blocks: Sequence[Mapping[str, float]]) -> str:
    """Return the name, of both legs or of one, under which most blocks have the metric."""
    names = (metric, f"{metric}_left", f"{metric}_right")
    return max(names, key=lambda name: sum(name in block for block in blocks))
