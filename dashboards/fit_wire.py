"""FIT messages as bytes: definitions, data, developer fields, header and checksum. Pure.

Source: the published FIT protocol (header of 14 bytes, little-endian definition and data
messages, 16 local message types, CRC-16/ARC). Message and field numbers are the profile's.
What is written here is read back in the tests by two readers that share no code with it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from fastcrc import crc16

Value: TypeAlias = int | float | str | bytes | tuple[float | None, ...] | None

EPOCH_S: Final = 631_065_600  # FIT counts seconds from 1989-12-31 00:00 UTC
_PROTOCOL: Final = 0x20  # 2.0: with developer fields
_PROFILE: Final = 21_158
_DEFINES, _DEVELOPER = 0x40, 0x20
_LOCAL_TYPES: Final = 16


class Base(IntEnum):
    """A base type's number in the file."""

    ENUM = 0x00
    UINT8 = 0x02
    UINT16 = 0x84
    UINT32 = 0x86
    UINT32Z = 0x8C
    STRING = 0x07
    FLOAT32 = 0x88
    BYTE = 0x0D


_PACK: Final = {
    Base.ENUM: ("<B", 0xFF),
    Base.UINT8: ("<B", 0xFF),
    Base.UINT16: ("<H", 0xFFFF),
    Base.UINT32: ("<I", 0xFFFFFFFF),
    Base.UINT32Z: ("<I", 0),
}
_UNKNOWN_FLOAT: Final = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a message: number, type, scale; `size` of strings, bytes, arrays of floats."""

    number: int
    base: Base
    scale: float = 1.0
    size: int = 0

    @property
    def width(self) -> int:
        """How many bytes it takes."""
        if self.size:
            return self.size
        return 4 if self.base is Base.FLOAT32 else struct.calcsize(_PACK[self.base][0])

    def to_bytes(self, value: Value) -> bytes:
        """Return a value's bytes; None, or what does not fit, as the type's invalid value."""
        match value:
            case str():
                text = value.encode()[: self.size - 1]
                return text.decode(errors="ignore").encode().ljust(self.size, b"\0")
            case bytes():
                return value.ljust(self.size, b"\xff")
            case tuple():
                return b"".join(map(_float, value)).ljust(self.size, b"\xff")
        if self.base is Base.STRING:
            return bytes(self.size)
        if self.base is Base.FLOAT32:
            return _float(value).ljust(self.size, b"\xff")
        form, invalid = _PACK[self.base]
        raw = invalid if value is None else round(value * self.scale)
        fits = 0 <= raw < (1 << 8 * self.width) - (self.base is not Base.UINT32Z)
        return struct.pack(form, raw if fits else invalid)


def _float(value: float | None) -> bytes:
    return _UNKNOWN_FLOAT if value is None else struct.pack("<f", value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A kind of message: its number, its fields, and fields of our own (developer index 0)."""

    number: int
    fields: tuple[Field, ...]
    own: tuple[Field, ...] = ()

    def definition(self, local: int) -> bytes:
        """Return the message that announces it as a local type."""
        head = _DEFINES | (_DEVELOPER if self.own else 0) | local
        out = struct.pack("<BBBHB", head, 0, 0, self.number, len(self.fields))
        out += b"".join(bytes((f.number, f.width, f.base)) for f in self.fields)
        if self.own:
            out += bytes((len(self.own),))
            out += b"".join(bytes((f.number, f.width, 0)) for f in self.own)
        return out

    def data(self, local: int, values: Sequence[Value]) -> bytes:
        """Return one message; values in the order of `fields`, then of `own`."""
        pairs = zip((*self.fields, *self.own), values, strict=True)
        return bytes((local,)) + b"".join(field.to_bytes(value) for field, value in pairs)


def file_bytes(messages: Sequence[tuple[Layout, Sequence[Value]]]) -> bytes:
    """Return a whole FIT file of these messages, in their order.

    Raises
    ------
    ValueError
        More than 16 layouts, or values that are not as many as their layout's fields.

    """
    body = b"".join(_body(messages))
    head = struct.pack("<BBHI4s", 14, _PROTOCOL, _PROFILE, len(body), b".FIT")
    whole = head + struct.pack("<H", crc16.arc(head)) + body
    return whole + struct.pack("<H", crc16.arc(whole))


def _body(messages: Sequence[tuple[Layout, Sequence[Value]]]) -> Iterator[bytes]:
    locals_: dict[Layout, int] = {}
    for layout, values in messages:
        if layout not in locals_:
            if len(locals_) == _LOCAL_TYPES:
                message = "more than 16 kinds of messages"
                raise ValueError(message)
            locals_[layout] = len(locals_)
            yield layout.definition(locals_[layout])
        yield layout.data(locals_[layout], values)
