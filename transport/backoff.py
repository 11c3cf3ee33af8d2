"""How long to wait before the next try: exponential, capped, with full jitter."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

FIRST_S = 0.5
LONGEST_S = 30.0
_MAX_DOUBLINGS = 30  # beyond it every ceiling is the longest wait; keeps the power finite


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Waits between tries, drawn from [0, ceiling) with the ceiling doubling at every failure.

    Full jitter keeps many gateways that lost one broker from coming back all at once
    (Brooker 2015, AWS Architecture Blog, "Exponential backoff and jitter"). The generator is
    handed in so that one seed decides a whole run.

    Examples
    --------
    >>> backoff = Backoff(rng=random.Random(1))
    >>> all(0 <= backoff.next_s() <= 0.5 * 2**n for n in range(6))
    True

    """

    rng: random.Random
    first_s: float = FIRST_S
    longest_s: float = LONGEST_S
    _failures: int = field(default=0, init=False)

    @property
    def ceiling_s(self) -> float:
        """Longest wait that the next call can give."""
        doublings = min(self._failures, _MAX_DOUBLINGS)
        return float(min(self.longest_s, self.first_s * 2**doublings))

    def next_s(self) -> float:
        """Count one more failure and return how long to wait."""
        wait_s = self.rng.uniform(0.0, self.ceiling_s)
        self._failures += 1
        return wait_s

    def reset(self) -> None:
        """Start over after a success."""
        self._failures = 0
