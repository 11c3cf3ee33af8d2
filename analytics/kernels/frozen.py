"""Sensors that freeze: they repeat a sample, then jump to where they are.

Where a steady rhythm has a landing due and the sensor is frozen, the landing is told from the
rhythm: strides of a runner vary by 1 to 2 % (Jordan, Challis, Newell 2007, Hum Mov Sci), some
10 ms, while the freeze hides a tenth of a second. What is read off the stride's samples is no
better for it.
"""

from __future__ import annotations

from math import nan

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.shock import BAND_S
from analytics.kernels.signals import RAW_G, Ring, back, depth, signal_at, since, time_at
from analytics.kernels.tuning import Tuning

# A sensor that repeats itself has frozen (noise alone moves one of three axes), and jumps as it
# thaws: that jump, low-passed, is no landing while a better one can be had.
FROZEN_S, FROZEN_N = 0.030, 3  # so long, and so many samples at least
THAW_S = 0.040
LONGEST_S = 0.300  # a freeze that hides one landing of a stride's time, never two
# A burst of which a freeze took any of this is no mark of contact.
BURST_FROM_S, BURST_UNTIL_S = -0.045, 0.020  # about its peak
LATE_SHARE = 0.10  # of the stride time: a burst so late is not the one that a freeze hid

FIGURES = [("frozen", np.bool_)]  # samples of the stride, or about its contacts, were repeated


@compiled
def least_n(c: Tuning) -> float:
    """Return how many repeated samples in a row are a freeze."""
    return max(float(FROZEN_N), FROZEN_S * c.rate_hz)


@compiled
def thaws(c: Tuning, s: np.record, ring: Ring, p: np.record, now_s: float) -> bool:
    """Tell whether the newest sample still shows the jump out of a freeze."""
    if is_same(ring, s.slot, back(s, ring, 1)):
        frozen_n = p.frozen_n + 1
        p.frozen_n = frozen_n
        if frozen_n >= least_n(c):
            p.freeze_n = frozen_n
            p.thawed_s = now_s + 1.0 / c.rate_hz + THAW_S
    else:
        p.frozen_n = 0
    return bool(now_s < p.thawed_s)


@compiled
def is_same(ring: Ring, slot: int, before: int) -> bool:
    """Tell whether a sample repeats the one before it."""
    same = True
    for axis in range(RAW_G, RAW_G + 3):
        same = same and signal_at(ring, slot, axis) == signal_at(ring, before, axis)
    return same


@compiled
def freezes(c: Tuning, s: np.record, ring: Ring, from_s: float, until_s: float) -> bool:
    """Tell whether the sensor froze between two times, as far back as the ring goes."""
    repeated = 0
    for n in range(min(since(s, ring, from_s), depth(s, ring) - 1) - 1, -1, -1):
        slot = back(s, ring, n)
        if time_at(ring, slot) >= until_s:
            break
        repeated = repeated + 1 if is_same(ring, slot, back(s, ring, n + 1)) else 0
        if repeated >= least_n(c):
            return True
    return False


@compiled
def last_s(c: Tuning, s: np.record, ring: Ring, p: np.record) -> float:
    """Return when the sensor was frozen last, as far as is known; -inf if it never was."""
    if p.frozen_n > 0:
        return time_at(ring, s.slot)
    thawed_s: float = p.thawed_s - THAW_S + c.landing.delay_s + 1.0 / c.rate_hz
    return thawed_s


@compiled
def tell(c: Tuning, s: np.record, ring: Ring, p: np.record, row: np.record) -> None:
    """Write whether the stride that ends was seen whole; forget what was read from a freeze.

    The row has the stride's contacts, impact and toe-off already. A freeze that the ring does not
    hold any more lies at the beginning of a long stride.
    """
    row.frozen = False
    begin_s, frozen_s = row.contact_s - THAW_S, last_s(c, s, ring, p)
    if not frozen_s > begin_s:
        return
    gone = frozen_s <= time_at(ring, back(s, ring, depth(s, ring) - 1)) + FROZEN_S
    row.frozen = gone or freezes(c, s, ring, begin_s, row.end_s + THAW_S)
    if gone or freezes(c, s, ring, begin_s, row.contact_s + BAND_S):
        row.time_to_peak_s, row.loading_rate_gps, row.average_loading_rate_gps = nan, nan, nan
        row.impulse_gs, row.impact_band_ratio = nan, nan
    if gone or freezes(c, s, ring, begin_s, row.toe_off_s + THAW_S):
        row.toe_off_s = nan


@compiled
def froze_since(
    c: Tuning, s: np.record, ring: Ring, p: np.record, from_s: float, until_s: float
) -> bool:
    """Tell whether the sensor froze between two times in the ring."""
    return bool(last_s(c, s, ring, p) > from_s and freezes(c, s, ring, from_s, until_s))


@compiled
def hides(c: Tuning, p: np.record, peak_s: float) -> bool:
    """Tell whether the last freeze took a part of the burst that peaks then."""
    ends_s, lasts_s = p.thawed_s - THAW_S, (p.freeze_n + 1.0) / c.rate_hz
    inside = ends_s - lasts_s < peak_s + BURST_UNTIL_S and peak_s + BURST_FROM_S < ends_s
    return bool(inside and lasts_s <= LONGEST_S)


@compiled
def is_hidden(c: Tuning, p: np.record, steady: bool) -> bool:  # noqa: FBT001 - a kernel's argument
    """Tell whether a freeze hid the burst: the one found, or one in time where that one is late."""
    due_s = p.last_s + p.period_s
    late = steady and p.peak_s - due_s > LATE_SHARE * p.period_s
    return hides(c, p, p.peak_s) or (late and hides(c, p, due_s))


@compiled
def in_time(c: Tuning, p: np.record) -> float:
    """Return when a burst that a freeze hid was due, within the freeze; its middle if unknown."""
    ends_s, lasts_s = p.thawed_s - THAW_S, (p.freeze_n + 1.0) / c.rate_hz
    if p.last_s == -np.inf:
        middle_s: float = ends_s - 0.5 * lasts_s
        return middle_s
    due_s: float = min(max(p.last_s + p.period_s, ends_s - lasts_s), ends_s - BURST_FROM_S)
    return due_s
