"""Simulated recordings with exact truth: one leg, one sensor, one family of landings, faults."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.records import FloatArray, Placement, SampleBlock, Side, Worn
from firmware_sim.course import STEADY
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.landing import FAMILIES
from firmware_sim.gait.markers import usual_contact_time_s
from firmware_sim.gait.shank import ShankGait
from firmware_sim.gait.shoe import pronation_velocity_dps
from firmware_sim.imu import FULL_SCALE_COUNTS, Imu, Motion, draw_imu, rotation
from firmware_sim.landings import draw_contacts
from firmware_sim.runner import draw_traits, make_leg

RATES_HZ = (100.0, 200.0, 400.0, 800.0, 1600.0)
SPEEDS_MPS = (2.0, 3.0, 4.0, 5.0, 6.0)
STANDS_S = 4.0
FROZEN_S, FROZEN_SHARE = 0.100, 0.02
AROUND_S = (0.030, 0.060)  # before contact and after toe-off: where their marks are read
SLIP_DEG = 15.0
NOISE_G = 0.050
RANGE_G = 32.0
# Nobody runs at 6 m/s with the first step: sprinters leave the blocks at some 3.5 m/s and gain 1,
# then 0.8 m/s with each step (Nagahara et al. 2014, Biol Open); these gain it in a stride, of two.
FIRST_MPS, GAIN_MPS = 3.5, 0.8

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Faults:
    """What is wrong with a sensor; every sensor is strapped on at random and has its own clock."""

    name: str
    noise_g: float = 0.004
    range_g: float = RANGE_G
    frozen_share: float = 0.0
    slip_deg: float = 0.0


GOOD = Faults(name="good")
BAD = Faults(
    name="bad", noise_g=NOISE_G, range_g=16.0, frozen_share=FROZEN_SHARE, slip_deg=SLIP_DEG
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One recording; everything follows from it."""

    family: str
    placement: Placement
    rate_hz: float
    speed_mps: float
    faults: Faults
    seed: int = 0
    running_s: float = 40.0

    @property
    def name(self) -> str:
        """Name for people."""
        where = f"{self.placement}_{self.rate_hz:g}hz_{self.speed_mps:g}mps"
        return f"{self.family}_{where}_{self.faults.name}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """What happened, one entry a stride, in seconds of the sensor's own clock.

    The last landing closes the last stride and opens none, so `contact_s` has one entry more
    than the rest.
    """

    contact_s: FloatArray
    toe_off_s: FloatArray
    axial_g: FloatArray
    resultant_g: FloatArray
    stride_length_m: FloatArray
    strike_angle_deg: FloatArray
    tibia_angle_deg: FloatArray
    pronation_deg: FloatArray
    pronation_velocity_dps: FloatArray
    slips_s: float
    mounting: FloatArray  # turns the segment's axes into the sensor's, before any slip
    frozen_s: FloatArray  # when a frozen block begins and ends, shape (n, 2)

    @property
    def can_be_timed(self) -> BoolArray:
        """Whether a stride's stance, and what is read around it, is free of frozen blocks."""
        begins = self.contact_s[:-1, np.newaxis] - AROUND_S[0]
        ends = self.toe_off_s[:, np.newaxis] + AROUND_S[1]
        in_stance = (self.frozen_s[:, 0] < ends) & (self.frozen_s[:, 1] > begins)
        return np.asarray(~in_stance.any(axis=1))


def recording(cell: Cell) -> tuple[Truth, SampleBlock]:
    """Return what happened and what the sensor gave."""
    words = [cell.seed, *cell.name.encode()]
    rng = np.random.default_rng(words)
    landing = FAMILIES[cell.family]
    traits = draw_traits(rng, placement=cell.placement, landing=landing, speed_mps=cell.speed_mps)
    drawn_legs = draw_contacts(rng, traits=traits, course=STEADY, running_s=cell.running_s)
    contacts = _gathering(drawn_legs[Side.LEFT], cell.speed_mps)
    leg = make_leg(contacts=contacts, placement=cell.placement, landing=landing)
    drawn = draw_imu(rng, tilt_deg=180.0, accel_range_g=cell.faults.range_g)
    model = replace(drawn, rate_hz=cell.rate_hz, accel_noise_g=cell.faults.noise_g)
    slips_s = STANDS_S + 0.5 * cell.running_s if cell.faults.slip_deg else math.inf
    motion = _slipping(leg.motion, cell.faults.slip_deg, slips_s, rng)
    imu = Imu(model=model, motion=motion, power_on_s=0.0, rng=rng)
    counts = imu.read(int((STANDS_S + cell.running_s + 3.0) * cell.rate_hz))
    values, frozen_s = _frozen(counts.astype(np.float64), cell, rng)
    values /= FULL_SCALE_COUNTS
    axial_g, resultant_g = leg.peaks_g()
    own = 1.0 + model.clock_ppm * 1e-6
    truth = Truth(
        contact_s=(contacts.contact_s + STANDS_S) * own,
        toe_off_s=(contacts.toe_off_s[:-1] + STANDS_S) * own,
        axial_g=axial_g[:-1],
        resultant_g=resultant_g[:-1],
        stride_length_m=contacts.stride_length_m[:-1],
        strike_angle_deg=contacts.strike_angle_deg[:-1],
        tibia_angle_deg=ShankGait(contacts=contacts).tibia_angle_deg()[:-1],
        pronation_deg=contacts.pronation_deg[:-1],
        pronation_velocity_dps=pronation_velocity_dps(contacts)[:-1],
        slips_s=slips_s,
        mounting=np.array(model.mounting),
        frozen_s=frozen_s,
    )
    return truth, SampleBlock(
        worn=Worn(runner="ann", session=cell.name, side=Side.LEFT, placement=cell.placement),
        first_index=0,
        time_s=np.arange(len(values)) / cell.rate_hz,
        accel_g=values[:, :3] * cell.faults.range_g,
        gyro_radps=values[:, 3:] * math.radians(model.gyro_range_dps),
        range_g=cell.faults.range_g,
        rate_hz=cell.rate_hz,
    )


def _gathering(contacts: Contacts, speed_mps: float) -> Contacts:
    """Return the landings of a runner who gathers speed; scaled with it as `draw_traits` does."""
    speeds = np.minimum(speed_mps, FIRST_MPS + GAIN_MPS * np.arange(len(contacts)))
    longer_s = usual_contact_time_s(speeds) - usual_contact_time_s(np.asarray(speed_mps))
    softer = (5.5 + 2.2 * (speeds - 3.0)) / (5.5 + 2.2 * (speed_mps - 3.0))
    return replace(
        contacts,
        contact_time_s=contacts.contact_time_s + longer_s,
        peak_accel_g=contacts.peak_accel_g * softer,
        stride_length_m=contacts.stride_length_m * speeds / speed_mps,
    )


def _slipping(motion: Motion, slip_deg: float, slips_s: float, rng: np.random.Generator) -> Motion:
    """Return the motion that a sensor feels whose strap slips at a time."""
    turn = rotation(axis=rng.standard_normal(3), angle=math.radians(slip_deg))

    def felt(time_s: FloatArray) -> FloatArray:
        out = motion(time_s - STANDS_S)
        after = time_s >= slips_s
        if after.any():
            out[:3, after] = turn @ out[:3, after]
            out[3:, after] = turn @ out[3:, after]
        return out

    return felt


def _frozen(
    counts: FloatArray, cell: Cell, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return samples in which blocks repeat the value before them, and from when until when."""
    size = round(FROZEN_S * cell.rate_hz)
    blocks = np.flatnonzero(rng.random(len(counts) // size) < cell.faults.frozen_share)
    blocks = blocks[blocks > 0]
    for block in blocks:
        counts[block * size : (block + 1) * size] = counts[block * size - 1]
    return counts, np.stack([blocks, blocks + 1], axis=1) * size / cell.rate_hz
