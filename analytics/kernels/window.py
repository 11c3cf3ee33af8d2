"""What a leg's strides of the last half minute have in common: medians, spread and counts.

A leg keeps its newest strides in a ring, one row each with the columns below; what a window asks
of them is read when the window ends. A new figure is a new name in `PER_LEG`.
"""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.form import MIN_STRIDES
from analytics.kernels.jit import compiled, entry
from analytics.kernels.tuning import SHORTEST_S
from analytics.kernels.vectors import SingleArray
from analytics.records import FloatArray

Sums: TypeAlias = tuple[float, float, int]  # of variances and means over so many legs

# A stride's columns, fields of `Stride`, nan where it has none. Of those both legs share the
# median is over both, and their variation is taken; of the others each leg has its own median.
SHARED = ("stride_time_s", "speed_mps")
PER_LEG = (
    "peak_accel_resultant_g",  # nan where clipped: the peak is not known
    "contact_time_s",
    "flight_time_s",
    "strike_angle_deg",
    "tibia_angle_deg",
    "pronation_velocity_dps",
)
SOUND = "shock_ratio"  # analytics/surface.py
COLUMNS = (*SHARED, *PER_LEG, "quality", SOUND)
N_SHARED, QUALITY, N_COLUMNS = len(SHARED), len(SHARED) + len(PER_LEG), len(COLUMNS)
LANES = 8  # values that vector code compares at once


class Legs(NamedTuple):
    """The newest strides of N legs. Values in single precision: six digits are enough."""

    end_s: FloatArray  # shape (N, slots), -inf where no stride was yet
    value: SingleArray  # shape (N, slots, N_COLUMNS)
    source: NDArray[np.int8]  # shape (N, slots), of the speed: place in `SpeedSource`; -1: none
    next_slot: NDArray[np.int64]  # shape (N,)


class Figures(NamedTuple):
    """One window's figures; nan where there were too few strides."""

    n: NDArray[np.int64]  # shape (legs,), strides
    median: FloatArray  # shape (legs, N_COLUMNS); of a shared column only the first, over all
    variation: FloatArray  # shape (N_SHARED,), coefficient within a leg, pooled over legs
    quality: FloatArray  # shape (1,), mean; 0 without strides
    chosen: NDArray[np.int64]  # shape (legs,), room to work in: strides of the window...
    slots: NDArray[np.int64]  # shape (legs, slots), ...where they are...
    room: FloatArray  # shape (legs * slots + LANES,), ...and a column of theirs


def new_legs(*, n_legs: int, length_s: float) -> Legs:
    """Return N legs without strides, with room for all that fit into a window of `length_s`."""
    slots = int(length_s / SHORTEST_S) + 2
    return Legs(
        end_s=np.full((n_legs, slots), -np.inf),
        value=np.zeros((n_legs, slots, N_COLUMNS), np.float32),
        source=np.full((n_legs, slots), -1, np.int8),
        next_slot=np.zeros(n_legs, np.int64),
    )


def new_figures(legs: Legs, *, of: int = 2) -> Figures:
    """Return room for the figures of one window over so many legs."""
    return Figures(
        n=np.zeros(of, np.int64),
        median=np.zeros((of, N_COLUMNS)),
        variation=np.zeros(N_SHARED),
        quality=np.zeros(1),
        chosen=np.zeros(of, np.int64),
        slots=np.zeros((of, legs.end_s.shape[1]), np.int64),
        room=np.zeros(of * legs.end_s.shape[1] + LANES),
    )


@entry
def keep(w: Legs, leg: int, end_s: float, values: FloatArray, source: int) -> None:
    """Put a stride into a leg's ring; values, shape (N_COLUMNS,)."""
    slot = w.next_slot[leg]
    w.source[leg, slot] = source
    w.end_s[leg, slot] = end_s
    for column in range(N_COLUMNS):
        w.value[leg, slot, column] = values[column]
    w.next_slot[leg] = slot + 1 if slot + 1 < w.end_s.shape[1] else 0


@compiled
def choose(w: Legs, leg: int, after_s: float, slots: NDArray[np.int64]) -> int:
    """Put the slots of a leg's strides that ended later into `slots`; return how many they are."""
    n = 0
    for slot in range(w.end_s.shape[1]):
        slots[n] = slot
        n += w.end_s[leg, slot] > after_s
    return n


@compiled
def gather(w: Legs, first: int, out: Figures, leg: int, column: int, n: int) -> int:
    """Put a column's known values of the strides chosen of a leg after the n of `out.room`."""
    for k in range(out.chosen[leg]):
        value = 1.0 * float(w.value[first + leg, out.slots[leg, k], column])
        out.room[n] = value
        n += value == value  # noqa: PLR0124 - nan is not itself
    return n


@compiled
def middle(room: FloatArray, n: int) -> float:
    """Return the median of n values, which have room for `LANES` more; nan if they are too few.

    A value's place in the order is counted, not sorted for: whole vectors of values are compared
    at once, and nothing hangs on what a processor would have to guess.
    """
    if n < MIN_STRIDES:
        return nan
    whole = LANES * ((n + LANES - 1) // LANES)
    room[n:whole] = inf
    low, high = -inf, inf  # the median lies between them
    for k in range(n):
        value, below, until = float(room[k]), 0, 0
        if not low < value < high:
            continue
        for j in range(whole):
            below += room[j] < value
            until += room[j] <= value
        if below > (n - 1) // 2:
            high = value
        elif until > (n - 1) // 2:
            return 0.5 * (value + (value if until > n // 2 else least_above(room, whole, value)))
        else:
            low = value
    return nan


@compiled
def least_above(room: FloatArray, n: int, value: float) -> float:
    """Return the least of n values that is larger than another."""
    least = inf
    for j in range(n):
        least = min(least, room[j] if room[j] > value else inf)
    return least


@compiled
def add_variation(
    room: FloatArray, n: int, sums: tuple[float, float, int]
) -> tuple[float, float, int]:
    """Add a leg's variance, mean and one to the sums over legs, if it has enough values."""
    if n < MIN_STRIDES:
        return sums
    total, squares = 0.0, 0.0
    for k in range(n):
        total += room[k]
    mean = total / n
    for k in range(n):
        squares += (room[k] - mean) * (room[k] - mean)
    return sums[0] + squares / (n - 1), sums[1] + mean, sums[2] + 1


@compiled
def variation(sums: Sums) -> float:
    """Return the coefficient of variation of what `add_variation` summed; nan without legs."""
    variances, means, legs = sums
    return sqrt(variances / legs) / (means / legs) if legs > 0 else nan


@entry
def read(w: Legs, first: int, after_s: float, out: Figures) -> None:
    """Fill in the figures of the legs from `first` on, as many as `out` has, of strides later."""
    for leg in range(len(out.n)):
        out.chosen[leg] = choose(w, first + leg, after_s, out.slots[leg])
    for column in range(N_SHARED):
        sums = (0.0, 0.0, 0)
        for leg in range(len(out.n)):
            n = gather(w, first, out, leg, column, 0)
            sums = add_variation(out.room, n, sums)
        out.variation[column] = variation(sums)
        n = 0
        for leg in range(len(out.n)):
            n = gather(w, first, out, leg, column, n)
        out.median[0, column] = middle(out.room, n)
    total, strides = 0.0, 0
    for leg in range(len(out.n)):
        for column in range(N_SHARED, QUALITY):
            n = gather(w, first, out, leg, column, 0)
            out.median[leg, column] = middle(out.room, n)
        n = gather(w, first, out, leg, QUALITY, 0)
        for k in range(n):
            total += out.room[k]
        out.n[leg] = n
        strides += n
    out.quality[0] = total / strides if strides > 0 else 0.0
