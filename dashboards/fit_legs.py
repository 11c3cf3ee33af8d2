"""One leg's load as the numbers of a FIT developer field, and back. Pure.

Three of the leg (strides, clipped ones, coverage), then seven of the resultant peak's dose and
seven of the axial one's, in the order of `ImpactDose`; unknown is NaN. As 32-bit floats they are
good to seven digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from analytics.load.records import ImpactDose, LegLoad

_DOSE = 7


def numbers(leg: LegLoad) -> tuple[float | None, ...]:
    """Return a leg's load as numbers."""
    head = (float(leg.n_strides), float(leg.n_clipped), leg.coverage)
    return (*head, *_of_dose(leg.resultant), *_of_dose(leg.axial))


def leg_of(values: Sequence[float | None] | None) -> LegLoad | None:
    """Return the load again; None where there was none."""
    if values is None or len(values) != 3 + 2 * _DOSE:
        return None
    known = [None if value is None or isnan(value) else value for value in values]
    strides, clipped, coverage = known[:3]
    resultant = _dose(known[3 : 3 + _DOSE])
    if strides is None or clipped is None or coverage is None or resultant is None:
        return None
    return LegLoad(
        n_strides=round(strides),
        n_clipped=round(clipped),
        coverage=coverage,
        resultant=resultant,
        axial=_dose(known[3 + _DOSE :]),
    )


def _of_dose(dose: ImpactDose | None) -> tuple[float | None, ...]:
    if dose is None:
        return (None,) * _DOSE
    bands = (float(dose.n_low), float(dose.n_medium), float(dose.n_high))
    return (dose.dose_g, dose.dose_g4, *bands, dose.mean_peak_g, dose.mean_log_peak)


def _dose(values: Sequence[float | None]) -> ImpactDose | None:
    dose_g, dose_g4, low, medium, high, mean, mean_log = values
    if dose_g is None or dose_g4 is None or low is None or medium is None or high is None:
        return None
    return ImpactDose(
        dose_g=dose_g,
        dose_g4=dose_g4,
        n_low=round(low),
        n_medium=round(medium),
        n_high=round(high),
        mean_peak_g=mean,
        mean_log_peak=mean_log,
    )
