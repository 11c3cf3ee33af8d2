"""Whether the sensors read what they should while their runner stands still.

Standing still is the one moment in which the truth is known: every sensor feels gravity and
nothing else. What is checked: that it was still, and that the sensor reads 1 g. The segment's axis
is taken from the same rest by the mount kernel; nothing is changed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from analytics.records import FloatArray, SampleBlock, SessionEvent, Side

STILL_S = 3.0  # long enough for the mount kernel's 2 s
PATIENCE_S = 15.0  # who has not stood still by then is told so
STILL_G = 0.05  # largest spread of |a| of a sensor at rest, as of the mount kernel
SCALE_G = 0.05  # how far |a| may be from 1 g: consumer accelerometers are within 0.04 g
STANDING_ASKED, STANDING, NOT_STANDING = "standing_asked", "standing", "not_standing"


@dataclass(slots=True)
class _Leg:
    """The rest of one leg's sensor so far."""

    since_s: float | None = None
    n: int = 0
    sum_g: float = 0.0
    low_g: float = math.inf
    high_g: float = -math.inf
    done: bool = False

    def again(self) -> None:
        self.since_s, self.n, self.sum_g = None, 0, 0.0
        self.low_g, self.high_g = math.inf, -math.inf

    def take(self, time_s: float, accel_g: FloatArray) -> None:
        x, y, z = (float(value) for value in accel_g)
        size_g = math.sqrt(x * x + y * y + z * z)
        self.low_g, self.high_g = min(self.low_g, size_g), max(self.high_g, size_g)
        if self.high_g - self.low_g > 2 * STILL_G:
            self.again()
            return
        self.since_s = time_s if self.since_s is None else self.since_s
        self.n += 1
        self.sum_g += size_g
        self.done = time_s - self.since_s >= STILL_S

    @property
    def mean_g(self) -> float:
        return self.sum_g / self.n if self.n else math.nan


@dataclass(slots=True, kw_only=True)
class StandingCheck:
    """Waits for three seconds of rest of every sensor, and says how it went; once a request.

    Examples
    --------
    >>> check = StandingCheck(runner="ada", session="1", sides={Side.LEFT})
    >>> check.waits
    False
    >>> check.begin(10.0)
    >>> check.waits
    True

    """

    runner: str
    session: str
    sides: set[Side]
    _from_s: float | None = None
    _legs: dict[Side, _Leg] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether a check is under way."""
        return self._from_s is not None

    def begin(self, time_s: float) -> None:
        """Begin a check."""
        self._from_s = time_s
        self._legs = {side: _Leg() for side in self.sides}

    def push(self, block: SampleBlock) -> Iterable[SessionEvent]:
        """Take samples; return the answer once there is one."""
        if self._from_s is None or block.late:
            return []
        leg = self._legs[block.worn.side]
        for time_s, accel_g in zip(block.time_s, block.accel_g, strict=True):
            if time_s >= self._from_s and not leg.done:
                leg.take(float(time_s), accel_g)
        now_s = float(block.time_s[-1])
        if all(one.done for one in self._legs.values()):
            return [self._answer(now_s)]
        if now_s - self._from_s > PATIENCE_S:
            waiting = [
                str(side) for side in Side if side in self.sides and not self._legs[side].done
            ]
            text = f"Not still yet: {' and '.join(waiting)}. Try again"
            return [self._event(now_s, NOT_STANDING, text)]
        return []

    def _answer(self, now_s: float) -> SessionEvent:
        off = [
            f"{side} reads {leg.mean_g:.2f} g"
            for side, leg in sorted(self._legs.items())
            if abs(leg.mean_g - 1.0) > SCALE_G
        ]
        if off:
            text = f"Check the sensor: {', '.join(off)} at rest instead of 1 g"
            return self._event(now_s, NOT_STANDING, text)
        return self._event(now_s, STANDING, "Sensors checked: still, and at 1 g")

    def _event(self, time_s: float, kind: str, text: str) -> SessionEvent:
        self._from_s = None
        return SessionEvent(
            runner=self.runner, session=self.session, time_s=time_s, kind=kind, text=text
        )
