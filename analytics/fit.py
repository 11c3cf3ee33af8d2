"""Whether a sensor fits what the settings say of it: its place, its range, its rate.

Theory of operation
-------------------
A foot that has landed stands still while the shank above it goes on turning. So the slowest 50 ms
soon after a landing tell a shoe from a shin. Harder running turns both faster; divided by the
square of the mean acceleration vector's length the two keep apart: of nine runners' feet and shanks
at 2.5, 3.5 and 4.5 m/s (Fukuchi et al. 2017, PeerJ 5:e3298; virtual sensors, 54 legs each) every
foot turns by less than 21 deg/s/g² in the median and no shank does; 44 shanks turn by more than 34.
Nothing is said between 21 and 36. It needs a gyroscope.

A sensor whose range ends below the peaks of landings reads them all alike; one slower than 100 Hz
cannot tell how fast a peak rises (docs/recordings.md). Everything is said once a session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from statistics import median

import numpy as np

from analytics.codec import dump_state, load_state
from analytics.records import (
    Activity,
    FloatArray,
    Placement,
    Progress,
    SampleBlock,
    SessionEvent,
    Stride,
    Worn,
)

WRONG_PLACE, CLIPS, TOO_SLOW = "placement-doubt", "range-too-small", "rate-too-low"  # event kinds
SHOE_BELOW, SHIN_ABOVE = 21.0, 36.0  # deg/s/g^2
SECONDS = 20  # of running that must agree
STRIDES, CLIPPED = 20, 5  # so many of so many clipped: not one odd landing
LEAST_RATE_HZ = 100.0  # below, loading rates are null
_STANCE_S = (0.02, 0.09)  # after the highest peak: past the shock, long before the heel lifts
_QUIET_S = 0.05
_PLACE_RATE_HZ = 50.0  # below, a stance is two or three samples
_KEPT_S = 1.3  # a second in which to find a landing, and its stance
_STAGE, _VERSION = "fit", 1


@dataclass(slots=True)
class _State:
    turns: list[float] = field(default_factory=list)
    clipped: list[bool] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    range_g: float = 0.0
    rate_hz: float = 0.0


class FitStage:
    """From one sensor's samples, strides and seconds to what is wrong with its settings."""

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._s = _State()
        self._kept = np.empty((0, 7))  # time_s, accel_g, gyro_radps
        self._blocks: list[SampleBlock] = []

    def push(self, item: SampleBlock | Stride | Progress) -> Iterable[SessionEvent]:
        """Take what came of the sensor; events come with the seconds."""
        match item:
            case SampleBlock():
                self._s.range_g, self._s.rate_hz = item.range_g, item.rate_hz
                if item.gyro_radps is not None:
                    self._blocks.append(item)
            case Stride():
                self._s.clipped = [*self._s.clipped, item.clipped][-STRIDES:]
            case Progress():
                return list(self._second(item))
        return []

    def finish(self) -> Iterable[SessionEvent]:
        """Return nothing: what was not sure before is not said at the end."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        state = {"said": asdict(self._s), "kept": self._samples().tolist()}
        return dump_state(_STAGE, _VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        kept = load_state(_STAGE, _VERSION, state)
        self._s = _State(**kept["said"])
        self._kept, self._blocks = np.reshape(np.array(kept["kept"], np.float64), (-1, 7)), []

    def _second(self, second: Progress) -> Iterable[SessionEvent]:
        running = second.activity is Activity.RUNNING
        turn = self._turn(second.until_s, running=running)
        if turn is not None:
            self._s.turns = [*self._s.turns, turn][-SECONDS:]
        for kind, text in self._doubts():
            if kind not in self._s.said:
                self._s.said.append(kind)
                yield self._event(kind, text, second.until_s)

    def _doubts(self) -> Iterable[tuple[str, str]]:
        state, worn = self._s, self._worn
        if len(state.turns) == SECONDS:
            looks = _looks(median(state.turns))
            if looks not in {None, worn.placement}:
                told = f"looks worn on the {looks}, the settings say {worn.placement}"
                yield WRONG_PLACE, f"{told}: mend one of them"
        if sum(state.clipped) >= CLIPPED:
            yield CLIPS, f"at {state.range_g:g} g clips hard landings: choose a wider range"
        if 0.0 < state.rate_hz < LEAST_RATE_HZ:
            told = f"sends {state.rate_hz:g} samples a second"
            yield TOO_SLOW, f"{told}: loading rates need {LEAST_RATE_HZ:g}"

    def _samples(self) -> FloatArray:
        """Return the kept samples, shape (n, 7)."""
        blocks = self._blocks
        before = len(self._kept)
        kept = np.empty((before + sum(map(len, blocks)), 7))
        kept[:before] = self._kept
        if blocks:
            kept[before:, 0] = np.concatenate([block.time_s for block in blocks])
            kept[before:, 1:4] = np.concatenate([block.accel_g for block in blocks])
            turns = [b.gyro_radps for b in blocks if b.gyro_radps is not None]
            kept[before:, 4:] = np.concatenate(turns)
        return kept

    def _turn(self, until_s: float, *, running: bool) -> float | None:
        """Return how slowly the sensor turned in the last second's stance; None if unknown."""
        kept = self._samples()
        edges_s = np.array([until_s - _KEPT_S, until_s])
        first, stop = kept[:, 0].searchsorted(edges_s, side="right").tolist()
        self._kept, self._blocks = kept[first:], []
        rate_hz = self._s.rate_hz
        known = running and rate_hz >= _PLACE_RATE_HZ
        if not known or stop - first < round(0.99 * _KEPT_S * rate_hz):
            return None
        return _turn_of(kept[first:stop, 1:4], kept[first:stop, 4:], rate_hz=rate_hz)

    def _event(self, kind: str, text: str, time_s: float) -> SessionEvent:
        worn = self._worn
        return SessionEvent(
            runner=worn.runner,
            session=worn.session,
            time_s=time_s,
            kind=kind,
            text=f"The {worn.side} sensor {text}",
            side=worn.side,
        )


def _turn_of(accel_g: FloatArray, gyro_radps: FloatArray, *, rate_hz: float) -> float:
    """Return the slowest turn after the highest peak, in deg/s per g² of the mean acceleration.

    Shapes (n, 3), sensor frame; the last 0.3 s are for the stance alone.
    """
    begins, ends, quiet = (round(s * rate_hz) for s in (*_STANCE_S, _QUIET_S))
    squared = np.einsum("ij,ij->i", accel_g, accel_g)
    peak = int(squared[: len(squared) - ends - quiet].argmax())
    stance = gyro_radps[peak + begins : peak + ends + quiet]
    turning = np.degrees(np.sqrt(np.einsum("ij,ij->i", stance, stance)))
    slowest = np.convolve(turning, np.full(quiet, 1.0 / quiet), mode="valid").min()
    mean = accel_g.sum(axis=0) / len(accel_g)
    return float(slowest / (mean * mean).sum())


def _looks(turn: float) -> Placement | None:
    if turn < SHOE_BELOW:
        return Placement.SHOE
    return Placement.SHIN if turn > SHIN_ABOVE else None
