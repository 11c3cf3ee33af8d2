"""What the runner runs on: the runner's own word, else a guess from how the shock sounds.

Harder ground makes a quicker shock: grass sounds at about 13 Hz, asphalt at 15, concrete at 17
(a 17 Hz shock on one leg may be a 13 Hz shock on another, so nothing is told from a frequency
alone). A landing's largest jerk over its peak is proportional to that frequency. It is learned
per leg while the runner says what the ground is; later windows without a word are compared with
the surfaces known by then. With fewer than two known, or far from all of them, nothing is said.
A guess is never surer than `SUREST`: speed, shoes and slopes change the shock's sound as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from analytics.records import Conditions, Side, Stride, Surface

MIN_STRIDES = 10  # of a leg in a window: its median sound then wanders by 2 to 3 %
LEAST_WINDOWS = 12  # of a surface, a minute and a half: before, it is not known
LEAST_SPREAD = 0.03  # natural logarithm: legs seldom sound steadier than that on one surface
FAR = 3.0  # spreads: this sounds like no known surface
SUREST = 0.9


@dataclass(slots=True)
class Sound:
    """Mean and spread of one leg's sound on one surface (Welford 1962, Technometrics)."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Take one window's sound in."""
        self.n += 1
        away = value - self.mean
        self.mean += away / self.n
        self.squares += away * (value - self.mean)

    def away(self, value: float) -> float:
        """Return how many spreads a sound is away."""
        return (value - self.mean) / self.spread

    @property
    def spread(self) -> float:
        """Return the standard deviation, not below what legs are capable of."""
        return max(LEAST_SPREAD, math.sqrt(self.squares / max(1, self.n - 1)))


@dataclass(slots=True)
class SurfaceSense:
    """What was said of the ground, and what it sounded like.

    Examples
    --------
    >>> sense = SurfaceSense(said=Surface.TRACK)
    >>> sense.judge({}, start_s=0.0)
    (<Surface.TRACK: 'track'>, 1.0)

    """

    said: Surface | None = None
    since_s: float = 0.0
    known: dict[Surface, dict[Side, Sound]] = field(default_factory=dict)

    def hear(self, told: Conditions) -> None:
        """Take what the runner said of the ground."""
        if told.surface is not self.said:
            self.said, self.since_s = told.surface, told.time_s

    def judge(
        self, legs: Mapping[Side, Sequence[float]], *, start_s: float
    ) -> tuple[Surface | None, float | None]:
        """Return the surface of a window that began at `start_s`, and how sure that is.

        `legs` has the known `shock_ratio`s of each leg's strides in the window.

        A window that lies partly before the runner's last word is neither learned from nor
        guessed at.
        """
        sounds = {side: value for side, leg in legs.items() if (value := sound(leg)) is not None}
        whole = start_s >= self.since_s
        if self.said is not None:
            if whole:
                for side, value in sounds.items():
                    self.known.setdefault(self.said, {}).setdefault(side, Sound()).add(value)
            return self.said, 1.0
        return guess(sounds, self.known) if whole and sounds else (None, None)


def shock_ratio(stride: Stride) -> float | None:
    """Return a landing's largest jerk over its peak, in 1/s; None where it is not known."""
    if stride.loading_rate_gps is None or stride.peak_clipped:
        return None
    return stride.loading_rate_gps / stride.peak_accel_resultant_g


def sound(ratios: Sequence[float]) -> float | None:
    """Return the logarithm of a leg's median shock ratio; None of too few."""
    return math.log(median(ratios)) if len(ratios) >= MIN_STRIDES else None


def guess(
    sounds: Mapping[Side, float], known: Mapping[Surface, Mapping[Side, Sound]]
) -> tuple[Surface | None, float | None]:
    """Return the likeliest of the known surfaces and its probability, all as likely beforehand.

    The legs run on the same ground and err alike: their log-likelihoods are averaged, not added.
    """
    logs: dict[Surface, float] = {}
    nearest = math.inf
    for surface, legs in known.items():
        if any(side not in legs or legs[side].n < LEAST_WINDOWS for side in sounds):
            continue
        away = [legs[side].away(value) for side, value in sounds.items()]
        nearest = min(nearest, max(abs(a) for a in away))
        logs[surface] = math.fsum(
            -0.5 * a * a - math.log(legs[side].spread) for a, side in zip(away, sounds, strict=True)
        ) / len(away)
    if len(logs) < 2 or nearest > FAR:  # noqa: PLR2004 - one alone is no comparison
        return None, None
    best = max(logs, key=lambda surface: logs[surface])
    total = math.fsum(math.exp(value - logs[best]) for value in logs.values())
    return best, min(SUREST, 1.0 / total)
