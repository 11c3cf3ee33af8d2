"""Runs with times to blocks and gaps: the last step of the chain.

A gap whose samples may still come late is `awaited`. They lie between two samples whose times
have been told, so theirs are read off the straight line between those two: whatever the clock has
learnt since, time goes on through a filled gap without a step. Once nothing more can come the gap
is told again, as what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analytics.records import FloatArray, Gap, SampleBlock, Worn
from sensor_gateway.holes import Hole
from sensor_gateway.runs import Run

BACKFILLED = "backfilled"
GONE = "no longer in the sensor's memory"


@dataclass(frozen=True, slots=True)
class _Edges:
    """The last sample before a hole and the first one after it, with their times."""

    last: int
    last_s: float
    next: int
    next_s: float

    def time_s(self, index: int) -> float:
        return float(self.times(index, 1)[0])

    def times(self, first: int, n: int) -> FloatArray:
        """Return session seconds of n samples within the hole."""
        part = (first - self.last + np.arange(n)) / (self.next - self.last)
        out: FloatArray = self.last_s + part * (self.next_s - self.last_s)
        return out


class BlockAssembler:
    """Makes one sensor's blocks and names the gaps between them.

    Parameters
    ----------
    worn : Worn
        Whose sensor it is.
    backfills : bool
        The sensor keeps samples that can be asked for again.
    """

    def __init__(self, *, worn: Worn, backfills: bool) -> None:
        self._worn = worn
        self._backfills = backfills
        self._next_index: int | None = None
        self._last_s = 0.0
        self._holes: list[_Edges] = []

    def push(self, run: Run, *, time_s: FloatArray, why: str = "") -> list[SampleBlock | Gap]:
        """Return the run as a block, after the gap before it if there is one.

        `why` is what is known about the gap from outside, such as a lost link.
        """
        block = self._block(run, time_s)
        first = self._next_index
        gap = None
        if first is not None and run.missing != 0:
            gap = self._gap(run, first, end_s=float(time_s[0]), why=why)
        self._next_index = run.first_index + len(block)
        self._last_s = float(time_s[-1])
        return [block] if gap is None else [gap, block]

    def late(self, run: Run) -> Iterator[SampleBlock]:
        """Return samples that fill a hole as a late block."""
        for hole in self._holes:
            if hole.last < run.first_index < hole.next:
                yield self._block(run, hole.times(run.first_index, len(run)))

    def close(self, hole: Hole) -> Iterator[Gap]:
        """Return what is left of a hole: its gaps told again, the one first told last."""
        edges = next((e for e in self._holes if e.last == hole.first - 1), None)
        if edges is None:
            return
        self._holes.remove(edges)
        left = hole.gone
        if not left or left[0][0] != hole.first:
            left = [(hole.first, hole.first), *left]
        for first, stop in reversed(left):
            yield Gap(
                worn=self._worn,
                first_index=first,
                start_s=edges.time_s(first - 1),
                end_s=edges.time_s(stop if stop > first else first - 1),
                n_samples=stop - first,
                reason=GONE if stop > first else BACKFILLED,
                revision=2,
            )

    def _gap(self, run: Run, first_index: int, *, end_s: float, why: str) -> Gap:
        """Return the gap in front of a run, and remember it if it may be filled."""
        gap = Gap(
            worn=self._worn,
            first_index=first_index,
            start_s=self._last_s,
            end_s=end_s,
            n_samples=run.missing,
            reason=run.reason if run.restarted else why or run.reason,
            awaited=self._backfills and run.missing is not None,
        )
        if gap.awaited:
            self._holes.append(_Edges(first_index - 1, gap.start_s, run.first_index, gap.end_s))
        return gap

    def _block(self, run: Run, time_s: FloatArray) -> SampleBlock:
        return SampleBlock(
            worn=self._worn,
            first_index=run.first_index,
            time_s=time_s,
            accel_g=run.accel_g,
            gyro_radps=run.gyro_radps,
            range_g=run.range_g,
            rate_hz=run.rate_hz,
            late=run.late,
        )

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return {
            "next_index": self._next_index,
            "last_s": self._last_s,
            "holes": [asdict(edges) for edges in self._holes],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._next_index, self._last_s = state["next_index"], state["last_s"]
        self._holes = [_Edges(**edges) for edges in state["holes"]]
