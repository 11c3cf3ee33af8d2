"""Vectors and turns in space, for scalar code: arrays of three, unit quaternions of four."""

from __future__ import annotations

from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.kernels.jit import compiled
from analytics.kernels.lanes import Value
from analytics.records import FloatArray

SingleArray: TypeAlias = NDArray[np.float32]
Vector: TypeAlias = tuple[float, float, float]  # in local variables: loops over samples hold it
Quaternion: TypeAlias = tuple[float, float, float, float]


@compiled
def dot(u: FloatArray, v: FloatArray) -> float:
    """Return the scalar product."""
    product: float = u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
    return product


@compiled
def cross(u: FloatArray, v: FloatArray, out: FloatArray) -> None:
    """Put u x v into a third vector."""
    out[0] = u[1] * v[2] - u[2] * v[1]
    out[1] = u[2] * v[0] - u[0] * v[2]
    out[2] = u[0] * v[1] - u[1] * v[0]


@compiled
def shorten(v: FloatArray) -> float:
    """Make a vector a unit vector; return its length."""
    length = sqrt(dot(v, v))
    if length > 0.0:
        for a in range(3):
            v[a] /= length
    return length


@compiled
def flatten(v: FloatArray, up: FloatArray) -> None:
    """Take the part along `up` out of a vector."""
    rise = dot(v, up)
    for a in range(3):
        v[a] -= rise * up[a]


@compiled
def turned(
    w: Value, x: Value, y: Value, z: Value, u: Value, v: Value, t: Value
) -> tuple[Value, Value, Value]:
    """Return vector (u, v, t) turned by the unit quaternion (w, x, y, z)."""
    a = 2.0 * (y * t - z * v)
    b = 2.0 * (z * u - x * t)
    d = 2.0 * (x * v - y * u)
    return u + w * a + y * d - z * b, v + w * b + z * a - x * d, t + w * d + x * b - y * a


@compiled
def turn(spin: FloatArray, v: FloatArray, out: FloatArray) -> None:
    """Turn vector v by a unit quaternion; `out` is another array."""
    out[0], out[1], out[2] = turned(spin[0], spin[1], spin[2], spin[3], v[0], v[1], v[2])


@compiled
def turn_back(spin: FloatArray, v: FloatArray, out: FloatArray) -> None:
    """Turn vector v by the inverse of a unit quaternion; `out` is another array."""
    out[0], out[1], out[2] = turned(spin[0], -spin[1], -spin[2], -spin[3], v[0], v[1], v[2])


@compiled
def half_turned(h: Value) -> tuple[Value, Value]:
    """Return (cosine, sine over angle) of half a turn, given the square of half its angle.

    The series are good to 1e-9 up to half a radian (a 250 deg/s turn at 5 Hz).
    """
    w = 1.0 - h * (1.0 / 2.0 - h * (1.0 / 24.0 - h * (1.0 / 720.0 - 1.0 / 40320.0 * h)))
    f = 1.0 - h * (1.0 / 6.0 - h * (1.0 / 120.0 - h * (1.0 / 5040.0 - 1.0 / 362880.0 * h)))
    return w, f


@compiled
def product(
    first: tuple[Value, Value, Value, Value], second: tuple[Value, Value, Value, Value]
) -> tuple[Value, Value, Value, Value]:
    """Return the first quaternion turned on by the second, in the frame turned so far."""
    w0, x0, y0, z0 = first
    w, x, y, z = second
    return (
        (w0 * w - x0 * x) - (y0 * y + z0 * z),
        (w0 * x + x0 * w) + (y0 * z - z0 * y),
        (w0 * y - x0 * z) + (y0 * w + z0 * x),
        (w0 * z + x0 * y) - (y0 * x - z0 * w),
    )
