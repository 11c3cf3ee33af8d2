"""Whether the left and the right shoe's sensors were taken for each other.

Theory of operation
-------------------
A foot that has landed rolls inwards (it everts as the heel takes load), whatever the runner's
style, and inwards is to the right for the left foot and to the left for the right one. A sensor
worn at the other side therefore tells a foot that hardly rolls inwards at all. Of nine runners at
2.5, 3.5 and 4.5 m/s (Fukuchi et al. 2017, PeerJ 5:e3298) every foot rolled inwards by 7 degrees
or more in the median, and by 3 degrees or less where its side was named wrongly.

Both feet must say so, each over its newest strides, before it is said: one foot alone may be a
runner's own. It is taken back when both say the opposite. A shank tells nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from analytics.codec import dump_state, load_state
from analytics.merge import Second
from analytics.records import SessionEvent, Side, Stride

SWAPPED, UNSWAPPED = "sensors-swapped", "sensors-right"  # SessionEvent kinds
LEAST_ROLL_DEG = 5.0  # midway between the two groups
STRIDES = 15  # of each foot: some 10 s
_STAGE, _VERSION = "swapped", 1


@dataclass(slots=True)
class _State:
    swapped: bool = False
    roll_deg: dict[str, list[float]] = field(default_factory=dict)


class SwappedStage:
    """From seconds of both legs to an event when their sensors look swapped, or right again."""

    def __init__(self, *, runner: str, session: str) -> None:
        self._runner = runner
        self._session = session
        self._s = _State()

    def push(self, second: Second) -> Iterable[SessionEvent]:
        """Take one second of both legs."""
        for stride in second.strides:
            self._take(stride)
        if not (self._says_otherwise(Side.LEFT) and self._says_otherwise(Side.RIGHT)):
            return []
        self._s.swapped = not self._s.swapped
        return [self._event(second.until_s)]

    def finish(self) -> Iterable[SessionEvent]:
        """Return nothing: what was not sure before is not said at the end."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state(_STAGE, _VERSION, {"swapped": self._s.swapped, "roll": self._s.roll_deg})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        kept = load_state(_STAGE, _VERSION, state)
        self._s = _State(swapped=kept["swapped"], roll_deg=kept["roll"])

    def _take(self, stride: Stride) -> None:
        roll_deg = stride.pronation_excursion_deg
        if roll_deg is not None:
            of_side = self._s.roll_deg.setdefault(stride.worn.side, [])
            of_side.append(roll_deg)
            del of_side[:-STRIDES]

    def _says_otherwise(self, side: Side) -> bool:
        """Tell whether a foot rolls inwards while it is taken for the other, or does not else."""
        roll_deg = self._s.roll_deg.get(side, ())
        if len(roll_deg) < STRIDES:
            return False
        return (median(roll_deg) > LEAST_ROLL_DEG) is self._s.swapped

    def _event(self, time_s: float) -> SessionEvent:
        told = {
            True: (SWAPPED, "Left and right sensors look swapped: change them over, cues paused"),
            False: (UNSWAPPED, "Left and right sensors are on their own sides"),
        }
        kind, text = told[self._s.swapped]
        return SessionEvent(
            runner=self._runner, session=self._session, time_s=time_s, kind=kind, text=text
        )
