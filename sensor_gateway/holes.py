"""Samples that are missing but may still come late: ranges of indices, each filled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Range: TypeAlias = tuple[int, int]  # from the one index up to, not including, the other

_NEAR = 100  # samples: as long as a question and the way to its answer take, at 200 Hz


@dataclass(slots=True)
class Hole:
    """Samples missing from `first` up to, not including, `stop`.

    `left` may still come, `gone` never will; both in order.
    """

    first: int
    stop: int
    left: list[Range]
    gone: list[Range] = field(default_factory=list)


class Holes:
    """The holes of one sensor, in order.

    Examples
    --------
    >>> holes = Holes()
    >>> holes.open(100, 200)
    >>> holes.fill(90, 150), holes.fill(120, 160)
    ([(100, 150)], [(150, 160)])
    >>> holes.wanted
    (160, 200)
    """

    def __init__(self) -> None:
        self._holes: list[Hole] = []

    def open(self, first: int, stop: int) -> None:
        """Note that samples are missing."""
        self._holes.append(Hole(first, stop, [(first, stop)]))

    def fill(self, first: int, stop: int) -> list[Range]:
        """Take samples that have come; return those among them that were still missing."""
        new: list[Range] = []
        for hole in self._holes:
            inside, hole.left = _split(hole.left, first, stop)
            new += inside
        return new

    def give_up(self, *, below: int) -> None:
        """Note that of what lies below an index nothing more will come."""
        for hole in self._holes:
            lost, hole.left = _split(hole.left, hole.first, below)
            hole.gone = _joined([*hole.gone, *lost])

    @property
    def any(self) -> bool:
        """Whether there are holes of which not all has been said."""
        return bool(self._holes)

    @property
    def wanted(self) -> Range | None:
        """The oldest samples that may still come, with those that lie near behind them.

        To ask for a few that are there already costs less than to ask once more.
        """
        ranges = [left for hole in self._holes for left in hole.left]
        if not ranges:
            return None
        first, stop = ranges[0]
        for a, b in ranges[1:]:
            if a - stop > _NEAR:
                break
            stop = b
        return first, stop

    def closed(self) -> list[Hole]:
        """Return and forget the holes of which nothing more will come."""
        if not self._holes:
            return []
        done = [hole for hole in self._holes if not hole.left]
        self._holes = [hole for hole in self._holes if hole.left]
        return done

    def state(self) -> dict[str, Any]:
        """Return all that must be kept to go on later."""
        return {"holes": [asdict(hole) for hole in self._holes]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._holes = [
            Hole(
                first=kept["first"],
                stop=kept["stop"],
                left=[(a, b) for a, b in kept["left"]],
                gone=[(a, b) for a, b in kept["gone"]],
            )
            for kept in state["holes"]
        ]


def _split(ranges: list[Range], first: int, stop: int) -> tuple[list[Range], list[Range]]:
    """Return what of the ranges lies from `first` up to `stop`, and what does not."""
    inside: list[Range] = []
    outside: list[Range] = []
    for a, b in ranges:
        cuts = ((a, min(b, first)), (max(a, first), min(b, stop)), (max(a, stop), b))
        before, within, after = ((c, d) if c < d else None for c, d in cuts)
        inside += [] if within is None else [within]
        outside += [part for part in (before, after) if part is not None]
    return inside, outside


def _joined(ranges: list[Range]) -> list[Range]:
    """Return the ranges in order, those that touch as one."""
    joined: list[Range] = []
    for first, stop in sorted(ranges):
        if joined and joined[-1][1] == first:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((first, stop))
    return joined
