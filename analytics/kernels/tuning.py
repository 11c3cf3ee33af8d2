"""What the state machines need to know about one sensor, and where each number comes from."""

from __future__ import annotations

from typing import NamedTuple

from analytics.kernels.lowpass import Lowpass, lowpass

# Bands. Shock is read at 60 Hz (Sinclair et al. 2013, J Appl Biomech). Landings are found in the
# jerk below 30 Hz: there a landing stands out from the swing at every rate from 75 Hz up (tibial
# shock is 11-25 Hz, Hennig & Lafortune 1991), and marker, strap and sensor noise does not.
SHOCK_HZ = 60.0
LANDING_HZ = 30.0
TURN_HZ = 20.0  # rotation of shank and foot: gait harmonics end near 15 Hz (Fadillioglu 2020)

IMPACT_S = 0.075  # peaks are looked for in this time after contact (docs/conventions.md)
SETTLE_S = 0.0  # after its closing contact a stride's figures are complete
MAX_GAP_S = 0.050  # longer holes reset the state machines (science.md, robustness)
SLOW_HZ = 50.0  # slow averages (axes, rest) take every n-th sample: nothing in them is faster
RING_S = 0.920  # how far back a confirmed landing may look: two shortest strides and a burst

# Initial contact less the burst's onset, by placement, from the force plate (25 N) at 200 Hz: 9
# runners at 2.5, 3.5 and 4.5 m/s, some 930 contacts a leg and placement. The rest depends on the
# runner (SD between legs 5.6 ms at either placement; within one leg 3.2 and 3.7 ms) and little on
# the rate: resampled to 100, 400 and 1000 Hz it stays within 4 ms, at 50 Hz within 5 (SD 11 ms).
# Against it simulated shanks, whose swing ends abruptly before contact, read 22 ms early at 100 Hz
# and more, 34 ms at 50 Hz; simulated shoes 2 to 8 ms early (firmware_sim/gait). Markers tell real
# motion but not real shock, hence the plate decides. tests/real_data/test_force_plate.py
# derives both anew.
SHIN_BIAS_S = 0.018
SHOE_BIAS_S = 0.004


class Tuning(NamedTuple):
    """Constants of one sensor; all streams of one kernel call share them."""

    shock: Lowpass
    landing: Lowpass
    turn: Lowpass
    rate_hz: float
    clip_g: float
    slow_every: int
    bias_s: float
    settle_s: float
    is_shin: bool
    has_gyro: bool
    is_aligned: bool


def tuning(
    *, rate_hz: float, range_g: float, is_shin: bool, has_gyro: bool, is_aligned: bool
) -> Tuning:
    """Return the constants for a sensor of this rate, range and placement."""
    return Tuning(
        shock=lowpass(cutoff_hz=SHOCK_HZ, rate_hz=rate_hz),
        landing=lowpass(cutoff_hz=LANDING_HZ, rate_hz=rate_hz),
        turn=lowpass(cutoff_hz=TURN_HZ, rate_hz=rate_hz),
        rate_hz=rate_hz,
        clip_g=0.99 * range_g,
        slow_every=max(1, round(rate_hz / SLOW_HZ)),
        settle_s=SETTLE_S,
        bias_s=SHIN_BIAS_S if is_shin else SHOE_BIAS_S,
        is_shin=is_shin,
        has_gyro=has_gyro,
        is_aligned=is_aligned,
    )
