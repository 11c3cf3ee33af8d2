"""Impact dose of one leg: sums of powers of its peaks, over strides and over days."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from analytics.load.records import ImpactDose, LegLoad, LoadEntry
from analytics.records import PeakKind, Side, Stride

LOW_G, HIGH_G = 6.0, 21.0  # bands of steps: IMU Step (iMeasureU), 0-6, 6-21 and above 21 g
ACUTE_DAYS = 7.0  # a week, and four: the time constants usual in load monitoring
CHRONIC_DAYS = 28.0
PEAK_ERROR = 0.10  # the error of a peak that `dose_error_pct` is published for
STEEP = 4  # the larger exponent: DLS with m = 4


@dataclass(slots=True, kw_only=True)
class PeakSum:
    """Running sums over peaks of one kind."""

    n: int = 0
    sum_g: float = 0.0
    sum_g4: float = 0.0
    bands: list[int] = field(default_factory=lambda: [0, 0, 0])
    whole: int = 0  # unclipped
    whole_g: float = 0.0
    whole_log: float = 0.0

    def add(self, peak_g: float, *, clipped: bool) -> None:
        """Take one peak in; a clipped one as the lower bound it is.

        An axial peak below zero (the foot barely came down) has no power and counts as none.
        """
        seen_g = max(peak_g, 0.0)
        self.n += 1
        self.sum_g += seen_g
        self.sum_g4 += seen_g**STEEP
        self.bands[0 if seen_g < LOW_G else 1 if seen_g <= HIGH_G else 2] += 1
        if not clipped and seen_g > 0.0:
            self.whole += 1
            self.whole_g += seen_g
            self.whole_log += math.log(seen_g)

    def total(self) -> ImpactDose:
        """Return the sums as a record."""
        low, medium, high = self.bands
        return ImpactDose(
            dose_g=self.sum_g,
            dose_g4=self.sum_g4,
            n_low=low,
            n_medium=medium,
            n_high=high,
            mean_peak_g=self.whole_g / self.whole if self.whole else None,
            mean_log_peak=self.whole_log / self.whole if self.whole else None,
        )


@dataclass(slots=True, kw_only=True)
class LegSum:
    """Running sums over the strides of one leg."""

    n_strides: int = 0
    n_clipped: int = 0
    resultant: PeakSum = field(default_factory=PeakSum)
    axial: PeakSum = field(default_factory=PeakSum)

    def add(self, stride: Stride) -> None:
        """Take one stride in."""
        clipped = stride.peak_clipped
        self.n_strides += 1
        self.n_clipped += clipped
        self.resultant.add(stride.peak_accel_resultant_g, clipped=clipped)
        if stride.peak_accel_axial_g is not None:
            self.axial.add(stride.peak_accel_axial_g, clipped=clipped)

    def total(self, *, coverage: float) -> LegLoad | None:
        """Return the leg's load; None of no stride."""
        if not self.n_strides:
            return None
        return LegLoad(
            n_strides=self.n_strides,
            n_clipped=self.n_clipped,
            coverage=coverage,
            resultant=self.resultant.total(),
            axial=self.axial.total() if self.axial.n == self.n_strides else None,
        )


def dose_of(leg: LegLoad, kind: PeakKind) -> ImpactDose | None:
    """Return the leg's dose by one kind of peak."""
    return leg.axial if kind is PeakKind.AXIAL else leg.resultant


def leg_of(entry: LoadEntry, side: Side) -> LegLoad | None:
    """Return one leg's load in a run."""
    return entry.left if side is Side.LEFT else entry.right


def peak_kind(entries: Iterable[LoadEntry]) -> PeakKind:
    """Return the axial peak if every leg of every run has it, else the resultant."""
    legs = [leg for e in entries for leg in (e.left, e.right) if leg is not None]
    whole = bool(legs) and all(leg.axial is not None for leg in legs)
    return PeakKind.AXIAL if whole else PeakKind.RESULTANT


def dls_g(dose_g4: float) -> float:
    """Return the daily load stimulus for m = 4: the fourth root of the sum of fourth powers.

    References
    ----------
    Carter, Fyhrie & Whalen 1987, J Biomech: stimulus of loads as a power sum.

    """
    return math.pow(dose_g4, 1.0 / STEEP)


def dose_error_pct(*, exponent: int, peak_error: float = PEAK_ERROR) -> float:
    """Return by how much a dose is wrong when every peak is.

    Examples
    --------
    >>> round(dose_error_pct(exponent=1)), round(dose_error_pct(exponent=4))
    (10, 46)

    """
    return 100.0 * ((1.0 + peak_error) ** exponent - 1.0)


def decayed(doses: Iterable[tuple[int, float]], *, tau_days: float) -> float:
    """Return a load that fades: A <- A e^(-dt/tau) + dose, from (days ago, dose) pairs.

    Days are calendar days of the team's zone, so that neither the order of a day's runs nor a
    change of the clocks matters.

    Examples
    --------
    >>> round(decayed([(0, 100.0), (7, 100.0)], tau_days=7.0), 6)
    136.787944

    """
    return math.fsum(dose * math.exp(-days / tau_days) for days, dose in doses)
