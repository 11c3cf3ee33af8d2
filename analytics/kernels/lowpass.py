"""A second-order Butterworth low-pass, one sample at a time."""

from __future__ import annotations

from math import pi, sqrt, tan
from typing import NamedTuple

from analytics.kernels.jit import compiled
from analytics.kernels.lanes import Value

HIGHEST_SHARE_OF_RATE = 0.4  # a cutoff nearer to Nyquist (0.5) would bend the phase too much


class Lowpass(NamedTuple):
    """Coefficients of y[k] = b0 x[k] + b1 x[k-1] + b2 x[k-2] - a1 y[k-1] - a2 y[k-2].

    `delay_s` is the group delay at 0 Hz, sqrt(2) / (2 pi fc) for the analogue filter.
    """

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float
    delay_s: float


def lowpass(*, cutoff_hz: float, rate_hz: float) -> Lowpass:
    """Design the filter by the bilinear transform (Oppenheim & Schafer 2010, chapter 7).

    Examples
    --------
    >>> round(1e3 * lowpass(cutoff_hz=60.0, rate_hz=1600.0).delay_s, 2)
    3.73

    """
    warped = tan(pi * min(cutoff_hz / rate_hz, HIGHEST_SHARE_OF_RATE))
    scale = 1.0 / (1.0 + sqrt(2.0) * warped + warped * warped)
    b0 = warped * warped * scale
    a1 = 2.0 * (warped * warped - 1.0) * scale
    a2 = (1.0 - sqrt(2.0) * warped + warped * warped) * scale
    return Lowpass(b0, 2.0 * b0, b0, a1, a2, sqrt(2.0) / (2.0 * rate_hz * warped))


@compiled
def next_value(c: Lowpass, x: Value, m0: Value, m1: Value) -> tuple[Value, Value, Value]:
    """Filter one sample: (y, and the memories m0, m1 for the next), of one axis or of three."""
    y = c.b0 * x + m0
    return y, c.b1 * x - c.a1 * y + m1, c.b2 * x - c.a2 * y


@compiled
def settled(c: Lowpass, x: Value) -> tuple[Value, Value]:
    """Return the memories that the filter would have after x for ever: no start-up step."""
    return (1.0 - c.b0) * x, (c.b2 - c.a2) * x
