"""How runners tire: the changes that simulated runs are drawn from.

Fatigue is personal. Cadence falls by 5 % and impact rises by up to 61 % (Mizrahi 2000), or impact
stays as it is (Clansey 2012, Med Sci Sports Exerc; Abt 2011, J Strength Cond Res). Outdoors
contact grows longer; on a treadmill of constant speed it grows shorter and flight longer, while
cadence falls a little (Hanley & Mohan 2014, J Strength Cond Res).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware_sim.course import METRICS, Change

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiring:
    """How a runner tires: each change is drawn from its range; times from the first landing."""

    from_s: float
    until_s: float
    cadence: Range = (0.0, 0.0)
    contact_time: Range = (0.0, 0.0)
    peak_accel: Range = (0.0, 0.0)
    variability: Range = (0.0, 0.0)
    asymmetry: Range = (0.0, 0.0)
    speed: Range = (0.0, 0.0)
    cadence_leads_s: float = 0.0

    def draw(self, rng: np.random.Generator) -> Change:
        """Return one way to tire."""
        drawn = {metric: float(rng.uniform(*getattr(self, metric))) for metric in METRICS}
        return Change(
            from_s=self.from_s,
            until_s=self.until_s,
            cadence_leads_s=self.cadence_leads_s,
            **drawn,
        )


TYPICAL = Tiring(
    from_s=600.0,
    until_s=1200.0,
    cadence=(-0.03, -0.02),
    contact_time=(0.04, 0.06),
    peak_accel=(0.08, 0.15),
    variability=(0.3, 0.3),
)
HARD = Tiring(
    from_s=600.0,
    until_s=1200.0,
    cadence=(-0.05, -0.05),
    contact_time=(0.08, 0.08),
    peak_accel=(0.30, 0.60),
    variability=(0.3, 0.3),
    asymmetry=(0.11, 0.11),
)
HARD_FROM_ASYMMETRY = 0.09
STIFF = Tiring(from_s=600.0, until_s=1200.0, contact_time=(0.06, 0.09))
# Speed falls by 12 %, impact with it; at this lower speed it is higher than it used to be.
SLOWING = Tiring(
    from_s=600.0,
    until_s=1200.0,
    speed=(-0.12, -0.12),
    cadence=(-0.02, -0.01),
    contact_time=(0.03, 0.05),
    peak_accel=(0.06, 0.10),
    variability=(0.3, 0.3),
)
# At the belt's speed shorter contact and fewer steps mean a longer flight.
TREADMILL = Tiring(
    from_s=600.0, until_s=1500.0, cadence=(-0.03, -0.02), contact_time=(-0.07, -0.05)
)


def breaks(*times_s: float) -> tuple[Tiring, ...]:
    """Return form that gives way at these moments, each time by as much as the typical tired do."""
    return tuple(
        Tiring(
            from_s=time_s,
            until_s=time_s + 10.0,  # some fourteen strides: nobody breaks between two landings
            cadence=(-0.03, -0.02),
            contact_time=(0.05, 0.07),
            peak_accel=(0.10, 0.20),
            variability=(0.2, 0.2),
        )
        for time_s in times_s
    )
