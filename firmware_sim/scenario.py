"""What a simulated run is like: who wears what, for how long, how form changes, what breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analytics.errors import InputError
from analytics.records import Placement, Side
from firmware_sim.course import STEADY, Course
from firmware_sim.faults import Fault, OutOfReach, PowerCut

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiring:
    """How a runner tires: each change is drawn from its range; times from the first landing."""

    from_s: float
    until_s: float
    cadence: Range
    contact_time: Range
    peak_accel: Range
    variability: Range
    cadence_leads_s: float = 0.0

    def draw(self, rng: np.random.Generator) -> Course:
        """Return one way to tire."""
        return Course(
            from_s=self.from_s,
            until_s=self.until_s,
            cadence=float(rng.uniform(*self.cadence)),
            contact_time=float(rng.uniform(*self.contact_time)),
            peak_accel=float(rng.uniform(*self.peak_accel)),
            variability=float(rng.uniform(*self.variability)),
            cadence_leads_s=self.cadence_leads_s,
        )


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
    tiring : Tiring or None
        How form changes.
    has_baseline : bool
        Whether the runner's fresh form is known beforehand.

    """

    name: str
    about: str
    placement: Placement
    minutes: float
    warm_up_s: float = 480.0
    still_s: float = 4.0
    accel_range_g: float = 32.0
    tiring: Tiring | None = None
    faults: tuple[Fault, ...] = ()
    has_baseline: bool = True

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
        return STEADY if self.tiring is None else self.tiring.draw(generator(seed, "course"))


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
        tiring=Tiring(
            from_s=75.0,
            until_s=95.0,
            cadence=(-0.09, -0.09),
            contact_time=(0.10, 0.10),
            peak_accel=(0.30, 0.30),
            variability=(0.0, 0.0),
            cadence_leads_s=70.0,
        ),
    )


def _fresh() -> Scenario:
    return Scenario(
        name="fresh",
        about="An hour in which nothing changes: nothing must be cued.",
        placement=Placement.SHIN,
        minutes=60.0,
    )


def _typical_tired() -> Scenario:
    return Scenario(
        name="typical-tired",
        about="Form fades between minute 10 and 20, as tired runners' does.",
        placement=Placement.SHIN,
        minutes=25.0,
        tiring=Tiring(
            from_s=600.0,
            until_s=1200.0,
            cadence=(-0.03, -0.02),
            contact_time=(0.04, 0.06),
            peak_accel=(0.08, 0.15),
            variability=(0.3, 0.3),
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
    "sensor-loss": _sensor_loss,
    "out-of-reach": _out_of_reach,
}
