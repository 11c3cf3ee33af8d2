"""The newest values of something, and their median without sorting them anew for each."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field


@dataclass(slots=True)
class Recent:
    """The newest `most` values.

    Examples
    --------
    >>> recent = Recent(most=3)
    >>> for value in (9.0, 1.0, 5.0, 2.0):
    ...     recent.add(value)
    >>> recent.values, recent.median
    ([1.0, 5.0, 2.0], 2.0)

    """

    most: int
    values: list[float] = field(default_factory=list)
    ordered: list[float] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether there are as many as are kept."""
        return len(self.values) == self.most

    @property
    def median(self) -> float:
        """Return the middle value, or the mean of the two in the middle; there must be one."""
        half = len(self.ordered) // 2
        if len(self.ordered) % 2:
            return self.ordered[half]
        return (self.ordered[half - 1] + self.ordered[half]) / 2

    def is_off(self, value: float, most_pct: float) -> bool:
        """Tell whether a value is off their median by more than that; never of too few."""
        if len(self.values) < self.most:
            return False
        usual = self.median
        return abs(value - usual) > most_pct / 100.0 * usual

    def add(self, value: float) -> None:
        """Take one value in; the oldest goes if they are too many."""
        if len(self.values) == self.most:
            del self.ordered[bisect_left(self.ordered, self.values.pop(0))]
        self.values.append(value)
        insort(self.ordered, value)

    def clear(self) -> None:
        """Forget them all."""
        self.values.clear()
        self.ordered.clear()
