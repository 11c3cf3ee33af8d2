"""How lively a stride and a second were, and how long the sensor lay still in them."""

from __future__ import annotations

from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import SIZE, Ring, Span
from analytics.kernels.tuning import Tuning

QUIET_G = 0.15  # | |a| - 1 g | of a foot at rest on the ground, slow tilt and bias included...
BUMP_S = 0.04  # ...and so short a bump

GAIT = np.dtype(
    [
        ("stride_n", np.int32),  # samples since the last landing was reported
        ("stride_energy", np.float64),  # sum of (|a| - 1 g)^2 over them
        ("stride_quiet", np.int32),  # longest rest that ended among them
        ("quiet_n", np.int32),  # samples of the rest under way
        ("loud_n", np.int32),  # samples since then
        ("second_end_s", np.float64),  # session second the newest sample lies in; inf before it
        ("second_n", np.int32),  # the same sums over it
        ("second_energy", np.float64),
    ]
)
FIGURES = [
    ("energy_g", np.float64),  # RMS of |a| - 1 g over the stride or second
    ("quiet_s", np.float64),  # the stride's longest time within `QUIET_G` of rest
]


def begin(gait: NDArray[np.void]) -> None:
    """Set sums, zero so far, to before the first sample."""
    gait["second_end_s"] = np.inf


@compiled
def enter_second(g: np.record, now_s: float) -> None:
    """Let a sample at this time be the first of a second, if the last one was told."""
    if g.second_n == 0:
        g.second_end_s = floor(now_s) + 1.0


@compiled
def follow(c: Tuning, ring: Ring, g: np.record, span: Span) -> None:
    """Add a span of samples to the sums."""
    stride_energy, second_energy = g.stride_energy, g.second_energy
    stride_quiet, quiet_n, loud_n = g.stride_quiet, g.quiet_n, g.loud_n
    bump = BUMP_S * c.rate_hz
    for k in range(span.first, span.end):
        away = float(ring.ahead_g[k, SIZE]) - 1.0
        energy = away * away
        stride_energy += energy
        second_energy += energy
        if abs(away) < QUIET_G:
            quiet_n, loud_n = quiet_n + 1, 0
            stride_quiet = max(stride_quiet, quiet_n)
        else:
            loud_n += 1
            if loud_n > bump:
                quiet_n = 0
    g.stride_energy, g.second_energy = stride_energy, second_energy
    g.stride_quiet, g.quiet_n, g.loud_n = stride_quiet, quiet_n, loud_n
    g.stride_n += span.end - span.first
    g.second_n += span.end - span.first


@compiled
def tell_second(g: np.record, row: np.record) -> None:
    """Write the second that has just ended; begin the next."""
    row.end_s = g.second_end_s
    row.energy_g = sqrt(g.second_energy / g.second_n)
    g.second_end_s = np.inf
    g.second_n = 0
    g.second_energy = 0.0


@compiled
def tell(c: Tuning, g: np.record, row: np.record) -> None:
    """Write the figures of the stride that ends."""
    row.energy_g = sqrt(g.stride_energy / max(1, g.stride_n))
    row.quiet_s = g.stride_quiet / c.rate_hz


@compiled
def open_stride(g: np.record) -> None:
    """Begin the sums of a stride; a rest under way goes on."""
    g.stride_n = 0
    g.stride_energy = 0.0
    g.stride_quiet = 0


@compiled
def break_off(g: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    open_stride(g)
    g.quiet_n = 0
