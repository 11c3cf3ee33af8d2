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

from analytics.records import LinkState
from sensor_gateway.events import LinkChange, Notification, RadioEvent
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


_Kept: TypeAlias = _Note | _Link
_DECODER = msgspec.msgpack.Decoder(list[_Kept])


def sealed_header(header: RecordingHeader) -> bytes:
    """Return the opening chunk."""
    return _sealed(msgspec.json.encode(header))


def sealed_events(events: Iterable[RadioEvent]) -> bytes:
    """Return a chunk of events."""
    return _sealed(msgspec.msgpack.encode([_kept(event) for event in events]))


def header_in(chunk: bytes) -> RecordingHeader:
    """Return what an opening chunk says; `PacketError` if it is none."""
    try:
        return msgspec.json.decode(_unsealed(chunk), type=RecordingHeader)
    except msgspec.DecodeError as error:
        message = "no opening chunk"
        raise PacketError(message) from error


def events_in(chunk: bytes) -> list[RadioEvent]:
    """Return a chunk's events; `PacketError` if it holds anything else."""
    try:
        kept = _DECODER.decode(_unsealed(chunk))
    except msgspec.DecodeError as error:
        message = "holds something that is no radio event"
        raise PacketError(message) from error
    return [_event(one) for one in kept]


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
