"""Landings of one foot from its shoe or shin sensor: samples in, the strides they close out.

How a landing is found, one sample at a time (kernels/landing.py has it in code):

1. The acceleration is low-passed (Butterworth, 2nd order, 30 Hz) and its jerk vector's length
   taken: landings stand out of it at least 1.5-fold at shoe and shin, whatever the orientation.
2. Without a rhythm a landing is a jerk peak that nothing outdoes for 0.42 s on either side, the
   shortest stride. After three even strides it is the strongest peak of 0.1 s, over a threshold
   that falls from 1.2 to 0.35 of the usual strength as the next landing comes due.
3. Initial contact is read off the burst about the peak (kernels/contact.py).
4. Toe-off comes from the gyroscope (kernels/stance.py), peaks from the 75 ms after contact
   (kernels/impact.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from analytics.codec import dump_state, load_state
from analytics.kernels import run
from analytics.kernels.state import (
    ROW,
    Samples,
    Streams,
    from_bytes,
    new_rows,
    new_streams,
    to_bytes,
)
from analytics.kernels.tuning import MAX_GAP_S, Tuning, tuning
from analytics.records import FloatArray, Gap, Placement, SampleBlock, Side, Stride, Worn
from analytics.rows import Row, stride_of

CHUNK = 4096  # samples a kernel call: bounds the room for its output
_FIGURES = ROW.names or ()
Kernel = TypeVar("Kernel", bound=Callable[..., int])


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A landing: where the stride before it ended, and what that stride was like.

    Attributes
    ----------
    stride : Stride or None
        The stride that ended; None where no landing had opened one.
    contact_s, contact_index :
        This landing's initial contact.
    strength_gps : float
        Largest jerk of the landing that opened the ended stride.
    energy_g, quiet_s : float
        Over the ended stride: RMS of |a| - 1 g, and the longest time within 0.15 g of rest.
    frozen : bool
        Samples of the ended stride were repeated (kernels/frozen.py).
    moved : bool
        The ended stride shows that the strap has moved (kernels/mount.py).
    """

    stride: Stride | None
    contact_s: float
    contact_index: int
    strength_gps: float
    energy_g: float
    quiet_s: float
    frozen: bool
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A whole session second that samples fell into, and the RMS of |a| - 1 g in it."""

    until_s: float
    energy_g: float


class StrikeDetector:
    """Initial contacts, toe-offs and impact peaks of one foot.

    References
    ----------
    Aubol & Milner 2020, J Biomech: contact of running from the resultant and its jerk.
    Falbriard et al. 2018, Front Physiol: toe-off of the foot from its rotation.

    """

    VERSION = 13

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._tuning: Tuning | None = None
        self._streams: Streams | None = None
        self._kind: list[Any] = []
        self._follow = run.advance_one  # `_straight`, from the first samples on
        self._room = new_rows(0)

    def push(self, item: SampleBlock | Gap) -> Iterable[Landed | Second]:
        """Take samples; return the landings and seconds they completed."""
        if isinstance(item, Gap):
            lost = item.n_samples is None or item.end_s - item.start_s > MAX_GAP_S
            return self._break_off() if lost else []
        tuned, streams = self._fit(item)
        gyro = np.zeros((1, 3)) if item.gyro_radps is None else _plain(item.gyro_radps)
        return [
            out
            for start in range(0, len(item), CHUNK)
            for out in self._advance(tuned, streams, item, gyro, start)
        ]

    def finish(self) -> Iterable[Landed | Second]:
        """Return a landing that the end of the stream left undecided."""
        if self._tuning is None or self._streams is None:
            return []
        rows = new_rows(2)
        n = run.finish(self._tuning, self._streams, 0, rows)
        return self._read(rows[:n])

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        arrays = None if self._streams is None else to_bytes(self._streams)
        state = {"kind": self._kind, "arrays": arrays}
        return dump_state("strikes", self.VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state."""
        fields = load_state("strikes", self.VERSION, state)
        self._kind = list(fields["kind"])
        self._tuning = self._streams = None
        if fields["arrays"] is not None:
            self._make()
            self._streams = from_bytes(fields["arrays"], n_streams=1, rate_hz=self._kind[0])

    def _fit(self, block: SampleBlock) -> tuple[Tuning, Streams]:
        """Start anew when the sensor's rate, range or channels are not what they were."""
        has_gyro = block.gyro_radps is not None
        kind = [block.rate_hz, block.range_g, has_gyro, block.aligned]
        if kind != self._kind:
            self._kind = kind
            self._make()
        assert self._tuning is not None  # noqa: S101 - _make has just set both
        assert self._streams is not None  # noqa: S101
        return self._tuning, self._streams

    def _make(self) -> None:
        rate_hz, range_g, has_gyro, aligned = self._kind
        self._tuning = tuning(
            rate_hz=rate_hz,
            range_g=range_g,
            is_shin=self._worn.placement is Placement.SHIN,
            is_left=self._worn.side is Side.LEFT,
            has_gyro=has_gyro,
            is_aligned=aligned,
        )
        self._streams = new_streams(n_streams=1, rate_hz=rate_hz)

    def _break_off(self) -> list[Landed | Second]:
        if self._tuning is None or self._streams is None:
            return []
        rows = new_rows(1)
        n = run.break_off(self._tuning, self._streams, 0, rows)
        return self._read(rows[:n])

    def _advance(
        self,
        tuned: Tuning,
        streams: Streams,
        block: SampleBlock,
        gyro: FloatArray,
        start: int,
    ) -> list[Landed | Second]:
        stop = min(start + CHUNK, len(block))
        samples = Samples(
            first_index=np.array([block.first_index + start]),
            time_s=_plain(block.time_s[start:stop])[np.newaxis],
            accel_g=_plain(block.accel_g[start:stop])[np.newaxis],
            gyro_radps=(gyro[start:stop] if tuned.has_gyro else gyro)[np.newaxis],
        )
        if len(self._room) < run.ROWS_A_SAMPLE * (stop - start):
            self._room = new_rows(run.ROWS_A_SAMPLE * (stop - start))
            self._follow = _straight(run.advance_one, tuned, streams, 0, samples, self._room, 0)
        n = self._follow(tuned, streams, 0, samples, self._room, 0)
        return self._read(self._room[:n]) if n else []

    def _read(self, rows: NDArray[np.record]) -> list[Landed | Second]:
        """Put the output rows of the kernel into words."""
        named = (dict(zip(_FIGURES, values, strict=True)) for values in rows.tolist())
        return [_second(row) if row["kind"] == run.SECOND else self._landed(row) for row in named]

    def _landed(self, row: Row) -> Landed:
        stride = None
        if not math.isnan(row["contact_s"]):
            rate_hz, _, has_gyro, _ = self._kind
            stride = stride_of(row, worn=self._worn, rate_hz=rate_hz, has_gyro=has_gyro)
        return Landed(
            stride=stride,
            contact_s=row["end_s"],
            contact_index=row["end_index"],
            strength_gps=row["strength_gps"],
            energy_g=row["energy_g"],
            quiet_s=row["quiet_s"],
            frozen=bool(row["frozen"]),
            moved=bool(row["moved"]),
        )


def _second(row: Row) -> Second:
    return Second(until_s=row["end_s"], energy_g=row["energy_g"])


def _straight(kernel: Kernel, *arguments: object) -> Kernel:
    """Return a kernel's machine code for arguments of these types.

    To ask for the types of every call's arguments takes 60 µs, ten times as long as to follow 13
    samples: their arrays are of records.
    """
    dispatcher = cast("Any", kernel)
    if not hasattr(dispatcher, "compile"):  # plain Python
        return kernel
    types = tuple(dispatcher.typeof_pyval(each) for each in arguments)
    return cast("Kernel", dispatcher.compile(types))


def _plain(values: FloatArray) -> FloatArray:
    """Return float64 in C order, so that one compiled kernel serves all blocks."""
    return np.ascontiguousarray(values, np.float64)
