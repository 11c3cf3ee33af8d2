"""Simulated runners as peers are asked about them: one trouble at a time, axes given.

Every cell has a random mounting and 50 mg of noise; one in a row of its own has 2 % of 100 ms
blocks frozen, a strap that slips by 15 degrees half-way, or a range of 16 g.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analytics.codec import Record
from analytics.pipeline import FormPipeline
from analytics.records import Placement, SampleBlock, Side, Stride
from bench.peers.leg import Leg
from bench.simulating.faulty import (
    FROZEN_SHARE,
    NOISE_G,
    RATES_HZ,
    SLIP_DEG,
    SPEEDS_MPS,
    Cell,
    Faults,
    Truth,
    recording,
)
from firmware_sim.gait.landing import FAMILIES
from stridecue.rows import as_row

HELD_OUT = "forefoot"  # held out of choosing constants
USUAL_HZ, USUAL_MPS = 200.0, 3.5
RANGE_G, SMALL_RANGE_G = 200.0, 16.0
RUNNING_S = 33.0  # some 45 strides
BLOCK_S = 0.25
NOISY = Faults(name="noisy", noise_g=NOISE_G, range_g=RANGE_G)
CLIPPING = replace(NOISY, name="16 g", range_g=SMALL_RANGE_G)
TROUBLES = (
    replace(NOISY, name="frozen", frozen_share=FROZEN_SHARE),
    replace(NOISY, name="slip", slip_deg=SLIP_DEG),
    CLIPPING,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """A cell's samples and the landings behind them, under the names that `plate.ERRORS` reads."""

    block: SampleBlock
    leg: Leg
    truth: list[dict[str, Any]]


def cell(family: str, placement: Placement) -> Cell:
    """Return the usual cell of a family."""
    return Cell(
        family=family,
        placement=placement,
        rate_hz=USUAL_HZ,
        speed_mps=USUAL_MPS,
        faults=NOISY,
        running_s=RUNNING_S,
    )


def cells(*, quick: bool) -> Iterator[Cell]:
    """Yield the matrix: every rate and every speed, and every trouble at the usual ones."""
    for placement in Placement:
        for family in FAMILIES:
            usual = cell(family, placement)
            yield usual
            yield from (replace(usual, faults=trouble) for trouble in TROUBLES)
            if quick:
                continue
            yield from (replace(usual, rate_hz=r) for r in RATES_HZ if r != USUAL_HZ)
            yield from (replace(usual, speed_mps=v) for v in SPEEDS_MPS)


def simulate(cell: Cell) -> Simulated:
    """Return what the cell's sensor gives, and the truth of every landing."""
    truth, block = recording(cell)
    if block.gyro_radps is None:
        raise ValueError("peers need a gyroscope")
    leg = Leg(
        time_s=block.time_s,
        accel_g=block.accel_g @ truth.mounting,
        gyro_dps=np.degrees(block.gyro_radps) @ truth.mounting,
    )
    return Simulated(block=block, leg=leg, truth=_named(truth))


def _named(truth: Truth) -> list[dict[str, Any]]:
    stride_s = np.diff(truth.contact_s)
    strides = [
        {
            "ic_s": float(truth.contact_s[k]),
            "to_s": float(truth.toe_off_s[k]),
            "gct_s": float(truth.toe_off_s[k] - truth.contact_s[k]),
            "stride_time_s": float(stride_s[k]),
            "duty_factor": float((truth.toe_off_s[k] - truth.contact_s[k]) / stride_s[k]),
            "peak_accel_axial_g": float(truth.axial_g[k]),
            "peak_accel_resultant_g": float(truth.resultant_g[k]),
            "stride_length_m": float(truth.stride_length_m[k]),
            "stride_speed_mps": float(truth.stride_length_m[k] / stride_s[k]),
            "foot_strike_angle_deg": float(truth.strike_angle_deg[k]),
        }
        for k in range(len(stride_s))
    ]
    return [*strides, {"ic_s": float(truth.contact_s[-1])}]


def ours(made: Simulated) -> list[dict[str, Any]]:
    """Return our strides of a cell."""
    block = made.block
    worn = block.worn
    pipeline = FormPipeline(runner=worn.runner, session=worn.session, worn={Side.LEFT: worn})
    size = max(1, round(BLOCK_S * block.rate_hz))
    found: list[Record] = []
    for i in range(0, len(block.time_s), size):
        found += pipeline.push(part(block, i, i + size))
    found += pipeline.finish()
    return [as_row(record)[1] for record in found if isinstance(record, Stride)]


def part(block: SampleBlock, start: int, stop: int) -> SampleBlock:
    """Return some of a block's samples."""
    return replace(
        block,
        first_index=block.first_index + start,
        time_s=block.time_s[start:stop],
        accel_g=block.accel_g[start:stop],
        gyro_radps=None if block.gyro_radps is None else block.gyro_radps[start:stop],
    )
