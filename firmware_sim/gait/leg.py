"""One leg in motion: what its sensor would measure at any time, and the truth about each stride."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from analytics.records import FloatArray
from firmware_sim.gait.contacts import Contacts

LOW_PASS_HZ = 60.0  # what peaks are defined after (docs/conventions.md)
PEAK_WINDOW_S = 0.075
_TRUTH_HZ = 1600.0
_SETTLE_S = 0.030  # exp(-2 pi 60 / sqrt 2 * 0.03 s) = 3e-4 of what changed before
_AHEAD = 64  # landings solved at a time: some 7 ms of work, and half of it whatever their number
_SMALLEST_SHOCK_G = 0.2  # a landing is never softer than this, whatever was drawn


class Gait(Protocol):
    """How one segment moves over a leg's landings; all times increase."""

    contacts: Contacts
    shock_leads_s: float
    shock_lasts_s: float

    def base(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return specific force (3, n) in g without shocks, angular rate (3, n) in rad/s.

        And how the segment lies, in its own numbers: `shock` asks for that.
        """
        ...

    def shock(self, since_s: FloatArray, lies: FloatArray) -> FloatArray:
        """Return a shock (3, n) at times since its landing, in the segment's axes, as if of 1 g.

        The times are those of the usual ground: on a harder one they pass faster.
        """
        ...


class Leg:
    """A segment's motion as a function of time, each landing as hard as it was drawn.

    The size of a landing's shock is solved so that the axial peak, by its definition (low-passed
    at 60 Hz, in 75 ms after contact, less 1 g), is the drawn one in continuous time. That is
    done just ahead of use, a few landings at a time.
    """

    def __init__(self, *, gait: Gait) -> None:
        self.gait = gait
        self.contacts = gait.contacts
        self._shock_g = np.zeros(len(self.contacts))
        self._axial_g = np.zeros(len(self.contacts))
        self._resultant_g = np.zeros(len(self.contacts))
        self._solved = 0

    def motion(self, time_s: FloatArray) -> FloatArray:
        """Return specific force in g and angular rate in rad/s, (6, n), at increasing times."""
        accel, rate, lies = self.gait.base(time_s)
        lands_s, tone = self.contacts.contact_s, self.contacts.tone
        leads_s, lasts_s = self.gait.shock_leads_s / tone, self.gait.shock_lasts_s / tone
        heard = (time_s[0] - lasts_s.max(), time_s[-1] + leads_s.max())
        first, stop = np.searchsorted(lands_s, heard).tolist()
        self._solve_until(stop)
        begins = time_s.searchsorted(lands_s[first:stop] - leads_s[first:stop]).tolist()
        ends = time_s.searchsorted(lands_s[first:stop] + lasts_s[first:stop]).tolist()
        spans = [slice(begin, end) for begin, end in zip(begins, ends, strict=True)]
        if spans:  # all at once: much of the work does not grow with the points
            since_s = [
                tone[k] * (time_s[span] - lands_s[k]) for k, span in enumerate(spans, start=first)
            ]
            lie = np.concatenate([lies[:, span] for span in spans], axis=1)
            shock = self.gait.shock(np.concatenate(since_s), lie)
            edges = np.cumsum([len(each) for each in since_s])[:-1]
            parts = np.split(shock, edges, axis=1)
            for k, (span, part) in enumerate(zip(spans, parts, strict=True), start=first):
                accel[:, span] += self._shock_g[k] * part
        return np.concatenate([accel, rate])

    def peaks_g(self) -> tuple[FloatArray, FloatArray]:
        """Return the true axial and resultant peak of every landing."""
        self._solve_until(len(self.contacts))
        return self._axial_g, self._resultant_g

    def _solve_until(self, stop: int) -> None:
        while self._solved < stop:
            last = min(self._solved + _AHEAD, len(self.contacts))
            self._solve(self._solved, last)
            self._solved = last

    def _solve(self, first: int, last: int) -> None:
        """Find the shock sizes of landings first..last-1 by Newton steps on their peaks.

        The peak is a maximum of straight lines in the shock's size, hence convex: the steps
        close in from one side and end exactly.
        """
        grid = np.arange(-_SETTLE_S, PEAK_WINDOW_S + 0.006, 1.0 / _TRUTH_HZ)
        n = last - first
        time_s = grid + self.contacts.contact_s[first:last, np.newaxis]
        base, _, lies = self.gait.base(time_s.ravel())
        tone = self.contacts.tone[first:last, np.newaxis]
        since_s = tone * (time_s - self.contacts.contact_s[first:last, np.newaxis])
        shock = self.gait.shock(since_s.ravel(), lies)
        delay = math.sqrt(2.0) / (2.0 * math.pi * LOW_PASS_HZ)
        window = (grid >= delay) & (grid <= PEAK_WINDOW_S + delay)
        both = np.stack([base, shock]).reshape(2, 3, n, len(grid))
        base, shock = low_passed(both, rate_hz=_TRUTH_HZ)[..., window]
        wanted = self.contacts.peak_accel_g[first:last] + 1.0
        size = np.full(n, _SMALLEST_SHOCK_G)
        each = np.arange(n)
        for _ in range(8):
            axial = base[2] + size[:, np.newaxis] * shock[2]
            top = np.argmax(axial, axis=1)
            slope = np.maximum(shock[2, each, top], 0.05)
            size = np.maximum(size + (wanted - axial[each, top]) / slope, _SMALLEST_SHOCK_G)
        whole = base + size[:, np.newaxis] * shock
        self._shock_g[first:last] = size
        self._axial_g[first:last] = whole[2].max(axis=1) - 1.0
        self._resultant_g[first:last] = np.sqrt((whole**2).sum(axis=0)).max(axis=1)


def low_passed(signal: FloatArray, *, rate_hz: float) -> FloatArray:
    """Filter along the last axis: 2nd-order Butterworth at 60 Hz, bilinear with prewarping.

    It starts settled at the first sample's value.
    """
    warped = math.tan(math.pi * LOW_PASS_HZ / rate_hz)
    scale = 1.0 + math.sqrt(2.0) * warped + warped**2
    b = warped**2 / scale
    a1 = 2.0 * (warped**2 - 1.0) / scale
    a2 = (1.0 - math.sqrt(2.0) * warped + warped**2) / scale
    steps = np.ascontiguousarray(np.moveaxis(signal, -1, 0))
    fed = steps.copy()
    fed[1:] += 2.0 * steps[:-1]
    fed[2:] += steps[:-2]
    fed[0] += 3.0 * steps[0]
    fed[1] += steps[0]
    fed *= b
    out = np.empty_like(steps)
    before = last = steps[0]
    for i in range(len(steps)):
        last, before = fed[i] - a1 * last - a2 * before, last
        out[i] = last
    return np.moveaxis(out, 0, -1)
