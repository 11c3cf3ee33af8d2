"""The scenarios that come with it, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analytics.errors import InputError
from analytics.records import Placement, Side, Surface
from firmware_sim.faults import OutOfReach, PowerCut
from firmware_sim.scenario import Scenario
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


def scenario(name: str) -> Scenario:
    """Return a scenario by name; `InputError` names those there are."""
    if name not in SCENARIOS:
        raise InputError(
            "no such scenario", where=f"--scenario {name}", mend="choose " + ", ".join(SCENARIOS)
        )
    return SCENARIOS[name]()


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
