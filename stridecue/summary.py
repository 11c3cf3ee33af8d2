"""What a session came to, counted record by record."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import msgspec

from analytics.codec import Record
from analytics.load.records import LoadEntry, LoadHistory
from analytics.load.report import report
from analytics.records import (
    Activity,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    LinkHealth,
    Side,
    Stride,
)
from stridecue.cue_summary import CueSummary


@dataclass
class Mean:
    """A mean that forgets the values."""

    total: float = 0.0
    count: int = 0

    def add(self, value: float | None) -> None:
        """Take one value in; None is not one."""
        if value is not None:
            self.total += value
            self.count += 1

    @property
    def value(self) -> float | None:
        """Return the mean, or None of nothing."""
        return self.total / self.count if self.count else None


@dataclass
class Spread:
    """Mean and standard deviation of values that are forgotten (Welford 1962, Technometrics)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float | None) -> None:
        """Take one value in; None is not one."""
        if value is not None:
            self.count += 1
            away = value - self.mean
            self.mean += away / self.count
            self.squares += away * (value - self.mean)

    @property
    def cv_pct(self) -> float | None:
        """Return the coefficient of variation in percent; None of fewer than two values."""
        if self.count < 2 or self.mean == 0.0:  # noqa: PLR2004 - one value varies from nothing
            return None
        return 100.0 * math.sqrt(self.squares / (self.count - 1)) / self.mean


@dataclass
class LegSummary:
    """One leg's strides so far."""

    strides: int = 0
    clipped: int = 0
    stride_time_s: Mean = field(default_factory=Mean)
    contact_time_s: Mean = field(default_factory=Mean)
    peak_axial_g: Mean = field(default_factory=Mean)
    peak_resultant_g: Mean = field(default_factory=Mean)
    gaps: int = 0
    missing_s: float = 0.0
    reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def take(self, record: Stride | Gap) -> None:
        """Take one record in; a gap whose samples all came late after all is none."""
        if isinstance(record, Stride):
            self._take_stride(record)
        elif record.n_samples != 0:
            self.gaps += 1
            self.missing_s += record.end_s - record.start_s

    def _take_stride(self, stride: Stride) -> None:
        """Take one stride in; a clipped peak is no measurement and stays out of the mean."""
        self.strides += 1
        self.clipped += stride.clipped
        self.stride_time_s.add(stride.stride_time_s)
        self.contact_time_s.add(stride.contact_time_s)
        if not stride.peak_clipped:
            self.peak_axial_g.add(stride.peak_accel_axial_g)
            self.peak_resultant_g.add(stride.peak_accel_resultant_g)
        for name, reason in stride.reasons.items():
            self.reasons[name][reason] += 1

    def as_dict(self, *, range_known: bool) -> dict[str, Any]:
        """Return plain values; None where there was nothing to average."""
        clipped_pct = 100 * self.clipped / self.strides if self.strides and range_known else None
        return {
            "strides": self.strides,
            "cadence_spm": cadence_spm(self.stride_time_s.value),
            "stride_time_s": self.stride_time_s.value,
            "contact_time_s": self.contact_time_s.value,
            "peak_accel_axial_g": self.peak_axial_g.value,
            "peak_accel_resultant_g": self.peak_resultant_g.value,
            "clipped_pct": clipped_pct,
            "gaps": self.gaps,
            "missing_s": self.missing_s,
            "reasons": {name: dict(sorted(c.items())) for name, c in sorted(self.reasons.items())},
        }


@dataclass
class WindowSummary:
    """A session's windows so far."""

    activity: Counter[str] = field(default_factory=Counter)
    coverage: Mean = field(default_factory=Mean)
    pace: Spread = field(default_factory=Spread)

    def take(self, window: FormMetrics) -> None:
        """Take one window in; only running has a pace."""
        self.activity[str(window.activity)] += 1
        self.coverage.add(window.coverage)
        if window.activity is Activity.RUNNING:
            self.pace.add(window.speed_mps)


class SessionSummary:
    """Counts what the pipeline gives; `as_dict` may be called at any time.

    Parameters
    ----------
    sides : tuple of Side
        The legs that wear a sensor.
    range_known : bool
        Whether the sensors' range is known: if not, nothing can be said of clipping.
    history : LoadHistory, optional
        The runs before; without them the load is not told.

    """

    def __init__(
        self,
        sides: tuple[Side, ...],
        *,
        range_known: bool = True,
        history: LoadHistory | None = None,
    ) -> None:
        self._range_known = range_known
        self._history = history
        self._distance: Distance | None = None
        self._load: LoadEntry | None = None
        self._sides = sides
        self._uncertainty_s: dict[Side, list[float]] = {side: [] for side in sides}
        self._newest: dict[str, Stride | FormMetrics | Gap] = {}  # the last revision, by id
        self._drift: Counter[str] = Counter()
        self._cues = CueSummary()

    def take(self, record: Record) -> None:
        """Count one record."""
        match record:
            case Stride() | FormMetrics() | Gap():  # by far the most
                self._newest[record.id] = record
            case LinkHealth(clock_uncertainty_s=float(uncertainty_s)):
                self._uncertainty_s[record.worn.side].append(uncertainty_s)
            case Drift():
                self._drift[str(record.level)] += 1
            case Distance():
                self._distance = record
            case LoadEntry():
                self._load = record
            case _:
                self._cues.take(record)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        legs, windows = {side: LegSummary() for side in self._sides}, WindowSummary()
        for record in self._newest.values():
            if isinstance(record, FormMetrics):
                windows.take(record)
            else:
                legs[record.worn.side].take(record)
        times = [leg.stride_time_s for leg in legs.values()]
        both = Mean(math.fsum(t.total for t in times), sum(t.count for t in times))
        return {
            "strides": sum(leg.strides for leg in legs.values()),
            "cadence_spm": cadence_spm(both.value),
            "pace_variability_pct": windows.pace.cv_pct,
            **_distance_row(self._distance),
            "load": _load_row(self._load, self._history),
            "windows": {str(a): windows.activity[str(a)] for a in Activity},
            "coverage": windows.coverage.value,
            "left_right_alignment_s": _alignment_s(list(self._uncertainty_s.values())),
            "drift": dict(sorted(self._drift.items())),
            **self._cues.as_dict(),
            "legs": {
                str(side): leg.as_dict(range_known=self._range_known) for side, leg in legs.items()
            },
        }


def _distance_row(distance: Distance | None) -> dict[str, Any]:
    if distance is None or distance.source is None:
        running_s = 0.0 if distance is None else distance.running_s
        return {
            "running_s": running_s,
            "distance_m": None,
            "distance_source": "unknown",
            "distance_covered": None,
        }
    return {
        "running_s": distance.running_s,
        "distance_m": distance.distance_m,
        "distance_source": str(distance.source),
        "distance_covered": distance.covered_s / distance.running_s,
    }


def _load_row(entry: LoadEntry | None, history: LoadHistory | None) -> dict[str, Any] | None:
    """Return the load report as plain values; its day is the session's."""
    if entry is None or history is None:
        return None
    row: dict[str, Any] = msgspec.to_builtins(report(entry, history))
    for name in ("runner", "session", "day"):
        del row[name]
    return row


def _alignment_s(uncertainty_s: list[list[float]]) -> float | None:
    """Return how far the legs' times may be apart from what they say; None for one clock."""
    if len(uncertainty_s) < 2 or not all(uncertainty_s):  # noqa: PLR2004 - two legs
        return None
    return math.fsum(median(each) for each in uncertainty_s)


def cadence_spm(stride_time_s: float | None) -> float | None:
    """Return steps of both feet a minute at a (mean) stride time."""
    return None if stride_time_s is None else 120.0 / stride_time_s
