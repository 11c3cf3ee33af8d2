"""Runners made of strides: realistic noise, chosen changes of form, nothing random but the seed.

Noise of single strides: stride time 1.2 % (all long-range), contact time 3 % and peak
acceleration 12 % (half long-range, half white, each leg its own), Hurst exponent 0.8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.merge import FormItem
from analytics.noise import HURST
from analytics.records import (
    Activity,
    Baseline,
    FloatArray,
    Placement,
    Progress,
    SessionEvent,
    Side,
    Stride,
    Usual,
    Worn,
)

RUNNER, SESSION = "ada", "1"
LEGS = {
    side: Worn(runner=RUNNER, session=SESSION, side=side, placement=Placement.SHIN) for side in Side
}
_STRIDE_TIME_S, _CONTACT_S, _PEAK_G = 0.72, 0.250, 6.0
_WHITE = 0.5  # share of variance of contact time and peak acceleration


@dataclass(frozen=True, kw_only=True)
class Course:
    """How form changes: relative changes at `full`, growing from `start_s` to `full_s`."""

    start_s: float = 0.0
    full_s: float = 0.0
    end_s: float = float("inf")
    cadence: float = 0.0
    contact: float = 0.0
    peak: float = 0.0
    peak_right: float = 0.0
    cv: float = 0.0

    def share(self, time_s: FloatArray) -> FloatArray:
        """Return how much of the change there is at each time."""
        ramp = max(self.full_s - self.start_s, 1e-9)
        share = np.clip((time_s - self.start_s) / ramp, 0.0, 1.0)
        return np.where(time_s < self.end_s, share, 0.0)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A steady runner; `cv`, `contact_sd` and `peak_sd` are relative noise of single strides."""

    seed: int
    minutes: float
    course: Course = field(default_factory=Course)
    cv: float = 0.012
    contact_sd: float = 0.03
    peak_sd: float = 0.12
    own_leg_share: float = 1.0
    peak_offset: float = 0.05
    sides: Sequence[Side] = tuple(Side)
    day: Mapping[str, float] = field(default_factory=dict)
    speed_mps: float | None = None

    def strides(self) -> dict[Side, list[Stride]]:
        """Return the strides of each leg."""
        rng = np.random.default_rng(self.seed)
        n = int(self.minutes * 60 / _STRIDE_TIME_S * 1.1) + 8
        time_noise = long_range(rng, n)
        common = {"contact": long_range(rng, n), "peak": long_range(rng, n)}
        legs: dict[Side, list[Stride]] = {}
        for index, side in enumerate(Side):
            noise = {
                name: np.sqrt(_WHITE) * rng.standard_normal(n)
                + np.sqrt((1 - _WHITE) * self.own_leg_share) * long_range(rng, n)
                + np.sqrt((1 - _WHITE) * (1 - self.own_leg_share)) * shared
                for name, shared in common.items()
            }
            if side in self.sides:
                legs[side] = self._leg(side, 0.36 * index, time_noise, noise)
        return legs

    def items(self) -> list[FormItem]:
        """Return strides and progress of both legs as they would be analysed, in time order."""
        timed = [
            (stride.end_s + 0.08, stride.worn.side, stride)
            for leg in self.strides().values()
            for stride in leg
        ]
        ticks = [
            (float(t), side, Progress(worn=LEGS[side], until_s=t, activity=Activity.RUNNING))
            for side in self.sides
            for t in range(1, int(self.minutes * 60) + 1)
        ]
        both: list[tuple[float, Side, FormItem]] = [*timed, *ticks]
        return [item for _, _, item in sorted(both, key=lambda x: (x[0], x[1]))]

    def _leg(
        self,
        side: Side,
        first_s: float,
        time_noise: FloatArray,
        noise: Mapping[str, FloatArray],
    ) -> list[Stride]:
        c = self.course
        usual_s = _STRIDE_TIME_S / (1 + self.day.get("cadence", 0.0))
        # The course is a matter of minutes: the undisturbed clock says well enough where we are.
        share = c.share(first_s + usual_s * np.arange(len(time_noise), dtype=np.float64))
        spread = self.cv * (1 + c.cv * share) * time_noise
        stride_s = usual_s / (1 + c.cadence * share) * (1 + spread)
        contact_s = first_s + np.concatenate([[0.0], np.cumsum(stride_s)[:-1]])
        offset = self.peak_offset * (1 if side is Side.LEFT else -1) + self.day.get("peak", 0.0)
        worse = c.peak + (c.peak_right if side is Side.RIGHT else 0.0)
        peak_g = _PEAK_G * (1 + offset) * (1 + worse * share) * (1 + self.peak_sd * noise["peak"])
        contact_time_s = (
            _CONTACT_S
            * (1 + self.day.get("contact", 0.0))
            * (1 + c.contact * share)
            * (1 + self.contact_sd * noise["contact"])
        )
        keep = contact_s + stride_s < self.minutes * 60
        rows = zip(
            contact_s[keep].tolist(),
            stride_s[keep].tolist(),
            contact_time_s[keep].tolist(),
            np.maximum(peak_g, 1.5)[keep].tolist(),
            strict=True,
        )
        return [stride(side, *row, speed_mps=self.speed_mps) for row in rows]


def stride(  # noqa: PLR0913 - one stride has many numbers
    side: Side,
    contact_s: float,
    stride_time_s: float = _STRIDE_TIME_S,
    contact_time_s: float | None = _CONTACT_S,
    peak_g: float = _PEAK_G,
    *,
    speed_mps: float | None = None,
    time_to_peak_s: float | None = None,
    clipped: bool = False,
    quality: float = 1.0,
) -> Stride:
    """Return one stride."""
    return Stride(
        worn=LEGS[side],
        contact_index=round(contact_s * 200),
        contact_s=contact_s,
        toe_off_s=None if contact_time_s is None else contact_s + contact_time_s,
        stride_time_s=stride_time_s,
        contact_time_s=contact_time_s,
        flight_time_s=None,
        cadence_spm=120.0 / stride_time_s,
        peak_accel_axial_g=peak_g - 1.0,
        peak_accel_resultant_g=peak_g,
        loading_rate_gps=None,
        time_to_peak_s=time_to_peak_s,
        stride_length_m=None,
        speed_mps=speed_mps,
        strike_angle_deg=None,
        pronation_velocity_dps=None,
        clipped=clipped,
        quality=quality,
    )


def long_range(rng: np.random.Generator, n: int) -> FloatArray:
    """Return fractional Gaussian noise of unit variance (Davies & Harte 1987, Biometrika)."""
    k = np.arange(n + 1, dtype=float)
    two_h = 2.0 * HURST
    rho = 0.5 * ((k + 1) ** two_h - 2 * k**two_h + np.abs(k - 1) ** two_h)
    spectrum = np.fft.fft(np.concatenate([rho, rho[-2:0:-1]])).real
    m = len(spectrum)
    draws = rng.standard_normal(m) + 1j * rng.standard_normal(m)
    noise = np.fft.fft(np.sqrt(np.maximum(spectrum, 0.0) / m) * draws).real[:n]
    return np.asarray(noise, dtype=np.float64)


def stored_baseline(*, source: str = "earlier runs") -> Baseline:
    """Return what several fresh runs of `Runner` on an average day would have left."""
    leg = {"left": 1.05, "right": 0.95}
    usual = {
        "peak_accel": Usual(median=_PEAK_G * (1.05 * 0.95) ** 0.5, sigma=0.21, n_blocks=100),
        "contact_time": Usual(median=_CONTACT_S, sigma=0.0022, n_blocks=100),
        "cadence": Usual(median=120 / _STRIDE_TIME_S, sigma=1.05, n_blocks=100),
        "asymmetry": Usual(median=10.0, sigma=7.0, n_blocks=100),
        "stride_time_cv": Usual(median=1.15, sigma=0.19, n_blocks=100),
        **{
            f"peak_accel_{side}": Usual(median=_PEAK_G * part, sigma=0.3, n_blocks=100)
            for side, part in leg.items()
        },
        **{
            f"contact_time_{side}": Usual(median=_CONTACT_S, sigma=0.0031, n_blocks=100)
            for side in leg
        },
    }
    return Baseline(runner=RUNNER, source=source, usual=usual)


def moved_strap(time_s: float) -> SessionEvent:
    """What is told when the left strap has moved."""
    return SessionEvent(
        runner=RUNNER, session=SESSION, time_s=time_s, kind="strap-moved", text="", side=Side.LEFT
    )
