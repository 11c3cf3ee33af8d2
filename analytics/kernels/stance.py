"""Toe-off from the gyroscope: where shank and foot let go of the ground.

Shoe: the foot's rate of rotation peaks as the toes push off (Falbriard et al. 2018, Gait
Posture); its length needs no axis. Shin: the shank's forward rotation is slowest just before
toe-off and then rises fast as the knee folds (Fadillioglu et al. 2020, Gait Posture); the
mediolateral axis is the gyroscope's first principal direction.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.kernels.jit import compiled
from analytics.kernels.signals import IntArray, Signals, back, depth
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

EARLIEST, LATEST = 0.15, 0.60  # of the stride time after contact: duty 0.2 (sprint) to 0.5
MEMORY_S = 4.0  # of the rotation's covariance: some six strides
RISE = 0.2  # of the usual swing peak: the shank's rate that marks toe-off
FALL = 0.85  # of the foot's peak rate: below it the peak stands
FLAT_FROM = 0.10  # of the stride time: the foot's own slap is over
FORWARD = (0.05, 0.25)  # where the shank surely turns forward
SWING = (0.30, 0.70)  # of the stride time: where the shank's swing peak lies
LEARN = 0.2
START_SWING_RADPS = 6.0  # a usual peak at 2.5 m/s, until one was seen

# Toe-off by force plate (25 N) against these marks, 9 runners at 2.5, 3.5, 4.5 m/s: the shank's
# mark comes 8 ms late at every speed; the foot's comes early, the more the longer the contact
# (as in Falbriard 2018): mark - contact = 0.79 contact time + 34 ms. tests/real_data refits both.
SHIN_LATE_S = 0.008
SHOE_SLOPE, SHOE_OFFSET_S = 0.79, 0.034

WAIT, LOW, HIGH, DONE = 0, 1, 2, 3


class Stance(NamedTuple):
    """The search for one toe-off and the shank's mediolateral axis; first axis: stream."""

    phase: IntArray
    contact_s: FloatArray
    toe_off_s: FloatArray
    low: FloatArray
    high: FloatArray
    high_s: FloatArray
    last: FloatArray
    last_s: FloatArray
    covariance: FloatArray  # (n, 3, 3)
    axis: FloatArray  # (n, 3), forward rotation positive
    forward: FloatArray  # sum of the shank's rate early in this stance
    swing: FloatArray  # largest rate in this swing
    usual_swing: FloatArray


def new_stance(*, n_streams: int) -> Stance:
    """Return the state before the first sample."""
    zero = np.zeros(n_streams)
    return Stance(
        phase=np.zeros(n_streams, np.int64),
        contact_s=np.full(n_streams, -np.inf),
        toe_off_s=np.full(n_streams, np.nan),
        low=zero.copy(),
        high=zero.copy(),
        high_s=zero.copy(),
        last=zero.copy(),
        last_s=zero.copy(),
        covariance=np.zeros((n_streams, 3, 3)),
        axis=np.zeros((n_streams, 3)),
        forward=zero.copy(),
        swing=zero.copy(),
        usual_swing=np.full(n_streams, START_SWING_RADPS),
    )


@compiled
def learn_axis(q: Stance, i: int) -> None:
    """Turn the axis one power-iteration step towards the main rotation; forward is positive."""
    if q.axis[i, 0] == 0.0 and q.axis[i, 1] == 0.0 and q.axis[i, 2] == 0.0:
        for a in range(3):
            q.axis[i, a] = 1.0 + 0.1 * a  # no direction is preferred: any start but an exact zero
        steps = 20
    else:
        steps = 2
    for _ in range(steps):
        x, y, z = q.axis[i, 0], q.axis[i, 1], q.axis[i, 2]
        length = 0.0
        for a in range(3):
            q.axis[i, a] = (
                q.covariance[i, a, 0] * x + q.covariance[i, a, 1] * y + q.covariance[i, a, 2] * z
            )
            length += q.axis[i, a] * q.axis[i, a]
        if length > 0.0:
            for a in range(3):
                q.axis[i, a] /= sqrt(length)


@compiled
def search_shank(q: Stance, i: int, at_s: float, share: float, rate: float) -> None:
    """Toe-off of the shin: the rate rises through a share of its usual swing peak."""
    if FORWARD[0] <= share <= FORWARD[1]:
        q.forward[i] += rate
    if SWING[0] <= share <= SWING[1]:
        q.swing[i] = max(q.swing[i], rate)
    level = RISE * q.usual_swing[i]
    if EARLIEST <= share <= LATEST:
        if q.phase[i] != DONE and rate < level:
            q.phase[i] = LOW
        elif q.phase[i] == LOW:
            q.phase[i] = DONE
            part = (level - q.last[i]) / (rate - q.last[i])
            q.toe_off_s[i] = q.last_s[i] + part * (at_s - q.last_s[i])
    q.last[i] = rate
    q.last_s[i] = at_s


@compiled
def search_shoe(q: Stance, i: int, at_s: float, share: float, rate: float) -> None:
    """Toe-off of the shoe: the first peak of the foot's rate after it lay flat."""
    if q.phase[i] == DONE or not FLAT_FROM <= share <= LATEST:
        return
    if q.phase[i] == WAIT:
        q.phase[i] = LOW
        q.low[i] = rate
    if q.phase[i] == LOW:
        q.low[i] = min(q.low[i], rate)
        if rate > 1.5 * q.low[i] + 1.5:  # rad/s; a foot flat on the ground turns < 1 rad/s
            q.phase[i] = HIGH
            q.high[i] = 0.0
    if q.phase[i] == HIGH:
        if rate > q.high[i]:
            q.high[i] = rate
            q.high_s[i] = at_s
        elif rate < FALL * q.high[i]:
            q.phase[i] = DONE
            if share >= EARLIEST:
                q.toe_off_s[i] = q.high_s[i]


@compiled
def search(c: Tuning, s: Signals, q: Stance, i: int, n: int, period_s: float) -> None:
    """Let the sample n before the newest move the search for toe-off on."""
    slot = back(s, i, n)
    at_s = s.time_s[i, slot] - c.turn.delay_s
    share = (at_s - q.contact_s[i]) / period_s
    if c.is_shin:
        rate = 0.0
        for a in range(3):
            rate += s.turn_radps[i, slot, a] * q.axis[i, a]
        search_shank(q, i, at_s, share, rate)
    else:
        rate = 0.0
        for a in range(3):
            rate += s.turn_radps[i, slot, a] * s.turn_radps[i, slot, a]
        search_shoe(q, i, at_s, share, sqrt(rate))


@compiled
def follow(c: Tuning, s: Signals, q: Stance, i: int, period_s: float) -> None:
    """Count the newest sample in."""
    if not c.has_gyro:
        return
    slot = back(s, i, 0)
    keep = 1.0 / (MEMORY_S * c.rate_hz)
    for a in range(3):
        for b in range(3):
            product = s.turn_radps[i, slot, a] * s.turn_radps[i, slot, b]
            q.covariance[i, a, b] += keep * (product - q.covariance[i, a, b])
    search(c, s, q, i, 0, period_s)


@compiled
def toe_off(c: Tuning, q: Stance, i: int) -> float:
    """Return when the foot left the ground after the open stride's contact; nan if not seen."""
    mark_s = q.toe_off_s[i]
    if c.is_shin:
        return mark_s - SHIN_LATE_S
    return q.contact_s[i] + (mark_s - q.contact_s[i] - SHOE_OFFSET_S) / SHOE_SLOPE


@compiled
def face_forward(s: Signals, q: Stance, i: int, contact_s: float, period_s: float) -> None:
    """Turn the axis round if the shank would have turned backward early in this stance."""
    forward = 0.0
    for n in range(depth(s, i)):
        slot = back(s, i, n)
        share = (s.time_s[i, slot] - contact_s) / period_s
        if n == 0 and share < FORWARD[1]:
            return  # not over yet
        if FORWARD[0] <= share <= FORWARD[1]:
            for a in range(3):
                forward += s.turn_radps[i, slot, a] * q.axis[i, a]
    if forward < 0.0:
        for a in range(3):
            q.axis[i, a] = -q.axis[i, a]


@compiled
def open_stride(
    c: Tuning, s: Signals, q: Stance, i: int, contact_s: float, period_s: float
) -> None:
    """Learn from the stride that ends; begin the search anew at a contact some time back."""
    if not c.has_gyro:
        return
    learn_axis(q, i)
    if q.forward[i] < 0.0:
        for a in range(3):
            q.axis[i, a] = -q.axis[i, a]
    elif q.swing[i] > 0.0:
        q.usual_swing[i] += LEARN * (q.swing[i] - q.usual_swing[i])
    face_forward(s, q, i, contact_s, period_s)
    q.phase[i] = WAIT
    q.contact_s[i] = contact_s
    q.toe_off_s[i] = np.nan
    q.forward[i] = 0.0
    q.swing[i] = 0.0
    for n in range(depth(s, i) - 1, -1, -1):
        if s.time_s[i, back(s, i, n)] > contact_s:
            search(c, s, q, i, n, period_s)
