"""What the state machines need to know about one sensor, and where each number comes from."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from analytics.kernels.lowpass import Lowpass, lowpass

# Bands. Shock is read at 60 Hz (Sinclair et al. 2013, J Appl Biomech). Landings are found in the
# jerk below 30 Hz: there a landing stands out from the swing at every rate from 75 Hz up (tibial
# shock is 11-25 Hz, Hennig & Lafortune 1991), and marker, strap and sensor noise does not.
SHOCK_HZ = 60.0
SHOCK_STEPS_HZ = 400.0  # slower sensors' shocks are filtered in steps between their samples
LANDING_HZ = 30.0
TURN_HZ = 20.0  # rotation of shank and foot: gait harmonics end near 15 Hz (Fadillioglu 2020)

IMPACT_S = 0.075  # peaks are looked for in this time after contact (docs/conventions.md)
SETTLE_S = 0.0  # after its closing contact a stride's figures are complete
# Longer holes than 50 ms reset the state machines; half a millisecond over,
# because most sensors have samples just 50 ms apart, and rounding should decide nothing.
MAX_GAP_S = 0.0505
SLOW_HZ = 50.0  # slow averages (axes, rest) take every n-th sample: nothing in them is faster
RING_S = 0.900  # how far back a confirmed landing may look: two shortest strides and a burst

BURST_S = 0.060  # a landing's jerk lies this near to its peak
HOLD_S = 0.100  # a peak that nothing has outdone for so long is a landing's (landing.py)
SHORTEST_S = 0.42  # the shortest stride: 285 steps/min

# Time from contact to the marks of a landing (contact.py), in milliseconds, by sampling rate: the
# force plate (25 N) against virtual sensors at 200 Hz, resampled; means over 54 legs (9 runners at
# 2.5, 3.5 and 4.5 m/s), some 34 landings each. What is left differs from runner to runner: SD
# between legs 4.9 ms for the onset alone, 4.0 with the half turn, 3.3 for the middle (4.5, 3.9 and
# 3.5 with the table taken from the other eight runners). tests/real_data/test_contact_bias.py
# derives the table anew.
BIAS_HZ = (50.0, 100.0, 200.0, 400.0, 1000.0)
ONSET_MS = (9.8, 16.0, 15.9, 15.6, 15.5)
HALF_TURN_MS = (3.9, 4.4, 4.7, 4.7, 4.7)
MIDDLE_MS = (36.6, 30.1, 26.0, 24.8, 24.5)


class Tuning(NamedTuple):
    """Constants of one sensor; all streams of one kernel call share them."""

    shock: Lowpass
    shock_parts: int
    landing: Lowpass
    turn: Lowpass
    rate_hz: float
    clip_g: float
    slow_every: int
    burst_s: float  # times compared with multiples of the sampling period lie half of one off...
    hold_s: float  # ...so that rounding decides nothing
    shortest_s: float
    onset_s: float  # from contact to the marks of a landing
    half_turn_s: float
    middle_s: float
    settle_s: float
    is_shin: bool
    is_left: bool
    has_gyro: bool
    is_aligned: bool


def off_grid(time_s: float, rate_hz: float) -> float:
    """Return the nearest time midway between two samples, counted from a sample."""
    return (math.floor(time_s * rate_hz + 1e-6) + 0.5) / rate_hz


def bias(table_ms: tuple[float, ...], rate_hz: float) -> float:
    """Return a mark's delay at this rate, in seconds; between rates it goes with the period."""
    periods = [-1.0 / rate for rate in BIAS_HZ]
    return 1e-3 * float(np.interp(-1.0 / rate_hz, periods, table_ms))


def tuning(
    *,
    rate_hz: float,
    range_g: float,
    is_shin: bool,
    is_left: bool,
    has_gyro: bool,
    is_aligned: bool,
) -> Tuning:
    """Return the constants for a sensor of this rate, range and placement."""
    parts = min(4, max(1, round(SHOCK_STEPS_HZ / rate_hz)))
    return Tuning(
        shock=lowpass(cutoff_hz=SHOCK_HZ, rate_hz=parts * rate_hz),
        shock_parts=parts,
        landing=lowpass(cutoff_hz=LANDING_HZ, rate_hz=rate_hz),
        turn=lowpass(cutoff_hz=TURN_HZ, rate_hz=rate_hz),
        rate_hz=rate_hz,
        clip_g=0.99 * range_g,
        slow_every=max(1, round(rate_hz / SLOW_HZ)),
        settle_s=SETTLE_S,
        burst_s=off_grid(BURST_S, rate_hz),
        hold_s=off_grid(HOLD_S, rate_hz),
        shortest_s=off_grid(SHORTEST_S, rate_hz),
        onset_s=bias(ONSET_MS, rate_hz),
        half_turn_s=bias(HALF_TURN_MS, rate_hz),
        middle_s=bias(MIDDLE_MS, rate_hz),
        is_shin=is_shin,
        is_left=is_left,
        has_gyro=has_gyro,
        is_aligned=is_aligned,
    )
