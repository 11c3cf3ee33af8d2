"""Who runs through a simulated season: their legs, shoes, days, and what it does to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from analytics.load.records import Shoe
from analytics.load.shoes import RETIRE_FROM_M, RETIRE_TO_M
from analytics.records import Placement, Surface
from firmware_sim.runner import Traits, draw_traits
from firmware_sim.scenario import generator


class Lot(StrEnum):
    """What a season brings."""

    STEADY = "steady"
    TOO_MUCH = "too much too soon"  # runs of more than 110 % of the longest before
    SORE_NOW = "sore now"  # for more than two weeks, up to the last day
    WORN_SHOES = "worn shoes"
    RETRAINS = "retrains"
    TIRES = "tires"  # form fades late in most runs
    WAS_SORE = "was sore"  # for a week, then rested and came back


# The first lots are the ones that a small team would miss most.
_LOTS = (
    Lot.TOO_MUCH,
    Lot.SORE_NOW,
    Lot.TIRES,
    Lot.WORN_SHOES,
    Lot.RETRAINS,
    Lot.STEADY,
    Lot.WAS_SORE,
    Lot.STEADY,
    Lot.TIRES,
    Lot.STEADY,
)
_USUAL_GROUND = (Surface.ASPHALT, Surface.ASPHALT, Surface.CONCRETE, Surface.TREADMILL)
_WORN_M = 700_000.0  # inside the traditional band of 480-800 km when the season begins
# Shoes differ, and a worn pair no longer damps as it did: judgement, of the size of surfaces'.
_SHOE_SD, _WORN_SHOE = 0.03, 0.06
# What a day does to a runner's form, relative, as a spread: judgement (bench/drifting).
_DAY = {"peak": 0.06, "contact": 0.02, "cadence": 0.015}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One runner of the season; everything follows from the seed and the runner's id.

    Attributes
    ----------
    traits : Traits
        The same as of the simulated runner of that seed and id who runs live.
    shoes : tuple of Shoe
        Two pairs: for most runs, and for the fast ones.
    shoe_impact : tuple of float
        What each pair does to the logarithm of impact.
    easy_min : float
        How long an easy run takes in the first week.
    shift : int
        By how many days the week is turned.
    evenings : bool
        Runs after work, not before.

    """

    seed: int
    runner: str
    placement: Placement
    lot: Lot
    traits: Traits
    shoes: tuple[Shoe, Shoe]
    shoe_impact: tuple[float, float]
    ground: Surface
    easy_min: float
    shift: int
    evenings: bool
    strength: float  # share of the weeks in which both strength sessions were done

    def rng(self, *purpose: str) -> np.random.Generator:
        """Return a random generator for one purpose of this runner."""
        return generator(self.seed, self.runner, "season", *purpose)

    def on_day(self, day: str, *, shoe: int) -> Traits:
        """Return the runner as of one day, in one of the pairs."""
        rng = self.rng("day", day)
        off = {name: float(rng.normal(0.0, sd)) for name, sd in _DAY.items()}
        impact = math.exp(off["peak"] + self.shoe_impact[shoe])
        return replace(
            self.traits,
            peak_accel_g=self.traits.peak_accel_g * impact,
            contact_time_s=self.traits.contact_time_s * math.exp(off["contact"]),
            cadence_spm=self.traits.cadence_spm * math.exp(off["cadence"]),
        )


def draw_person(*, seed: int, runner: str, number: int, placement: Placement) -> Person:
    """Return a runner by chance; `number` (from 1) decides the lot, so that a team has all.

    Examples
    --------
    >>> str(draw_person(seed=1, runner="demo", number=1, placement=Placement.SHOE).lot)
    'too much too soon'

    """
    rng = generator(seed, runner, "season")
    lot = _LOTS[(number - 1) % len(_LOTS)]
    worn = lot is Lot.WORN_SHOES
    impact = rng.normal(0.0, _SHOE_SD, size=2)
    return Person(
        seed=seed,
        runner=runner,
        placement=placement,
        lot=lot,
        traits=draw_traits(generator(seed, runner, "traits"), placement=placement),
        shoes=(
            _shoe(runner, "daily", before_m=_WORN_M if worn else 1e3 * float(rng.uniform(0, 250))),
            _shoe(runner, "fast", before_m=1e3 * float(rng.uniform(0, 120))),
        ),
        shoe_impact=(float(impact[0]) + _WORN_SHOE * worn, float(impact[1])),
        ground=_USUAL_GROUND[int(rng.integers(len(_USUAL_GROUND)))],
        easy_min=float(rng.uniform(34.0, 44.0)),
        shift=int(rng.integers(7)),
        evenings=bool(rng.integers(2)),
        strength=float(rng.uniform(0.2, 1.0)),
    )


def _shoe(runner: str, name: str, *, before_m: float) -> Shoe:
    return Shoe(
        id=name,
        name=f"{name} pair (simulated)",
        runner=runner,
        before_m=before_m,
        retire_from_m=RETIRE_FROM_M,
        retire_to_m=RETIRE_TO_M,
    )
