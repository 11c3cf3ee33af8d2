"""What a runner said of a run, beside what was measured of it."""

from __future__ import annotations

from dataclasses import replace

from analytics.distance import main_source
from analytics.load.records import LoadEntry
from analytics.records import SpeedSource


def with_said(entry: LoadEntry, *, distance_m: float | None, exertion: float | None) -> LoadEntry:
    """Return the entry with the runner's word: it counts where nothing was measured.

    A distance larger than the measured one adds what is missing and makes the run known whole;
    a smaller one changes nothing, as every other source is trusted more.

    Parameters
    ----------
    distance_m : float or None
        Of the whole run.
    exertion : float or None
        Rating of perceived exertion, 0-10 (Borg's CR10; Foster 2001, J Strength Cond Res).

    """
    if exertion is not None:
        entry = replace(entry, exertion=exertion)
    measured_m = entry.distance_m or 0.0
    if distance_m is None or distance_m <= measured_m:
        return entry
    missing_m = distance_m - measured_m
    parts_m = {**entry.parts_m, SpeedSource.MANUAL: missing_m}
    speed_mps = distance_m / entry.running_s if entry.running_s else entry.speed_mps
    return replace(
        entry,
        distance_m=distance_m,
        source=main_source(parts_m),
        covered=1.0,
        parts_m=parts_m,
        speed_mps=speed_mps,
    )
