"""What a gateway sends a worker, and what the worker answers: bytes and back.

A session travels as numbered chunks, the very ones its recording is made of: number 0 opens it,
the last one is marked. The worker answers with the number it wants next; whatever is below that
is on its disk. On the same topic it asks for the end of a session whose runner has stopped it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

from fastcrc import crc32

from sensor_gateway.wire import PacketError

_MAGIC = b"SU"
_VERSION = 1
_HEAD = struct.Struct("<2sBBIBB")  # magic, version, flags, number, lengths of the two names
_CRC = struct.Struct("<I")
_ACK = struct.Struct("<2sBI")
_STOP_MAGIC = b"SX"
_STOP = struct.Struct("<2sB")
_LAST, _OLDEST = 1, 2
DONE = 0xFFFF_FFFF  # the answer about a session that is over: nothing more is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkMessage:
    """One chunk of one runner's session.

    Attributes
    ----------
    number : int
        Counts the session's messages from 0.
    last : bool
        The session is over with this one.
    oldest : bool
        The sender has none before this one any more: what the worker lacks of those is lost.
    chunk : bytes
        Sealed; see `sensor_gateway.chunks`.
    """

    session: str
    runner: str
    number: int
    chunk: bytes
    last: bool = False
    oldest: bool = False

    def to_bytes(self) -> bytes:
        """Return the message as it travels."""
        session, runner = self.session.encode(), self.runner.encode()
        flags = _LAST * self.last | _OLDEST * self.oldest
        head = _HEAD.pack(_MAGIC, _VERSION, flags, self.number, len(session), len(runner))
        return _checked(head + session + runner + self.chunk)

    @classmethod
    def from_bytes(cls, data: bytes) -> UplinkMessage:
        """Read a message; `PacketError` for anything that is not a whole, untouched one."""
        body = _body(data, at_least=_HEAD.size)
        magic, version, flags, number, n_session, n_runner = _HEAD.unpack_from(body)
        names = _HEAD.size + n_session + n_runner
        if (magic, version) != (_MAGIC, _VERSION) or flags & ~(_LAST | _OLDEST):
            message = "no uplink message of this version"
            raise PacketError(message)
        if len(body) < names:
            message = "ends inside its names"
            raise PacketError(message)
        return cls(
            session=_name(body[_HEAD.size : _HEAD.size + n_session]),
            runner=_name(body[_HEAD.size + n_session : names]),
            number=number,
            chunk=body[names:],
            last=bool(flags & _LAST),
            oldest=bool(flags & _OLDEST),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkAck:
    """The worker's answer: of this session it wants number `wanted` next, or `DONE`."""

    session: str
    wanted: int

    def to_bytes(self) -> bytes:
        """Return the answer as it travels."""
        return _checked(_ACK.pack(_MAGIC, _VERSION, self.wanted) + self.session.encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> UplinkAck:
        """Read an answer; `PacketError` for anything that is not a whole, untouched one."""
        body = _body(data, at_least=_ACK.size)
        magic, version, wanted = _ACK.unpack_from(body)
        if (magic, version) != (_MAGIC, _VERSION):
            message = "no answer of this version"
            raise PacketError(message)
        return cls(session=_name(body[_ACK.size :]), wanted=wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkStop:
    """The runner has ended this session on a page of the worker's: its gateway is to end it."""

    session: str

    def to_bytes(self) -> bytes:
        """Return the request as it travels."""
        return _checked(_STOP.pack(_STOP_MAGIC, _VERSION) + self.session.encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> UplinkStop:
        """Read a request; `PacketError` for anything that is not a whole, untouched one."""
        body = _body(data, at_least=_STOP.size)
        if _STOP.unpack_from(body) != (_STOP_MAGIC, _VERSION):
            message = "no request to stop of this version"
            raise PacketError(message)
        return cls(session=_name(body[_STOP.size :]))


FromWorker: TypeAlias = UplinkAck | UplinkStop


def from_worker(data: bytes) -> FromWorker:
    """Read what a worker sends; `PacketError` for anything else."""
    kind: type[FromWorker] = UplinkStop if data.startswith(_STOP_MAGIC) else UplinkAck
    return kind.from_bytes(data)


def _name(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = "a name is no text"
        raise PacketError(message) from error


def _checked(body: bytes) -> bytes:
    return body + _CRC.pack(crc32.iso_hdlc(body))


def _body(data: bytes, *, at_least: int) -> bytes:
    body = data[: -_CRC.size]
    if len(body) < at_least:
        message = f"{len(data)} bytes are too few"
        raise PacketError(message)
    if crc32.iso_hdlc(body) != _CRC.unpack_from(data, len(body))[0]:
        message = "check sum does not fit"
        raise PacketError(message)
    return body
