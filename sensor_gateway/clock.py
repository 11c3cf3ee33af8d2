"""Device ticks to session seconds: lower envelope, robust regression with skew, smooth slewing.

Theory of operation. A packet leaves the sensor after its last sample, so its arrival is the
session time of that sample plus a delay that is never negative: (arrival - device time) is an
upper bound of the offset between the clocks, and the best of many packets is a close one. We keep
the best of every 2 s of arrivals, 60 of them, and lay a line with a skew under them. An answered
clock read bounds the offset from below too (the sensor looked at its clock after we asked), which
is what makes the uncertainty honest where batches and connection events march in step and every
packet comes late by the same amount.

What has been said about time stays said. When the line moves, times go on from the last one said
and approach the line slowly, so that the length of a stride is off by less than half a thousandth
of itself, and time never steps back. Across a gap it may step: no stride spans one.

References
----------
Paxson 1998, SIGMETRICS: clock skew from one-way delays, minima over intervals.
Sen 1968, J Am Stat Assoc: slope as the median of all pairwise slopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import numpy as np

from analytics.records import FloatArray

BUCKET_S = 2.0
MAX_BUCKETS = 60
SETTLE_S = 0.5  # enough packets for a first offset that is good to a connection event
MAX_SLEW = 500e-6  # of elapsed time: 0.35 ms in a stride of 0.7 s
MAX_SKEW = 300e-6  # sensors' oscillators are good to 100 ppm or better
_SKEW_SIGMA = 50e-6  # usual for a sensor's crystal, 20 to 50 ppm; the prior of the regression
_NOISE_FLOOR_S = 0.5e-3  # bucket minima never scatter less on a real radio
_LOW_QUANTILE = 1 / 8  # of the bucket minima: below most, yet no slave of a single stamp
_STEP_AFTER_GAP_S = 0.5  # the analysis starts anew after less than this
_PERIOD_RANGE = 0.05  # no sensor samples further off its nominal rate
_PERIOD_GAIN = 0.02  # a packet: follow the true rate over some 50 of them
_MIN_READS = 3
_READ_SHORTFALLS = 3.0  # the best of n reads is this many mean spacings short in 1 of 20 cases
_UNREAD_UNCERTAINTY_S = 0.015  # half of the slowest usual connection interval, 30 ms
_MAX_READ_S = 1.0  # far more than a line can be off, far less than a restart takes
_TIE_S = 1e-6  # keeps times apart where jittering stamps would make them collide

_Time = TypeVar("_Time", float, FloatArray)


@dataclass(slots=True)
class _State:
    """All that the fit knows; plain numbers, so that it dumps as it is."""

    first_arrival_s: float | None = None
    last_arrival_s: float = 0.0
    bucket: int | None = None
    best: list[float] = field(default_factory=list)  # of the open bucket: device_s, offset_s
    points: list[list[float]] = field(default_factory=list)  # of the closed buckets
    reads: list[list[float]] = field(default_factory=list)  # device_s, lower bound of the offset
    skew: float = 0.0
    offset_s: float = 0.0  # of the line where the device clock says pivot_s
    pivot_s: float = 0.0
    uncertainty_s: float = 2 * _UNREAD_UNCERTAINTY_S
    said_device_s: float | None = None
    said_s: float | None = None
    period_s: float | None = None
    packet: list[float] = field(default_factory=list)  # index and device_s of its first sample


class ClockFit:
    """Session time of one sensor's samples."""

    def __init__(self) -> None:
        self._s = _State()

    def restart(self) -> None:
        """Forget the device's clock, which has started anew; session time still only grows."""
        self._s = _State(said_s=self._s.said_s)

    def observe(
        self, *, arrival_s: float, device_s: float, first_index: int, n: int, rate_hz: float
    ) -> None:
        """Learn from a packet of n samples, the first taken at `device_s`."""
        state = self._s
        self._observe_period(device_s=device_s, first_index=first_index, rate_hz=rate_hz)
        last_s = device_s + (n - 1) * self.period_s
        offset_s = arrival_s - last_s
        if state.first_arrival_s is None:
            state.first_arrival_s, state.pivot_s, state.offset_s = arrival_s, last_s, offset_s
        state.last_arrival_s = arrival_s
        bucket = int(arrival_s // BUCKET_S)
        if bucket != state.bucket:
            if state.best:
                state.points = [*state.points[1 - MAX_BUCKETS :], state.best]
                self._lay_line()
            state.bucket, state.best = bucket, []
        if not state.best or offset_s < state.best[1]:
            state.best = [last_s, offset_s]
        # No sample arrives before it was taken.
        state.offset_s = min(state.offset_s, offset_s - state.skew * (last_s - state.pivot_s))

    def observe_read(self, *, asked_s: float, arrival_s: float, device_s: float) -> None:
        """Learn from a clock read: the clock said `device_s` between our asking and its answer."""
        said_s = self.session_s(device_s)
        if not asked_s - _MAX_READ_S <= said_s <= arrival_s + _MAX_READ_S:
            return  # of another run of the clock
        self._s.reads = [*self._s.reads[1 - MAX_BUCKETS :], [device_s, asked_s - device_s]]

    @property
    def settled(self) -> bool:
        """Whether the offset is good enough to tell times."""
        state = self._s
        if state.first_arrival_s is None:
            return False
        return bool(state.points) or state.last_arrival_s - state.first_arrival_s >= SETTLE_S

    @property
    def period_s(self) -> float:
        """Time from sample to sample on the device's clock."""
        period_s = self._s.period_s
        if period_s is None:
            message = "no packet observed yet"
            raise ValueError(message)
        return period_s

    @property
    def uncertainty_s(self) -> float:
        """How far off the times may be, either way."""
        return self._s.uncertainty_s

    def session_s(self, device_s: float) -> float:
        """Return the session time at which the device's clock says `device_s`, unslewed."""
        return device_s + self._offset_at(device_s)

    def times(self, *, device_s: float, n: int) -> FloatArray:
        """Return session seconds of n samples, the first taken at `device_s`.

        Calls come in order of device time; every result is later than all that were given.
        """
        state = self._s
        at_s: FloatArray = device_s + self.period_s * np.arange(n, dtype=np.float64)
        out: FloatArray = at_s + self._offset_at(at_s)
        said_device_s, said_s = state.said_device_s, state.said_s
        if said_s is not None:
            if said_device_s is not None and device_s - said_device_s <= _STEP_AFTER_GAP_S:
                residual_s = said_s - self.session_s(said_device_s)
                left_s = np.maximum(abs(residual_s) - MAX_SLEW * (at_s - said_device_s), 0.0)
                out += np.copysign(left_s, residual_s)
            out = np.maximum(out, said_s + _TIE_S * np.arange(1, n + 1))
        state.said_device_s, state.said_s = float(at_s[-1]), float(out[-1])
        return out

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return asdict(self._s)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._s = _State(**state)

    def _offset_at(self, device_s: _Time) -> _Time:
        state = self._s
        return state.offset_s + state.skew * (device_s - state.pivot_s)

    def _observe_period(self, *, device_s: float, first_index: int, rate_hz: float) -> None:
        """Follow the true sample rate, which may be some per cent off its nominal value."""
        state = self._s
        nominal_s = 1.0 / rate_hz
        period_s = nominal_s if state.period_s is None else state.period_s
        if abs(period_s / nominal_s - 1.0) > _PERIOD_RANGE:  # another rate was chosen
            period_s = nominal_s
        elif state.packet and first_index > state.packet[0]:
            measured_s = (device_s - state.packet[1]) / (first_index - state.packet[0])
            if abs(measured_s / nominal_s - 1.0) <= _PERIOD_RANGE:
                period_s += _PERIOD_GAIN * (measured_s - period_s)
        state.period_s, state.packet = period_s, [first_index, device_s]

    def _lay_line(self) -> None:
        """Lay the line under the bucket minima, not below what the clock reads allow."""
        state = self._s
        points = np.array(state.points)
        skew, spread_s = fit_skew(points)
        pivot_s = float(points[-1, 0])
        offsets_s = np.sort(points[:, 1] - skew * (points[:, 0] - pivot_s))
        offset_s = float(offsets_s[int(len(offsets_s) * _LOW_QUANTILE)])
        state.uncertainty_s = _UNREAD_UNCERTAINTY_S + spread_s
        if len(state.reads) >= _MIN_READS:
            reads = np.array(state.reads)
            bounds_s = reads[:, 1] - skew * (reads[:, 0] - pivot_s)
            low_s = float(bounds_s.max())
            short_s = (low_s - float(bounds_s.min())) / (len(reads) - 1)
            offset_s = min(offset_s, low_s + _READ_SHORTFALLS * short_s + _NOISE_FLOOR_S)
            state.uncertainty_s = max(offset_s - low_s, 0.0) + _NOISE_FLOOR_S
        state.skew, state.offset_s, state.pivot_s = skew, offset_s, pivot_s


def fit_skew(points: FloatArray) -> tuple[float, float]:
    """Return the skew of (device_s, offset_s) points and their spread around the line.

    The median of all pairwise slopes, shrunk towards none as far as so few points, so scattered,
    say less than we know about crystals beforehand.

    Parameters
    ----------
    points : array, shape (n, 2)
        Device time and the least offset seen there, both in seconds.
    """
    device_s, offset_s = points[:, 0] - points[:, 0].mean(), points[:, 1]
    first, second = np.triu_indices(len(points), k=1)
    run_s = device_s[second] - device_s[first]
    apart = run_s > 0.0
    if not apart.any():
        return 0.0, _NOISE_FLOOR_S
    slope = float(np.median((offset_s[second] - offset_s[first])[apart] / run_s[apart]))
    around_s = offset_s - slope * device_s
    mad_s = float(np.median(np.abs(around_s - np.median(around_s))))
    spread_s = max(_NOISE_FLOOR_S, 1.4826 * mad_s)  # a Gaussian's SD from its MAD
    information = float((device_s**2).sum())
    slope *= information / (information + (spread_s / _SKEW_SIGMA) ** 2)
    return min(max(slope, -MAX_SKEW), MAX_SKEW), spread_s
