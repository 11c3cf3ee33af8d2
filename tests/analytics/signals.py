"""Sensor signals for the tests: simulated runners by rate and placement, and hand-built knocks."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace

import numpy as np

from analytics.records import FloatArray, Placement, SampleBlock, Side, Worn
from firmware_sim.course import Course
from firmware_sim.imu import FULL_SCALE_COUNTS, Imu, draw_imu
from firmware_sim.landings import draw_contacts
from firmware_sim.runner import draw_traits, make_leg

RANGE_G = 32.0


@dataclass(frozen=True, kw_only=True)
class Run:
    """A simulated recording of a left leg and the truth about it."""

    block: SampleBlock
    contact_s: FloatArray
    toe_off_s: FloatArray
    axial_g: FloatArray
    resultant_g: FloatArray
    stride_length_m: FloatArray
    strike_angle_deg: FloatArray


def worn(placement: Placement) -> Worn:
    return Worn(runner="ann", session="one", side=Side.LEFT, placement=placement)


def block(
    accel_g: FloatArray,
    *,
    placement: Placement = Placement.SHIN,
    gyro_radps: FloatArray | None = None,
    rate_hz: float = 200.0,
    range_g: float = RANGE_G,
) -> SampleBlock:
    return SampleBlock(
        worn=worn(placement),
        first_index=0,
        time_s=np.arange(len(accel_g)) / rate_hz,
        accel_g=accel_g,
        gyro_radps=gyro_radps,
        range_g=range_g,
        rate_hz=rate_hz,
    )


@functools.cache
def run(
    *,
    placement: Placement,
    seed: int = 1,
    rate_hz: float = 200.0,
    running_s: float = 20.0,
    cadence_spm: float | None = None,
) -> Run:
    """Return a run: 4 s of standing, then running; the sensor sits askew and is noisy."""
    rng = np.random.default_rng(seed)
    traits = draw_traits(rng, placement=placement)
    if cadence_spm is not None:
        slower = 170.0 / cadence_spm
        contact_s = min(0.4 * 120.0 / cadence_spm, traits.contact_time_s * slower)
        traits = replace(traits, cadence_spm=cadence_spm, contact_time_s=contact_s)
    contacts = draw_contacts(rng, traits=traits, course=Course(), running_s=running_s)[Side.LEFT]
    leg = make_leg(contacts=contacts, placement=placement)
    sensor = draw_imu(rng, tilt_deg=180.0, accel_range_g=RANGE_G)
    model = replace(sensor, rate_hz=rate_hz, clock_ppm=0.0)
    imu = Imu(model=model, motion=leg.motion, power_on_s=-4.0, rng=rng)
    counts = imu.read(int((running_s + 6.0) * rate_hz)).astype(np.float64) / FULL_SCALE_COUNTS
    axial_g, resultant_g = leg.peaks_g()
    return Run(
        block=block(
            counts[:, :3] * RANGE_G,
            gyro_radps=counts[:, 3:] * math.radians(model.gyro_range_dps),
            placement=placement,
            rate_hz=rate_hz,
        ),
        contact_s=contacts.contact_s + 4.0,
        toe_off_s=contacts.toe_off_s + 4.0,
        axial_g=axial_g,
        resultant_g=resultant_g,
        stride_length_m=contacts.stride_length_m,
        strike_angle_deg=contacts.strike_angle_deg,
    )


def standing(*, seconds: float, rate_hz: float = 200.0, seed: int = 0) -> FloatArray:
    """Return a sensor at rest: 1 g along z and 4 mg of noise."""
    rng = np.random.default_rng(seed)
    accel = 0.004 * rng.standard_normal((int(seconds * rate_hz), 3))
    accel[:, 2] += 1.0
    return accel


def add_knocks(
    accel: FloatArray, *, at_s: FloatArray, rate_hz: float = 200.0, peak_g: float = 8.0
) -> FloatArray:
    """Return the signal with a ringing knock at each of the given times."""
    time_s = np.arange(len(accel)) / rate_hz
    out = accel.copy()
    for knock_s in at_s:
        since = time_s - knock_s
        ring = np.sin(2.0 * math.pi * 15.0 * since) * np.exp(-since.clip(0.0) / 0.022)
        out[:, 2] += np.where(since > 0.0, peak_g * ring, 0.0)
    return out


def turned(whole: SampleBlock, *, seed: int) -> SampleBlock:
    """Return what a sensor strapped on another way round would have measured."""
    matrix = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))[0]
    matrix *= np.sign(np.linalg.det(matrix))
    gyro = whole.gyro_radps
    return replace(
        whole,
        accel_g=whole.accel_g @ matrix.T,
        gyro_radps=None if gyro is None else gyro @ matrix.T,
    )
