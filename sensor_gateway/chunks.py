"""Sealed chunks of radio events: what recordings and uplinks are made of.

A chunk is its length and a CRC-32 over length and data (both u32, little-endian), then
zstd-compressed data. An opening chunk holds a `RecordingHeader` as JSON, all others a msgpack
list of events.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias

import msgspec
import zstandard
from fastcrc import crc32

from analytics.records import Conditions, LinkState, SessionEvent, SpeedReading
from sensor_gateway.events import LinkChange, Notification, RadioEvent, Told
from sensor_gateway.sensors import SensorConfig
from sensor_gateway.wire import PacketError

VERSION = 1
HEAD = struct.Struct("<II")
_MAX_CHUNK_BYTES = 1 << 24  # an honest second is some kilobytes; guards against a forged length
_PACKER = zstandard.ZstdCompressor(level=3)
_UNPACKER = zstandard.ZstdDecompressor()


class CutChunkError(PacketError):
    """The bytes end inside a chunk, or with one whose end never reached the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingHeader:
    """What a session's events are of; `context` is the recorder's own, kept as it is."""

    session: str
    started_utc_ns: int
    sensors: tuple[SensorConfig, ...]
    context: dict[str, Any] = field(default_factory=dict)
    version: int = VERSION


class _Note(msgspec.Struct, array_like=True, tag="n", frozen=True):
    """A `Notification` in a chunk."""

    sensor: str
    arrival_s: float
    channel: str
    payload: bytes
    asked_s: float | None


class _Link(msgspec.Struct, array_like=True, tag="l", frozen=True):
    """A `LinkChange` in a chunk."""

    sensor: str
    at_s: float
    state: LinkState
    detail: str
    rssi_dbm: float | None


class _Told(msgspec.Struct, array_like=True, tag="t", frozen=True):
    """A `Told` in a chunk: one of the three."""

    at_s: float
    event: SessionEvent | None
    reading: SpeedReading | None
    conditions: Conditions | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whose chunk this is, where several gateways have sent a session, or that one has ended.

    Attributes
    ----------
    strand : str
        Under which name the gateway sent its share of the session.
    number : int
        Of the chunk, in that share.
    shift_s : float
        What its times were moved by, to the session's.
    last : bool
        The share ends with it.
    """

    strand: str
    number: int
    gateway: str
    shift_s: float
    last: bool = False


class _Mark(msgspec.Struct, array_like=True, tag="m", frozen=True):
    """A `Mark` in a chunk; its first entry."""

    strand: str
    number: int
    gateway: str
    shift_s: float
    last: bool


_Kept: TypeAlias = _Note | _Link | _Told | _Mark
_DECODER = msgspec.msgpack.Decoder(list[_Kept])


def sealed_header(header: RecordingHeader) -> bytes:
    """Return the opening chunk."""
    return _sealed(msgspec.json.encode(header))


def sealed_events(events: Iterable[RadioEvent], mark: Mark | None = None) -> bytes:
    """Return a chunk of events, marked or not."""
    kept: list[_Kept] = [_kept(event) for event in events]
    if mark is not None:
        own = _Mark(mark.strand, mark.number, mark.gateway, mark.shift_s, mark.last)
        kept.insert(0, own)
    return _sealed(msgspec.msgpack.encode(kept))


def header_in(chunk: bytes) -> RecordingHeader:
    """Return what an opening chunk says; `PacketError` if it is none."""
    try:
        return msgspec.json.decode(_unsealed(chunk), type=RecordingHeader)
    except msgspec.DecodeError as error:
        message = "no opening chunk"
        raise PacketError(message) from error


def events_in(chunk: bytes) -> list[RadioEvent]:
    """Return a chunk's events; `PacketError` if it holds anything else."""
    return [_event(one) for one in _all_in(chunk) if not isinstance(one, _Mark)]


def mark_in(chunk: bytes) -> Mark | None:
    """Return a chunk's mark, if it has one; `PacketError` if it is no chunk of events."""
    for one in _all_in(chunk):
        if isinstance(one, _Mark):
            return Mark(**msgspec.structs.asdict(one))
    return None


def _all_in(chunk: bytes) -> list[_Kept]:
    try:
        return _DECODER.decode(_unsealed(chunk))
    except msgspec.DecodeError as error:
        message = "holds something that is no radio event"
        raise PacketError(message) from error


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Give a file's chunks from where it stands, each whole and untouched.

    Raises
    ------
    CutChunkError
        At the end of the file, where its last chunk is cut or was torn by a loss of power.
    PacketError
        Where a chunk before the last one is damaged.
    """
    while head := file.read(HEAD.size):
        length = HEAD.unpack(head)[0] if len(head) == HEAD.size else 0
        chunk = head + file.read(min(length, _MAX_CHUNK_BYTES))
        if len(chunk) < HEAD.size + length <= HEAD.size + _MAX_CHUNK_BYTES or length == 0:
            message = "ends inside a chunk"
            raise CutChunkError(message)
        if not _untouched(chunk):
            message = "damaged"
            raise PacketError(message) if file.read(1) else CutChunkError(message)
        yield chunk


def _sealed(data: bytes) -> bytes:
    packed = _PACKER.compress(data)
    size = len(packed).to_bytes(4, "little")
    return HEAD.pack(len(packed), crc32.iso_hdlc(size + packed)) + packed


def _untouched(chunk: bytes) -> bool:
    length, crc = HEAD.unpack_from(chunk)
    return bool(
        len(chunk) == HEAD.size + length and crc32.iso_hdlc(chunk[:4] + chunk[HEAD.size :]) == crc
    )


def _unsealed(chunk: bytes) -> bytes:
    if len(chunk) < HEAD.size or not _untouched(chunk):
        message = "not a whole chunk"
        raise PacketError(message)
    try:
        return _UNPACKER.decompress(chunk[HEAD.size :], max_output_size=_MAX_CHUNK_BYTES)
    except zstandard.ZstdError as error:
        message = "a chunk that cannot be unpacked"
        raise PacketError(message) from error


def _kept(event: RadioEvent) -> _Note | _Link | _Told:
    match event:
        case Notification():
            return _Note(event.sensor, event.arrival_s, event.channel, event.payload, event.asked_s)
        case LinkChange():
            return _Link(event.sensor, event.at_s, event.state, event.detail, event.rssi_dbm)
        case Told(at_s=at_s, item=item):
            return _Told(
                at_s,
                item if isinstance(item, SessionEvent) else None,
                item if isinstance(item, SpeedReading) else None,
                item if isinstance(item, Conditions) else None,
            )


def _event(kept: _Note | _Link | _Told) -> RadioEvent:
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
        case _Told():
            item = kept.event or kept.reading or kept.conditions
            if item is None:
                message = "holds nothing that was told"
                raise PacketError(message)
            return Told(at_s=kept.at_s, item=item)
