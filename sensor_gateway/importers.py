"""An IMU recording from anywhere (CSV, CSV.gz, Parquet) as sample blocks and gaps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from analytics.errors import InputError
from analytics.records import FloatArray, Gap, SampleBlock, Worn
from sensor_gateway.columns import AccelUnit, GyroUnit, choose_columns
from sensor_gateway.csv_table import CsvTable
from sensor_gateway.parquet_table import ParquetTable
from sensor_gateway.tables import PARQUET_MAGIC, ByteSource, Chunk, Table

LEAST_RATE_HZ: Final = 50.0  # below it an impact lasts less than two samples
_RATE_TOLERANCE: Final = 0.01  # cheap sensors' own clocks are off by up to 1 %
_MOST_RATE_HZ: Final = 8000.0  # the fastest IMUs give 6.4 kHz: more means a wrong unit of time
_GAP_S: Final = 0.05  # 2.5 periods or more; a stride across a longer hole would be a guess
_LONGEST_GAP_S: Final = 86_400.0  # a longer jump is another session or a clock that was set
_RATE_ROWS: Final = 2000  # rows that tell the rate: 2 s to 40 s
_REGULAR: Final = 0.5  # part of the intervals that must lie within half a period of the nominal
_JUDGED_INTERVALS: Final = 1000
_LATEST_S: Final = 1e11  # the year 5138
_MOST_G: Final = 1000.0  # shock sensors end at 400 g
_MOST_RADPS: Final = 1000.0  # gyroscopes end near 70 rad/s
_TYPICAL_G: Final = (0.4, 7.0)  # medians: 1 at rest, 1-3 running (shin and shoe, 2.5-4.5 m/s)


class ImuFile:
    """One sensor's recording: iterate once to get its SampleBlocks and Gaps in order.

    Opening it reads the header and the first rows, so that most mistakes show before any work.
    Time stays the file's own, jitter included. A hole of more than 50 ms is a Gap, and the
    sample index goes on as if the missing samples had been counted.

    Parameters
    ----------
    path : Path
        CSV (also gzipped) or Parquet with the columns of `columns.choose_columns`.
    worn : Worn
        Whose sensor this is.
    units, gyro_units : AccelUnit or GyroUnit, optional
        For columns whose name does not state the unit.
    range_g : float, optional
        Full scale of the accelerometer; math.inf where unknown.

    Raises
    ------
    InputError
        For every file that is not such a recording, here or while iterating, with the place.

    """

    def __init__(
        self,
        path: Path,
        *,
        worn: Worn,
        units: AccelUnit | None = None,
        gyro_units: GyroUnit | None = None,
        range_g: float = math.inf,
    ) -> None:
        self.path = path
        self.worn = worn
        self._where = str(path)
        self.range_g = _checked_range(range_g)
        self._table = _open_table(path)
        try:
            self.columns = choose_columns(
                self._table.names, where=self._where, units=units, gyro_units=gyro_units
            )
            self._chunks = self._table.chunks(self.columns.positions)
            self._head, self.rate_hz = self._measure_rate()
        except BaseException:
            self._table.close()
            raise
        self.start_s = float(self._head[0].cells[0, 0])
        self._last_s = -math.inf
        self._next_index = 0
        self._near = np.empty(0, np.bool_)  # intervals not judged yet: near the nominal period?

    def doubts(self) -> list[str]:
        """Return what looks wrong in the first rows although it can be read.

        Half of all samples of a walking, running or resting leg lie within 1 to 3 g; g taken
        for m/s² (or the other way round) is ten times off.
        """
        accel_g = np.concatenate([chunk.cells[:, 1:4] for chunk in self._head])
        usual_g = float(np.median(np.linalg.norm(accel_g, axis=1)))
        if _TYPICAL_G[0] <= usual_g <= _TYPICAL_G[1]:
            return []
        what = f"the acceleration is about {usual_g:.2g} g, and at rest a sensor reads 1 g"
        return [f"{self._where}: {what}; check its unit, and that gravity was not taken out"]

    @property
    def has_gyro(self) -> bool:
        """Return whether there are angular rates."""
        return self.columns.has_gyro

    @property
    def fraction_read(self) -> float:
        """Return how much of the file was read, 0..1."""
        return self._table.fraction_read

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[SampleBlock | Gap]:
        """Yield the recording once; InputError at the first row that cannot be used."""
        rest = (self._converted(chunk) for chunk in self._chunks)
        for chunk in chain(self._head, rest):
            yield from self._blocks(chunk)

    def _measure_rate(self) -> tuple[list[Chunk], float]:
        """Return the first rows and the rate that the intervals between them show."""
        head: list[Chunk] = []
        while sum(len(c.cells) for c in head) < _RATE_ROWS:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            head.append(self._converted(chunk))
        if sum(len(c.cells) for c in head) <= 1:
            what = "one sample only" if head else "a header but no samples"
            raise InputError(what, where=self._where, mend="record or export it again")
        last_s = -math.inf
        for chunk in head:
            self._check_order(chunk, last_s)
            last_s = float(chunk.cells[-1, 0])
        times_s = np.concatenate([chunk.cells[:, 0] for chunk in head])[:_RATE_ROWS]
        return head, self._checked_rate(np.diff(times_s))

    def _checked_rate(self, intervals_s: FloatArray) -> float:
        # The median survives lost samples, the mean around it survives jitter.
        usual_s = float(np.sort(intervals_s)[len(intervals_s) // 2])
        near = intervals_s[np.abs(intervals_s - usual_s) < _REGULAR * usual_s]
        rate_hz = round(1.0 / max(float(near.mean()), 1.0 / (1e3 * _MOST_RATE_HZ)), 1)
        if rate_hz < LEAST_RATE_HZ * (1.0 - _RATE_TOLERANCE):
            what = f"sampled at {rate_hz:g} Hz, and impacts need {LEAST_RATE_HZ:g} Hz or more"
            mend = f"record faster, or name the unit of {self.columns.names[0]} (t_s, t_ms, ...)"
            raise InputError(what, where=self._where, mend=mend)
        if rate_hz > _MOST_RATE_HZ:
            what = f"times {usual_s:.3g} s apart, which no IMU samples at"
            mend = f"name the unit of {self.columns.names[0]} (t_s, t_ms, ...), one time a sample"
            raise InputError(what, where=self._where, mend=mend)
        return rate_hz

    def _converted(self, chunk: Chunk) -> Chunk:
        """Return the chunk in seconds, g and rad/s, if a sensor can have measured that."""
        with np.errstate(over="ignore"):
            cells = chunk.cells / np.array(self.columns.divisors)
        limits = np.array([_LATEST_S] + [_MOST_G] * 3 + [_MOST_RADPS] * (cells.shape[1] - 4))
        bad = np.argwhere(np.abs(cells) > limits)
        if len(bad):
            row, column = map(int, bad[0])
            where = f"{self._where}, {chunk.row(row)}, column {self.columns.names[column]}"
            what = f"{chunk.cells[row, column]:g} is more than any sensor can give"
            raise InputError(what, where=where, mend="mend the cell, or check the unit")
        return Chunk(cells=cells, row=chunk.row)

    def _check_order(self, chunk: Chunk, last_s: float) -> None:
        times_s = np.concatenate(([last_s], chunk.cells[:, 0]))
        bad = np.flatnonzero(times_s[1:] <= times_s[:-1])
        if len(bad):
            before_s, at_s = times_s[bad[0] : bad[0] + 2]
            turn = "repeats" if at_s == before_s else "runs backwards"
            where = f"{self._where}, {chunk.row(int(bad[0]))}, column {self.columns.names[0]}"
            what = f"time {turn} ({at_s:.6f} s after {before_s:.6f} s)"
            raise InputError(what, where=where, mend="sort the rows, one time each")

    def _blocks(self, chunk: Chunk) -> Iterator[SampleBlock | Gap]:
        self._check_order(chunk, self._last_s)
        times_s = chunk.cells[:, 0]
        before_s = np.concatenate(([self._last_s], times_s[:-1]))
        if math.isinf(self._last_s):
            before_s[0] = times_s[0]  # nothing can be missing before the first sample
        is_hole = times_s - before_s > _GAP_S
        self._check_rate_holds(chunk, np.flatnonzero(~is_hole & (times_s > before_s)), before_s)
        start = 0
        for stop in (*np.flatnonzero(is_hole).tolist(), len(times_s)):
            if stop > start:
                yield self._block(chunk.cells[start:stop])
            if stop < len(times_s):
                yield self._gap(chunk, stop, float(before_s[stop]))
            start = stop
        self._last_s = float(times_s[-1])

    def _block(self, cells: FloatArray) -> SampleBlock:
        first = self._next_index
        self._next_index += len(cells)
        return SampleBlock(
            worn=self.worn,
            first_index=first,
            time_s=np.ascontiguousarray(cells[:, 0]),
            accel_g=np.ascontiguousarray(cells[:, 1:4]),
            gyro_radps=np.ascontiguousarray(cells[:, 4:7]) if self.has_gyro else None,
            range_g=self.range_g,
            rate_hz=self.rate_hz,
        )

    def _gap(self, chunk: Chunk, position: int, start_s: float) -> Gap:
        end_s = float(chunk.cells[position, 0])
        if end_s - start_s > _LONGEST_GAP_S:
            where = f"{self._where}, {chunk.row(position)}, column {self.columns.names[0]}"
            what = f"time jumps by {end_s - start_s:g} s"
            raise InputError(what, where=where, mend="cut the file here: one file, one session")
        missing = round((end_s - start_s) * self.rate_hz) - 1
        gap = Gap(
            worn=self.worn,
            first_index=self._next_index,
            start_s=start_s,
            end_s=end_s,
            n_samples=missing,
            reason="no samples in the file",
        )
        self._next_index += missing
        return gap

    def _check_rate_holds(self, chunk: Chunk, rows: NDArray[np.intp], before_s: FloatArray) -> None:
        """Judge the intervals that end at the given rows, always the same number together."""
        intervals_s = chunk.cells[rows, 0] - before_s[rows]
        waiting = len(self._near)
        near = np.append(self._near, np.abs(intervals_s * self.rate_hz - 1.0) < _REGULAR)
        whole = len(near) - len(near) % _JUDGED_INTERVALS
        shares = near[:whole].reshape(-1, _JUDGED_INTERVALS).mean(axis=1)
        bad = np.flatnonzero(shares < _REGULAR)
        if len(bad):
            last = (int(bad[0]) + 1) * _JUDGED_INTERVALS - waiting - 1
            usual_s = float(np.median(intervals_s[max(0, last - _JUDGED_INTERVALS) : last + 1]))
            where = f"{self._where}, before {chunk.row(int(rows[last]))}"
            what = f"the rate changes from {self.rate_hz:g} to about {1.0 / usual_s:.1f} Hz"
            mend = "give each sample its own time, and each rate its own file"
            raise InputError(what, where=where, mend=mend)
        self._near = near[whole:]


def is_table(path: Path) -> bool:
    """Tell by its name whether a file holds samples in rows and columns."""
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt", ".parquet"))


def _open_table(path: Path) -> Table:
    source = ByteSource(path)
    if source.magic.startswith(PARQUET_MAGIC):
        source.close()
        return ParquetTable(path)
    try:
        return CsvTable(source)
    except InputError:
        source.close()
        raise


def _checked_range(range_g: float) -> float:
    if not range_g > 0:
        mend = "give the accelerometer's full scale in g, such as 16"
        raise InputError(f"{range_g:g} is no range", where="--range-g", mend=mend)
    return range_g
