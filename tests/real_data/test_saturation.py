"""Samples at the end of a sensor's range lie in strides that are marked, and in no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.records import FloatArray, SampleBlock
from tests.real_data.recordings import legs, shoe, strides_in, trials

pytestmark = pytest.mark.data

ALIKE = 0.015  # of a plateau's height
LEAST_RADPS = 4.3


def plateaus_s(time_s: FloatArray, values: FloatArray) -> list[tuple[float, float]]:
    """Return when one axis lay flat, for three samples at least, between two steep slopes.

    The parabola of a peak that is not cut off has slopes of 0.06 of its height over such a time.
    """
    found, i = [], 1
    while i < len(values) - 1:
        top, j = values[i], i
        while j < len(values) - 2 and abs(values[j + 1] - top) <= ALIKE * abs(top):
            j += 1
        if abs(top) > LEAST_RADPS and j >= i + 2:
            rise = (top - values[i - 1]) / (time_s[i] - time_s[i - 1])
            fall = (values[j] - values[j + 1]) / (time_s[j + 1] - time_s[j])
            slope = min(rise, fall) if top > 0.0 else min(-rise, -fall)
            if slope * (time_s[j] - time_s[i]) > 0.25 * abs(top):
                found.append((float(time_s[i]), float(time_s[j])))
        i = max(j, i + 1)
    return found


def saturated_s(block: SampleBlock) -> list[tuple[float, float]]:
    """Return when an axis of either sensor was at the end of its range."""
    full = np.abs(block.accel_g).max(axis=1) >= 0.99 * block.range_g
    found = [(float(t), float(t)) for t in block.time_s[full]]
    assert block.gyro_radps is not None
    for axis in block.gyro_radps.T:
        found += plateaus_s(block.time_s, axis)
    return found


def test_no_saturated_sample_lies_in_a_running_stride_that_is_not_marked(data: Path) -> None:
    held = marked = 0
    for trial in trials(data, label="run"):
        block = shoe(data, trial=trial)
        ends = saturated_s(block)
        for stride in strides_in([block]):
            holds = any(stride.contact_s <= end and begin < stride.end_s for begin, end in ends)
            held += holds
            marked += holds and stride.clipped
    assert held >= 30  # one trial is of fast turns
    assert marked == held


def test_a_gyroscope_with_range_to_spare_is_seldom_taken_for_a_saturated_one(data: Path) -> None:
    strides = [
        s
        for part in ("shank", "foot")
        for leg in legs(data, part=part)
        for s in strides_in([leg[0]])
    ]
    assert sum(stride.clipped for stride in strides) <= 0.02 * len(strides)
