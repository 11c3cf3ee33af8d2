"""How far the run has come, each moment counted once by the most trusted source that covers it.

Theory of operation
-------------------
Sources give pieces: a time span and the speed in it. A stride with a length is one, and so is
the time between two readings of a foot pod or a phone. A source covers a hole between two of its
own values of at most `HOLD_S` with the mean of both; a longer one it does not cover. A treadmill
reading holds until the next, while the runner is seen running.

Seconds settle `SETTLE_S` after they end, when every stride of theirs is there. At each moment
only the most trusted source counts (`SpeedSource` is in that order), and of two feet the mean:
left and right cover the same ground. While the runner is seen walking, standing or doing
something else only strides count. While nothing is seen (a gap) a reading counts if it is of a
running speed, and a treadmill's does not: the belt goes on without the runner.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter

import msgspec

from analytics.codec import dump_state, load_state
from analytics.merge import Second
from analytics.records import (
    Activity,
    Distance,
    Placement,
    Side,
    SpeedReading,
    SpeedSource,
    Stride,
)

HOLD_S = 3.0  # two strides and the pace of a pod's or a phone's reports (1 Hz), one of them lost
SETTLE_S = 10.0  # the first strides wait for the running gate, a lagging leg for the other
EVERY_S = 10  # a live distance so often
RUNNING_MPS = 2.0  # walkers change to running about here (Hreljac 1993, Med Sci Sports Exerc)
_TRUST = {source: rank for rank, source in enumerate(SpeedSource)}
_VERSION = 2


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A span of time in which a source says how fast the runner was."""

    start_s: float
    end_s: float
    speed_mps: float
    source: SpeedSource
    stride: bool  # of a running stride: no need to ask what the runner did


@dataclass(slots=True, kw_only=True)
class _State:
    settled_s: float = 0.0
    pieces: list[Piece] = field(default_factory=list)  # in the order in which they begin
    seconds: dict[int, Activity] = field(default_factory=dict)
    last: dict[str, Piece] = field(default_factory=dict)
    belt_mps: float | None = None
    parts_m: dict[SpeedSource, float] = field(default_factory=dict)
    covered_s: float = 0.0
    running_s: float = 0.0
    hole_s: float = 0.0  # uncovered gap since the last second that was run
    told: bool = False
    told_m: float = 0.0


class DistanceStage:
    """A `Distance` every 10 s while it grows, and one at the end.

    Once the runner runs it is told, even if only as unknown.

    Parameters
    ----------
    runner, session : str
        Whose distance it is.
    longest_m : float or None
        Goes into every record: the longest run of the last 30 days.

    """

    def __init__(self, *, runner: str, session: str, longest_m: float | None = None) -> None:
        self._runner = runner
        self._session = session
        self._longest_m = longest_m
        self._state = _State()

    def push(self, item: Second) -> Iterable[Distance]:
        """Take one second of both legs; return the distance up to what has settled."""
        state = self._state
        for stride in item.strides:
            self._take_stride(stride)
        for reading in item.readings:
            self._take_reading(reading)
        if item.activity:
            activity = activity_of(item.activity)
            state.seconds[int(item.until_s)] = activity
            if activity is Activity.RUNNING and state.belt_mps is not None:
                self._add_belt(item.until_s, state.belt_mps)
        self._settle(item.until_s - SETTLE_S)
        if item.until_s % EVERY_S != 0.0 or self.running_s <= 0.0:
            return []
        metres = math.fsum(state.parts_m.values())
        if state.told and metres == state.told_m:
            return []
        state.told, state.told_m = True, metres
        return [self._distance()]

    def finish(self) -> Iterable[Distance]:
        """Return the whole distance, if the runner ran at all."""
        state = self._state
        ends = [piece.end_s for piece in state.pieces] + [float(s) for s in state.seconds]
        self._settle(max(ends, default=0.0) + 1.0)
        return [self._distance()] if self.running_s > 0.0 else []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("distance", _VERSION, {"state": self._state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        self._state = msgspec.convert(load_state("distance", _VERSION, state)["state"], _State)

    @property
    def parts_m(self) -> dict[SpeedSource, float]:
        """Settled metres by source, the most trusted first."""
        return {s: self._state.parts_m[s] for s in SpeedSource if s in self._state.parts_m}

    @property
    def running_s(self) -> float:
        """How long the run is so far."""
        return self._state.running_s

    @property
    def covered_s(self) -> float:
        """How much of the run has a distance."""
        return self._state.covered_s

    def _take_stride(self, stride: Stride) -> None:
        if stride.stride_length_m is None:
            return
        source = stride.speed_source or _SOURCE[stride.worn.placement]
        piece = Piece(
            start_s=stride.contact_s,
            end_s=stride.end_s,
            speed_mps=stride.stride_length_m / stride.stride_time_s,
            source=source,
            stride=True,
        )
        key = source + "/" + stride.worn.side
        last = self._state.last.get(key)
        if last is not None:
            self._bridge(last, piece)
        self._add(piece)
        self._state.last[key] = piece

    def _take_reading(self, reading: SpeedReading) -> None:
        if reading.source is SpeedSource.TREADMILL:
            self._state.belt_mps = reading.speed_mps
            return
        piece = Piece(
            start_s=reading.time_s,
            end_s=reading.time_s,
            speed_mps=reading.speed_mps,
            source=reading.source,
            stride=False,
        )
        last = self._state.last.get(reading.source)
        if last is not None:
            self._bridge(last, piece)
        self._state.last[reading.source] = piece

    def _add_belt(self, until_s: float, speed_mps: float) -> None:
        self._add(
            Piece(
                start_s=until_s - 1.0,
                end_s=until_s,
                speed_mps=speed_mps,
                source=SpeedSource.TREADMILL,
                stride=False,
            )
        )

    def _bridge(self, last: Piece, piece: Piece) -> None:
        """Cover what is between two values of one source, if it is short."""
        if last.end_s < piece.start_s <= last.end_s + HOLD_S:
            self._add(
                Piece(
                    start_s=last.end_s,
                    end_s=piece.start_s,
                    speed_mps=(last.speed_mps + piece.speed_mps) / 2.0,
                    source=piece.source,
                    stride=False,
                )
            )

    def _add(self, piece: Piece) -> None:
        insort(self._state.pieces, piece, key=_start_s)

    def _settle(self, until_s: float) -> None:
        """Count what lies before `until_s`, second by second."""
        state = self._state
        while state.settled_s + 1.0 <= until_s:
            second = int(state.settled_s) + 1
            self._count(second, state.seconds.pop(second, Activity.GAP))
            state.settled_s = float(second)

    def _count(self, second: int, activity: Activity) -> None:
        state = self._state
        n_begun = bisect_left(state.pieces, second, key=_start_s)
        begun = state.pieces[:n_begun]
        state.pieces[:n_begun] = [p for p in begun if p.end_s > second]
        counted = covered(begun, start_s=second - 1.0, end_s=second, activity=activity)
        covered_s = math.fsum(span_s for _, span_s, _ in counted)
        for source, span_s, speed_mps in counted:
            state.parts_m[source] = state.parts_m.get(source, 0.0) + span_s * speed_mps
        state.covered_s += covered_s
        if activity is Activity.RUNNING:
            state.running_s += 1.0 + state.hole_s
            state.hole_s = 0.0
            return
        state.running_s += covered_s
        if activity is Activity.GAP and state.running_s > 0.0:
            state.hole_s += 1.0 - covered_s

    def _distance(self) -> Distance:
        state = self._state
        parts_m = self.parts_m
        return Distance(
            runner=self._runner,
            session=self._session,
            time_s=state.settled_s,
            distance_m=math.fsum(parts_m.values()) if parts_m else None,
            source=main_source(parts_m),
            running_s=state.running_s,
            covered_s=state.covered_s,
            longest_m=self._longest_m,
        )


_SOURCE = {Placement.SHOE: SpeedSource.FOOT_IMU, Placement.SHIN: SpeedSource.SHIN_MODEL}


def activity_of(legs: Mapping[Side, Activity]) -> Activity:
    """Return what the runner did in a second: running if one leg says so."""
    seen = legs.values()
    if Activity.RUNNING in seen:
        return Activity.RUNNING
    return next((what for what in seen if what is not Activity.GAP), Activity.GAP)


def covered(
    pieces: Sequence[Piece], *, start_s: float, end_s: float, activity: Activity
) -> list[tuple[SpeedSource, float, float]]:
    """Return source, length and speed of every covered part of a second, in order of time.

    The pieces all begin before the second's end.
    """
    near = [p for p in pieces if p.end_s > start_s and (p.stride or _counts(p, activity))]
    near.sort(key=_trust)
    edges = {start_s, end_s}
    edges.update([p.start_s for p in near if p.start_s > start_s])
    edges.update([p.end_s for p in near if p.end_s < end_s])
    out = []
    for early_s, late_s in pairwise(sorted(edges)):
        here = [p for p in near if p.start_s <= early_s and p.end_s >= late_s]
        if here:
            source = here[0].source
            # A foot that saw the moment counts before one that bridges it.
            best = [p.speed_mps for p in here if p.stride and p.source is source]
            best = best or [p.speed_mps for p in here if p.source is source]
            out.append((source, late_s - early_s, math.fsum(best) / len(best)))
    return out


def main_source(parts_m: dict[SpeedSource, float]) -> SpeedSource | None:
    """Return what gave most of the metres; of equals the most trusted."""
    return max(parts_m, key=parts_m.__getitem__, default=None)


_start_s = attrgetter("start_s")


def _trust(piece: Piece) -> int:
    return _TRUST[piece.source]


def _counts(piece: Piece, activity: Activity) -> bool:
    """Tell whether a piece that is no stride counts in a second of that activity."""
    runs_on = piece.source is not SpeedSource.TREADMILL and piece.speed_mps >= RUNNING_MPS
    return activity is Activity.RUNNING or (activity is Activity.GAP and runs_on)
