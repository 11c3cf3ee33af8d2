"""Landings of one foot from its shoe or shin sensor: samples in, foot strikes out.

How a landing is found, one sample at a time (kernels/landing.py has it in code):

1. The acceleration is low-passed (Butterworth, 2nd order, 30 Hz) and its jerk vector's length
   taken: landings stand out of it at least 1.5-fold at shoe and shin, whatever the orientation.
2. Without a rhythm a landing is a jerk peak that nothing outdoes for 0.42 s on either side, the
   shortest stride. After three even strides the next peak is taken at once (20 ms after it, later
   the weaker it is), over a threshold that falls from 1.2 to 0.35 of the usual strength.
3. Initial contact lies sqrt(3) standard deviations before the centre of the burst's energy.
4. Toe-off comes from the gyroscope (kernels/stance.py), peaks from the 75 ms after contact
   (kernels/impact.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.codec import dump_state, load_state
from analytics.kernels import run
from analytics.kernels.tuning import MAX_GAP_S, Tuning, tuning
from analytics.records import FloatArray, FootStrike, Gap, Placement, SampleBlock, Worn

CHUNK = 4096  # samples a kernel call: bounds the room for its output
NO_GYRO = "no gyroscope"
NOT_SEEN = "no toe-off seen in the gyroscope's signal"
NO_AXIS = "segment axis not known yet: stand still for 2 s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A landing: where the stride before it ended, and what that stride was like.

    Attributes
    ----------
    strike : FootStrike or None
        The landing that opened the ended stride, complete now; None where there was none.
    contact_s, contact_index :
        This landing's initial contact.
    replaces : bool
        The landing reported before this one was none: this one, much stronger, is the real one.
    energy_g, quiet_s : float
        Over the ended stride: RMS of |a| - 1 g, and the longest time within 0.15 g of rest.
    """

    strike: FootStrike | None
    contact_s: float
    contact_index: int
    replaces: bool
    energy_g: float
    quiet_s: float


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
    Falbriard et al. 2018, Gait Posture: toe-off of the foot from its rotation.

    """

    VERSION = 1

    def __init__(self, *, worn: Worn) -> None:
        self._worn = worn
        self._tuning: Tuning | None = None
        self._streams: run.Streams | None = None
        self._open: tuple[float, int] | None = None  # the last landing: contact and its index
        self._kind: list[Any] = []

    def push(self, item: SampleBlock | Gap) -> Iterable[Landed | Second]:
        """Take samples; return the landings and seconds they completed."""
        if isinstance(item, Gap):
            if item.n_samples is None or item.end_s - item.start_s > MAX_GAP_S:
                self._break_off()
            return []
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
        rows = np.full((1, run.COLUMNS), np.nan)
        n = run.finish(self._tuning, self._streams, 0, rows)
        return [self._read(row) for row in rows[:n]]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        arrays = None if self._streams is None else run.to_bytes(self._streams)
        state = {"kind": self._kind, "open": self._open, "arrays": arrays}
        return dump_state("strikes", self.VERSION, state)

    def load(self, state: bytes) -> None:
        """Go on from a dumped state."""
        fields = load_state("strikes", self.VERSION, state)
        self._kind = list(fields["kind"])
        self._open = None if fields["open"] is None else tuple(fields["open"])
        self._tuning = self._streams = None
        if fields["arrays"] is not None:
            self._make()
            self._streams = run.from_bytes(fields["arrays"], n_streams=1, rate_hz=self._kind[0])

    def _fit(self, block: SampleBlock) -> tuple[Tuning, run.Streams]:
        """Start anew when the sensor's rate, range or channels are not what they were."""
        has_gyro = block.gyro_radps is not None
        kind = [block.rate_hz, block.range_g, has_gyro, block.aligned]
        if kind != self._kind:
            self._kind = kind
            self._open = None
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
            has_gyro=has_gyro,
            is_aligned=aligned,
        )
        self._streams = run.new_streams(n_streams=1, rate_hz=rate_hz)

    def _break_off(self) -> None:
        self._open = None
        if self._streams is not None:
            run.break_off(self._streams, 0)

    def _advance(
        self, tuned: Tuning, streams: run.Streams, block: SampleBlock, gyro: FloatArray, start: int
    ) -> list[Landed | Second]:
        stop = min(start + CHUNK, len(block))
        rows = np.full((2 * (stop - start), run.COLUMNS), np.nan)
        samples = run.Samples(
            first_index=block.first_index + start,
            time_s=_plain(block.time_s[start:stop]),
            accel_g=_plain(block.accel_g[start:stop]),
            gyro_radps=gyro[start:stop] if tuned.has_gyro else gyro,
        )
        n = run.advance(tuned, streams, 0, samples, rows)
        return [self._read(row) for row in rows[:n]]

    def _read(self, row: FloatArray) -> Landed | Second:
        """Put an output row of the kernel into words."""
        energy_g = float(row[run.ENERGY_G])
        if row[run.KIND] == run.SECOND_ROW:
            return Second(until_s=float(row[run.TIME_S]), energy_g=energy_g)
        strike = None
        if self._open is not None and row[run.CLOSES]:
            strike = self._strike(row, *self._open)
        self._open = (float(row[run.TIME_S]), int(row[run.INDEX]))
        return Landed(
            strike=strike,
            contact_s=self._open[0],
            contact_index=self._open[1],
            replaces=bool(row[run.REPLACES]),
            energy_g=energy_g,
            quiet_s=float(row[run.QUIET_S]),
        )

    def _strike(self, row: FloatArray, contact_s: float, contact_index: int) -> FootStrike:
        reasons: dict[str, str] = {}
        has_gyro = bool(self._kind[2])
        toe_off_s = _known(row[run.TOE_OFF_S], reasons, toe_off_s=NOT_SEEN if has_gyro else NO_GYRO)
        axial_g = _known(row[run.AXIAL_G], reasons, peak_accel_axial_g=NO_AXIS)
        return FootStrike(
            worn=self._worn,
            contact_index=contact_index,
            contact_s=contact_s,
            toe_off_s=toe_off_s,
            peak_accel_axial_g=axial_g,
            peak_accel_resultant_g=float(row[run.RESULTANT_G]),
            time_to_peak_s=float(row[run.TO_PEAK_S]),
            loading_rate_gps=float(row[run.JERK_GPS]),
            clipped=bool(row[run.CLIPS] > 0.0),
            quality=1.0,
            reasons=reasons,
        )


def _known(value: float, reasons: dict[str, str], **why: str) -> float | None:
    """Return a number, or None with its reason noted."""
    if math.isnan(value):
        reasons.update(why)
        return None
    return float(value)


def _plain(values: FloatArray) -> FloatArray:
    """Return float64 in C order, so that one compiled kernel serves all blocks."""
    return np.ascontiguousarray(values, np.float64)
