"""River's ADWIN and Page-Hinkley on the strides of the same runs.

They watch the peak acceleration of each leg, stride by stride, from the first stride on; what
they find before `MONITORED_FROM_S` does not count, as ours learns then. As river ships them they
take raw values; calibrated, values in standard deviations of the fresh minutes, with the one
parameter that says how much they ask for chosen on other runs: the most sensitive that gives at
most one false alarm in 10 hours, from a grid.

References: Bifet & Gavalda 2007, SIAM Data Mining (ADWIN); Page 1954, Biometrika.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeAlias

import numpy as np
from river import drift

from analytics.records import FloatArray, Side
from bench.drifting.series import Leg, Run, legs

MONITORED_FROM_S = 600.0
_FRESH_S = (120.0, 600.0)
_ADWIN_DELTAS = (2e-3, 1e-5, 1e-8, 1e-12, 1e-17, 1e-23, 1e-30, 1e-40, 1e-55, 1e-75, 1e-100)
_PAGE_HINKLEY_THRESHOLDS = (50, 100, 150, 200, 300, 400, 600, 800, 1200, 1800, 2700, 4000, 6000)


class Detector(Protocol):
    """What river calls a drift detector."""

    @property
    def drift_detected(self) -> bool:
        """Tell whether the last value told of drift."""

    def update(self, x: float) -> object:
        """Take one value."""


MakeDetector: TypeAlias = Callable[[], Detector]
Legs: TypeAlias = Mapping[Side, Leg]


def as_shipped() -> dict[str, MakeDetector]:
    """Return the detectors with river's own parameters."""
    return {"ADWIN": drift.ADWIN, "Page-Hinkley": drift.PageHinkley}


def calibrated(runs: Sequence[Run], *, per_10h: float = 1.0) -> dict[str, MakeDetector]:
    """Return the detectors, for standardised values, at that many false alarms in 10 hours."""
    both = [legs(run) for run in runs]
    hours = sum(run.minutes - MONITORED_FROM_S / 60.0 for run in runs) / 60.0

    def chosen(grid: Sequence[MakeDetector]) -> MakeDetector:
        for make in grid:
            false = sum(len(found(make, one, standardised=True)) for one in both)
            if false * 10.0 / hours <= per_10h:
                return make
        return grid[-1]

    return {
        "ADWIN": chosen([_adwin(delta) for delta in _ADWIN_DELTAS]),
        "Page-Hinkley": chosen([_page_hinkley(most) for most in _PAGE_HINKLEY_THRESHOLDS]),
    }


def found(make: MakeDetector, both: Legs, *, standardised: bool) -> list[float]:
    """Return the session times at which a detector, one a leg, told of drift."""
    times: list[float] = []
    for leg in both.values():
        values = _standard(leg) if standardised else leg.peak_g
        detector = make()
        for time_s, value in zip(leg.end_s.tolist(), values.tolist(), strict=True):
            detector.update(value)
            if detector.drift_detected and time_s >= MONITORED_FROM_S:
                times.append(time_s)
    return sorted(times)


def _adwin(delta: float) -> MakeDetector:
    return partial(drift.ADWIN, delta=delta)


def _page_hinkley(threshold: float) -> MakeDetector:
    return partial(drift.PageHinkley, threshold=threshold)


def _standard(leg: Leg) -> FloatArray:
    fresh = leg.peak_g[(leg.end_s >= _FRESH_S[0]) & (leg.end_s < _FRESH_S[1])]
    return np.asarray((leg.peak_g - fresh.mean()) / fresh.std())
