"""One leg in motion: what its sensor would measure at any time, and the truth about each stride."""

from __future__ import annotations

import math
from typing import ClassVar, Protocol

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.contacts import Contacts, latest

LOW_PASS_HZ = 60.0  # what peaks are defined after (docs/conventions.md)
PEAK_WINDOW_S = 0.075
_TRUTH_HZ = 1600.0
_SETTLE_S = 0.040  # exp(-2 pi 60 / sqrt 2 * 0.04 s) = 2e-5 of what was before
_AHEAD = 64  # landings solved at a time: about 10 ms of work
_SMALLEST_SHOCK_G = 0.2  # a landing is never softer than this, whatever was drawn


class Gait(Protocol):
    """How one segment moves over a leg's landings."""

    shock_leads_s: ClassVar[float]

    @property
    def shock_lasts_s(self) -> float:
        """How long a landing's shock is heard."""
        ...

    def base(self, time_s: FloatArray, contacts: Contacts) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, and angular rate (3, n) in rad/s."""
        ...

    def shock_at(self, time_s: FloatArray, since_s: FloatArray, contacts: Contacts) -> FloatArray:
        """Return the shock (3, n) of a landing of amplitude 1 g in the segment's axes."""
        ...


class Leg:
    """A segment's motion as a function of time, each landing as hard as it was drawn.

    The size of a landing's shock is solved so that the axial peak, by its definition (low-passed
    at 60 Hz, in 75 ms after contact, less 1 g), is the drawn one in continuous time. That is
    done just ahead of use, a few landings at a time.
    """

    def __init__(self, *, gait: Gait, contacts: Contacts) -> None:
        self.gait = gait
        self.contacts = contacts
        self._shock_g = np.zeros(len(contacts))
        self._axial_g = np.zeros(len(contacts))
        self._resultant_g = np.zeros(len(contacts))
        self._solved = 0

    def measured(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return specific force (3, n) in g and angular rate (3, n) in rad/s, segment frame."""
        accel, rate = self.gait.base(time_s, self.contacts)
        starts = self.contacts.contact_s - self.gait.shock_leads_s
        k = latest(starts, time_s)
        since = time_s - self.contacts.contact_s[k]
        self._solve_until(int(k[-1]) + 1)
        on = np.flatnonzero((since >= -self.gait.shock_leads_s) & (since < self.gait.shock_lasts_s))
        shock = self.gait.shock_at(time_s[on], since[on], self.contacts)
        accel[:, on] += self._shock_g[k[on]] * shock
        return accel, rate

    def motion(self, time_s: FloatArray) -> FloatArray:
        """Return `measured` in one array, shape (6, n)."""
        return np.concatenate(self.measured(time_s))

    def peaks_g(self) -> tuple[FloatArray, FloatArray]:
        """Return the true axial and resultant peak of every landing."""
        self._solve_until(len(self.contacts))
        return self._axial_g, self._resultant_g

    def _solve_until(self, stop: int) -> None:
        while self._solved < stop:
            first = self._solved
            last = min(first + _AHEAD, len(self.contacts))
            self._solve(first, last)
            self._solved = last

    def _solve(self, first: int, last: int) -> None:
        """Find the shock sizes of landings first..last-1 by Newton steps on their peaks.

        The peak is a maximum of straight lines in the shock's size, hence convex: the steps
        close in from one side and end exactly.
        """
        grid = np.arange(-_SETTLE_S, PEAK_WINDOW_S + 0.006, 1.0 / _TRUTH_HZ)
        n = last - first
        since = np.repeat(grid[:, np.newaxis], n, axis=1).ravel()
        time_s = (grid[:, np.newaxis] + self.contacts.contact_s[first:last]).ravel()
        base, _ = self.gait.base(time_s, self.contacts)
        shock = self.gait.shock_at(time_s, since, self.contacts)
        shape = (3, len(grid), n)
        base = _low_passed(base.reshape(shape))
        shock = _low_passed(shock.reshape(shape))
        delay = math.sqrt(2.0) / (2.0 * math.pi * LOW_PASS_HZ)
        window = (grid >= delay) & (grid <= PEAK_WINDOW_S + delay)
        base, shock = base[:, window], shock[:, window]
        wanted = self.contacts.peak_accel_g[first:last] + 1.0
        size = np.full(n, _SMALLEST_SHOCK_G)
        each = np.arange(n)
        for _ in range(12):
            axial = base[2] + size * shock[2]
            top = np.argmax(axial, axis=0)
            slope = np.maximum(shock[2][top, each], 0.05)
            size = np.maximum(size + (wanted - axial[top, each]) / slope, _SMALLEST_SHOCK_G)
        whole = base + size * shock
        self._shock_g[first:last] = size
        self._axial_g[first:last] = whole[2].max(axis=0) - 1.0
        self._resultant_g[first:last] = np.sqrt((whole**2).sum(axis=0)).max(axis=0)


def _low_passed(signal: FloatArray) -> FloatArray:
    """Filter along axis 1: 2nd-order Butterworth at 60 Hz, bilinear transform with prewarping.

    It starts settled at the first sample's value.
    """
    warped = math.tan(math.pi * LOW_PASS_HZ / _TRUTH_HZ)
    scale = 1.0 + math.sqrt(2.0) * warped + warped**2
    b = warped**2 / scale
    a1 = 2.0 * (warped**2 - 1.0) / scale
    a2 = (1.0 - math.sqrt(2.0) * warped + warped**2) / scale
    out = np.empty_like(signal)
    x1 = x2 = y1 = y2 = signal[:, 0]
    for i in range(signal.shape[1]):
        x0 = signal[:, i]
        y0 = b * (x0 + 2.0 * x1 + x2) - a1 * y1 - a2 * y2
        out[:, i] = y0
        x1, x2, y1, y2 = x0, x1, y0, y1
    return out
