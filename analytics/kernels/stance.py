"""Toe-off from the gyroscope: where shank and foot let go of the ground.

Shoe: the foot's rate of rotation peaks as the toes push off (Falbriard et al. 2018, Front
Physiol); its length needs no axis. Until then it turns about the ball, which lies across the
foot: that tells how the sensor sits (posture.py). Shin: the shank's forward rotation is slowest
just before toe-off and then rises fast as the knee folds (Fadillioglu et al. 2020, Gait Posture);
the mediolateral axis is the gyroscope's first principal direction.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import (
    RAW_RADPS,
    TURN_RADPS,
    Ring,
    Span,
    X,
    Y,
    Z,
    along,
    back,
    first_slow,
    length,
    since,
    three_at,
    time_at,
)
from analytics.kernels.tuning import Tuning

EARLIEST, LATEST = 0.15, 0.60  # of the stride time after contact: duty 0.2 (sprint) to 0.5...
LONGEST_CONTACT = 0.50  # ...since running has a flight phase; the mark itself lies before this
MEMORY_S = 4.0  # of the rotation's covariance: some six strides
RISE = 0.2  # of the usual swing peak: the shank's rate that marks toe-off
FALL = 0.92  # of the foot's peak rate: below it the peak stands
FLAT_FROM = 0.10  # of the stride time: the foot's own slap is over
SWINGS_S = (0.25, 0.10)  # before a landing's burst: the shank surely swings
SWING = (0.30, 0.70)  # of the stride time: where the shank's swing peak lies
LEARN = 0.2
PUSHES = 4.0  # push-offs that make the foot's axis: one of them is 2 deg off
START_SWING_RADPS = 6.0  # a usual peak at 2.5 m/s, until one was seen

# Toe-off by force plate (25 N) against these marks, 9 runners at 2.5, 3.5, 4.5 m/s. Both marks
# keep less than step with the contact time (the foot's as in Falbriard 2018): mark - contact =
# 0.93 contact time + 25 ms at the shank, 0.79 contact time + 34 ms at the foot. tests/real_data
# refits both.
SHIN_SLOPE, SHIN_OFFSET_S = 0.93, 0.025
SHOE_SLOPE, SHOE_OFFSET_S = 0.79, 0.034

WAIT, LOW, HIGH, DONE = 0, 1, 2, 3
ROUNDING_S = 1e-6  # far below a sample: what is near a limit is looked at


STANCE = np.dtype(
    [
        ("phase", np.int8),
        ("contact_s", np.float64),
        ("mark_s", np.float64),  # what tells of toe-off; nan until seen
        ("low", np.float64),
        ("high", np.float64),
        ("high_s", np.float64),
        ("covariance", np.float64, (3, 3)),
        ("axis", np.float64, (3,)),  # mediolateral, forward rotation positive: shin, a unit
        # vector; shoe, the usual rate in rad/s as it pushes off; zero until it did
        ("swing", np.float64),  # largest rate in this swing
        ("usual_swing", np.float64),
    ]
)


FIGURES = [("toe_off_s", np.float64)]


def begin(stance: NDArray[np.void]) -> None:
    """Set searches, zero so far, to before their first sample."""
    stance["contact_s"] = -np.inf
    stance["mark_s"] = np.nan
    stance["usual_swing"] = START_SWING_RADPS


@compiled
def learn_axis(q: np.record) -> None:
    """Turn the axis one power-iteration step towards the main rotation; forward is positive."""
    if q.axis[0] == 0.0 and q.axis[1] == 0.0 and q.axis[2] == 0.0:
        for a in range(3):
            q.axis[a] = 1.0 + 0.1 * a  # no direction is preferred: any start but an exact zero
        steps = 20
    else:
        steps = 2
    for _ in range(steps):
        x, y, z = q.axis[0], q.axis[1], q.axis[2]
        length = 0.0
        for a in range(3):
            row = q.covariance[a]
            q.axis[a] = row[0] * x + row[1] * y + row[2] * z
            length += q.axis[a] * q.axis[a]
        if length > 0.0:
            for a in range(3):
                q.axis[a] /= sqrt(length)


@compiled
def search_shank(c: Tuning, ring: Ring, q: np.record, first: int, n: int, period_s: float) -> None:
    """Toe-off of the shin: the rate rises through a share of its usual swing peak."""
    axis_x, axis_y, axis_z = float(q.axis[X]), float(q.axis[Y]), float(q.axis[Z])
    phase, swing, mark_s = int(q.phase), float(q.swing), float(q.mark_s)
    contact_s = float(q.contact_s)
    level, zero_s = RISE * q.usual_swing, contact_s + c.turn.delay_s
    swings_s, swung_s = zero_s + SWING[0] * period_s, zero_s + SWING[1] * period_s
    earliest_s, latest_s = zero_s + EARLIEST * period_s, zero_s + LATEST * period_s
    longest_s = zero_s + LONGEST_CONTACT * period_s
    for slot in range(first, first + n):
        x, y, z = three_at(ring, slot, TURN_RADPS)
        rate = x * axis_x + y * axis_y + z * axis_z
        at_s = time_at(ring, slot)
        if rate > swing and swings_s <= at_s <= swung_s:
            swing = rate
        if rate < level:
            if earliest_s <= at_s <= longest_s:
                phase = LOW  # also after an early ripple through the level
        elif phase == LOW and at_s <= latest_s:
            phase = DONE
            before = slot - 1 if slot > 0 else len(ring.time_s) - 1
            last, last_s = along(ring, before, TURN_RADPS, q.axis), time_at(ring, before)
            mark_s = last_s + (level - last) / (rate - last) * (at_s - last_s) - c.turn.delay_s
    q.phase, q.swing, q.mark_s = phase, swing, mark_s


@compiled
def search_shoe(c: Tuning, ring: Ring, q: np.record, first: int, n: int, period_s: float) -> None:
    """Toe-off of the shoe: the first peak of the foot's rate after it lay flat."""
    phase, low, mark_s, contact_s = int(q.phase), float(q.low), float(q.mark_s), float(q.contact_s)
    high, high_s = float(q.high), float(q.high_s)
    from_s, until_s = contact_s + FLAT_FROM * period_s, contact_s + LATEST * period_s
    for slot in range(first, first + n):
        if phase == DONE:
            break
        at_s = time_at(ring, slot) - c.turn.delay_s
        if not from_s <= at_s <= until_s:
            continue
        rate = length(ring, slot, TURN_RADPS)
        low = rate if phase == WAIT else low
        if phase != HIGH:
            phase = LOW
            low = min(low, rate)
            if rate > 1.5 * low + 1.5:  # rad/s; a foot flat on the ground turns < 1 rad/s
                phase = HIGH
                high = 0.0
        if phase == HIGH:
            if rate > high:
                high, high_s = rate, at_s
            elif rate < FALL * high:
                phase = DONE
                if EARLIEST <= (high_s - contact_s) / period_s <= LONGEST_CONTACT:
                    mark_s = high_s
    q.phase, q.low, q.mark_s = phase, low, mark_s
    q.high, q.high_s = high, high_s


@compiled
def search(c: Tuning, ring: Ring, q: np.record, first: int, n: int, period_s: float) -> None:
    """Let the samples in n slots from `first` on move the search for toe-off on."""
    if c.is_shin:
        search_shank(c, ring, q, first, n, period_s)
    else:
        search_shoe(c, ring, q, first, n, period_s)


@compiled
def learn_covariance(c: Tuning, s: np.record, ring: Ring, q: np.record, span: Span) -> None:
    """Count a span's slow samples into the covariance of the rotation."""
    keep, m = c.slow_every / (MEMORY_S * c.rate_hz), q.covariance
    xx, xy, xz = float(m[X][X]), float(m[X][Y]), float(m[X][Z])
    yy, yz, zz = float(m[Y][Y]), float(m[Y][Z]), float(m[Z][Z])
    for k in range(first_slow(c, s, span), span.end, c.slow_every):
        x, y, z = three_at(ring, span.chunk.slot + k, TURN_RADPS)
        xx, xy, xz = xx + keep * (x * x - xx), xy + keep * (x * y - xy), xz + keep * (x * z - xz)
        yy, yz, zz = yy + keep * (y * y - yy), yz + keep * (y * z - yz), zz + keep * (z * z - zz)
    m[X][X], m[X][Y], m[X][Z] = xx, xy, xz
    m[Y][X], m[Y][Y], m[Y][Z] = xy, yy, yz
    m[Z][X], m[Z][Y], m[Z][Z] = xz, yz, zz


@compiled
def is_outside(
    c: Tuning, ring: Ring, q: np.record, span: Span, within_s: tuple[float, float]
) -> bool:
    """Tell whether a span ends before these times after contact, or begins after."""
    first, last = span.chunk.slot + span.first, span.chunk.slot + span.end - 1
    zero_s = q.contact_s + c.turn.delay_s
    before: bool = time_at(ring, last) - zero_s < within_s[0] - ROUNDING_S
    after: bool = time_at(ring, first) - zero_s > within_s[1] + ROUNDING_S
    return before or after


@compiled
def follow(c: Tuning, s: np.record, ring: Ring, q: np.record, span: Span, period_s: float) -> None:
    """Count a span of samples in."""
    if not c.has_gyro:
        return
    slot, first = span.chunk.slot, span.first
    if c.is_shin:
        learn_covariance(c, s, ring, q, span)
        if is_outside(c, ring, q, span, (period_s * EARLIEST, period_s * SWING[1])):
            return
    elif q.phase == DONE or is_outside(c, ring, q, span, (period_s * FLAT_FROM, period_s * LATEST)):
        return
    search(c, ring, q, slot + first, span.end - first, period_s)


@compiled
def toe_off(c: Tuning, q: np.record) -> float:
    """Return when the foot left the ground after the open stride's contact; nan if not seen."""
    contact_s: float = q.contact_s
    after_s: float = q.mark_s - contact_s
    if c.is_shin:
        return contact_s + (after_s - SHIN_OFFSET_S) / SHIN_SLOPE
    return contact_s + (after_s - SHOE_OFFSET_S) / SHOE_SLOPE


@compiled
def learn_push(s: np.record, ring: Ring, q: np.record) -> None:
    """Learn the foot's axis from how it turned in the later half of the stance that is over."""
    newest, oldest = since(s, ring, q.mark_s), since(s, ring, 0.5 * (q.contact_s + q.mark_s))
    x, y, z = 0.0, 0.0, 0.0
    for n in range(newest, oldest):
        rate = three_at(ring, back(s, ring, n), RAW_RADPS)
        x, y, z = x + rate[X], y + rate[Y], z + rate[Z]
    if oldest == newest:
        return
    is_first = q.axis[X] == 0.0 and q.axis[Y] == 0.0 and q.axis[Z] == 0.0
    weight, n = 1.0 if is_first else 1.0 / PUSHES, oldest - newest
    q.axis[X] += weight * (x / n - q.axis[X])
    q.axis[Y] += weight * (y / n - q.axis[Y])
    q.axis[Z] += weight * (z / n - q.axis[Z])


@compiled
def tell(c: Tuning, s: np.record, ring: Ring, q: np.record, row: np.record) -> None:
    """Write the figures of the stride that ends."""
    row.toe_off_s = toe_off(c, q)
    if not c.is_shin and -inf < q.contact_s < q.mark_s:  # nan where no toe-off was seen
        learn_push(s, ring, q)


@compiled
def face_forward(c: Tuning, s: np.record, ring: Ring, q: np.record, peak_s: float) -> None:
    """Learn the shank's axis; it swings backward, negative, before a burst at `peak_s`."""
    if not (c.has_gyro and c.is_shin):
        return
    learn_axis(q)
    from_s = peak_s + c.turn.delay_s - SWINGS_S[0]
    until_s = peak_s + c.turn.delay_s - SWINGS_S[1]
    forward = 0.0
    for n in range(since(s, ring, until_s), since(s, ring, from_s)):
        forward += along(ring, back(s, ring, n), TURN_RADPS, q.axis)
    if forward > 0.0:
        for a in range(3):
            q.axis[a] = -q.axis[a]


@compiled
def open_stride(
    c: Tuning, s: np.record, ring: Ring, q: np.record, contact_s: float, period_s: float
) -> None:
    """Learn from the stride that ends; begin the search anew at a contact some time back."""
    if not c.has_gyro:
        return
    if q.swing > 0.0:
        q.usual_swing += LEARN * (q.swing - q.usual_swing)
    q.phase = WAIT
    q.contact_s = contact_s
    q.mark_s = np.nan
    q.swing = 0.0
    n = since(s, ring, contact_s)
    if n == 0:
        return
    first, slots = back(s, ring, n - 1), len(ring.time_s)
    search(c, ring, q, first, min(n, slots - first), period_s)
    if n > slots - first:  # the ring goes on in its first slot
        search(c, ring, q, 0, n - (slots - first), period_s)


@compiled
def break_off(q: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    q.contact_s = -np.inf
