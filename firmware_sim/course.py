"""How a runner's form changes over a run: what changes, by how much, from when to when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.records import FloatArray

_AT_ONCE_S = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Form goes from fresh to changed in a straight line and stays there.

    Times count from the first landing. Changes are parts: -0.05 is five percent less. That of
    asymmetry is in parts of the legs' mean impact (0.11: eleven points), away from equal legs.
    Impact, contact time and cadence are changes at the same speed; what slower or faster running
    makes of them comes on top. Cadence may go before the rest, by `cadence_leads_s`.
    """

    from_s: float = 0.0
    until_s: float = 0.0
    cadence: float = 0.0
    contact_time: float = 0.0
    peak_accel: float = 0.0
    variability: float = 0.0
    asymmetry: float = 0.0
    speed: float = 0.0
    cadence_leads_s: float = 0.0

    def done(self, time_s: FloatArray) -> FloatArray:
        """Return how much of the change there is at each time, 0..1."""
        lasts_s = max(self.until_s - self.from_s, _AT_ONCE_S)
        return np.clip((time_s - self.from_s) / lasts_s, 0.0, 1.0)

    def done_now(self, time_s: float) -> float:
        """Return how much of the change there is at one time, 0..1."""
        done = (time_s - self.from_s) / max(self.until_s - self.from_s, _AT_ONCE_S)
        return 0.0 if done < 0.0 else min(done, 1.0)


METRICS = ("cadence", "contact_time", "peak_accel", "variability", "asymmetry", "speed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All changes of a run; what several make of one metric multiplies."""

    changes: tuple[Change, ...] = ()

    def factor(self, metric: str, time_s: FloatArray) -> FloatArray:
        """Return by what a fresh metric is multiplied at each time."""
        whole = np.ones(len(time_s))
        for change in self.changes:
            whole *= 1.0 + getattr(change, metric) * change.done(time_s)
        return whole

    def factor_at(self, metric: str) -> Callable[[float], float]:
        """Return `factor` at one time, for many times one by one; cadence leads by its lead."""
        leads = metric == "cadence"
        parts = [
            (part, change.done_now, change.cadence_leads_s * leads)
            for change in self.changes
            if (part := getattr(change, metric))
        ]

        def now(time_s: float) -> float:
            whole = 1.0
            for part, done_now, lead_s in parts:
                whole *= 1.0 + part * done_now(time_s + lead_s)
            return whole

        return now

    def asymmetry(self, time_s: FloatArray) -> FloatArray:
        """Return by how much the legs' impacts have gone apart, in parts of their mean."""
        apart = np.zeros(len(time_s))
        for change in self.changes:
            apart += change.asymmetry * change.done(time_s)
        return apart


STEADY = Course()
