"""Recordings without running: every stride reported in one is false. And clipped strides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2, FloatArray
from bench.truth.tables import Row, column

NEAR_FULL_SCALE = 0.99


@dataclass(frozen=True, kw_only=True)
class Clipping:
    """Strides that hold a saturated sample, those of them not marked, and strides marked idly."""

    saturated: int
    unflagged: int
    flagged_without: int


def clipping(table: Mapping[str, FloatArray], range_g: float, strides: Sequence[Row]) -> Clipping:
    """Compare the strides' `clipped` with the samples at 99 % of the range or more."""
    unit = {"g": 1.0, "mps2": STANDARD_GRAVITY_MPS2}
    scaled = [
        np.abs(values) / unit.get(name.rpartition("_")[2], STANDARD_GRAVITY_MPS2)
        for name, values in table.items()
        if name.startswith(("ax", "ay", "az"))
    ]
    at_s = table["t_s"][np.max(scaled, axis=0) >= NEAR_FULL_SCALE * range_g]
    begin = column(strides, "contact_s")
    end = begin + column(strides, "stride_time_s")
    held = np.searchsorted(at_s, end) > np.searchsorted(at_s, begin)
    marked = np.array([bool(row.get("clipped")) for row in strides], bool)
    return Clipping(
        saturated=int(held.sum()),
        unflagged=int((held & ~marked).sum()),
        flagged_without=int((~held & marked).sum()),
    )
