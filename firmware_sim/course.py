"""How a runner's form changes over a run: what tires, by how much, from when to when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Form goes from fresh (0) to tired (1) in a straight line and stays there.

    Times count from the first landing. Changes are parts: -0.05 is five percent less. Cadence may
    go before the rest, by `cadence_leads_s`.
    """

    from_s: float = 0.0
    until_s: float = 0.0
    cadence: float = 0.0
    contact_time: float = 0.0
    peak_accel: float = 0.0
    variability: float = 0.0
    cadence_leads_s: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return any((self.cadence, self.contact_time, self.peak_accel, self.variability))

    def tired(self, time_s: float) -> float:
        """Return how tired the runner is, 0..1."""
        if not self.changes or time_s <= self.from_s:
            return 0.0
        if time_s >= self.until_s:
            return 1.0
        return (time_s - self.from_s) / (self.until_s - self.from_s)

    def cadence_factor(self, time_s: float) -> float:
        """Return by what the fresh cadence is multiplied."""
        return 1.0 + self.cadence * self.tired(time_s + self.cadence_leads_s)


STEADY = Course()
