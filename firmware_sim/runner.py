"""A runner: who they are, and the landings they make from the first to the last.

Variability after Hausdorff 1995 (J Appl Physiol, long-range stride intervals) and the
feasibility study behind this project: stride time 1.2 %, contact time 3 %, peak acceleration
12 % (the latter two half long-range, half white).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from analytics.records import FloatArray, Placement, Side
from firmware_sim.course import Course
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.landing import REARFOOT, Landing
from firmware_sim.gait.leg import Leg
from firmware_sim.gait.shank import ShankGait
from firmware_sim.gait.shoe import ShoeGait
from firmware_sim.noise import fractional_noise, half_long_range

STRIDE_TIME_CV = 0.012
CONTACT_TIME_CV = 0.03
PEAK_CV = 0.12
PRONATION_CV = 0.10
# Two steps of long-range noise average to 0.87 of one step's spread (autocorrelation 0.516).
STEP_CV = STRIDE_TIME_CV / np.sqrt((1.0 + 2.0**0.6 - 1.0) / 2.0)
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

    def apart(self, asymmetry: float) -> Traits:
        """Return the runner with legs whose impacts differ so much of their mean, same leg worse.

        Examples
        --------
        >>> wide = draw_traits(np.random.default_rng(1), placement=Placement.SHIN).apart(0.09)
        >>> left, right = wide.left_peak, 1.0 / wide.left_peak
        >>> round(abs(left - right) / (0.5 * (left + right)), 6)
        0.09

        """
        worse = np.array([np.copysign(asymmetry, self.left_peak - 1.0)])
        return replace(self, left_peak=float(_left_share(worse)[0]))


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
    return Traits(
        speed_mps=speed,
        cadence_spm=2.0 * (83.0 + 2.5 * faster) + float(rng.uniform(-3.0, 3.0)),
        contact_time_s=usual_contact_time_s(speed) + float(rng.uniform(-0.008, 0.008)),
        peak_accel_g=peak * float(rng.uniform(0.95, 1.10)),
        strike_angle_deg=float(rng.uniform(*landing.strike_deg)),
        pronation_deg=float(rng.uniform(8.0, 15.0)),
        left_peak=1.0 + 0.5 * apart,
        left_contact=1.0 + 0.5 * float(rng.uniform(-0.015, 0.015)),
        left_step=0.5 + float(rng.uniform(-0.006, 0.006)),
        slopes=_draw_slopes(rng.spawn(1)[0]),
    )


def _draw_slopes(rng: np.random.Generator) -> Slopes:
    """Return slopes of one runner, none of them far out: who slows lands softer."""
    return Slopes(
        **{name: float(rng.uniform(mean - sd, mean + sd)) for name, (mean, sd) in SLOPES.items()}
    )


def usual_contact_time_s(speed_mps: float) -> float:
    """Return how long a foot stays down: within 2 ms of 54 legs' means (Fukuchi 2017, PeerJ).

    They were 278, 233 and 201 ms at 2.5, 3.5 and 4.5 m/s.
    """
    return float(0.253 * (3.0 / speed_mps) ** 0.55)


def draw_contacts(
    rng: np.random.Generator, *, traits: Traits, course: Course, running_s: float
) -> dict[Side, Contacts]:
    """Return each leg's landings over a run of so many seconds; time 0 is the first landing."""
    n = int(running_s * traits.cadence_spm / 120.0 * 1.15) + 20
    step_noise = fractional_noise(rng, n=2 * n)
    noise = {
        side: (
            half_long_range(rng, n=n),
            half_long_range(rng, n=n),
            rng.standard_normal((2, n)),
            rng.standard_normal(n),
        )
        for side in (Side.LEFT, Side.RIGHT)
    }
    landings_s = _landings(traits, course, running_s, step_noise)
    legs = {}
    for first, side in enumerate((Side.LEFT, Side.RIGHT)):
        times = landings_s[first::2]
        m = len(times)
        contact_noise, peak_noise, other, rolls = noise[side]
        spread = course.factor("variability", times)
        speed_mps = traits.speed_mps * course.factor("speed", times)
        faster = speed_mps - traits.speed_mps
        leg = 1.0 if side is Side.LEFT else -1.0
        stride = np.diff(times, append=2.0 * times[-1] - times[-2])
        legs[side] = Contacts(
            contact_s=times,
            contact_time_s=traits.contact_time_s
            * traits.left_contact**leg
            * np.exp(traits.slopes.contact * faster)
            * course.factor("contact_time", times)
            * (1.0 + CONTACT_TIME_CV * _within(spread * contact_noise[:m])),
            peak_accel_g=traits.peak_accel_g
            * _left_peak(traits, course, times) ** leg
            * np.exp(traits.slopes.peak * faster)
            * course.factor("peak_accel", times)
            * np.exp(PEAK_CV * _within(spread * peak_noise[:m])),
            stride_length_m=speed_mps * stride * (1.0 + 0.005 * other[0, :m]),
            strike_angle_deg=traits.strike_angle_deg + 1.0 * _within(other[1, :m]),
            pronation_deg=traits.pronation_deg * (1.0 + PRONATION_CV * _within(rolls[:m])),
            lateral=leg,
        )
    return legs


def make_leg(*, contacts: Contacts, placement: Placement, landing: Landing = REARFOOT) -> Leg:
    """Return the leg that moves over these landings, seen where the sensor is worn."""
    if placement is Placement.SHIN:
        return Leg(gait=ShankGait(contacts=contacts, landing=landing))
    return Leg(gait=ShoeGait(contacts=contacts, landing=landing))


def _landings(traits: Traits, course: Course, running_s: float, noise: FloatArray) -> FloatArray:
    """Return times of all landings, left first."""
    times = [0.0]
    for i, value in enumerate(_within(noise)):
        now = times[-1]
        part = traits.left_step if i % 2 == 0 else 1.0 - traits.left_step
        faster = traits.speed_mps * (course.factor_now("speed", now) - 1.0)
        cadence_spm = traits.cadence_spm * course.cadence_factor(now)
        stride = 120.0 / (cadence_spm * math.exp(traits.slopes.cadence * faster))
        spread = STEP_CV * course.factor_now("variability", now)
        now += part * stride * (1.0 + spread * value)
        if now > running_s:
            break
        times.append(now)
    return np.array(times)


def _left_peak(traits: Traits, course: Course, time_s: FloatArray) -> FloatArray:
    """Return the left leg's factor of impact at each time; the right leg's is its inverse."""
    ratio = traits.left_peak**2
    apart = 2.0 * (ratio - 1.0) / (ratio + 1.0)
    return _left_share(apart + np.copysign(course.asymmetry(time_s), apart))


def _left_share(apart: FloatArray) -> FloatArray:
    """Return the left leg's factor of legs whose impacts differ so much of their mean."""
    return np.sqrt((2.0 + apart) / (2.0 - apart))


def _within(noise: FloatArray, limit: float = 3.5) -> FloatArray:
    """Keep noise within what a body does."""
    return np.clip(noise, -limit, limit)
