"""What a simulated run is like: who wears what, for how long, how form changes, what breaks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.records import Placement
from firmware_sim.battery import FULL_PCT, LASTS_H
from firmware_sim.course import Course
from firmware_sim.faults import Fault
from firmware_sim.firmware import BATCH_SAMPLES
from firmware_sim.stretch import Stretch
from firmware_sim.tired import (
    Tiring,
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


def generator(seed: int, *purpose: str) -> np.random.Generator:
    """Return a random generator for one purpose: purposes do not disturb each other."""
    words = [seed, *("/".join(purpose)).encode()]
    return np.random.default_rng(words)
