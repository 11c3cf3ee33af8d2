"""A simulated runner who hears cues, heeds most of them, forgets and learns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analytics.merge import FormItem
from analytics.records import Activity, Cue, Progress, Side
from tests.analytics.runners import LEGS, long_range, stride

STRIDE_S, CONTACT_S, PEAK_G = 0.72, 0.250, 6.0
_CV, _CONTACT_SD, _PEAK_SD = 0.012, 0.03, 0.12
_HEEDS = 0.85  # of cues; judgement, as all of these
_REACHES = 0.9  # of the way to the target, once heeded
_FORGETS_S = 900.0  # an effort fades with this time constant
_LEARNS = 0.25  # of the mean effort of a session stays as habit
_LOSES = 0.1  # of the habit a month
CADENCE_UP, IMPACT_DOWN = 0.05, -0.20


@dataclass(kw_only=True)
class Learner:
    """The habit so far, as a share of the way to both targets, and the effort of now on top."""

    seed: int
    habit: float = 0.0
    effort: float = 0.0
    heard: list[Cue] = field(default_factory=list)

    def run(self, day: int, minutes: float) -> Iterator[FormItem]:
        """Give a run second by second; what is heard meanwhile changes the strides after it."""
        rng = np.random.default_rng([self.seed, day])
        n = int(minutes * 60 / STRIDE_S * 1.2)
        noise = {name: long_range(rng, n) for name in ("time", "left", "right", "contact")}
        jitter = rng.standard_normal((3, n))
        self.effort, efforts = 0.0, 0.0
        end_s, i = 0.0, 0
        for t in range(1, int(minutes * 60) + 1):
            self._heed(rng)
            while end_s < t and i < n:
                share = min(1.0, self.habit + self.effort)
                time_s = STRIDE_S / (1.0 + CADENCE_UP * share) * (1.0 + _CV * noise["time"][i])
                for k, side in enumerate(Side):
                    peak = 1.0 + IMPACT_DOWN * share
                    peak *= 1.0 + _PEAK_SD * _both(noise[side][i], jitter[k][i])
                    contact = CONTACT_S * (
                        1.0 + _CONTACT_SD * _both(noise["contact"][i], jitter[2][i])
                    )
                    yield stride(side, end_s + 0.36 * k, time_s, contact, PEAK_G * peak)
                end_s, i = end_s + time_s, i + 1
            for side in Side:
                yield Progress(worn=LEGS[side], until_s=float(t), activity=Activity.RUNNING)
            efforts += self.effort
            self.effort *= math.exp(-1.0 / _FORGETS_S)
        self.habit += _LEARNS * efforts / (minutes * 60)

    def rest(self, days: float) -> None:
        """Forget a little."""
        self.habit *= (1.0 - _LOSES) ** (days / 30.0)

    def _heed(self, rng: np.random.Generator) -> None:
        for cue in self.heard:
            if cue.kind in {"cadence", "impact", "recall"} and rng.random() < _HEEDS:
                self.effort += _REACHES * max(0.0, 1.0 - self.habit - self.effort)
        self.heard.clear()


def _both(long: float, white: float) -> float:
    """Return noise of unit variance, half of it long-range."""
    return math.sqrt(0.5) * (float(long) + float(white))
