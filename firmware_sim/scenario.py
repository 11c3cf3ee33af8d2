"""What a simulated run is like: who wears what, for how long, how form changes, what breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analytics.errors import InputError
from analytics.records import Placement, Side, Surface
from firmware_sim.battery import FULL_PCT, LASTS_H
from firmware_sim.course import Course
from firmware_sim.faults import Fault, OutOfReach, PowerCut
from firmware_sim.firmware import BATCH_SAMPLES
from firmware_sim.stretch import Doing, Stretch
from firmware_sim.tired import (
    HARD,
    HARD_FROM_ASYMMETRY,
    SLOWING,
    STIFF,
    TREADMILL,
    TYPICAL,
    Tiring,
    breaks,
)

# 185 ms at 200 Hz and 466 bytes, which an MTU of 517 carries: long runs, at which nobody looks,
# cost by the packet. Like 13 it shares no divisor with the usual connection intervals.
LONG_PACKET = 37


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A simulated run; together with a seed it decides everything.

    Attributes
    ----------
    minutes : float
        How long the world lasts, standing at both ends included.
    warm_up_s : float
        For how long the service should cue nothing.
    still_s : float
        How long the runner stands once the sensors stream.
    tiring : tuple of Tiring
        How form changes.
    stretches : tuple of Stretch
        What the runner does from the first landing on; plain running follows, to the end.
    battery_pct, battery_hours : float
        The sensors' charge at the start, and how long a full battery lasts.
    asymmetry : float or None
        By how much the fresh legs' impacts differ, of their mean; None: as the runner is drawn.
    samples_a_packet : int
        How many samples a sensor gathers before it sends them.
    has_baseline : bool
        Whether the runner's fresh form is known beforehand.
    interval_s : float
        Connection interval of the sensors' links; 0: packets take no time on the air.

    """

    name: str
    about: str
    placement: Placement
    minutes: float
    warm_up_s: float = 480.0
    still_s: float = 4.0
    accel_range_g: float = 32.0
    samples_a_packet: int = BATCH_SAMPLES
    tiring: tuple[Tiring, ...] = ()
    battery_pct: float = FULL_PCT
    battery_hours: float = LASTS_H
    asymmetry: float | None = None
    stretches: tuple[Stretch, ...] = ()
    faults: tuple[Fault, ...] = ()
    has_baseline: bool = True
    interval_s: float = 0.0

    def with_(
        self, *, placement: Placement | None = None, minutes: float | None = None
    ) -> Scenario:
        """Return the same run worn elsewhere or of another length."""
        return replace(
            self,
            placement=self.placement if placement is None else placement,
            minutes=self.minutes if minutes is None else minutes,
        )

    def course(self, seed: int) -> Course:
        """Return how form changes with this seed."""
        rng = generator(seed, "course")
        return Course(changes=tuple(tiring.draw(rng) for tiring in self.tiring))


def scenario(name: str) -> Scenario:
    """Return a scenario by name; `InputError` names those there are."""
    if name not in SCENARIOS:
        raise InputError(
            "no such scenario", where=f"--scenario {name}", mend="choose " + ", ".join(SCENARIOS)
        )
    return SCENARIOS[name]()


def generator(seed: int, *purpose: str) -> np.random.Generator:
    """Return a random generator for one purpose: purposes do not disturb each other."""
    words = [seed, *("/".join(purpose)).encode()]
    return np.random.default_rng(words)


def _demo() -> Scenario:
    return Scenario(
        name="demo",
        about="A runner whose steps slow down within half a minute, and who tires in the second.",
        placement=Placement.SHOE,
        minutes=3.0,
        warm_up_s=15.0,
        tiring=(
            Tiring(
                from_s=75.0,
                until_s=95.0,
                cadence=(-0.09, -0.09),
                contact_time=(0.10, 0.10),
                peak_accel=(0.30, 0.30),
                cadence_leads_s=70.0,
            ),
        ),
    )


def _fresh() -> Scenario:
    return Scenario(
        name="fresh",
        about="An hour in which nothing changes: nothing must be cued.",
        placement=Placement.SHIN,
        minutes=60.0,
        samples_a_packet=LONG_PACKET,
    )


def _typical_tired() -> Scenario:
    return Scenario(
        name="typical-tired",
        about="Form fades between minute 10 and 20, as tired runners' does.",
        placement=Placement.SHIN,
        minutes=25.0,
        samples_a_packet=LONG_PACKET,
        tiring=(TYPICAL,),
    )


def _hard() -> Scenario:
    return replace(
        _typical_tired(),
        name="hard",
        about="A hard run: cadence -5 %, contact +8 %, impact +30 to 60 %, asymmetry 9 to 20 %.",
        tiring=(HARD,),
        asymmetry=HARD_FROM_ASYMMETRY,
    )


def _stiff() -> Scenario:
    return replace(
        _typical_tired(),
        name="stiff",
        about="Contact grows longer by 6 to 9 %, impact stays as it was.",
        placement=Placement.SHOE,
        minutes=30.0,
        tiring=(STIFF,),
    )


def _slowing() -> Scenario:
    return replace(
        _typical_tired(),
        name="slowing",
        about="Slows by 12 %: impact falls, and yet is higher than fresh at that speed.",
        placement=Placement.SHOE,
        minutes=35.0,
        tiring=(SLOWING,),
    )


def _treadmill() -> Scenario:
    return replace(
        _typical_tired(),
        name="treadmill",
        about="On a treadmill: contact grows shorter, flight longer, at the same speed.",
        placement=Placement.SHOE,
        minutes=30.0,
        tiring=(TREADMILL,),
    )


def _break() -> Scenario:
    return replace(
        _typical_tired(),
        name="break",
        about="Form gives way abruptly at 60 % and again at 83 % of half an hour.",
        minutes=30.0,
        tiring=breaks(0.60 * 1800.0, 0.83 * 1800.0),
    )


def _jog_walk() -> Scenario:
    return replace(
        _fresh(),
        name="jog-walk",
        about="Two minutes of slow jogging and one of walking, in turn: nothing must be cued.",
        placement=Placement.SHOE,
        minutes=25.0,
        stretches=8
        * (Stretch(lasts_s=120.0, pace=0.75), Stretch(doing=Doing.WALKING, lasts_s=60.0)),
    )


def _town() -> Scenario:
    block = (
        Stretch(lasts_s=150.0),
        Stretch(doing=Doing.STANDING, lasts_s=20.0),
        Stretch(lasts_s=60.0),
        Stretch(doing=Doing.STAIRS, lasts_s=15.0, grade_pct=58.0),
        Stretch(lasts_s=90.0),
        Stretch(doing=Doing.TURN, lasts_s=3.0),
        Stretch(lasts_s=60.0),
        Stretch(doing=Doing.STAIRS, lasts_s=12.0, grade_pct=-58.0),
    )
    return replace(
        _fresh(),
        name="town",
        about="Warms up, then stops at lights, takes stairs and turns round: nothing to cue.",
        placement=Placement.SHOE,
        minutes=30.0,
        stretches=(Stretch(lasts_s=300.0, pace=0.8), *(3 * block)),
    )


def _track() -> Scenario:
    there = (
        Stretch(lasts_s=40.0, surface=Surface.TRACK),
        Stretch(doing=Doing.TURN, lasts_s=3.0, surface=Surface.TRACK),
    )
    return replace(
        _fresh(),
        name="track",
        about="To and fro on a straight, with a U-turn every 40 s: nothing must be cued.",
        placement=Placement.SHOE,
        minutes=20.0,
        stretches=27 * there,
    )


def _hills() -> Scenario:
    return replace(
        _fresh(),
        name="hills",
        about="Asphalt, a climb, grass, a descent: form is the ground's; nobody told the service.",
        minutes=35.0,
        stretches=(
            Stretch(lasts_s=720.0),
            Stretch(lasts_s=180.0, pace=0.9, grade_pct=5.0),
            Stretch(lasts_s=300.0),
            Stretch(lasts_s=240.0, surface=Surface.GRASS),
            Stretch(lasts_s=180.0),
            Stretch(lasts_s=180.0, pace=1.05, grade_pct=-5.0),
        ),
    )


def _sensor_loss() -> Scenario:
    return replace(
        _demo(),
        name="sensor-loss",
        about="The demo, with the left sensor without power from 60 s to 80 s.",
        faults=(PowerCut(side=Side.LEFT, at_s=60.0, lasts_s=20.0),),
    )


def _out_of_reach() -> Scenario:
    return replace(
        _demo(),
        name="out-of-reach",
        about="The demo, with the sensors out of reach for 8 and 15 s; they keep what they sample.",
        faults=(
            OutOfReach(side=Side.LEFT, at_s=40.0, lasts_s=8.0),
            OutOfReach(side=Side.RIGHT, at_s=45.0, lasts_s=15.0),
        ),
    )


SCENARIOS: dict[str, Callable[[], Scenario]] = {
    "demo": _demo,
    "fresh": _fresh,
    "typical-tired": _typical_tired,
    "hard": _hard,
    "stiff": _stiff,
    "slowing": _slowing,
    "treadmill": _treadmill,
    "break": _break,
    "jog-walk": _jog_walk,
    "town": _town,
    "track": _track,
    "hills": _hills,
    "sensor-loss": _sensor_loss,
    "out-of-reach": _out_of_reach,
}
