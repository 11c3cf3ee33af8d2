"""How lively a stride and a second were, and how long the sensor lay still in them.

A landing is known up to 0.9 s after its contact. What a stride was like is therefore summed in
short bins, and those before the contact that closes it are its own.
"""

from __future__ import annotations

from math import floor, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import SIZE, Ring, Span, since
from analytics.kernels.tuning import Tuning

QUIET_G = 0.15  # | |a| - 1 g | of a foot at rest on the ground, slow tilt and bias included...
BUMP_S = 0.04  # ...and so short a bump
BIN_S, BINS = 0.08, 12  # reach back as far as the ring of samples

GAIT = np.dtype(
    [
        ("n", np.int64),  # samples so far
        ("bin_n", np.int32, (BINS,)),  # those in a bin...
        ("bin_energy", np.float64, (BINS,)),  # ...sum of (|a| - 1 g)^2 over them...
        ("bin_quiet", np.int32, (BINS,)),  # ...and how long a rest had become among them
        ("stride_n", np.int32),  # the same of the stride under way, from older bins
        ("stride_energy", np.float64),
        ("stride_quiet", np.int32),
        ("quiet_n", np.int32),  # samples of the rest under way
        ("loud_n", np.int32),  # samples since then
        ("second_end_s", np.float64),  # session second the newest sample lies in; inf before it
        ("second_n", np.int32),  # samples and energy of it
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
def bin_length(c: Tuning) -> int:
    """Return how many samples a bin takes."""
    return max(1, int(BIN_S * c.rate_hz + 0.5))


@compiled
def count(g: np.record, number: int) -> None:
    """Move a bin's sums to the stride's; bins are counted from the first sample on."""
    k = number % BINS
    g.stride_n += g.bin_n[k]
    g.stride_energy += g.bin_energy[k]
    g.stride_quiet = max(g.stride_quiet, g.bin_quiet[k])
    g.bin_n[k] = 0
    g.bin_energy[k] = 0.0
    g.bin_quiet[k] = 0


@compiled
def follow(c: Tuning, ring: Ring, g: np.record, span: Span) -> None:
    """Add a span of samples to the sums."""
    lasts = bin_length(c)
    number = g.n // lasts
    inside, first = g.n - number * lasts, span.first
    while first < span.end:
        if inside == 0:
            count(g, number)  # of a round ago
        end = min(span.end, first + lasts - inside)
        add(c, ring, g, number % BINS, first, end)
        number, inside, first = number + 1, 0, end
    g.n += span.end - span.first


@compiled
def add(c: Tuning, ring: Ring, g: np.record, slot: int, first: int, end: int) -> None:
    """Add samples of the chunk to one bin and to the second."""
    bin_energy, second_energy = float(g.bin_energy[slot]), float(g.second_energy)
    bin_quiet, quiet_n, loud_n = int(g.bin_quiet[slot]), int(g.quiet_n), int(g.loud_n)
    bump = int(BUMP_S * c.rate_hz)
    for k in range(first, end):
        away = float(ring.ahead_g[k, SIZE]) - 1.0
        energy = away * away
        bin_energy += energy
        second_energy += energy
        if abs(away) < QUIET_G:
            quiet_n, loud_n = quiet_n + 1, 0
            bin_quiet = max(bin_quiet, quiet_n)
        else:
            loud_n += 1
            if loud_n > bump:
                quiet_n = 0
    g.bin_energy[slot], g.second_energy = bin_energy, second_energy
    g.bin_quiet[slot], g.quiet_n, g.loud_n = bin_quiet, quiet_n, loud_n
    g.bin_n[slot] += end - first
    g.second_n += end - first


@compiled
def tell_second(g: np.record, row: np.record) -> None:
    """Write the second that has just ended; begin the next."""
    row.end_s = g.second_end_s
    row.energy_g = sqrt(g.second_energy / g.second_n)
    g.second_end_s = np.inf
    g.second_n = 0
    g.second_energy = 0.0


@compiled
def tell(
    c: Tuning, s: np.record, ring: Ring, g: np.record, contact_s: float, row: np.record
) -> None:
    """Write the figures of the stride that a contact ends; begin the sums of the next."""
    lasts = bin_length(c)
    newest = (g.n - 1) // lasts
    landed = min(newest, (g.n - since(s, ring, contact_s)) // lasts)
    for number in range(newest - BINS + 1, landed):
        count(g, number)
    row.energy_g = sqrt(g.stride_energy / max(1, g.stride_n))
    row.quiet_s = g.stride_quiet / c.rate_hz
    open_stride(g)
    g.bin_quiet[landed % BINS] = 0  # the rest there was before the contact


@compiled
def open_stride(g: np.record) -> None:
    """Begin the sums of a stride; a rest under way goes on."""
    g.stride_n = 0
    g.stride_energy = 0.0
    g.stride_quiet = 0


@compiled
def break_off(g: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    for k in range(BINS):
        count(g, k)
    open_stride(g)
    g.quiet_n = 0
