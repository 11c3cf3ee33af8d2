"""The low-pass filter against scipy's design and its own promises."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import signal

from analytics.kernels import lowpass as kernels
from analytics.kernels.lowpass import Lowpass, lowpass
from tests.analytics.from_python import callable_kernel

settled, next_value = callable_kernel(kernels.settled), callable_kernel(kernels.next_value)


def filtered(design: Lowpass, m0: float, m1: float, x: Sequence[float]) -> list[float]:
    """Return the values of a filter that goes on from its memories."""
    made = []
    for value in x:
        y, m0, m1 = next_value(design, float(value), m0, m1)
        made.append(y)
    return made


def test_filtering_sample_by_sample_equals_scipys_butterworth() -> None:
    design = lowpass(cutoff_hz=60.0, rate_hz=200.0)
    x = np.random.default_rng(0).standard_normal(300)
    y = filtered(design, 0.0, 0.0, list(x))
    b, a = signal.butter(2, 60.0, fs=200.0)
    assert np.allclose(y, signal.lfilter(b, a, x), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0, 1600.0])
def test_the_stated_delay_is_the_filters_group_delay_at_rest(rate_hz: float) -> None:
    design = lowpass(cutoff_hz=60.0, rate_hz=rate_hz)
    b, a = (design.b0, design.b1, design.b2), (1.0, design.a1, design.a2)
    _, delay = signal.group_delay((b, a), w=[1e-4])
    assert design.delay_s == pytest.approx(delay[0] / rate_hz, rel=1e-3)


def test_a_settled_filter_gives_back_a_constant() -> None:
    design = lowpass(cutoff_hz=30.0, rate_hz=100.0)
    m0, m1 = settled(design, 0.7)
    assert filtered(design, m0, m1, [0.7] * 5) == pytest.approx([0.7] * 5)
