"""A runner's own correction of speed: our sensors against a pod, a treadmill or a phone.

What dead reckoning gets wrong (how high the sensor sits, how the foot rolls) stays the same for
a runner, a leg and a placement, and changes slowly with speed: Falbriard 2021 (Front Sports Act
Living) found the bias of foot sensors gone after a personal recursive least squares.

Ten seconds of steady running with a reading make one observation of `reading / own speed`. It is
fitted with `scale + slope (v - 3 m/s)` by recursive least squares that forgets; one too far off
is left out, several such in a row open the fit again. Each observation waits two seconds for
late readings, so that the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import floor
from statistics import fmean

import msgspec

from analytics.codec import dump_state, load_state
from analytics.records import SpeedFit, SpeedModel, SpeedReading, SpeedSource, Stride

WINDOW_S, WAIT_S = 10.0, 2.0
LEAST_STRIDES = 4  # in a window; a leg makes 12 to 15
STEADY = 1.10  # largest over smallest speed in a window
AT_MPS = 3.0  # the speed whose error `scale` is
PRIOR_SD = (0.05, 0.02)  # of scale and slope per m/s: errors between runners before correction
# What one window's mean of each source is good for. Pods: 2 to 3 % after calibration; treadmill
# belts 1 to 2 %; a phone's satellites 5 % over 10 s.
SOURCE_SD = {SpeedSource.FOOT_POD: 0.025, SpeedSource.TREADMILL: 0.015, SpeedSource.PHONE: 0.05}
KEEP = 0.99  # of the past a window: a memory of some 17 minutes of running
FAR = 3.0  # standard deviations: further is no observation of this runner...
REOPEN_AFTER = 6  # ...unless so many in a row say so: a new shoe, a sensor that moved
SMALLEST, LARGEST = 0.75, 1.30  # no correction beyond: then something else is wrong


def unknown() -> SpeedFit:
    """Return the fit of a leg that was never compared."""
    return SpeedFit(
        scale=1.0, slope=0.0, variance=(PRIOR_SD[0] ** 2, 0.0, PRIOR_SD[1] ** 2), n_windows=0
    )


def factor(fit: SpeedFit, speed_mps: float) -> float:
    """Return what to multiply an own speed by.

    Examples
    --------
    >>> factor(unknown(), 4.0)
    1.0

    """
    return min(LARGEST, max(SMALLEST, fit.scale + fit.slope * (speed_mps - AT_MPS)))


def learn(fit: SpeedFit, *, speed_mps: float, ratio: float, sd: float) -> SpeedFit | None:
    """Return the fit after one observation of reading over own speed; None if it is too far off."""
    x = speed_mps - AT_MPS
    a, b, d = fit.variance
    first, second = a + b * x, b + d * x  # P x
    expected = sd * sd + first + second * x
    off = ratio - fit.scale - fit.slope * x
    if off * off > FAR * FAR * expected:
        return None
    gain = (first / expected, second / expected)
    grown = (
        min(PRIOR_SD[0] ** 2, (a - gain[0] * first) / KEEP),
        b - gain[0] * second,
        min(PRIOR_SD[1] ** 2, (d - gain[1] * second) / KEEP),
    )
    return SpeedFit(
        scale=fit.scale + gain[0] * off,
        slope=fit.slope + gain[1] * off,
        variance=grown,
        n_windows=fit.n_windows + 1,
    )


@dataclass(slots=True, kw_only=True)
class _Leg:
    """One leg's fit, its speeds since the last window, and where that ended."""

    fit: SpeedFit
    pace: list[tuple[float, float]] = field(default_factory=list)
    done_s: float = 0.0
    far: int = 0  # observations too far off, in a row


class SpeedStage:
    """Strides in, the same strides with the runner's own correction of length and speed out.

    Parameters
    ----------
    runner : str
        Whose strides they are.
    model : SpeedModel or None
        What earlier runs have taught.

    References
    ----------
    Falbriard et al. 2021, Front Sports Act Living: personal recursive least squares.

    """

    VERSION = 1

    def __init__(self, *, runner: str, model: SpeedModel | None = None) -> None:
        self._runner = runner
        known = {} if model is None else model.legs
        self._legs = {name: _Leg(fit=fit) for name, fit in known.items()}
        self._readings: list[SpeedReading] = []

    @property
    def model(self) -> SpeedModel:
        """What is known of the runner now."""
        return SpeedModel(runner=self._runner, legs=_fits(self._legs))

    def push(self, item: Stride | SpeedReading) -> Iterable[Stride]:
        """Take a stride or a reading; return the stride corrected."""
        if isinstance(item, SpeedReading):
            if item.source in SOURCE_SD and item.speed_mps > 0.0:
                self._readings = [
                    r for r in self._readings if r.time_s > item.time_s - 3.0 * WINDOW_S
                ] + [item]
            return []
        if item.speed_mps is None or item.stride_length_m is None:
            return [item]
        name = f"{item.worn.side}-{item.worn.placement}"
        leg = self._legs.setdefault(name, _Leg(fit=unknown()))
        self._learn(leg, item.contact_s)
        leg.pace.append((item.contact_s, item.speed_mps))
        return [self.corrected(item)]

    def corrected(self, stride: Stride) -> Stride:
        """Return a stride with what is known of the runner now, learning nothing from it."""
        leg = self._legs.get(f"{stride.worn.side}-{stride.worn.placement}")
        if leg is None or leg.fit.n_windows == 0:
            return stride
        if stride.speed_mps is None or stride.stride_length_m is None:
            return stride
        by = factor(leg.fit, stride.speed_mps)
        return replace(
            stride,
            speed_mps=by * stride.speed_mps,
            stride_length_m=by * stride.stride_length_m,
        )

    def finish(self) -> Iterable[Stride]:
        """Return nothing: every stride left at once."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("speed", self.VERSION, {"legs": self._legs, "readings": self._readings})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        fields = load_state("speed", self.VERSION, state)
        self._legs = msgspec.convert(fields["legs"], dict[str, _Leg])
        self._readings = msgspec.convert(fields["readings"], list[SpeedReading])

    def _learn(self, leg: _Leg, now_s: float) -> None:
        """Compare the windows that are over, and the wait for their readings too."""
        until_s = WINDOW_S * floor((now_s - WAIT_S) / WINDOW_S)
        if until_s <= leg.done_s:
            return
        begin_s = until_s - WINDOW_S
        own = [v for at_s, v in leg.pace if begin_s <= at_s < until_s]
        told = [r for r in self._readings if begin_s <= r.time_s < until_s]
        leg.pace = [(at_s, v) for at_s, v in leg.pace if at_s >= until_s]
        leg.done_s = until_s
        if len(own) < LEAST_STRIDES or not told or not _steady([r.speed_mps for r in told]):
            return
        best = min(told, key=lambda r: SOURCE_SD[r.source]).source
        speeds = [r.speed_mps for r in told if r.source is best]
        mean = fmean(own)
        ratio = fmean(speeds) / mean
        found = learn(leg.fit, speed_mps=mean, ratio=ratio, sd=SOURCE_SD[best])
        leg.far = leg.far + 1 if found is None else 0
        if found is not None:
            leg.fit = found
        elif leg.far >= REOPEN_AFTER:
            leg.fit = replace(unknown(), scale=leg.fit.scale, n_windows=leg.fit.n_windows)


def _steady(speeds: list[float]) -> bool:
    return max(speeds) <= STEADY * min(speeds)


def _fits(legs: Mapping[str, _Leg]) -> dict[str, SpeedFit]:
    return {name: leg.fit for name, leg in legs.items() if leg.fit.n_windows > 0}
