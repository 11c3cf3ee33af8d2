"""The landings of a run, from the first to the last, whatever the runner does on the way.

Variability after Hausdorff 1995 (J Appl Physiol, long-range stride intervals of walkers) and
Nakayama 2010 (Gait Posture, of runners) and the feasibility study behind this project: stride time
1.2 %, contact time 3 %, peak acceleration 12 % (the latter two half long-range, half white).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray, Side, Surface
from firmware_sim.course import Course
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.markers import WALK_DUTY, WALK_STRIDE_S, WALK_STRIKE_DEG
from firmware_sim.noise import fractional_noise, half_long_range
from firmware_sim.route import Route
from firmware_sim.runner import FIRST_SWING_S, Traits
from firmware_sim.stretch import Doing, Stretch

STRIDE_TIME_CV = 0.012
CONTACT_TIME_CV = 0.03
PEAK_CV = 0.12
PRONATION_CV = 0.10
# Two steps of long-range noise average to 0.87 of one step's spread (autocorrelation 0.516).
STEP_CV = STRIDE_TIME_CV / np.sqrt((1.0 + 2.0**0.6 - 1.0) / 2.0)
FEWEST_LANDINGS = 6  # of both feet: fewer are no gait
_TURN_STRIDE = 1.06  # a stride about a turn lasts so much longer
_CLIMB_STRIDE_S = 1.4  # up stairs (Riener 2002, Gait Posture: 1.41 to 1.49 s); down a tenth less
_CLIMB_DUTY = 0.64
_CLIMB_STRIKE_DEG = -2.0  # the foot is put on a stair flat or toes first
_WALK_PEAK = 0.25  # of the runner's running impact
# Impact of the ground on a slope of 9 degrees (15.8 %) downhill is 54 % above the level's, uphill
# there is less of it (Gottschall & Kram 2005, J Biomech).
_DOWNHILL = math.log(1.54) / 0.158
# Tones of shocks on grass, asphalt and concrete: 13, 15 and 17 Hz; the others in between.
_TONE = {
    Surface.ASPHALT: 1.0,
    Surface.CONCRETE: 17.0 / 15.0,
    Surface.GRASS: 13.0 / 15.0,
    Surface.TRAIL: 13.5 / 15.0,
    Surface.TRACK: 14.0 / 15.0,
    Surface.TREADMILL: 14.0 / 15.0,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bout:
    """Landings from one standing to the next."""

    contacts: dict[Side, Contacts]

    @property
    def first_s(self) -> float:
        """When the first foot lands."""
        return min(float(contacts.contact_s[0]) for contacts in self.contacts.values())

    @property
    def last_s(self) -> float:
        """When the last foot would leave the ground."""
        return max(float(contacts.toe_off_s[-1]) for contacts in self.contacts.values())


def draw_contacts(
    rng: np.random.Generator, *, traits: Traits, course: Course, running_s: float
) -> dict[Side, Contacts]:
    """Return each leg's landings over a run of so many seconds; time 0 is the first landing."""
    route = Route(stretches=(), ends_s=running_s)
    (bout,) = draw_bouts(rng, traits=traits, course=course, route=route)
    return bout.contacts


def draw_bouts(
    rng: np.random.Generator, *, traits: Traits, course: Course, route: Route
) -> list[Bout]:
    """Return all landings on a route; time 0 is the first one."""
    n = int(route.ends_s * traits.cadence_spm / 120.0 * 1.15) + 20
    step_noise = _within(fractional_noise(rng, n=2 * n))
    noise = {side: _Noise.draw(rng, n) for side in (Side.LEFT, Side.RIGHT)}
    bouts, used = [], 0
    for landings_s in _bouts_of_landings(traits, course, route, step_noise):
        legs = {}
        for first, side in enumerate((Side.LEFT, Side.RIGHT)):
            times = landings_s[first::2]
            mine = noise[side].of(used, len(times))
            legs[side] = _contacts(traits, course, route, side=side, time_s=times, noise=mine)
        bouts.append(Bout(contacts=legs))
        used += len(landings_s) // 2 + 1
    return bouts


def _bouts_of_landings(
    traits: Traits, course: Course, route: Route, noise: FloatArray
) -> Iterator[FloatArray]:
    """Give the times of all landings, left first, from standing to standing."""
    stride_s = _usual_stride(traits, course, route)
    variability = course.factor_at("variability")
    times, stretch = [0.0], route.at(0.0)
    for value in noise.tolist():
        now = times[-1]
        part = traits.left_step if len(times) % 2 else 1.0 - traits.left_step
        spread = STEP_CV * variability(now)
        now += part * stride_s(stretch, now) * (1.0 + spread * value)
        stretch = route.at(now)
        if now < route.ends_s and stretch.doing is not Doing.STANDING:
            times.append(now)
            continue
        if len(times) >= FEWEST_LANDINGS:
            yield np.array(times)
        begins_s = route.goes_on_s(now) + FIRST_SWING_S
        if begins_s >= route.ends_s:
            return
        times, stretch = [begins_s], route.at(begins_s)


def _usual_stride(
    traits: Traits, course: Course, route: Route
) -> Callable[[Stretch, float], float]:
    """Return how long the usual stride is on a stretch at one moment of it."""
    speed_mps = route.speed_at(usual_mps=traits.speed_mps)
    slowed, cadence = course.factor_at("speed"), course.factor_at("cadence")

    def now(stretch: Stretch, now_s: float) -> float:
        match stretch.doing:
            case Doing.WALKING:
                return WALK_STRIDE_S / math.sqrt(stretch.pace)
            case Doing.STAIRS:
                return _CLIMB_STRIDE_S * (1.0 if stretch.grade_pct > 0.0 else 0.9)
            case doing:
                faster = speed_mps(now_s) * slowed(now_s) - traits.speed_mps
                cadence_spm = traits.cadence_spm * cadence(now_s)
                stride_s = 120.0 / (cadence_spm * math.exp(traits.slopes.cadence * faster))
                return stride_s * (_TURN_STRIDE if doing is Doing.TURN else 1.0)

    return now


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Noise:
    """One leg's noise, a value a landing."""

    contact: FloatArray
    peak: FloatArray
    length: FloatArray
    strike: FloatArray
    rolls: FloatArray

    @classmethod
    def draw(cls, rng: np.random.Generator, n: int) -> _Noise:
        contact, peak = half_long_range(rng, n=n), half_long_range(rng, n=n)
        length, strike = rng.standard_normal((2, n))
        return cls(
            contact=contact, peak=peak, length=length, strike=strike, rolls=rng.standard_normal(n)
        )

    def of(self, first: int, n: int) -> _Noise:
        """Return the values of n landings from one on."""
        part = slice(first, first + n)
        return _Noise(
            contact=self.contact[part],
            peak=self.peak[part],
            length=self.length[part],
            strike=self.strike[part],
            rolls=self.rolls[part],
        )


class _Ground:
    """What a leg lands on and does, a value a landing."""

    def __init__(self, route: Route, time_s: FloatArray) -> None:
        self._which, self._all = route.each(time_s)
        self.climbs = self._is(Doing.STAIRS)
        self.walks = self.climbs | self._is(Doing.WALKING)
        self.slope = self._each([stretch.grade_pct / 100.0 for stretch in self._all])
        self.tone = self._each([_TONE[stretch.surface] for stretch in self._all])
        self.turn_rps = self._each(
            [
                math.pi / stretch.lasts_s if stretch.doing is Doing.TURN else 0.0
                for stretch in self._all
            ]
        )

    def impact(self, traits: Traits) -> FloatArray:
        """Return by what slope and surface multiply a running impact."""
        usual = dict(traits.ground)
        surface = self._each([usual.get(stretch.surface, 0.0) for stretch in self._all])
        return np.exp(surface - _DOWNHILL * self.slope)

    def _each(self, values: Sequence[float]) -> FloatArray:
        return np.array(values)[self._which]

    def _is(self, doing: Doing) -> NDArray[np.bool_]:
        return np.array([stretch.doing is doing for stretch in self._all])[self._which]


def _contacts(
    traits: Traits, course: Course, route: Route, *, side: Side, time_s: FloatArray, noise: _Noise
) -> Contacts:
    """Return one leg's landings at these times."""
    ground = _Ground(route, time_s)
    leg = 1.0 if side is Side.LEFT else -1.0
    spread = course.factor("variability", time_s)
    slowed = np.where(ground.walks, 1.0, course.factor("speed", time_s))
    speed_mps = route.speed_mps(time_s, usual_mps=traits.speed_mps) * slowed
    faster = speed_mps - traits.speed_mps
    stride_s = np.diff(time_s, append=2.0 * time_s[-1] - time_s[-2])
    length_m = speed_mps * stride_s * (1.0 + 0.005 * noise.length)
    runs_s = (
        traits.contact_time_s
        * traits.left_contact**leg
        * np.exp(traits.slopes.contact * faster)
        * course.factor("contact_time", time_s)
        * (1.0 + CONTACT_TIME_CV * _within(spread * noise.contact))
    )
    walks_s = np.where(ground.climbs, _CLIMB_DUTY, WALK_DUTY) * stride_s
    runs_g = (
        traits.peak_accel_g
        * traits.left_peaks(course.asymmetry(time_s)) ** leg
        * np.exp(traits.slopes.peak * faster)
        * course.factor("peak_accel", time_s)
        * ground.impact(traits)
        * np.exp(PEAK_CV * _within(spread * noise.peak))
    )
    walks_g = _WALK_PEAK * traits.peak_accel_g * np.exp(PEAK_CV * _within(noise.peak))
    walks_deg = np.where(ground.climbs, _CLIMB_STRIKE_DEG, WALK_STRIKE_DEG)
    strike_deg = np.where(ground.walks, walks_deg, traits.strike_angle_deg)
    return Contacts(
        contact_s=time_s,
        contact_time_s=np.where(ground.walks, walks_s, runs_s),
        peak_accel_g=np.where(ground.walks, walks_g, runs_g),
        stride_length_m=length_m,
        strike_angle_deg=strike_deg + 1.0 * _within(noise.strike),
        pronation_deg=traits.pronation_deg * (1.0 + PRONATION_CV * _within(noise.rolls)),
        walks=ground.walks.astype(np.float64),
        rise_m=ground.slope * length_m,
        turn_rad=ground.turn_rps * stride_s,
        tone=ground.tone,
        lateral=leg,
    )


def _within(noise: FloatArray, limit: float = 3.5) -> FloatArray:
    """Keep noise within what a body does."""
    return np.clip(noise, -limit, limit)
