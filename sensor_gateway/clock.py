"""Device ticks to session seconds: envelopes from above and below, skew, smooth slewing.

Theory of operation. A packet leaves the sensor after its last sample, so its arrival is the
session time of that sample plus a delay that is never negative: (arrival - device time) is an
upper bound of the offset between the clocks, and the best of many packets is a close one. We keep
the best of every 2 s of arrivals, 60 of them. A clock read bounds the offset from both sides: the
sensor looked at its clock after we asked and before its answer came; we keep 60 reads. The line of
the offset lies under the ones and above the others (`offset_line`). Reads are what keeps it right,
and its uncertainty honest, where batches and connection events march in step and every packet
comes late by the same amount. After a start or an absence the line is laid anew at every packet,
because each is news then. A restarted sensor's offset is unknown, but its crystal is the same.

A sensor that stamps no time has its samples counted at their nominal rate. That is a clock too,
but one that is off by a per cent: `fit_counts` takes its rate from the arrivals, as far as they
tell more than the maker does, and lets the newest decide, because what the sensor has lost
without a word only shows in them.

What has been said about time stays said. When the line moves, times go on from the last one said
and approach the line slowly, so that the length of a stride is off by less than half a thousandth
of itself, and time never steps back. Across a gap it may step: no stride spans one.

References
----------
Paxson 1998, SIGMETRICS: clock skew from one-way delays, minima over intervals.
Moon, Skelly & Towsley 1999, INFOCOM: the skew whose line lies highest under all delays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from analytics.records import FloatArray
from sensor_gateway.offset_line import (
    LATE_S,
    USUAL_SKEW,
    WANDER,
    Bounds,
    Line,
    fit_counts,
    fit_line,
    no_bounds,
)

BUCKET_S = 2.0
MAX_BUCKETS = 60
MAX_READS = 60
SETTLE_S = 0.5  # enough packets for a first offset that is good to a connection event
MAX_SLEW = 500e-6  # of elapsed time: 0.35 ms in a stride of 0.7 s
_EARLY_S = 3.0  # after a start or an absence every packet counts, and the reads that come with them
_ABSENT_S = 1.0
_STEP_AFTER_GAP_S = 0.5  # the analysis starts anew after less than this
_PERIOD_RANGE = 0.05  # no sensor samples further off its nominal rate
_PERIOD_GAIN = 0.02  # a packet: follow the true rate over some 50 of them
_MAX_READ_S = 1.0  # far more than a line can be off, far less than a restart takes
_TIE_S = 1e-6  # keeps times apart where jittering stamps would make them collide
_BOUNDS = ("above", "asked", "answered")
_COUNT_SLEW = 5e-3  # of elapsed time: 3.5 ms in a stride of 0.7 s, no more than a rate is off


@dataclass(slots=True)
class _State:
    """All that the fit knows: plain numbers, and bounds of the offset, each an array (n, 2)."""

    first_arrival_s: float | None = None
    last_arrival_s: float = 0.0
    early_until_s: float = 0.0  # arrivals up to then are early ones
    bucket: int | None = None  # number of the open bucket, the last of `above`
    above: FloatArray = field(default_factory=no_bounds)  # a bucket's device_s, least offset_s
    asked: FloatArray = field(default_factory=no_bounds)  # a read's device_s, least offset_s
    answered: FloatArray = field(default_factory=no_bounds)  # and its largest
    round_trip_s: float = math.inf
    usual_skew: float = 0.0  # what was known of it at the start
    usual_skew_sigma: float = USUAL_SKEW
    skew: float = 0.0
    skew_sigma: float = USUAL_SKEW
    offset_s: float = 0.0  # of the line where the device clock says pivot_s
    pivot_s: float = 0.0
    uncertainty_s: float = 2 * LATE_S
    said_device_s: float | None = None
    said_s: float | None = None
    period_s: float | None = None
    packet: list[float] = field(default_factory=list)  # index and device_s of its first sample


LayLine: TypeAlias = Callable[[Bounds], Line]


class ClockFit:
    """Session time of one sensor's samples."""

    _lay: LayLine
    _slew: float

    def __init__(self) -> None:
        self._s = _State()
        self._lay, self._slew = fit_line, MAX_SLEW

    @classmethod
    def of_counts(cls) -> ClockFit:
        """Return one for a sensor whose only clock is the number of its samples."""
        fit = cls()
        fit._lay, fit._slew = fit_counts, _COUNT_SLEW
        return fit

    def restart(self) -> None:
        """Forget the device's clock, which has started anew; session time still only grows.

        Its crystal is the same as before.
        """
        state = self._s
        self._s = _State(
            said_s=state.said_s,
            usual_skew=state.skew,
            usual_skew_sigma=math.hypot(state.skew_sigma, WANDER),
            skew=state.skew,
        )

    def observe(
        self, *, arrival_s: float, device_s: float, first_index: int, n: int, rate_hz: float
    ) -> None:
        """Learn from a packet of n samples, the first taken at `device_s`."""
        state = self._s
        period_s = self._observe_period(device_s=device_s, first_index=first_index, rate_hz=rate_hz)
        last_s = device_s + (n - 1) * period_s
        offset_s = arrival_s - last_s
        first = state.first_arrival_s is None
        if first:
            state.first_arrival_s, state.pivot_s, state.offset_s = arrival_s, last_s, offset_s
        if first or arrival_s - state.last_arrival_s > _ABSENT_S:
            state.early_until_s = arrival_s + _EARLY_S
        state.last_arrival_s = arrival_s
        bucket = int(arrival_s // BUCKET_S)
        if bucket != state.bucket:
            if len(state.above):
                self._lay_line()
            state.bucket = bucket
            state.above = _newest(state.above, last_s, offset_s, most=MAX_BUCKETS)
        elif offset_s < state.above.item(-1):
            state.above[-1] = last_s, offset_s
        if arrival_s < state.early_until_s:
            self._lay_line()
        # No sample arrives before it was taken.
        state.offset_s = min(state.offset_s, offset_s - state.skew * (last_s - state.pivot_s))

    def observe_read(self, *, asked_s: float, arrival_s: float, device_s: float) -> None:
        """Learn from a clock read: the clock said `device_s` between our asking and its answer."""
        said_s = self.session_s(device_s)
        if not asked_s - _MAX_READ_S <= said_s <= arrival_s + _MAX_READ_S:
            return  # of another run of the clock
        state = self._s
        state.asked = _newest(state.asked, device_s, asked_s - device_s, most=MAX_READS)
        state.answered = _newest(state.answered, device_s, arrival_s - device_s, most=MAX_READS)
        state.round_trip_s = min(state.round_trip_s, arrival_s - asked_s)

    @property
    def settled(self) -> bool:
        """Whether the offset is good enough to tell times."""
        first_s = self._s.first_arrival_s
        return first_s is not None and self._s.last_arrival_s - first_s >= SETTLE_S

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
        """How far off the newest times may be, either way."""
        state = self._s
        if state.said_s is None or state.said_device_s is None:
            return state.uncertainty_s
        behind_s = abs(state.said_s - self.session_s(state.said_device_s))
        ahead_s = max(0.0, state.said_device_s - state.pivot_s)
        return state.uncertainty_s + behind_s + state.skew_sigma * ahead_s

    def session_s(self, device_s: float) -> float:
        """Return the session time at which the device's clock says `device_s`, unslewed."""
        state = self._s
        return device_s + (state.offset_s + state.skew * (device_s - state.pivot_s))

    def times(self, *, device_s: float, n: int) -> FloatArray:
        """Return session seconds of n samples, the first taken at `device_s`.

        Calls come in order of device time; every result is later than all that were given.
        """
        state = self._s
        period_s, steps = self.period_s, _steps(n)
        out = steps * (period_s + state.skew * period_s) + self.session_s(device_s)
        said_device_s, said_s = state.said_device_s, state.said_s
        if said_s is not None:
            if said_device_s is not None and device_s - said_device_s <= _STEP_AFTER_GAP_S:
                residual_s = said_s - self.session_s(said_device_s)
                since_s = device_s - said_device_s
                if abs(residual_s) > self._slew * since_s:
                    left_s = abs(residual_s) - self._slew * (since_s + period_s * steps)
                    out += np.copysign(np.maximum(left_s, 0.0), residual_s)
            if out.item(0) < said_s + _TIE_S:  # samples are further apart than ties: so is the rest
                out = np.maximum(out, said_s + _TIE_S * (steps + 1.0))
        state.said_device_s, state.said_s = device_s + (n - 1) * period_s, out.item(-1)
        return out

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        state = asdict(self._s)
        return {**state, **{name: state[name].tolist() for name in _BOUNDS}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        bounds = {name: np.array(state[name], float).reshape(-1, 2) for name in _BOUNDS}
        self._s = _State(**{**state, **bounds})

    def _observe_period(self, *, device_s: float, first_index: int, rate_hz: float) -> float:
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
        return period_s

    def _lay_line(self) -> None:
        state = self._s
        line = self._lay(
            Bounds(
                above=state.above,
                asked=state.asked,
                answered=state.answered,
                round_trip_s=state.round_trip_s,
                skew=state.usual_skew,
                skew_sigma=state.usual_skew_sigma,
                likely_skew=state.skew,
                likely_skew_sigma=state.skew_sigma,
            )
        )
        state.skew, state.offset_s, state.pivot_s = line.skew, line.offset_s, line.pivot_s
        state.skew_sigma, state.uncertainty_s = line.skew_sigma, line.uncertainty_s


def _newest(bounds: FloatArray, device_s: float, bound_s: float, *, most: int) -> FloatArray:
    """Return the newest bounds, `most` of them, with one more."""
    return np.concatenate([bounds[1 - most :], [[device_s, bound_s]]])


@cache  # packets of a sensor are of one size, or of two
def _steps(n: int) -> FloatArray:
    return np.arange(float(n))
