"""Simulated runs as arrays of strides, and the block medians that drift is judged by.

One run is a few milliseconds, so that a thousand hours are a matter of minutes. Noise of single
strides as in tests/analytics/runners.py; besides, speed wanders, every runner's form follows
speed in a way of their own, and what the sensors tell about speed and ground has errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from analytics import form
from analytics.blocks import Block
from analytics.drift import DriftStage
from analytics.noise import HURST
from analytics.records import Baseline, FloatArray, PerSide, Side, Surface
from firmware_sim.runner import SLOPES
from tests.analytics.runners import RUNNER, stride

STRIDE_TIME_S, CONTACT_S, PEAK_G, SPEED_MPS, TIME_TO_PEAK_S = 0.72, 0.250, 6.0, 3.0, 0.024
BLOCK_STRIDES = 25
SETTLE_S = 10.0
CV, CONTACT_SD, PEAK_SD = 0.012, 0.03, 0.12
# Time to peak follows the ground's stiffness (shock of 13, 15, 17 Hz on grass, asphalt,
# concrete); its scatter from stride to stride is about that of contact time twice over.
TIME_TO_PEAK_SD = 0.08
_OWN_LEG = 1.0  # share of the long-range variance that is each leg's own
_WANDER_MPS = 0.10  # speed on a level road from minute to minute: 3 % of 3 m/s
_SPEED_BIAS_MPS, _SPEED_NOISE_MPS = 0.05, 0.10  # of the sensors: a run's, a stride's
DAY = {"peak": 0.06, "contact": 0.02, "cadence": 0.015}


@dataclass(frozen=True, kw_only=True)
class Change:
    """Form from `start_s` on, in full at `full_s`: relative changes, speed in m/s."""

    start_s: float = 0.0
    full_s: float = 0.0
    cadence: float = 0.0
    contact: float = 0.0
    peak: float = 0.0
    cv: float = 0.0
    speed_mps: float = 0.0

    def share(self, time_s: FloatArray) -> FloatArray:
        """Return how much of the change there is at each time."""
        ramp = max(self.full_s - self.start_s, 1e-9)
        return np.clip((time_s - self.start_s) / ramp, 0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Episode:
    """Other ground for some minutes: `peak` and `time_to_peak` relative, `grade_pct` of slope."""

    start_s: float
    end_s: float
    peak: float = 0.0
    time_to_peak: float = 0.0
    contact: float = 0.0
    cadence: float = 0.0
    surface: Surface | None = None
    grade_pct: float | None = None

    def during(self, time_s: FloatArray) -> FloatArray:
        """Return 1 while it lasts, else 0."""
        return ((time_s >= self.start_s) & (time_s < self.end_s)).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run is like; all else follows from the runner (`seed`) and the day."""

    seed: int
    day: int = 0
    minutes: float = 60.0
    change: Change = field(default_factory=Change)
    episodes: tuple[Episode, ...] = ()
    hurst: float = HURST
    own_leg: float = _OWN_LEG
    tells_speed: bool = True
    wander_mps: float = _WANDER_MPS
    surface: Surface | None = None


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One leg's strides as arrays of shape (n,)."""

    end_s: FloatArray
    stride_time_s: FloatArray
    contact_time_s: FloatArray
    peak_g: FloatArray
    speed_mps: FloatArray
    time_to_peak_s: FloatArray


def legs(run: Run) -> dict[Side, Leg]:
    """Return the strides of both legs."""
    person = np.random.default_rng([run.seed, 7])
    slope = {k: float(person.normal(mean, sd)) for k, (mean, sd) in SLOPES.items()}
    rng = np.random.default_rng([run.seed, 8, run.day])
    n = int(run.minutes * 60 / STRIDE_TIME_S * 1.12) + 8
    day = {k: float(rng.normal(0.0, sd)) for k, sd in DAY.items()}
    bias_mps = float(rng.normal(0.0, _SPEED_BIAS_MPS))
    noise = iter(long_range(rng, 10, n, run.hurst))
    # What is asked for may shift the clock by seconds only: the undisturbed one says when.
    about_s = STRIDE_TIME_S / (1.0 + day["cadence"]) * np.arange(n, dtype=np.float64)
    share = run.change.share(about_s)
    wander = _smooth(next(noise)) * run.wander_mps
    faster = wander + run.change.speed_mps * share
    cadence = np.exp(slope["cadence"] * faster) * (
        1.0 + day["cadence"] + run.change.cadence * share
    )
    for episode in run.episodes:
        cadence *= 1.0 + episode.cadence * episode.during(about_s)
    stride_s = STRIDE_TIME_S / cadence
    stride_s *= 1.0 + CV * (1.0 + run.change.cv * share) * next(noise)
    both = _Both(
        run=run,
        slope=slope,
        day=day,
        about_s=about_s,
        share=share,
        faster_mps=faster,
        told_mps=SPEED_MPS + bias_mps + faster,
        stride_s=stride_s,
        common={name: next(noise) for name in ("contact", "peak")},
    )
    return {side: _leg(both, index, rng, noise) for index, side in enumerate(Side)}


@dataclass(frozen=True, kw_only=True)
class _Both:
    """What both legs share, as arrays of shape (n,), with the runner's slopes and the day's."""

    run: Run
    slope: Mapping[str, float]
    day: Mapping[str, float]
    about_s: FloatArray
    share: FloatArray
    faster_mps: FloatArray
    told_mps: FloatArray
    stride_s: FloatArray
    common: Mapping[str, FloatArray]


def _leg(both: _Both, index: int, rng: np.random.Generator, noise: Iterator[FloatArray]) -> Leg:
    """Return one leg's strides, drawn after those of the legs before it."""
    run, slope, day, n = both.run, both.slope, both.day, len(both.about_s)
    end_s = 0.36 * index + np.cumsum(both.stride_s)
    own = {
        name: np.sqrt(0.5) * rng.standard_normal(n)
        + np.sqrt(0.5 * run.own_leg) * next(noise)
        + np.sqrt(0.5 * (1.0 - run.own_leg)) * common
        for name, common in both.common.items()
    }
    contact = slope["contact"] * both.faster_mps + np.log1p(day["contact"])
    peak = slope["peak"] * both.faster_mps + np.log1p(day["peak"] + (0.05 if index == 0 else -0.05))
    contact += np.log1p(run.change.contact * both.share)
    peak += np.log1p(run.change.peak * both.share)
    shock = TIME_TO_PEAK_SD * (np.sqrt(0.5) * rng.standard_normal(n) + np.sqrt(0.5) * next(noise))
    for episode in run.episodes:
        during = episode.during(both.about_s)
        contact += np.log1p(episode.contact) * during
        peak += np.log1p(episode.peak) * during
        shock += np.log1p(episode.time_to_peak) * during
    keep = end_s < run.minutes * 60
    return Leg(
        end_s=end_s[keep],
        stride_time_s=both.stride_s[keep],
        contact_time_s=(CONTACT_S * np.exp(contact) * (1 + CONTACT_SD * own["contact"]))[keep],
        peak_g=np.maximum(PEAK_G * np.exp(peak) * (1 + PEAK_SD * own["peak"]), 1.5)[keep],
        speed_mps=(both.told_mps + _SPEED_NOISE_MPS * rng.standard_normal(n))[keep],
        time_to_peak_s=(TIME_TO_PEAK_S * np.exp(shock))[keep],
    )


def blocks(run: Run, both: Mapping[Side, Leg] | None = None) -> Iterator[Block]:
    """Return the run's blocks of both legs, with the medians that `analytics.blocks` takes."""
    both = both or legs(run)
    first = int(SETTLE_S / STRIDE_TIME_S)
    n = (min(len(leg.end_s) for leg in both.values()) - first) // BLOCK_STRIDES

    def rows(values: FloatArray) -> FloatArray:
        return values[first : first + n * BLOCK_STRIDES].reshape(n, BLOCK_STRIDES)

    def medians(name: str) -> dict[Side, list[float]]:
        return {s: _middle(rows(getattr(leg, name))).tolist() for s, leg in both.items()}

    peak, contact, shock = medians("peak_g"), medians("contact_time_s"), medians("time_to_peak_s")
    stride_s = np.concatenate([rows(leg.stride_time_s) for leg in both.values()], axis=1)
    per_leg = np.stack([rows(leg.stride_time_s) for leg in both.values()])
    cv = 100.0 * np.sqrt(per_leg.var(axis=2, ddof=1).mean(axis=0)) / per_leg.mean(axis=(0, 2))
    speed = np.median(np.concatenate([rows(x.speed_mps) for x in both.values()], axis=1), axis=1)
    ends = np.max(np.stack([rows(leg.end_s)[:, -1] for leg in both.values()]), axis=0)
    cadence = 120.0 / np.median(stride_s, axis=1)
    for i in range(n):
        left, right = Side.LEFT, Side.RIGHT
        peaks = PerSide(left=peak[left][i], right=peak[right][i])
        values = form.named_values(
            peak_accel=peaks,
            contact_time=PerSide(left=contact[left][i], right=contact[right][i]),
            others={
                "cadence": float(cadence[i]),
                "asymmetry": form.asymmetry_pct(peaks),
                "stride_time_cv": float(cv[i]),
                form.SPEED: float(speed[i]) if run.tells_speed else None,
                **{name: shock[side][i] for name, side in zip(form.SHOCK, Side, strict=True)},
            },
        )
        end_s = float(ends[i])
        here = next((e for e in run.episodes if e.start_s <= end_s < e.end_s), None)
        yield Block(
            values=values,
            last=stride(right, end_s - STRIDE_TIME_S),
            surface=run.surface if here is None else here.surface or run.surface,
            grade_pct=None if here is None else here.grade_pct,
        )


def earlier_runs(run: Run, *, runs: int = 3, minutes: float = 11.0) -> Baseline | None:
    """Return what the real stage has learnt from the same runner's runs on other days."""
    baseline: Baseline | None = None
    for day in range(1, runs + 1):
        stage = DriftStage(runner=RUNNER, session=str(day), baseline=baseline)
        before = replace(run, day=day, minutes=minutes, change=Change(), episodes=())
        for block in blocks(before):
            stage.judge(block)
        found = [r for r in stage.finish() if isinstance(r, Baseline)]
        baseline = found[-1] if found else baseline
    return baseline


def long_range(rng: np.random.Generator, rows: int, n: int, hurst: float) -> FloatArray:
    """Return fractional Gaussian noise, shape (rows, n), of unit variance.

    Davies & Harte 1987, Biometrika; the real and the imaginary part are two series.
    """
    root = _root_spectrum(n, hurst)
    pairs = (rows + 1) // 2
    draws = rng.standard_normal((2, pairs, len(root)))
    noise = np.fft.fft(root * (draws[0] + 1j * draws[1]), axis=1)[:, :n]
    return np.concatenate([noise.real, noise.imag])[:rows]


@cache
def _root_spectrum(n: int, hurst: float) -> FloatArray:
    k = np.arange(n + 1, dtype=float)
    two_h = 2.0 * hurst
    rho = 0.5 * ((k + 1) ** two_h - 2 * k**two_h + np.abs(k - 1) ** two_h)
    size = 1 << (2 * n - 1).bit_length()
    half = size // 2
    k = np.arange(half + 1, dtype=float)
    rho = 0.5 * ((k + 1) ** two_h - 2 * k**two_h + np.abs(k - 1) ** two_h)
    spectrum = np.fft.fft(np.concatenate([rho, rho[-2:0:-1]])).real
    return np.asarray(np.sqrt(np.maximum(spectrum, 0.0) / len(spectrum)))


def _smooth(noise: FloatArray, strides: int = 80) -> FloatArray:
    """Return the noise averaged over a minute, of unit variance: nobody's speed jumps."""
    window = np.ones(strides) / strides
    smooth = np.convolve(noise, window, mode="same")
    return np.asarray(smooth / np.std(smooth))


def _middle(rows: FloatArray) -> FloatArray:
    """Return `form.middle` of each row."""
    ordered = np.sort(rows, axis=1)
    cut = rows.shape[1] // 5
    return np.asarray(ordered[:, cut : rows.shape[1] - cut].mean(axis=1))
