"""A sensor's battery, which runs down and is empty in the end."""

from __future__ import annotations

from dataclasses import dataclass

FULL_PCT = 97.0
LASTS_H = 12.0  # from full to empty, streaming


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """A charge at `from_s` of the world's time, which falls in a straight line.

    Examples
    --------
    >>> battery = Battery(start_pct=50.0, lasts_h=1.0, from_s=100.0)
    >>> battery.pct(100.0), battery.pct(100.0 + 1500.0), battery.is_empty(100.0 + 1800.0)
    (50, 8, True)

    """

    start_pct: float = FULL_PCT
    lasts_h: float = LASTS_H
    from_s: float = 0.0

    def pct(self, now_s: float) -> int:
        """Return what the sensor says of it; never 0, for then it says nothing any more."""
        return max(round(self._left_pct(now_s)), 1)

    def is_empty(self, now_s: float) -> bool:
        """Tell whether nothing is left."""
        return self._left_pct(now_s) <= 0.0

    def _left_pct(self, now_s: float) -> float:
        return self.start_pct - (now_s - self.from_s) / (36.0 * self.lasts_h)
