"""Running told from walking, standing and the rest: three running-like strides in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import dropwhile
from statistics import median
from typing import Any

from analytics.records import Activity, Placement, Stride

# A running stride, from jog-walk (about 110 steps/min, product.md: nobody is too slow) to sprint
# (240), with some room for the odd stride of a turn.
SHORTEST_S, LONGEST_S = 0.45, 1.20
# RMS of |a| - 1 g over the stride. Walking at the shin makes 0.3-0.6 g, running from 0.8 g
# (science.md, 1). At the shoe the two overlap from 0.5 to 1.3 g: there rest tells them apart.
LEAST_ENERGY_G = {Placement.SHIN: 0.7, Placement.SHOE: 0.5}
# Longest time within 0.15 g of rest. A walking foot lies flat for 0.25-0.5 s of each stride
# (stance 60 %, Perry & Burnfield 2010); a running one for less than its contact, 0.35 s at the
# slowest jog, of which push-off takes more than half. In tight laps slow strides rest up to
# 0.21 s, fast walks in the same room 0.25 s at least.
LONGEST_REST_S = 0.22
SURE_REST_S = 0.25  # once running is sure: one flat-footed stride of a turn is not a walk yet
# A runner who brakes for a turn or starts with a shuffle puts a foot down flat for a stride or
# two. Between strides that run these belong to the run; of a walk before or after it none does.
MOST_FLAT = 2  # in a row
SURE_AFTER = 3  # strides in a row
MOST_WAITING = 16  # strides kept until running is sure: some 12 s
MOST_TRUST = 4  # a sure gate forgives one odd stride, not two
LEARN = 0.3  # weight of the newest stride in the usual stride time
EVEN_WITHIN = 0.25  # of the usual stride time: in a turn strides stray so far, a missed one farther
WEAK_SHARE = 0.6  # of the usual strength: below, a push-off or a last walking step opened the row
STILL_G = 0.05  # RMS of |a| - 1 g over a second of a sensor at rest
WALKING_WITHIN_S = 1.6  # two landings of one foot: slower is standing about
WALKING_G = 0.12  # RMS of |a| - 1 g over a second with a step in it


class Likeness(StrEnum):
    """What one stride looks like by itself."""

    RUNNING = "running"
    FLAT = "flat"  # as long and as lively as running, but the foot rested too long
    TWO = "two"  # two of running: a freeze hid the landing between them
    OTHER = "other"


@dataclass(slots=True)
class RunningGate:
    """Says of each stride whether it is one of running, and whether running is sure.

    Examples
    --------
    >>> gate = RunningGate(placement=Placement.SHOE)
    >>> {gate.judge(stride_s=0.7, energy_g=2.0, quiet_s=0.05).value for _ in range(4)}
    {'running'}
    >>> gate.sure
    True
    >>> gate.judge(stride_s=1.1, energy_g=0.9, quiet_s=0.35).value
    'flat'

    """

    placement: Placement
    trust: int = 0
    sure: bool = False
    usual_s: float = 0.0

    def judge(self, *, stride_s: float, energy_g: float, quiet_s: float) -> Likeness:
        """Count a stride in; return what it is like."""
        lively = SHORTEST_S <= stride_s <= LONGEST_S and energy_g >= LEAST_ENERGY_G[self.placement]
        alike = lively and quiet_s < (SURE_REST_S if self.sure else LONGEST_REST_S)
        even = abs(stride_s - self.usual_s) <= EVEN_WITHIN * self.usual_s
        if alike and not even and not self.sure:
            self.trust = 0  # whatever came before, the row begins here
        if alike and self.trust == 0:
            self.usual_s = stride_s
            even = True
        if alike and even:
            self.trust = min(MOST_TRUST, self.trust + 1)
            self.usual_s += LEARN * (stride_s - self.usual_s)
        else:
            self.trust = max(0, self.trust - 2) if self.sure else 0
        self.sure = self.trust >= SURE_AFTER or (self.sure and self.trust > 0)
        if alike and even:
            return Likeness.RUNNING
        return Likeness.FLAT if lively and not alike else Likeness.OTHER

    def pause(self) -> None:
        """No landing for long, or a gap: running has to show itself again."""
        self.trust = 0
        self.sure = False
        self.usual_s = 0.0

    def dump(self) -> dict[str, Any]:
        """Return the state as plain values."""
        return {"trust": self.trust, "sure": self.sure, "usual_s": self.usual_s}


def hides_landing(stride_s: float, *, frozen: bool, usual_s: float) -> bool:
    """Tell whether a stride of a row not yet sure is two of it.

    Examples
    --------
    >>> [hides_landing(1.38, frozen=seen, usual_s=0.7) for seen in (True, False)]
    [True, False]

    """
    return frozen and abs(stride_s - 2.0 * usual_s) <= EVEN_WITHIN * usual_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A stride that may be of a run, and the largest jerk of the landing that opened it."""

    stride: Stride
    like: Likeness
    strength_gps: float


def held(waiting: Sequence[Waiting], one: Waiting) -> list[Waiting]:
    """Return the strides that wait once this one has come."""
    flats = 0
    for before in reversed((*waiting, one)):
        if before.like is not Likeness.FLAT:
            break
        flats += 1
    return [] if flats > MOST_FLAT else [*waiting, one][-MOST_WAITING:]


def row_of_running(waiting: Sequence[Waiting], *, usual_s: float) -> list[Waiting]:
    """Return the strides at the end of the row that keep the rhythm of the run now sure.

    What opened the first of them has to be a landing: not much weaker than the others.
    """
    row: list[Waiting] = []
    for one in reversed(waiting):
        if one.like is Likeness.TWO:
            continue  # the row goes on before it, but where its middle landing was nobody knows
        if abs(one.stride.stride_time_s - usual_s) > EVEN_WITHIN * usual_s:
            break
        row.insert(0, one)
    usual_gps = median(one.strength_gps for one in row)
    row = from_running(row)
    if row[0].strength_gps < WEAK_SHARE * usual_gps:
        del row[0]
    return from_running(row)


def from_running(row: Sequence[Waiting]) -> list[Waiting]:
    """Return the row from its first stride that is like running on."""
    return list(dropwhile(lambda one: one.like is Likeness.FLAT, row))


@dataclass(slots=True)
class ActivityTeller:
    """Says what a second was: still, walking, running or something else."""

    landings_s: list[float] = field(default_factory=list)  # the last two

    def landed(self, contact_s: float) -> None:
        """Note a landing."""
        self.landings_s = [*self.landings_s[-1:], contact_s]

    def tell(self, *, until_s: float, energy_g: float, running: bool) -> Activity:
        """Return what the second ending at `until_s` was."""
        if running:
            return Activity.RUNNING
        if energy_g < STILL_G:
            return Activity.STILL
        match self.landings_s:
            case [before_s, last_s] if energy_g >= WALKING_G:
                recent = last_s > until_s - 1.0 - WALKING_WITHIN_S
                if recent and last_s - before_s <= WALKING_WITHIN_S:
                    return Activity.WALKING
        return Activity.OTHER
