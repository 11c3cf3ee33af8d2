"""The fastest rate of a row: wherever it is, it is found, so that no plateau is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.kernels.jit import entry
from analytics.kernels.plateau import fastest
from analytics.kernels.signals import PITCH
from analytics.records import FloatArray


@entry
def fastest_of(n: int, first: int, line: FloatArray) -> float:
    """Return the largest of n rates from the `first` on."""
    return fastest(n, first, line)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 8, 127])
def test_the_fastest_rate_is_found_wherever_it_is(n: int) -> None:
    for k in range(n):
        line = np.zeros(2 * PITCH)
        line[PITCH + k] = -30.0
        assert fastest_of(n, PITCH, line) == 30.0
