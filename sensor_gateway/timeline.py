"""Samples of other makers' sensors in order: indices from the sensor's time, or by counting.

Theory of operation, where the sensor stamps time. The stamps of two packets and the samples
between them agree, or a notification was lost. What is lost is always whole notifications, so a
packet that begins less than half a notification late has nothing missing before it: stamps jitter,
and are rounded to milliseconds by some. Beginnings and sampling period are followed by a g-h
filter whose gains fall as it gets to know the sensor; the missing are counted with the period it
knows, and are whole notifications where all have been of one size. The same stamp again is a
repeat. A stamp that runs back, or far ahead, is a clock that was set or has started anew: nobody
can know how many samples are missing, and indices go on as after a restart.

Without stamps, nothing can be seen of a loss: samples are counted on, and only a new connection is
a gap, of unknown size.

References
----------
Brookner 1998, Tracking and Kalman Filtering Made Easy: growing-memory g-h filter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sensor_gateway.holes import Hole
from sensor_gateway.profiles.packets import Samples, Setup
from sensor_gateway.runs import Run
from sensor_gateway.sequence import next_life

_US = 1e6
_OLDEST_REPEAT_US = 2 * _US  # a link layer repeats what it just sent, not what is long past
_LONGEST_GAP_US = 3600 * _US  # beyond, somebody has set the sensor's clock
_PERIOD_RANGE = 0.05  # no sensor samples further off its nominal rate
_LEAST_G, _LEAST_H = 0.1, 0.006  # follow a crystal's wander, smooth stamps rounded to 1 ms


@dataclass(slots=True)
class _Stamped:
    """What the next packet is held against; plain numbers."""

    base: int = 0  # index of this life's first sample
    index: int = 0  # of the next sample
    packets: int = 0
    n: int = 0  # samples of the newest packet
    usual_n: int = 0  # of all packets; 0 where they differ
    stamp_us: float = 0.0  # newest, unwrapped
    first_us: float = 0.0  # filtered time of the newest packet's first sample
    period_us: float = 0.0
    rate_hz: float = 0.0


class _Forgetful:
    """A sensor without memory: what is missing will not come late."""

    def give_up(self) -> None:
        """Wait for nothing, as always."""

    def closed(self) -> list[Hole]:
        """Return none: nothing was waited for."""
        return []


class StampedSequencer(_Forgetful):
    """Orders packets that carry the sensor's time."""

    def __init__(self) -> None:
        self._s: _Stamped | None = None

    def push(self, samples: Samples, setup: Setup) -> Run | None:
        """Return what is new in the packet, or None if nothing is."""
        stamp, rate_hz = samples.stamp, setup.rate_hz
        assert stamp is not None  # noqa: S101 - families that stamp always do
        assert rate_hz is not None  # noqa: S101 - the stream waits for it
        seen = self._s
        if seen is None:
            return self._begin(samples, setup, base=0, restarted=False)
        stamp_us = _nearest(stamp.us, seen.stamp_us, stamp.wraps_us)
        moved_us = stamp_us - seen.stamp_us
        if -_OLDEST_REPEAT_US < moved_us <= 0.0:
            return None
        if rate_hz != seen.rate_hz or not 0.0 < moved_us < _LONGEST_GAP_US:
            return self._begin(samples, setup, base=next_life(seen.index), restarted=True)
        return self._go_on(seen, samples, setup, stamp_us)

    def link_lost(self) -> None:
        """Nothing to note: the stamps tell what was lost with the link."""

    def _begin(self, samples: Samples, setup: Setup, *, base: int, restarted: bool) -> Run:
        assert samples.stamp is not None  # noqa: S101 - see push
        assert setup.rate_hz is not None  # noqa: S101
        n, period_us = len(samples), _US / setup.rate_hz
        first_us = samples.stamp.us - samples.stamp.sample * period_us
        self._s = _Stamped(
            base=base,
            index=base + n,
            packets=1,
            n=n,
            usual_n=n,
            stamp_us=samples.stamp.us,
            first_us=first_us,
            period_us=period_us,
            rate_hz=setup.rate_hz,
        )
        return _run(samples, setup, index=base, device_us=first_us, restarted=restarted)

    def _go_on(self, seen: _Stamped, samples: Samples, setup: Setup, stamp_us: float) -> Run:
        assert samples.stamp is not None  # noqa: S101 - see push
        n = len(samples)
        began_us = stamp_us - samples.stamp.sample * seen.period_us
        expected_us = seen.first_us + seen.n * seen.period_us
        off = (began_us - expected_us) / seen.period_us
        missing = 0
        if off > 0.5 * n:
            whole = seen.usual_n if seen.usual_n == n else 1
            missing = max(whole * round(off / whole), 1)
        steps = seen.n + missing
        seen.packets += 1
        k = seen.packets
        g = max(_LEAST_G, 2.0 * (2 * k - 1) / (k * (k + 1)))
        h = max(_LEAST_H, 6.0 / (k * (k + 1)))
        expected_us += missing * seen.period_us
        residual_us = began_us - expected_us
        nominal_us = _US / seen.rate_hz
        seen.first_us = expected_us + g * residual_us
        seen.period_us = min(
            max(seen.period_us + h * residual_us / steps, nominal_us * (1.0 - _PERIOD_RANGE)),
            nominal_us * (1.0 + _PERIOD_RANGE),
        )
        index = seen.index + missing
        seen.index, seen.stamp_us, seen.n = index + n, stamp_us, n
        seen.usual_n = n if seen.usual_n == n else 0
        return _run(samples, setup, index=index, device_us=seen.first_us, missing=missing)

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return {"seen": None if self._s is None else asdict(self._s)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._s = None if state["seen"] is None else _Stamped(**state["seen"])


class CountingSequencer(_Forgetful):
    """Orders packets that carry neither number nor time."""

    def __init__(self) -> None:
        self._next_index = 0
        self._rate_hz: float | None = None
        self._again = False  # a new connection: what it follows on is unknown

    def push(self, samples: Samples, setup: Setup) -> Run:
        """Return the packet's samples: all that comes is new."""
        assert setup.rate_hz is not None  # noqa: S101 - the stream waits for it
        again = self._again or self._rate_hz not in (None, setup.rate_hz)
        index = next_life(self._next_index) if again else self._next_index
        self._next_index = index + len(samples)
        self._rate_hz, self._again = setup.rate_hz, False
        device_us = index * _US / setup.rate_hz
        return _run(samples, setup, index=index, device_us=device_us, restarted=again)

    def link_lost(self) -> None:
        """Note that a new connection follows: how much was lost before it cannot be known."""
        self._again = self._rate_hz is not None

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return {"next": self._next_index, "rate_hz": self._rate_hz, "again": self._again}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._next_index, self._rate_hz = state["next"], state["rate_hz"]
        self._again = state["again"]


def _nearest(value: float, near: float, modulus: float) -> float:
    """Return the number congruent to `value` that lies nearest to `near`."""
    if not np.isfinite(modulus):
        return value
    return near + (value - near + modulus / 2) % modulus - modulus / 2


def _run(
    samples: Samples,
    setup: Setup,
    *,
    index: int,
    device_us: float,
    missing: int = 0,
    restarted: bool = False,
) -> Run:
    step_g = samples.step_g if samples.step_g is not None else setup.step_g
    assert step_g is not None  # noqa: S101 - the stream waits for it
    reason = "lost on the air or in the sensor" if missing else ""
    return Run(
        first_index=index,
        device_us=round(device_us),
        missing=None if restarted else missing,
        reason="the stream began anew" if restarted else reason,
        restarted=restarted,
        rate_hz=setup.rate_hz or 0.0,
        accel_g=samples.accel * step_g,
        gyro_radps=samples.gyro_radps,
        range_g=np.inf if setup.range_g is None else setup.range_g,
    )
