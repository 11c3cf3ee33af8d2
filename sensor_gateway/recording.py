"""Raw radio events to a `.scue` file and back: append-only, readable up to wherever it was cut.

Format: the magic bytes, then chunks. A chunk is its length and a CRC-32 over length and data (both
u32, little-endian), then zstd-compressed data: in the first chunk the header as JSON, in all
others a msgpack list of events. A chunk is written once a second of session time, so a crash
costs a second at most; a recording that ends inside a chunk is whole up to that chunk.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import msgspec
import zstandard
from fastcrc import crc32

from analytics.errors import RecordingError, ServiceError, StridecueError
from analytics.records import LinkState
from sensor_gateway.events import LinkChange, Notification, RadioEvent, time_of
from sensor_gateway.sensors import SensorConfig

VERSION = 1
_MAGIC = b"SCUE\r\n\x1a\n"  # a transfer that mends line ends would break it visibly
_CHUNK = struct.Struct("<II")
_CHUNK_S = 1.0
_CHUNK_EVENTS = 4096  # more in a second is a flood, not a run: write early, keep memory bounded
_MAX_CHUNK_BYTES = 1 << 24  # an honest second is some kilobytes; guards against a forged length


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingHeader:
    """What a recording is of; `context` is the recorder's own, kept as it is."""

    session: str
    started_utc_ns: int
    sensors: tuple[SensorConfig, ...]
    context: dict[str, Any] = field(default_factory=dict)
    version: int = VERSION


class _Note(msgspec.Struct, array_like=True, tag="n", frozen=True):
    """A `Notification` in the file."""

    sensor: str
    arrival_s: float
    channel: str
    payload: bytes
    asked_s: float | None


class _Link(msgspec.Struct, array_like=True, tag="l", frozen=True):
    """A `LinkChange` in the file."""

    sensor: str
    at_s: float
    state: LinkState
    detail: str
    rssi_dbm: float | None


_Kept: TypeAlias = _Note | _Link
_DECODER = msgspec.msgpack.Decoder(list[_Kept])


class RecordingWriter:
    """Writes one recording.

    Parameters
    ----------
    path : Path
        Where to.
    header : RecordingHeader
        What it is of.
    replace : bool
        Write over a recording of that name; otherwise its being there is an error.
    """

    def __init__(self, path: Path, header: RecordingHeader, *, replace: bool = False) -> None:
        self._path = path
        self._zstd = zstandard.ZstdCompressor(level=3)
        self._events: list[_Kept] = []
        self._chunk_began_s = 0.0
        self._good_bytes = 0
        self._broken: StridecueError | None = None
        try:
            self._file = FileIO(path, "wb" if replace else "xb")
        except FileExistsError as error:
            raise RecordingError(
                "is already there", where=str(path), mend="choose another name or remove it"
            ) from error
        except OSError as error:
            raise RecordingError(
                f"cannot be written ({error.strerror})",
                where=str(path),
                mend="choose a folder that exists and that you may write to",
            ) from error
        self._append(_MAGIC + self._chunk(msgspec.json.encode(header)))

    def write(self, event: RadioEvent) -> None:
        """Keep an event; `ServiceError` once nothing more can be written."""
        if self._broken is not None:
            raise self._broken
        at_s = time_of(event)
        if self._events and (
            at_s - self._chunk_began_s >= _CHUNK_S or len(self._events) >= _CHUNK_EVENTS
        ):
            self.flush()
        if not self._events:
            self._chunk_began_s = at_s
        self._events.append(_kept(event))

    def flush(self) -> None:
        """Write what has been kept so far."""
        events, self._events = self._events, []
        if events:
            self._append(self._chunk(msgspec.msgpack.encode(events)))

    def close(self) -> None:
        """Write what has been kept and close the file; what stands in it stays in any case."""
        try:
            if self._broken is None:
                self.flush()
        finally:
            self._file.close()

    def _chunk(self, data: bytes) -> bytes:
        packed = self._zstd.compress(data)
        size = len(packed).to_bytes(4, "little")
        return _CHUNK.pack(len(packed), crc32.iso_hdlc(size + packed)) + packed

    def _append(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._broken = ServiceError(
                f"no more can be recorded ({error.strerror}); all before is kept",
                where=str(self._path),
                mend="make room on the disk or record elsewhere",
            )
            self._drop_torn_chunk()
            raise self._broken from error
        self._good_bytes += len(data)

    def _drop_torn_chunk(self) -> None:
        try:
            os.ftruncate(self._file.fileno(), self._good_bytes)
        except OSError:
            return  # a torn chunk at the end does not keep the file from being read


def read_recording(path: Path) -> tuple[RecordingHeader, Iterator[RadioEvent]]:
    """Open a recording: what it is of, and its events up to its end or to where it was cut.

    Raises
    ------
    RecordingError
        If the file cannot be opened or is no recording; while its events are read, where one of
        its parts is damaged.
    """
    try:
        chunks = _chunks(path)
        header = msgspec.json.decode(next(chunks), type=RecordingHeader)
    except OSError as error:
        what = f"cannot be opened ({error.strerror})"
        raise RecordingError(what, where=str(path), mend="check the file's name") from error
    except StopIteration:
        _refuse(path, "is no recording, or was cut before its first second")
    except (msgspec.DecodeError, StridecueError):
        _refuse(path, "has a header that cannot be read")
    if header.version != VERSION:
        _refuse(path, f"is of version {header.version}, this program reads {VERSION}")
    return header, _events(path, chunks)


def _events(path: Path, chunks: Iterator[bytes]) -> Iterator[RadioEvent]:
    for data in chunks:
        try:
            kept = _DECODER.decode(data)
        except msgspec.DecodeError:
            _refuse(path, "holds something that is no radio event")
        for event in kept:
            yield _event(event)


def _chunks(path: Path) -> Iterator[bytes]:
    """Return the data of all whole chunks; RecordingError at one damaged before the end."""
    unpack = zstandard.ZstdDecompressor()
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return
        at = len(_MAGIC)
        while len(head := file.read(_CHUNK.size)) == _CHUNK.size:
            length, crc = _CHUNK.unpack(head)
            packed = file.read(min(length, _MAX_CHUNK_BYTES))
            if len(packed) < length <= _MAX_CHUNK_BYTES:
                return  # cut
            if crc32.iso_hdlc(head[:4] + packed) != crc:
                if not file.read(1):
                    return  # the last chunk had not reached the disk when the power went
                _refuse(path, f"is damaged at byte {at}")
            try:
                yield unpack.decompress(packed, max_output_size=_MAX_CHUNK_BYTES)
            except zstandard.ZstdError:
                _refuse(path, f"is damaged at byte {at}")
            at += _CHUNK.size + length


def _refuse(path: Path, what: str) -> NoReturn:
    mend = "use what 'stridecue record' wrote, from a good copy"
    raise RecordingError(what, where=str(path), mend=mend)


def _kept(event: RadioEvent) -> _Kept:
    match event:
        case Notification():
            return _Note(event.sensor, event.arrival_s, event.channel, event.payload, event.asked_s)
        case LinkChange():
            return _Link(event.sensor, event.at_s, event.state, event.detail, event.rssi_dbm)


def _event(kept: _Kept) -> RadioEvent:
    match kept:
        case _Note():
            return Notification(
                sensor=kept.sensor,
                arrival_s=kept.arrival_s,
                channel=kept.channel,
                payload=kept.payload,
                asked_s=kept.asked_s,
            )
        case _Link():
            return LinkChange(
                sensor=kept.sensor,
                at_s=kept.at_s,
                state=kept.state,
                detail=kept.detail,
                rssi_dbm=kept.rssi_dbm,
            )
