"""How lively a stride and a second were, and how long the sensor lay still in them."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.tuning import Tuning

QUIET_G = 0.15  # | |a| - 1 g | of a foot at rest on the ground, slow tilt and bias included...
BUMP_S = 0.04  # ...and so short a bump

GAIT = np.dtype(
    [
        ("last_s", np.float64),  # time of the newest sample
        ("stride_n", np.int64),  # samples since the last landing was reported
        ("stride_energy", np.float64),  # sum of (|a| - 1 g)^2 over them
        ("stride_quiet", np.int64),  # longest rest that ended among them
        ("quiet_n", np.int64),  # samples of the rest under way
        ("loud_n", np.int64),  # samples since then
        ("second_n", np.int64),  # the same sums over the session second
        ("second_energy", np.float64),
    ]
)


def new_gait(*, n_streams: int) -> NDArray[np.record]:
    """Return sums before the first sample."""
    gait = np.zeros(n_streams, GAIT).view(np.recarray)
    gait.last_s = -np.inf
    return gait


@compiled
def measure(c: Tuning, s: np.record, g: np.record) -> None:
    """Add the newest sample to the sums."""
    size = 0.0
    for axis in range(3):
        size += s.landing_g[axis] * s.landing_g[axis]
    away = sqrt(size) - 1.0
    if abs(away) < QUIET_G:
        g.quiet_n += 1
        g.loud_n = 0
        g.stride_quiet = max(g.stride_quiet, g.quiet_n)
    else:
        loud_n = g.loud_n + 1
        g.loud_n = loud_n
        if loud_n > BUMP_S * c.rate_hz:
            g.quiet_n = 0
    g.stride_n += 1
    g.stride_energy += away * away
    g.second_n += 1
    g.second_energy += away * away


@compiled
def stride_energy(g: np.record) -> float:
    """Return the root mean square of |a| - 1 g over the stride, in g."""
    return sqrt(g.stride_energy / max(1, g.stride_n))


@compiled
def second_energy(g: np.record) -> float:
    """Return the root mean square of |a| - 1 g over the second, in g; begin the next second."""
    energy_g = sqrt(g.second_energy / max(1, g.second_n))
    g.second_n = 0
    g.second_energy = 0.0
    return energy_g


@compiled
def open_stride(g: np.record) -> None:
    """Begin the sums of a stride; a rest under way goes on."""
    g.stride_n = 0
    g.stride_energy = 0.0
    g.stride_quiet = 0
