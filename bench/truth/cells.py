"""Simulated runners with exact truth: families of landings, rates, speeds and troubles.

Every cell has a random mounting and 50 mg of noise; one in a row of its own has 2 % of 100 ms
blocks frozen, a strap that slips by 15 degrees half-way, or a range of 16 g. Speeds set cadence,
contact time and peak as in Sheerin 2019 (Gait & Posture) and Falbriard 2018 (Frontiers in
Physiology); strides vary by 1.2 %, contacts by 3 %, peaks by 12 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.codec import Record
from analytics.pipeline import FormPipeline
from analytics.records import FloatArray, Placement, SampleBlock, Side, Stride, Worn
from bench.peers.leg import Leg
from firmware_sim.gait.contacts import Contacts
from firmware_sim.gait.leg import Leg as Motion
from firmware_sim.gait.shank import FOREFOOT, MIDFOOT, REARFOOT, ShankGait
from firmware_sim.gait.shoe import ShoeGait
from firmware_sim.imu import FULL_SCALE_COUNTS, Imu, ImuModel, rotation
from stridecue.rows import as_row

FAMILIES = {"rearfoot": REARFOOT, "midfoot": MIDFOOT, "forefoot": FOREFOOT}
STRIKE_DEG = {"rearfoot": 15.0, "midfoot": 3.0, "forefoot": -6.0}
HELD_OUT = "forefoot"  # held out of choosing constants
RATES_HZ = (100.0, 200.0, 400.0, 800.0, 1600.0)
SPEEDS_MPS = (2.0, 3.0, 4.0, 5.0, 6.0)
USUAL_HZ, USUAL_MPS = 200.0, 3.5
TROUBLES = ("frozen", "slip", "16 g")
STRIDES = 45
STANDS_S = 5.0
NOISE_G = 0.050
RANGE_G, SMALL_RANGE_G = 200.0, 16.0
FROZEN_S, FROZEN_SHARE = 0.100, 0.02
SLIP_RAD = math.radians(15.0)
READ = 4096  # samples made at a time
BLOCK_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One simulated recording: what is asked of it."""

    family: str
    placement: Placement
    rate_hz: float = USUAL_HZ
    speed_mps: float = USUAL_MPS
    trouble: str = ""

    @property
    def seed(self) -> list[int]:
        """Say what decides everything drawn: the cell itself."""
        parts = (self.family, self.placement.value, self.trouble)
        return [int(self.rate_hz), round(100 * self.speed_mps), *map(ord, "".join(parts))]


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """A cell's samples, shape (n,) and (n, 3), in the sensor's axes, and the truth.

    `mounting` turns the segment's axes into the sensor's, before any slip.
    """

    time_s: FloatArray
    accel_g: FloatArray
    gyro_radps: FloatArray
    range_g: float
    mounting: FloatArray
    truth: list[dict[str, Any]]


def cells(*, quick: bool) -> Iterator[Cell]:
    """Yield the matrix: every rate and every speed, and every trouble at the usual ones."""
    for placement in Placement:
        for family in FAMILIES:
            usual = Cell(family=family, placement=placement)
            yield usual
            yield from (replace(usual, trouble=trouble) for trouble in TROUBLES)
            if quick:
                continue
            yield from (replace(usual, rate_hz=r) for r in RATES_HZ if r != USUAL_HZ)
            yield from (replace(usual, speed_mps=v) for v in SPEEDS_MPS)


def simulate(cell: Cell) -> Simulated:
    """Return what the cell's sensor gives, and the truth of every landing."""
    rng = np.random.default_rng(cell.seed)
    contacts = _contacts(cell, rng)
    shin = cell.placement is Placement.SHIN
    gait = (
        ShankGait(contacts=contacts, landing=FAMILIES[cell.family])
        if shin
        else ShoeGait(contacts=contacts, landing=FAMILIES[cell.family])
    )
    motion = Motion(gait=gait)
    mounting = rotation(axis=rng.standard_normal(3), angle=float(rng.uniform(0.0, math.pi)))
    range_g = SMALL_RANGE_G if cell.trouble == "16 g" else RANGE_G
    model = ImuModel(
        rate_hz=cell.rate_hz,
        accel_range_g=range_g,
        accel_noise_g=NOISE_G,
        mounting=tuple(tuple(float(x) for x in row) for row in mounting),
    )
    imu = Imu(model=model, motion=motion.motion, power_on_s=0.0, rng=rng)
    n = round((float(contacts.contact_s[-1]) + 3.0) * cell.rate_hz)
    counts = np.concatenate([imu.read(min(READ, n - i)) for i in range(0, n, READ)])
    accel = counts[:, :3] * (range_g / FULL_SCALE_COUNTS)
    gyro = np.radians(counts[:, 3:] * (model.gyro_range_dps / FULL_SCALE_COUNTS))
    accel, gyro = _troubled(cell, accel, gyro, rng)
    return Simulated(
        time_s=np.arange(n) / cell.rate_hz,
        accel_g=accel,
        gyro_radps=gyro,
        range_g=range_g,
        mounting=mounting,
        truth=_truth(contacts, motion),
    )


def _contacts(cell: Cell, rng: np.random.Generator) -> Contacts:
    faster = cell.speed_mps - 3.0
    stride_s = 60.0 / (83.0 + 2.5 * faster) * rng.normal(1.0, 0.012, STRIDES)
    peak_g = max(3.0, 5.5 + 2.2 * faster) * rng.lognormal(0.0, 0.12, STRIDES)
    return Contacts(
        contact_s=STANDS_S + np.cumsum(stride_s),
        contact_time_s=(0.255 - 0.035 * faster) * rng.normal(1.0, 0.03, STRIDES),
        peak_accel_g=peak_g,
        stride_length_m=cell.speed_mps * np.append(stride_s[1:], stride_s[-1]),
        strike_angle_deg=np.full(STRIDES, STRIKE_DEG[cell.family]),
    )


def _troubled(
    cell: Cell, accel: FloatArray, gyro: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    if cell.trouble == "slip":
        turn = rotation(axis=rng.standard_normal(3), angle=SLIP_RAD)
        half = len(accel) // 2
        turned = [np.vstack([x[:half], x[half:] @ turn.T]) for x in (accel, gyro)]
        return turned[0], turned[1]
    if cell.trouble == "frozen":
        size = round(FROZEN_S * cell.rate_hz)
        blocks = np.arange(1, len(accel) // size)
        accel, gyro = accel.copy(), gyro.copy()
        for block in rng.choice(blocks, round(FROZEN_SHARE * len(blocks)), replace=False):
            on = slice(block * size, (block + 1) * size)
            accel[on], gyro[on] = accel[block * size - 1], gyro[block * size - 1]
    return accel, gyro


def _truth(contacts: Contacts, motion: Motion) -> list[dict[str, Any]]:
    """Return the landings under the names that `plate.ERRORS` reads."""
    axial_g, resultant_g = motion.peaks_g()
    stride_s = contacts.stride_time_s
    return [
        {
            "ic_s": float(contacts.contact_s[k]),
            "to_s": float(contacts.toe_off_s[k]),
            "gct_s": float(contacts.contact_time_s[k]),
            "stride_time_s": float(stride_s[k]),
            "duty_factor": float(contacts.contact_time_s[k] / stride_s[k]),
            "peak_accel_axial_g": float(axial_g[k]),
            "peak_accel_resultant_g": float(resultant_g[k]),
            "stride_length_m": float(contacts.stride_length_m[k]),
            "stride_speed_mps": float(contacts.stride_length_m[k] / stride_s[k]),
            "foot_strike_angle_deg": float(contacts.strike_angle_deg[k]),
        }
        for k in range(len(contacts))
    ]


def ours(cell: Cell, made: Simulated) -> list[dict[str, Any]]:
    """Return our strides of a cell."""
    worn = Worn(runner="runner", session="cell", side=Side.LEFT, placement=cell.placement)
    pipeline = FormPipeline(runner="runner", session="cell", worn={Side.LEFT: worn})
    size = max(1, round(BLOCK_S * cell.rate_hz))
    found: list[Record] = []
    for i in range(0, len(made.time_s), size):
        part = slice(i, i + size)
        block = SampleBlock(
            worn=worn,
            first_index=i,
            time_s=made.time_s[part],
            accel_g=made.accel_g[part],
            gyro_radps=made.gyro_radps[part],
            range_g=made.range_g,
            rate_hz=cell.rate_hz,
        )
        found += pipeline.push(block)
    found += pipeline.finish()
    return [as_row(record)[1] for record in found if isinstance(record, Stride)]


def in_segment(made: Simulated) -> Leg:
    """Return a cell's samples as peers need them: in the axes they had before any slip."""
    return Leg(
        time_s=made.time_s,
        accel_g=made.accel_g @ made.mounting,
        gyro_dps=np.degrees(made.gyro_radps) @ made.mounting,
    )
