"""Runs of raw samples: simulated shanks, real stride stage, real drift stage, no radio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analytics.pipeline import FormPipeline
from analytics.records import (
    Conditions,
    Drift,
    DriftLevel,
    FloatArray,
    Placement,
    SampleBlock,
    Side,
    Surface,
    Worn,
)
from bench.drifting.series import long_range
from firmware_sim.course import STEADY, Change, Course
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Leg
from firmware_sim.gait.shank import REARFOOT, ShankGait
from firmware_sim.imu import Imu, draw_imu
from firmware_sim.landings import draw_contacts
from firmware_sim.runner import SLOPES, draw_traits
from firmware_sim.samples import next_block

MINUTES = 50.0
_STANDS_S = 4.0
_BLOCK_SAMPLES = 4000
_WANDER_MPS = 0.10
_RISES = Change(from_s=900.0, until_s=1500.0, cadence=-0.025, contact_time=0.05, peak_accel=0.11)
KINDS: Mapping[str, Course] = {
    "steady": STEADY,
    "surface_tagged": STEADY,
    "rises": Course(changes=(_RISES,)),
    "steady_too": STEADY,
    "surface_untagged": STEADY,
    "stays": Course(changes=(replace(_RISES, peak_accel=0.0),)),
    "steady_three": STEADY,
    "falls": Course(changes=(replace(_RISES, peak_accel=-0.08),)),
}
CHANGE_S = _STANDS_S + 900.0
SURFACE_S = (1500.0, 1980.0)


@dataclass(frozen=True, kw_only=True)
class RawRun:
    """A run of `minutes`; everything follows from kind and seed."""

    kind: str
    seed: int
    minutes: float = MINUTES


def alarms(run: RawRun) -> list[float]:
    """Return the session times of the alarms drift gives on the run's samples."""
    worn = {
        side: Worn(runner="ada", session="raw", side=side, placement=Placement.SHIN)
        for side in Side
    }
    pipeline = FormPipeline(runner="ada", session="raw", worn=worn)
    found = []
    for item in _items(run, worn):
        found += [r for r in pipeline.push(item) if isinstance(r, Drift)]
    return [d.time_s for d in found if d.level is DriftLevel.ALARM]


def _items(run: RawRun, worn: Mapping[Side, Worn]) -> Iterator[SampleBlock | Conditions]:
    rng = np.random.default_rng([run.seed, 9])
    contacts = _contacts(run, rng)
    imus = {side: _imu(run, contacts[side], rng) for side in Side}
    rate_hz = next(iter(imus.values())).model.rate_hz
    at_s = {0.0: Surface.ASPHALT, SURFACE_S[0]: Surface.GRASS, SURFACE_S[1]: Surface.ASPHALT}
    told = dict(at_s) if run.kind == "surface_tagged" else {}
    for block in range(int(run.minutes * 60 * rate_hz) // _BLOCK_SAMPLES):
        for time_s in [t for t in told if t <= block * _BLOCK_SAMPLES / rate_hz]:
            surface = told.pop(time_s)
            yield Conditions(runner="ada", session="raw", time_s=time_s, surface=surface)
        for side, imu in imus.items():
            yield next_block(imu, worn=worn[side], n=_BLOCK_SAMPLES)


def _contacts(run: RawRun, rng: np.random.Generator) -> dict[Side, Contacts]:
    """Return each leg's landings: pace wanders, and grass is 8 % softer in its minutes."""
    traits = draw_traits(rng, placement=Placement.SHIN)
    legs = draw_contacts(
        rng, traits=traits, course=KINDS[run.kind], running_s=run.minutes * 60 - 2 * _STANDS_S
    )
    slope = {name: float(rng.normal(mean, sd)) for name, (mean, sd) in SLOPES.items()}
    minutes = int(run.minutes) + 2
    wander_mps = _WANDER_MPS * long_range(rng, 1, minutes, 0.8)[0]
    out = {}
    for side, leg in legs.items():
        faster = np.interp(leg.contact_s / 60.0, np.arange(minutes), wander_mps)
        softer = np.where(_on_grass(run, leg.contact_s + _STANDS_S), 0.92, 1.0)
        out[side] = replace(
            leg,
            contact_time_s=leg.contact_time_s * np.exp(slope["contact"] * faster),
            peak_accel_g=leg.peak_accel_g * np.exp(slope["peak"] * faster) * softer,
            stride_length_m=leg.stride_length_m * (1.0 + faster / traits.speed_mps),
        )
    return out


def _on_grass(run: RawRun, time_s: FloatArray) -> FloatArray:
    there = (time_s >= SURFACE_S[0]) & (time_s < SURFACE_S[1])
    return np.asarray(there & run.kind.startswith("surface"), dtype=np.float64)


def _imu(run: RawRun, contacts: Contacts, rng: np.random.Generator) -> Imu:
    """Return a sensor whose leg sounds at 15 Hz on asphalt and at 13 Hz on grass."""
    asphalt = Leg(gait=ShankGait(contacts=contacts))
    grass = Leg(gait=ShankGait(contacts=contacts, landing=replace(REARFOOT, shock_hz=13.0)))

    def motion(time_s: FloatArray) -> FloatArray:
        there = _on_grass(run, time_s) > 0
        if there.all():
            return grass.motion(time_s - _STANDS_S)
        if not there.any():
            return asphalt.motion(time_s - _STANDS_S)
        both = (grass.motion(time_s - _STANDS_S), asphalt.motion(time_s - _STANDS_S))
        return np.asarray(np.where(there, *both))

    model = draw_imu(rng, tilt_deg=15.0, accel_range_g=32.0)
    return Imu(model=model, motion=motion, power_on_s=0.0, rng=rng)
