"""Cadence of a shoe against another device at the hip, and what is called running in calm time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, hilbert, sosfiltfilt

from analytics.records import FloatArray
from bench.truth.tables import Row, Spread, column, share, spread

BLOCK_S = 2.0
CALM_G, BUSY_G, WALKING_G = 0.45, 0.7, 0.12  # SD of the hip's acceleration in a block
HIP_HZ = 100.0
STEP_BAND = (0.75, 1.25)  # of the step rate
LEAST_STRIDES = 5
WITHIN_SPM = 1.0


@dataclass(frozen=True, kw_only=True)
class OutdoorScore:
    """Cadence errors over steady rows (spm), and counts of calm and running time.

    `cadence_spm` is against the autocorrelation of 20 s at the hip, `counted_spm` against the
    steps counted there, part steps included.
    `calm_strides` and `walking_strides` are running strides reported while the hip was calm, and
    while it walked; `covered` is the share of running time inside a reported stride.
    """

    rows: int
    cadence_spm: Spread
    within_1spm: float | None
    counted_spm: Spread
    counted_within_1spm: float | None
    calm_strides: int
    walking_strides: int
    covered: float | None


def score(
    hip: Mapping[str, FloatArray], reference: Mapping[str, FloatArray], strides: Sequence[Row]
) -> OutdoorScore:
    """Score a session; `hip` and `reference` are the columns of the hip's and the 20 s files."""
    begin_s, sd = _blocks(hip)
    calm, busy = _with_neighbours(sd < CALM_G), _with_neighbours(sd >= BUSY_G)
    contact_s, lasts_s = column(strides, "contact_s"), column(strides, "stride_time_s")
    steady = {name: values[reference["steady_run"] == 1] for name, values in reference.items()}
    told_spm = _cadence(steady, contact_s + lasts_s / 2.0, column(strides, "cadence_spm"))
    errors = told_spm - steady["cadence_hip_spm"]
    counted = told_spm - _counted(hip, steady)
    block = np.clip((contact_s - begin_s[0]) // BLOCK_S, 0, len(begin_s) - 1).astype(int)
    running_s = BLOCK_S * float(busy.sum())
    edges = np.clip(
        np.minimum((contact_s + lasts_s)[:, np.newaxis], begin_s + BLOCK_S)
        - np.maximum(contact_s[:, np.newaxis], begin_s),
        0.0,
        None,
    )
    return OutdoorScore(
        rows=len(errors),
        cadence_spm=spread([errors]),
        within_1spm=share(float((np.abs(errors) <= WITHIN_SPM).sum()), len(errors)),
        counted_spm=spread([counted]),
        counted_within_1spm=share(float((np.abs(counted) <= WITHIN_SPM).sum()), len(counted)),
        calm_strides=int(calm[block].sum()),
        walking_strides=int((calm & (sd >= WALKING_G))[block].sum()),
        covered=share(float(edges.sum(axis=0)[busy].sum()), running_s),
    )


def _blocks(hip: Mapping[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the beginnings of 2 s blocks at 100 Hz and the SD of |a| in each."""
    size = np.linalg.norm([hip["ax_g"], hip["ay_g"], hip["az_g"]], axis=0)
    n = round(BLOCK_S * HIP_HZ)
    whole = len(size) // n
    blocks = size[: whole * n].reshape(whole, n)
    return hip["t_s"][: whole * n : n], np.asarray(blocks.std(axis=1))


def _with_neighbours(holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(holds & np.r_[True, holds[:-1]] & np.r_[holds[1:], True])


def _cadence(
    steady: Mapping[str, FloatArray], middle_s: FloatArray, cadence_spm: FloatArray
) -> FloatArray:
    """Return the strides' cadence in each steady row; nan with under 5 strides in it."""
    told = []
    for begin, end in zip(steady["t0_s"], steady["t1_s"], strict=True):
        inside = (middle_s >= begin) & (middle_s < end)
        enough = inside.sum() >= LEAST_STRIDES
        told.append(120.0 / np.mean(120.0 / cadence_spm[inside]) if enough else np.nan)
    return np.array(told)


def _counted(hip: Mapping[str, FloatArray], steady: Mapping[str, FloatArray]) -> FloatArray:
    """Return the steps a minute that the hip took in each steady row.

    A step is a turn of the phase of the acceleration's length in a band about the step rate
    (analytic signal, filtered forward and backward).
    """
    size = np.linalg.norm([hip["ax_g"], hip["ay_g"], hip["az_g"]], axis=0)
    out = []
    for begin, end, near_spm in zip(
        *(steady[name] for name in ("t0_s", "t1_s", "cadence_hip_spm")), strict=True
    ):
        band = butter(3, np.multiply(STEP_BAND, near_spm / 60.0), "band", fs=HIP_HZ, output="sos")
        turns = np.unwrap(np.angle(hilbert(sosfiltfilt(band, size - size.mean())))) / (2.0 * np.pi)
        first, last = np.interp([begin, end], hip["t_s"], turns)
        out.append(60.0 * (last - first) / (end - begin))
    return np.array(out)
