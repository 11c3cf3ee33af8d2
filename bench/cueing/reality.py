"""From when a change of form is real: once it is more than the runner's own noise.

A change that is smaller than what a steady runner's form does by itself is nothing that anybody
could tell, with whatever patience: it is real from when form as a whole lies three spreads of a
block's values off, which is the band of the rule. Spreads are those of steady runners (long-range
noise of 25 strides), of how unsure it is what is usual after the fresh minutes, and, where the
runner slows, of how unsure it is how this runner's form follows speed.
"""

from __future__ import annotations

import numpy as np

from analytics.noise import mean_variance, population_sigma
from analytics.records import FloatArray
from firmware_sim.runner import SLOPES

FORM_BAND = 3.0  # spreads: the default of the rule
_FRESH_BLOCKS = 26  # of 25 strides in minutes 2-10
_BLOCK_STRIDES = 25
_METRIC = {"peak": "peak_accel", "contact": "contact_time", "cadence": "cadence"}


def spreads(
    *, peak: FloatArray, contact: FloatArray, cadence: FloatArray, faster_mps: FloatArray
) -> FloatArray:
    """Return how far form as a whole lies off, in spreads; changes are parts at the same speed.

    Examples
    --------
    >>> none = np.zeros(1)
    >>> contact = np.array([0.03])
    >>> spreads(peak=none, contact=contact, cadence=none, faster_mps=none).round(1).tolist()
    [2.8]

    """
    sizes = {"peak": peak, "contact": contact, "cadence": cadence}
    parts = [
        np.log1p(size)
        / np.hypot(
            population_sigma(_METRIC[name], block_strides=_BLOCK_STRIDES)
            * np.sqrt(1.0 + mean_variance(_FRESH_BLOCKS)),
            SLOPES[name][1] * faster_mps,
        )
        for name, size in sizes.items()
    ]
    return np.asarray(np.sqrt(np.sum(np.square(parts), axis=0)))
