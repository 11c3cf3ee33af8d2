"""Smooth curves that motion is built of, with the derivatives that sensors see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray

VALUE, RATE, ACCEL = 0, 1, 2
# What the powers of a quintic curve and of its derivatives are multiplied by.
_DERIVATIVE_FACTORS = (
    (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    (1.0, 2.0, 3.0, 4.0, 5.0),
    (2.0, 6.0, 12.0, 20.0),
)
Shapes: TypeAlias = dict[tuple[float, float], tuple[NDArray[np.intp], FloatArray]]
MIN_JERK_PEAK = 1.875  # largest speed of a minimum-jerk move from 0 to 1 in 1 s


class Track:
    """A curve through points with given slopes and bends: quintic pieces, constant outside.

    Its acceleration has no jumps, and value, speed and acceleration are exact derivatives of each
    other.

    Parameters
    ----------
    time_s, value, rate, accel : arrays, shape (m,)
        Points in order of time.

    """

    def __init__(
        self, *, time_s: FloatArray, value: FloatArray, rate: FloatArray, accel: FloatArray
    ) -> None:
        self.time_s = time_s
        self._starts_s = np.concatenate([time_s[:1], time_s])
        lasts = np.diff(time_s)
        ends = np.stack([value[:-1], rate[:-1], accel[:-1], value[1:], rate[1:], accel[1:]], axis=1)
        rest = np.zeros((len(lasts) + 2, 6))
        rest[1:-1, :3] = ends[:, :3] * [1.0, 1.0, 0.5]
        for power, weights in enumerate(_upper(lasts), start=3):
            rest[1:-1, power] = (weights * ends).sum(axis=1)
        rest[0, 0], rest[-1, 0] = value[0], value[-1]
        self._derivatives = [
            np.ascontiguousarray((rest[:, order:] * factors).T)
            for order, factors in enumerate(_DERIVATIVE_FACTORS)
        ]

    def at(self, time_s: FloatArray, *orders: int) -> list[FloatArray]:
        """Return derivatives (`VALUE`, `RATE`, `ACCEL`) at increasing times, each of shape (n,)."""
        first, last = self.time_s.searchsorted(time_s[[0, -1]], side="right").tolist()
        edges = np.empty(last - first + 2, np.intp)
        edges[0], edges[-1] = 0, len(time_s)
        edges[1:-1] = time_s.searchsorted(self.time_s[first:last])
        counts = edges[1:] - edges[:-1]
        u = time_s - np.repeat(self._starts_s[first : last + 1], counts)
        out = []
        for order in orders:
            powers = self._derivatives[order][:, first : last + 1].repeat(counts, axis=1)
            total = powers[-1]
            for power in powers[-2::-1]:
                total *= u
                total += power
            out.append(total)
        return out


def smoothest(
    time_s: FloatArray, value: FloatArray, ends: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return rate and acceleration at points that make each quintic curve smoothest.

    Between the points four derivatives are continuous (de Boor 1978, A Practical Guide to
    Splines).

    Parameters
    ----------
    time_s, value : arrays, shape (n, m)
        Points of n curves.
    ends : array, shape (n, 2, 2)
        Rate and acceleration at the first and at the last point.

    Examples
    --------
    >>> t = np.array([[0.0, 0.5, 1.0]])
    >>> rate, accel = smoothest(t, t**2, np.array([[[0.0, 2.0], [2.0, 2.0]]]))
    >>> np.allclose(rate, 2.0 * t), np.allclose(accel, 2.0)
    (True, True)

    """
    n, m = time_s.shape
    cubic, quartic, quintic = _upper(np.diff(time_s))
    h = np.diff(time_s)[..., np.newaxis]
    # The third and fourth derivative (over 6 and 24) where a piece begins and where it ends.
    begins = (cubic, quartic)
    stops = (cubic + h * (4.0 * quartic + 10.0 * h * quintic), quartic + 5.0 * h * quintic)
    system, known = np.zeros((n, 2 * m, 2 * m)), np.zeros((n, 2 * m))
    for at, wanted in ((0, ends[:, 0]), (2 * m - 2, ends[:, 1])):
        system[:, at, at] = system[:, at + 1, at + 1] = 1.0
        known[:, at : at + 2] = wanted
    for i in range(1, m - 1):
        for row, begin, stop in zip((2 * i, 2 * i + 1), begins, stops, strict=True):
            for weights, first in ((stop[:, i - 1], i - 1), (-begin[:, i], i)):
                for point, part in ((first, weights[:, :3]), (first + 1, weights[:, 3:])):
                    known[:, row] -= part[:, 0] * value[:, point]
                    system[:, row, 2 * point : 2 * point + 2] += part[:, 1:]
    found = np.linalg.solve(system, known[..., np.newaxis]).reshape(n, m, 2)
    return found[..., 0], found[..., 1]


def _upper(lasts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights (..., 6) that make the powers 3 to 5 of quintic pieces of their ends.

    Ends are value, rate and acceleration at the start, then at the end.
    """
    h = lasts[..., np.newaxis]
    scale = h ** np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])
    return (
        np.array([-10.0, -6.0, -1.5, 10.0, -4.0, 0.5]) * scale / h**3,
        np.array([15.0, 8.0, 1.5, -15.0, 7.0, -1.0]) * scale / h**4,
        np.array([-6.0, -3.0, -0.5, 6.0, -3.0, 0.5]) * scale / h**5,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A sine that begins at `start_s` and dies away."""

    start_s: float
    tone_hz: float
    decay_s: float
    size: float

    @property
    def lasts_s(self) -> float:
        """Until when it is heard: down to 1e-5."""
        return self.start_s + 11.5 * self.decay_s

    @property
    def push(self) -> tuple[float, float]:
        """Integral and first moment (Laplace transform and its derivative at 1/decay)."""
        omega = 2.0 * math.pi * self.tone_hz
        square = self.decay_s**-2 + omega**2
        area = self.size * omega / square
        return area, 2.0 * area / self.decay_s / square + self.start_s * area

    def add(self, out: FloatArray, since_s: FloatArray, shapes: Shapes) -> None:
        """Add it at these times."""
        del shapes
        on = (since_s >= self.start_s) & (since_s < self.lasts_s)
        since = since_s[on] - self.start_s
        out[on] += (
            self.size * np.exp(since / -self.decay_s) * np.sin(2.0 * math.pi * self.tone_hz * since)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """A Gaussian around `at_s`, cut where it is 4e-6 of its size."""

    at_s: float
    width_s: float
    size: float

    @property
    def lasts_s(self) -> float:
        """Until when it is heard."""
        return self.at_s + 5.0 * self.width_s

    @property
    def push(self) -> tuple[float, float]:
        """Integral and first moment."""
        area = self.size * self.width_s * math.sqrt(2.0 * math.pi)
        return area, self.at_s * area

    def add(self, out: FloatArray, since_s: FloatArray, shapes: Shapes) -> None:
        """Add it at these times."""
        del shapes
        on = (since_s >= self.at_s - 5.0 * self.width_s) & (since_s < self.lasts_s)
        out[on] += self.size * np.exp(-0.5 * ((since_s[on] - self.at_s) / self.width_s) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """A squared sine from start to stop, `size` high in the middle."""

    start_s: float
    stop_s: float
    size: float

    @property
    def lasts_s(self) -> float:
        """Until when it is heard."""
        return self.stop_s

    @property
    def push(self) -> tuple[float, float]:
        """Integral and first moment."""
        area = 0.5 * self.size * (self.stop_s - self.start_s)
        return area, 0.5 * (self.start_s + self.stop_s) * area

    def add(self, out: FloatArray, since_s: FloatArray, shapes: Shapes) -> None:
        """Add it at these times; `shapes` keeps what bumps of the same span have in common."""
        span = (self.start_s, self.stop_s)
        if span not in shapes:
            on = np.flatnonzero((since_s >= self.start_s) & (since_s < self.stop_s))
            phase = 2.0 * math.pi / (self.stop_s - self.start_s) * (since_s[on] - self.start_s)
            shapes[span] = on, 1.0 - np.cos(phase)
        on, shape = shapes[span]
        out[on] += 0.5 * self.size * shape


Pulse = Ring | Bell | Bump
