"""How the sensor sits on the segment: which way is up, and whether the strap has moved.

Where the segment's long axis points in the sensor's frame is known, best first:

* aligned samples: z, by definition;
* after standing still for 2 s: gravity (science.md, robustness);
* at the shoe with a gyroscope: where gravity points while the foot lies flat in the middle of a
  stance (trajectory.py finds it), the mean of the last strides;
* at the shin, while running: the mean acceleration over the strides, turned forward by the lean
  of the running shank. The axis of that turn needs neither gyroscope nor a known side: over a
  stride the shank's acceleration, taken slowly (an integral that leaks, much like the sensor's
  velocity), goes round an ellipse in the sagittal plane, always the same way. Its area vector
  points to the left.

The strap has moved when the mean acceleration of a stride points more than 10 degrees away from
what is usual for 30 strides in a row (science.md, robustness); between strides of a sensor that
stays it wanders by 1 to 3 degrees. The usual is then learned from those 30, and what standing or
the frame told of the axis no longer holds.
"""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.signals import SIZE, Ring, Span, X, Y, Z, first_slow
from analytics.kernels.tuning import Tuning
from analytics.records import FloatArray

STILL_G = 0.05  # | |a| - 1 | of a sensor at rest (science.md, robustness)
CALM_S = 0.2  # over so long: noise of 50 mg a sample is no motion...
JOLT_G = 0.2  # ...but one such sample is (five times that noise below 30 Hz)
STILL_S = 2.0  # so long at rest, and gravity tells the axis

# Against the segment axis of nine runners' marker clusters at 2.5, 3.5 and 4.5 m/s, 54 legs: the
# mean leans back by 29 to 31 degrees at every speed (SD between legs 2.4); turned forward by 30
# it lies 3.6 degrees off the axis, 8 at most. tests/real_data/test_force_plate.py derives it anew.
LEAN = radians(30.0)
LEAK_HZ = 1.0  # of the slow acceleration: strides go by at 0.9 to 2 Hz
MEMORY = 28  # strides: some 20 s
FLATS = 8  # stances: one of them is off by 2 to 4 degrees
MOVED = radians(10.0)
MOVED_AFTER = 30  # strides in a row
SETTLED = 10  # strides that make a usual direction

# Strides to learn from: running, not walking (activity.py, where its sources are)
SHORTEST_S, LONGEST_S = 0.45, 1.20
LEAST_ENERGY_G = 0.7
LONGEST_REST_S = 0.20

NO_AXIS, BY_STRIDES, BY_GRAVITY, BY_FRAME = 0, 1, 2, 3  # the larger, the better known


MOUNT = np.dtype(
    [
        ("axis", np.float64, (3,)),  # unit vector up the segment, in the sensor's frame
        ("axis_from", np.int8),  # how it is known
        ("still_g", np.float64, (3,)),  # sum of the slow samples of a rest
        ("still_n", np.int32),
        ("calm_g", np.float64),  # mean of |a| - 1 of late
        ("slow_g", np.float64, (3,)),  # the acceleration's leaking integral
        ("stride_g", np.float64, (3,)),  # sums over the stride under way: acceleration...
        ("stride_turn", np.float64, (3,)),  # ...and the area its integral goes round
        ("stride_n", np.int32),
        ("mean_g", np.float64, (3,)),  # the usual of both, over running strides
        ("turn", np.float64, (3,)),
        ("learned", np.int8),  # strides in it, at most MEMORY
        ("away_g", np.float64, (3,)),  # sums over the strides in a row that point elsewhere
        ("away_turn", np.float64, (3,)),
        ("away", np.int8),
        ("flat", np.float64, (3,)),  # mean of up while the foot lay flat...
        ("flats", np.int8),  # ...in so many stances, at most FLATS
        ("has_moved", np.bool_),  # since the start: the frame can no longer be trusted
    ]
)
FIGURES = [("moved", np.bool_)]  # with this stride the strap is known to have moved


def begin(mount: NDArray[np.void]) -> None:
    """Set sensors to before their first sample: zeros are that already."""
    mount["axis_from"] = NO_AXIS


@compiled
def point(u: np.record, x: float, y: float, z: float, source: int) -> None:
    """Take the direction of a vector as the segment's axis."""
    length = sqrt(x * x + y * y + z * z)
    if length > 0.0:
        u.axis[0], u.axis[1], u.axis[2] = x / length, y / length, z / length
        u.axis_from = source


@compiled
def follow(c: Tuning, s: np.record, ring: Ring, u: np.record, span: Span) -> None:
    """Count a span's slow samples in; the sums are in local variables while it goes on."""
    slow_s = c.slow_every / c.rate_hz
    share = slow_s / (slow_s + 1.0 / (2.0 * pi * LEAK_HZ))
    sums, area, slow, mean = u.stride_g, u.stride_turn, u.slow_g, u.mean_g
    sx, sy, sz = sums[X], sums[Y], sums[Z]
    tx, ty, tz = area[X], area[Y], area[Z]
    x, y, z = slow[X], slow[Y], slow[Z]
    for k in range(first_slow(c, s, span), span.end, c.slow_every):
        ax, ay, az = float(ring.ahead_g[k, X]), float(ring.ahead_g[k, Y]), float(ring.ahead_g[k, Z])
        sx, sy, sz = sx + ax, sy + ay, sz + az
        nx = x + share * (ax - mean[X] - x)
        ny = y + share * (ay - mean[Y] - y)
        nz = z + share * (az - mean[Z] - z)
        tx += y * nz - z * ny
        ty += z * nx - x * nz
        tz += x * ny - y * nx
        x, y, z = nx, ny, nz
        u.stride_n += 1
        rest(u, ring, k, slow_s)
    sums[X], sums[Y], sums[Z] = sx, sy, sz
    area[X], area[Y], area[Z] = tx, ty, tz
    slow[X], slow[Y], slow[Z] = x, y, z


@compiled
def rest(u: np.record, ring: Ring, k: int, slow_s: float) -> None:
    """Take gravity as the axis once the sensor has lain still for long enough, with sample k."""
    away_g = float(ring.ahead_g[k, SIZE]) - 1.0
    calm_g: float = u.calm_g
    calm_g += slow_s / (slow_s + CALM_S) * (away_g - calm_g)
    u.calm_g = calm_g
    if abs(calm_g) >= STILL_G or abs(away_g) >= JOLT_G:
        u.still_n = 0
        return
    still_n = u.still_n + 1
    u.still_n = still_n
    for axis in range(3):
        value = float(ring.ahead_g[k, axis])
        u.still_g[axis] = u.still_g[axis] + value if still_n > 1 else value
    if still_n * slow_s >= STILL_S:
        point(u, u.still_g[0], u.still_g[1], u.still_g[2], BY_GRAVITY)


@compiled
def lie_apart(a: FloatArray, b: FloatArray) -> bool:
    """Tell whether two vectors point more than `MOVED` apart."""
    along, one, other = 0.0, 0.0, 0.0
    for axis in range(3):
        along += a[axis] * b[axis]
        one += a[axis] * a[axis]
        other += b[axis] * b[axis]
    return bool(along < cos(MOVED) * sqrt(one * other))


@compiled
def settle_on(u: np.record) -> None:
    """Make the strides that point elsewhere the usual ones: the strap has moved."""
    for axis in range(3):
        u.mean_g[axis] = u.away_g[axis] / u.away
        u.turn[axis] = u.away_turn[axis] / u.away
    u.learned = min(MEMORY, u.away)
    u.flats = 0
    u.has_moved = True
    u.axis_from = NO_AXIS


@compiled
def learn(u: np.record) -> bool:
    """Learn from the running stride that ends; True when it shows that the strap has moved."""
    if u.learned >= SETTLED and lie_apart(u.stride_g, u.mean_g):
        away = u.away + 1
        u.away = away
        for axis in range(3):
            u.away_g[axis] += u.stride_g[axis] / u.stride_n
            u.away_turn[axis] += u.stride_turn[axis]
        if away < MOVED_AFTER:
            return False
        settle_on(u)
        forget_away(u)
        return True
    forget_away(u)
    u.learned = min(MEMORY, u.learned + 1)
    for axis in range(3):
        u.mean_g[axis] += (u.stride_g[axis] / u.stride_n - u.mean_g[axis]) / u.learned
        u.turn[axis] += (u.stride_turn[axis] - u.turn[axis]) / u.learned
    return False


@compiled
def forget_away(u: np.record) -> None:
    """Begin to count strides that point elsewhere anew."""
    u.away = 0
    for axis in range(3):
        u.away_g[axis] = 0.0
        u.away_turn[axis] = 0.0


@compiled
def lean_forward(u: np.record) -> None:
    """Turn the mean acceleration forward about the leftward axis: up the running shank.

    Rodrigues' formula for the turn of vector v about the unit vector k.
    """
    left_length = sqrt(u.turn[0] * u.turn[0] + u.turn[1] * u.turn[1] + u.turn[2] * u.turn[2])
    if left_length == 0.0:
        return
    k0, k1, k2 = u.turn[0] / left_length, u.turn[1] / left_length, u.turn[2] / left_length
    v0, v1, v2 = u.mean_g[0], u.mean_g[1], u.mean_g[2]
    rest_of = (k0 * v0 + k1 * v1 + k2 * v2) * (1.0 - cos(LEAN))
    point(
        u,
        v0 * cos(LEAN) + (k1 * v2 - k2 * v1) * sin(LEAN) + k0 * rest_of,
        v1 * cos(LEAN) + (k2 * v0 - k0 * v2) * sin(LEAN) + k1 * rest_of,
        v2 * cos(LEAN) + (k0 * v1 - k1 * v0) * sin(LEAN) + k2 * rest_of,
        BY_STRIDES,
    )


@compiled
def lie_flat(c: Tuning, u: np.record, up: FloatArray) -> None:
    """Learn from a unit vector up, in the sensor's frame while the foot lay flat on the ground."""
    if c.is_shin:
        return
    flats = min(FLATS, u.flats + 1)
    u.flats = flats
    for axis in range(3):
        u.flat[axis] += (up[axis] - u.flat[axis]) / flats
    if u.axis_from <= BY_STRIDES:
        x, y, z = float(u.flat[0]), float(u.flat[1]), float(u.flat[2])
        point(u, x, y, z, BY_STRIDES)


@compiled
def tell(c: Tuning, u: np.record, row: np.record) -> None:
    """Learn from the stride that ends and write whether it shows a moved strap.

    The row has the stride's contact, end, energy and rest already.
    """
    row.moved = False
    stride_s = row.end_s - row.contact_s  # nan where no stride ends
    if (
        SHORTEST_S <= stride_s <= LONGEST_S
        and u.stride_n > 0
        and row.energy_g >= LEAST_ENERGY_G
        and row.quiet_s < LONGEST_REST_S
    ):
        row.moved = learn(u)
    if c.is_aligned and not u.has_moved:
        point(u, 0.0, 0.0, 1.0, BY_FRAME)
    elif c.is_shin and u.learned > 0 and u.axis_from != BY_GRAVITY:
        lean_forward(u)
    open_stride(u)


@compiled
def open_stride(u: np.record) -> None:
    """Begin the sums of a stride."""
    u.stride_n = 0
    for axis in range(3):
        u.stride_g[axis] = 0.0
        u.stride_turn[axis] = 0.0


@compiled
def break_off(u: np.record) -> None:
    """Forget the stride in progress: samples are missing."""
    open_stride(u)
    u.still_n = 0
