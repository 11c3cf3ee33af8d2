"""A runner: who they are, and how their legs move over landings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from analytics.records import FloatArray, Placement, Surface
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.landing import REARFOOT, Landing
from firmware_sim.gait.leg import Leg
from firmware_sim.gait.markers import usual_contact_time_s
from firmware_sim.gait.shank import ShankGait
from firmware_sim.gait.shoe import ShoeGait

FIRST_SWING_S = 0.70  # from the start signal to the first landing
# How form follows speed, change of the logarithm per m/s: people's mean and how far they differ.
# Impact after Sheerin 2020 (+38 % from 2.7 to 3.7 m/s); the others as markers show them (Fukuchi
# 2017, PeerJ). Personal slopes differ by a third (Zandbergen 2023).
SLOPES = {"peak": (0.32, 0.12), "contact": (-0.137, 0.04), "cadence": (0.03, 0.015)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """How this runner's form follows speed: change of the logarithm per m/s."""

    peak: float = SLOPES["peak"][0]
    contact: float = SLOPES["contact"][0]
    cadence: float = SLOPES["cadence"][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a runner is like when fresh; factors of each leg are around 1."""

    speed_mps: float
    cadence_spm: float
    contact_time_s: float
    peak_accel_g: float
    strike_angle_deg: float
    pronation_deg: float
    left_peak: float  # left leg's factor; the right leg's is its inverse
    left_contact: float
    left_step: float  # part of the stride from left to right landing, around 1/2
    slopes: Slopes = Slopes()
    ground: tuple[tuple[Surface, float], ...] = ()  # what surfaces do to the logarithm of impact

    def apart(self, asymmetry: float) -> Traits:
        """Return the runner with legs whose impacts differ so much of their mean, same leg worse.

        Examples
        --------
        >>> wide = draw_traits(np.random.default_rng(1), placement=Placement.SHIN).apart(0.09)
        >>> left, right = wide.left_peak, 1.0 / wide.left_peak
        >>> round(abs(left - right) / (0.5 * (left + right)), 6)
        0.09

        """
        return replace(self, left_peak=float(self.left_peaks(asymmetry - abs(self._apart))))

    def left_peaks(self, more: FloatArray | float) -> FloatArray:
        """Return the left leg's factor of impact as the legs go farther apart, by parts."""
        apart = self._apart + math.copysign(1.0, self._apart) * np.asarray(more)
        return np.sqrt((2.0 + apart) / (2.0 - apart))

    @property
    def _apart(self) -> float:
        """By how much the left leg's impact is above the right one's, in parts of their mean."""
        ratio = self.left_peak**2
        return 2.0 * (ratio - 1.0) / (ratio + 1.0)


def draw_traits(
    rng: np.random.Generator,
    *,
    placement: Placement,
    landing: Landing = REARFOOT,
    speed_mps: float | None = None,
) -> Traits:
    """Return a runner by chance: about 3 m/s or as told, legs that differ by 3..8 % in impact.

    Speed scaling as published for tibial sensors (Sheerin 2019, Gait Posture). A shoe feels the
    same landing 1.15 times as hard: mean of 54 legs (Fukuchi 2017, PeerJ: markers, below 60 Hz).
    """
    drawn = 3.0 + 0.2 * float(rng.uniform(-1.0, 1.0))
    speed = drawn if speed_mps is None else speed_mps
    faster = speed - 3.0
    peak = (5.5 + 2.2 * faster) * (1.0 if placement is Placement.SHIN else 1.15)
    apart = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.03, 0.08))
    own = rng.spawn(1)[0]
    return Traits(
        speed_mps=speed,
        cadence_spm=2.0 * (83.0 + 2.5 * faster) + float(rng.uniform(-3.0, 3.0)),
        contact_time_s=float(usual_contact_time_s(np.asarray(speed)))
        + float(rng.uniform(-0.008, 0.008)),
        peak_accel_g=peak * float(rng.uniform(0.95, 1.10)),
        strike_angle_deg=float(rng.uniform(*landing.strike_deg)),
        pronation_deg=float(rng.uniform(8.0, 15.0)),
        left_peak=1.0 + 0.5 * apart,
        left_contact=1.0 + 0.5 * float(rng.uniform(-0.015, 0.015)),
        left_step=0.5 + float(rng.uniform(-0.006, 0.006)),
        slopes=_draw_slopes(own),
        ground=tuple((s, _draw_ground(own)) for s in Surface if s is not Surface.ASPHALT),
    )


def _draw_slopes(rng: np.random.Generator) -> Slopes:
    """Return slopes of one runner, none of them far out: who slows lands softer."""
    return Slopes(
        **{
            name: float(rng.uniform(mean - 0.5 * sd, mean + 0.5 * sd))
            for name, (mean, sd) in SLOPES.items()
        }
    )


def _draw_ground(rng: np.random.Generator) -> float:
    """Return what a surface does to one runner: up to 12 % off, either way (Waite 2021)."""
    return float(rng.uniform(0.06, 0.12) * rng.choice([-1.0, 1.0]))


def make_leg(*, contacts: Contacts, placement: Placement, landing: Landing = REARFOOT) -> Leg:
    """Return the leg that moves over these landings, seen where the sensor is worn."""
    if placement is Placement.SHIN:
        return Leg(gait=ShankGait(contacts=contacts, landing=landing))
    return Leg(gait=ShoeGait(contacts=contacts, landing=landing))
