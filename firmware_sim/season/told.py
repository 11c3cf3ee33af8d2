"""What the analytics tell of a runner's landings, learnt from samples of that very runner.

A season is made of landings, not of samples: six million strides would be a day of computing.
So a minute and a half of samples goes through the real analytics first, and every landing of the
season is then told as one of those was: what a true value was multiplied by there, it is
multiplied by here, all metrics of one stride together. Nothing of this is made up, and a run from
samples and one from landings read alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.pipeline import FormPipeline
from analytics.records import FloatArray, Side, Stride, Worn
from firmware_sim.course import STEADY
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Leg
from firmware_sim.imu import Imu, draw_imu
from firmware_sim.landings import draw_contacts
from firmware_sim.runner import make_leg
from firmware_sim.samples import next_block
from firmware_sim.season.person import Person

RANGE_G = 32.0
_LASTS_S = 90.0
_STANDS_S = 4.7
_TILT_DEG = 12.0
_BLOCK_SAMPLES = 800
_ALIKE_S = 0.06  # a stride is told of the landing that lies this close

# By metric, the true value that it follows; `tone` is the ground's, 1 the same every time.
FOLLOWS: Mapping[str, str] = {
    "contact_time_s": "contact_time_s",
    "peak_accel_axial_g": "peak_accel_g",
    "peak_accel_resultant_g": "peak_accel_g",
    "loading_rate_gps": "peak_accel_g",
    "average_loading_rate_gps": "peak_accel_g",
    "impulse_gs": "peak_accel_g",
    "braking_g": "peak_accel_g",
    "stride_length_m": "stride_length_m",
    "strike_angle_deg": "strike_angle_deg",
    "pronation_velocity_dps": "pronation_deg",
    "pronation_excursion_deg": "pronation_deg",
    "time_to_peak_s": "1/tone",
    "impact_band_ratio": "tone",
    "tibia_angle_deg": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Telling:
    """How one leg's landings are told.

    Attributes
    ----------
    parts : mapping of str to array, shape (n,)
        Of each measured stride, by metric, told over true; the same place is the same stride.
    reasons : mapping of str to str
        Why metrics without parts are never told.
    rate_hz : float
        Samples a second: landings are counted in them.

    """

    parts: Mapping[str, FloatArray]
    reasons: Mapping[str, str]
    rate_hz: float

    def told(self, contacts: Contacts, rng: np.random.Generator) -> dict[str, FloatArray]:
        """Return each metric of all landings but the last, which no stride starts from."""
        n = len(contacts) - 1
        like = rng.integers(len(next(iter(self.parts.values()))), size=n)
        return {
            name: _true(contacts, FOLLOWS[name])[:n] * part[like]
            for name, part in self.parts.items()
        }


def learn(person: Person) -> dict[Side, Telling]:
    """Return how the real analytics tell of this runner's legs; about half a second of work."""
    contacts = draw_contacts(
        person.rng("told"), traits=person.traits, course=STEADY, running_s=_LASTS_S
    )
    imus = {side: _imu(person, side, landings) for side, landings in contacts.items()}
    strides = _analysed(person, imus)
    return {
        side: _telling(
            [s for s in strides if s.worn.side is side], landings, imus[side].model.rate_hz
        )
        for side, landings in contacts.items()
    }


def _analysed(person: Person, imus: Mapping[Side, Imu]) -> list[Stride]:
    worn = {
        side: Worn(runner=person.runner, session="told", side=side, placement=person.placement)
        for side in imus
    }
    pipeline = FormPipeline(runner=person.runner, session="told", worn=worn)
    out: list[object] = []
    blocks = int((_STANDS_S + _LASTS_S) * imus[Side.LEFT].model.rate_hz) // _BLOCK_SAMPLES
    for _ in range(blocks):
        for side, imu in imus.items():
            out += pipeline.push(next_block(imu, worn=worn[side], n=_BLOCK_SAMPLES))
    return [record for record in [*out, *pipeline.finish()] if isinstance(record, Stride)]


def _imu(person: Person, side: Side, contacts: Contacts) -> Imu:
    leg = make_leg(contacts=contacts, placement=person.placement)
    model = draw_imu(person.rng("imu", side), tilt_deg=_TILT_DEG, accel_range_g=RANGE_G)
    return Imu(
        model=model, motion=partial(_feels, leg), power_on_s=0.0, rng=person.rng("noise", side)
    )


def _feels(leg: Leg, time_s: FloatArray) -> FloatArray:
    return leg.motion(time_s - _STANDS_S)


def _telling(strides: list[Stride], contacts: Contacts, rate_hz: float) -> Telling:
    """Return how strides were told of the landings that they lie beside."""
    told_s = np.array([stride.contact_s for stride in strides]) - _STANDS_S
    at = np.abs(told_s[:, None] - contacts.contact_s[None, :]).argmin(axis=1)
    close = np.abs(told_s - contacts.contact_s[at]) < _ALIKE_S
    values = {name: [getattr(stride, name) for stride in strides] for name in FOLLOWS}
    known = [name for name in FOLLOWS if sum(v is None for v in values[name]) < len(strides) / 2]
    table = np.array([values[name] for name in known], dtype=np.float64)
    whole = close & np.isfinite(table).all(axis=0)
    return Telling(
        parts={
            name: table[k, whole] / _true(contacts, FOLLOWS[name])[at[whole]]
            for k, name in enumerate(known)
        },
        reasons=_usual_reasons(strides),
        rate_hz=rate_hz,
    )


def _usual_reasons(strides: list[Stride]) -> dict[str, str]:
    """Return why most strides lack what they lack."""
    counted = Counter(reason for stride in strides for reason in stride.reasons.items())
    return {name: why for (name, why), n in counted.items() if n > len(strides) / 2}


def _true(contacts: Contacts, what: str) -> FloatArray:
    match what:
        case "1/tone":
            return 1.0 / contacts.tone
        case "1":
            return np.ones(len(contacts))
        case name:
            return np.asarray(getattr(contacts, name), dtype=np.float64)
