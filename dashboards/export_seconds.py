"""A stored session second by second: what a file with one record a second can hold of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from analytics.records import DriftLevel, Side
from dashboards.plots.picture import Row
from dashboards.plots.session import SessionRows

_LEVELS = {DriftLevel.CLEAR: 0, DriftLevel.NOTICE: 1, DriftLevel.ALARM: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What held at one moment; None: unknown then. Nothing is filled in over a gap.

    `balance_pct` is the left foot's share of both contact times; `drift` is 0 clear, 1 notice,
    2 alarm; `cue` is what was told in the second before.
    """

    time_s: float
    distance_m: float | None = None
    speed_mps: float | None = None
    cadence_spm: float | None = None
    contact_time_s: float | None = None
    balance_pct: float | None = None
    step_length_m: float | None = None
    impact_left_g: float | None = None
    impact_right_g: float | None = None
    drift: int = 0
    cue: str | None = None


def seconds(rows: SessionRows, *, distance: Sequence[Row], total_m: float | None) -> list[Second]:
    """Return every second of a session, the last one at or after its end.

    At a moment each leg has the values of the stride that is under way then; a value of both
    legs is the mean of those two, or of the one there is.

    Parameters
    ----------
    rows, distance : SessionRows, sequence of rows
        As stored; `distance` of the table of that name.
    total_m : float or None
        The run's whole distance.

    """
    legs = {side: _Leg([r for r in rows.strides if r["side"] == side]) for side in Side}
    way = _Way(distance, until_s=rows.until_s, total_m=total_m)
    told = {ceil(cue["time_s"]): cue["text"] for cue in rows.cues if cue["shown"]}
    levels = _Levels(rows.drift)
    out = []
    for t in range(ceil(rows.until_s) + 1):
        left, right = legs[Side.LEFT].at(t), legs[Side.RIGHT].at(t)
        both = [row for row in (left, right) if row is not None]
        out.append(
            Second(
                time_s=float(t),
                distance_m=way.at(t),
                speed_mps=_mean(both, "speed_mps"),
                cadence_spm=_mean(both, "cadence_spm"),
                contact_time_s=_mean(both, "contact_time_s"),
                balance_pct=_balance_pct(left, right),
                step_length_m=_half(_mean(both, "stride_length_m")),
                impact_left_g=_impact_g(left),
                impact_right_g=_impact_g(right),
                drift=levels.at(t),
                cue=told.get(t),
            )
        )
    return out


class _Leg:
    """One leg's strides, in order of time."""

    def __init__(self, strides: Sequence[Row]) -> None:
        self._strides = strides
        self._starts = [row["time_s"] for row in strides]

    def at(self, time_s: float) -> Row | None:
        """Return the stride under way at a moment."""
        i = bisect_right(self._starts, time_s) - 1
        if i < 0:
            return None
        row = self._strides[i]
        return row if time_s < row["time_s"] + row["stride_time_s"] else None


class _Way:
    """How far the runner had come: straight lines between what was told every 10 s."""

    def __init__(self, rows: Sequence[Row], *, until_s: float, total_m: float | None) -> None:
        known = {0.0: 0.0}
        known.update({r["time_s"]: r["distance_m"] for r in rows if r["distance_m"] is not None})
        if total_m is not None:
            known = {t: min(m, total_m) for t, m in known.items() if t < until_s}
            known[float(ceil(until_s))] = total_m
        self._times = sorted(known) if len(known) > 1 else []
        self._metres = [known[t] for t in self._times]

    def at(self, time_s: float) -> float | None:
        """Return the metres at a moment; None where the distance is unknown."""
        if not self._times:
            return None
        i = bisect_right(self._times, time_s)
        if i == len(self._times):
            return self._metres[-1]
        before, after = self._times[i - 1], self._times[i]
        share = (time_s - before) / (after - before)
        return self._metres[i - 1] + share * (self._metres[i] - self._metres[i - 1])


class _Levels:
    """The highest level of drift of any metric, over time."""

    def __init__(self, drift: Sequence[Row]) -> None:
        self._times: list[float] = []
        self._levels: list[int] = []
        now: dict[str, int] = {}
        for row in sorted(drift, key=lambda row: row["time_s"]):
            now[row["metric"]] = _LEVELS[DriftLevel(row["level"])]
            self._times.append(row["time_s"])
            self._levels.append(max(now.values()))

    def at(self, time_s: float) -> int:
        """Return the level at a moment."""
        i = bisect_right(self._times, time_s)
        return self._levels[i - 1] if i else 0


def _mean(strides: Sequence[Row], name: str) -> float | None:
    found = [row[name] for row in strides if row[name] is not None]
    return fmean(found) if found else None


def _half(value: float | None) -> float | None:
    return None if value is None else value / 2.0


def _impact_g(stride: Row | None) -> float | None:
    """Return the resultant peak: the one that every stride has."""
    return None if stride is None else stride["peak_accel_resultant_g"]


def _balance_pct(left: Row | None, right: Row | None) -> float | None:
    times = [None if row is None else row["contact_time_s"] for row in (left, right)]
    if times[0] is None or times[1] is None:
        return None
    return 100.0 * float(times[0]) / float(times[0] + times[1])
