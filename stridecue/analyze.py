"""Recordings in files through the real pipeline, and its records into files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.errors import InputError
from analytics.impact import slow_sensor
from analytics.pipeline import FormPipeline
from analytics.records import Gap, Placement, SampleBlock, Side, Worn
from sensor_gateway.columns import AccelUnit, GyroUnit
from sensor_gateway.importers import ImuFile
from stridecue.files import SessionFiles
from stridecue.summary import SessionSummary

RUNNER: Final = "runner"  # a file does not say who ran
_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How tables are to be read.

    Attributes
    ----------
    placement : Placement
        Where the sensors were worn.
    units, gyro_units : AccelUnit or GyroUnit, optional
        For columns whose names do not state their unit.
    range_g : float, optional
        Full scale of the accelerometers, if known: without it clipping goes unnoticed.

    """

    placement: Placement
    units: AccelUnit | None = None
    gyro_units: GyroUnit | None = None
    range_g: float | None = None

    def open(self, path: Path, *, side: Side, session: str) -> ImuFile:
        """Open one leg's file."""
        return ImuFile(
            path,
            worn=Worn(runner=RUNNER, session=session, side=side, placement=self.placement),
            units=self.units,
            gyro_units=self.gyro_units,
            range_g=math.inf if self.range_g is None else self.range_g,
        )


@dataclass(slots=True)
class _Seen:
    """How much of one file has come so far."""

    samples: int = 0
    end_s: float = -math.inf


def analyze(
    files: Sequence[Path],
    *,
    sides: Sequence[Side],
    reading: Reading,
    out: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Analyse one recording, or those of both legs as one session, and return its summary.

    Parameters
    ----------
    files, sides : sequences of the same length
        One file a sensor, and the leg it was worn on, in the same order.
    reading : Reading
        How they are to be read.
    out : Path, optional
        Folder for strides.jsonl, windows.jsonl, drift.jsonl, cues.jsonl, events.jsonl and
        summary.json.
    progress : callable, optional
        Told now and then which share of the files was read, 0..1.

    Raises
    ------
    InputError
        A file cannot be used as it is; then no file of this session is left in `out`.
    ServiceError
        `out` cannot be written.

    """
    check_sides(files, sides)
    session = session_name(files[0])
    with ExitStack() as stack:
        imus = [
            stack.enter_context(reading.open(path, side=side, session=session))
            for path, side in zip(files, sides, strict=True)
        ]
        zero_s = clock_zero_s(imus)
        output = None
        if out is not None:
            output = stack.enter_context(SessionFiles(out, clock_offset_s=zero_s))
        try:
            summary = _run(imus, output, progress)
        except InputError:
            if output is not None:
                output.abandon()
            raise
        if output is not None:
            output.close(summary)
    return summary


def session_name(path: Path) -> str:
    """Return the file's name without what says how it is stored.

    Examples
    --------
    >>> session_name(Path("runs/2024.05.01_left.csv.gz"))
    '2024.05.01_left'
    """
    while path.suffix.lower() in _SUFFIXES and path.stem:
        path = path.with_suffix("")
    return path.name


def _run(
    imus: Sequence[ImuFile],
    output: SessionFiles | None,
    progress: Callable[[float], None] | None,
) -> dict[str, Any]:
    worn = {imu.worn.side: imu.worn for imu in imus}
    first = imus[0].worn
    pipeline = FormPipeline(runner=first.runner, session=first.session, worn=worn)
    summary = SessionSummary(tuple(worn), range_known=math.isfinite(imus[0].range_g))
    seen = {side: _Seen() for side in worn}

    def keep(records: Iterator[Any]) -> None:
        for record in records:
            summary.take(record)
            if output is not None:
                output.write(record)

    zero_s = clock_zero_s(imus)
    for item in in_order(imus):
        if isinstance(item, SampleBlock):
            leg = seen[item.worn.side]
            leg.samples += len(item)
            leg.end_s = float(item.time_s[-1]) + zero_s
        keep(iter(pipeline.push(item)))
        if progress is not None:
            progress(min(imu.fraction_read for imu in imus))
    _check_overlap(imus, seen)
    keep(iter(pipeline.finish()))
    return {
        "session": first.session,
        "files": [_file_row(imu, seen[imu.worn.side]) for imu in imus],
        **summary.as_dict(),
        "doubts": [doubt for imu in imus for doubt in (*imu.doubts(), *_slow(imu))],
    }


def _slow(imu: ImuFile) -> list[str]:
    what = slow_sensor(imu.rate_hz)
    return [] if what is None else [f"{imu.worn.side} {imu.worn.placement}: {what}"]


def in_order(imus: Sequence[ImuFile]) -> Iterator[SampleBlock | Gap]:
    """Yield all recordings merged by session time, in slices that end with each whole second."""
    zero_s = clock_zero_s(imus)
    streams = [_by_second(imu, zero_s) for imu in imus]
    for _, item in merge(*streams, key=lambda pair: pair[0]):
        yield item


def clock_zero_s(imus: Sequence[ImuFile]) -> float:
    """Return what the recordings' clock reads at session second 0: always a whole second."""
    return float(math.floor(min(imu.start_s for imu in imus)))


def _by_second(imu: ImuFile, zero_s: float) -> Iterator[tuple[int, SampleBlock | Gap]]:
    for item in imu:
        if isinstance(item, Gap):
            gap = replace(item, start_s=item.start_s - zero_s, end_s=item.end_s - zero_s)
            yield math.floor(gap.end_s), gap
            continue
        block = replace(item, time_s=item.time_s - zero_s)
        seconds = np.floor(block.time_s)
        edges = [0, *(np.flatnonzero(np.diff(seconds)) + 1).tolist(), len(block)]
        for start, stop in pairwise(edges):
            yield int(seconds[start]), block.part(start, stop)


def check_sides(files: Sequence[Path], sides: Sequence[Side]) -> None:
    """Refuse files that do not make one session."""
    if not 1 <= len(files) <= len(Side):
        mend = "give one file, or one for each leg"
        raise InputError(f"{len(files)} files", where="analyze", mend=mend)
    if len(sides) != len(files):
        what = f"given {len(sides)} times for {len(files)} files"
        mend = "give it once for each file, in the files' order"
        raise InputError(what, where="--side", mend=mend)
    if len(set(sides)) != len(sides):
        what = f"{sides[0]} for both files"
        raise InputError(what, where="--side", mend="give left for one and right for the other")


def _check_overlap(imus: Sequence[ImuFile], seen: Mapping[Side, _Seen]) -> None:
    early, late = min(imus, key=lambda i: i.start_s), max(imus, key=lambda i: i.start_s)
    end_s = seen[early.worn.side].end_s
    if end_s < late.start_s:
        what = f"begins at {late.start_s:g} s, after {early.path} has ended at {end_s:g} s"
        mend = "put both files on one clock, or analyse them one by one"
        raise InputError(what, where=str(late.path), mend=mend)


def _file_row(imu: ImuFile, seen: _Seen) -> dict[str, Any]:
    return {
        "file": imu.path.name,
        "side": str(imu.worn.side),
        "placement": str(imu.worn.placement),
        "rate_hz": imu.rate_hz,
        "gyro": imu.has_gyro,
        "samples": seen.samples,
        "start_s": imu.start_s,
        "duration_s": seen.end_s - imu.start_s,
    }
