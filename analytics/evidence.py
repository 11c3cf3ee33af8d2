"""How far the last blocks of a metric stand out of long-range noise, as a step and as a ramp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics import noise
from analytics.records import FloatArray

_MOST_TENTHS = 20  # a baseline less sure than that tells nothing, whatever its exact error


@dataclass(slots=True, kw_only=True)
class Evidence:
    """The last blocks of a metric, in spreads of a block, oldest first.

    `doubts` has, by cause and block for block, by how much something besides noise may be wrong:
    one cause's errors go together, so that a weighting's doubt is the weighted sum of them.
    `step` and `ramp` are the best such explanations of the blocks, in standard deviations.
    """

    past: list[float] = field(default_factory=list)
    doubts: dict[str, list[float]] = field(default_factory=dict)
    step: float = 0.0
    ramp: float = 0.0

    @property
    def lean(self) -> float:
        """How far the change stands out by its best explanation."""
        return max(self.step, self.ramp, key=abs)

    def add(self, value: float, *, doubts: Mapping[str, float], error: float) -> None:
        """Take one block, which may be off by `error` together with all others."""
        nothing = [0.0] * len(self.past)
        series = {
            cause: [*self.doubts.get(cause, nothing), doubts.get(cause, 0.0)]
            for cause in sorted({*self.doubts, *doubts})
        }
        self.past = [*self.past, value][-noise.MEMORY_BLOCKS :]
        kept = {cause: some[-noise.MEMORY_BLOCKS :] for cause, some in series.items()}
        self.doubts = {cause: some for cause, some in kept.items() if any(some)}
        shapes = noise.shapes(len(self.past), min(_MOST_TENTHS, round(10.0 * error**2)))
        found = _standing_out(shapes.rows, [self.past, *self.doubts.values()])
        self.step = max(found[: shapes.n_steps], key=abs)
        self.ramp = max(found[shapes.n_steps :], key=abs)

    def forget(self, n_blocks: int) -> None:
        """Take back the last blocks."""
        n = max(0, len(self.past) - n_blocks)
        self.past = self.past[:n]
        self.doubts = {cause: some[:n] for cause, some in self.doubts.items()}


def _standing_out(weightings: FloatArray, series: Sequence[Sequence[float]]) -> list[float]:
    """Return weighted sums of unit variance on noise, in their own standard deviations.

    `series` has what is summed, then what is doubted of it, cause by cause.
    """
    total, *doubts = noise.sums(weightings * np.array(series)[:, np.newaxis])
    variance = sum((doubt**2 for doubt in doubts), 1.0)
    found: list[float] = (total / np.sqrt(variance)).tolist()
    return found
