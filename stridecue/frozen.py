"""A run kept as a regression test: its input, cut and without names, and what it must give."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import inf
from pathlib import Path
from typing import Any

import msgspec

from analytics.errors import InputError
from analytics.records import Placement, SampleBlock, Side, Worn
from sensor_gateway.chunks import RecordingHeader
from sensor_gateway.events import Notification, RadioEvent, Told, time_of
from sensor_gateway.importers import ImuFile
from sensor_gateway.recording import RecordingWriter, read_recording
from sensor_gateway.sensors import SensorConfig
from stridecue.analyze import Reading, analyze
from stridecue.files import writing
from stridecue.held import RECORDING
from stridecue.straight import analyze_recording

MANIFEST = "frozen.json"
EXPECTED = "expected"
_NOBODY, _NO_SESSION = "runner", "frozen"
_MOTION = "motion"  # what else a sensor says before the cut is needed to understand it after


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One sensor's samples in a file, and how it was worn."""

    file: str
    side: Side
    placement: Placement


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder holds beside the expected files; without tables it is a recording."""

    made_with: str = version("stridecue")
    tables: tuple[Table, ...] = ()
    range_g: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The part of a run that is kept, in session seconds."""

    from_s: float = -inf
    to_s: float = inf


def freeze_recording(path: Path, out: Path, *, cut: Cut) -> dict[str, Any]:
    """Put a recording and what it gives into a folder; return the summary of what it gives.

    Left out: names, sensors' addresses, the date and the runner's history. The baseline stays,
    since drift is judged by it.
    """
    header, events = read_recording(path)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    names = {sensor.key: _nameless(sensor) for sensor in header.sensors}
    writer = RecordingWriter(out / RECORDING, _redacted(header, names), replace=True)
    for event in _kept(events, cut):
        nameless = isinstance(event, Told)
        writer.write(event if nameless else replace(event, sensor=names[event.sensor].key))
    writer.close()
    return _seal(out, Frozen())


def freeze_tables(
    files: Sequence[Path],
    out: Path,
    *,
    sides: Sequence[Side],
    reading: Reading,
    cut: Cut,
) -> dict[str, Any]:
    """Put samples from anywhere and what they give into a folder, as `freeze_recording` does."""
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    tables = []
    for path, side in zip(files, sides, strict=True):
        worn = Worn(runner=_NOBODY, session=_NO_SESSION, side=side, placement=reading.placement)
        table = Table(file=f"{side}.csv.gz", side=side, placement=reading.placement)
        with ImuFile(path, worn=worn, units=reading.units, gyro_units=reading.gyro_units) as imu:
            _write_table(out / table.file, imu, cut)
        tables.append(table)
    return _seal(out, Frozen(tables=tuple(tables), range_g=reading.range_g))


def run_again(folder: Path, out: Path, *, recording: Path | None = None) -> dict[str, Any]:
    """Analyse what was frozen, or another recording in its place; return the summary.

    Raises
    ------
    InputError
        The folder is not one that `freeze` made.

    """
    frozen = _manifest(folder)
    if recording is not None or not frozen.tables:
        return analyze_recording(recording or folder / RECORDING, out=out)
    return analyze(
        [folder / table.file for table in frozen.tables],
        sides=[table.side for table in frozen.tables],
        reading=Reading(placement=frozen.tables[0].placement, range_g=frozen.range_g),
        out=out,
    )


def _manifest(folder: Path) -> Frozen:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Frozen)
    except (OSError, msgspec.DecodeError) as error:
        mend = "name a folder that 'stridecue freeze' made"
        raise InputError(f"no frozen run ({error})", where=str(folder), mend=mend) from error


def _seal(out: Path, frozen: Frozen) -> dict[str, Any]:
    with writing(out):
        (out / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(frozen)) + b"\n")
    return run_again(out, out / EXPECTED)


def _nameless(sensor: SensorConfig) -> SensorConfig:
    return replace(sensor, runner=_NOBODY, address=None, name=f"pod-{sensor.side}")


def _redacted(header: RecordingHeader, names: dict[str, SensorConfig]) -> RecordingHeader:
    context = header.context | {"runner": _NOBODY, "name": _NOBODY, "history": None}
    if context.get("baseline") is not None:
        context["baseline"] = context["baseline"] | {"runner": _NOBODY, "session": ""}
    if context.get("programme") is not None:
        context["programme"] = _undated(context["programme"])
    if context.get("speed_model") is not None:
        context["speed_model"] = context["speed_model"] | {"runner": _NOBODY}
    return replace(
        header,
        session=_NO_SESSION,
        started_utc_ns=0,
        sensors=tuple(names.values()),
        context=context,
    )


def _undated(programme: dict[str, Any]) -> dict[str, Any]:
    """Return a programme as plain values, without the names that sessions have of their times."""
    nameless = {
        part: [session | {"session": ""} for session in programme[part]]
        for part in ("sessions", "recalls")
    }
    baseline = programme["baseline"] | {"runner": _NOBODY, "session": ""}
    return programme | nameless | {"runner": _NOBODY, "baseline": baseline}


def _kept(events: Iterator[RadioEvent], cut: Cut) -> Iterator[RadioEvent]:
    for event in events:
        early = time_of(event) < cut.from_s
        samples = isinstance(event, Notification) and event.channel == _MOTION
        if time_of(event) < cut.to_s and not (early and samples):
            yield event


def _write_table(path: Path, imu: ImuFile, cut: Cut) -> None:
    """Write samples with all their digits; the same samples give the same bytes."""
    names = ["t_s", "ax_g", "ay_g", "az_g"]
    if len(imu.columns.names) > len(names):
        names += ["gx_radps", "gy_radps", "gz_radps"]
    with (
        writing(path),
        path.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, filename="", mode="wb", mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="ascii", newline="\n") as text,
    ):
        text.write(",".join(names) + "\n")
        for block in imu:
            if isinstance(block, SampleBlock):
                text.writelines(_lines(block, cut))


def _lines(block: SampleBlock, cut: Cut) -> Iterator[str]:
    gyro = [()] * len(block) if block.gyro_radps is None else block.gyro_radps.tolist()
    rows = zip(block.time_s.tolist(), block.accel_g.tolist(), gyro, strict=True)
    for time_s, accel, turn in rows:
        if cut.from_s <= time_s < cut.to_s:
            yield ",".join(map(repr, (time_s, *accel, *turn))) + "\n"
