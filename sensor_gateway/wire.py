"""The open IMU profile on the air: bytes to packets and back, for sensor and gateway alike.

Every packet starts with a version and a kind and ends with a CRC-16 over all before it;
numbers are little-endian. A motion packet says by itself how to turn its counts into g and
degrees per second, so that a decoder needs nothing from outside. The invariant: any bytes at all
either decode or raise `PacketError`, nothing else. The byte tables for makers of sensors stand in
docs/sensor-profile.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from fastcrc import crc16
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.int16]

# A random version-4 UUID with the second 16 bits left for the characteristic.
SERVICE_UUID = "1e9a0001-fa40-49ff-8bfd-38b933b57a07"
MOTION_UUID = "1e9a0002-fa40-49ff-8bfd-38b933b57a07"  # notify
CONTROL_UUID = "1e9a0003-fa40-49ff-8bfd-38b933b57a07"  # write
STATUS_UUID = "1e9a0004-fa40-49ff-8bfd-38b933b57a07"  # read, notify
BACKFILL_UUID = "1e9a0005-fa40-49ff-8bfd-38b933b57a07"  # write, notify
CLOCK_UUID = "1e9a0006-fa40-49ff-8bfd-38b933b57a07"  # read

VERSION = 1
FULL_SCALE_COUNTS = 32768  # counts at +1.0 of the range, two's complement
MAX_PAYLOAD_BYTES = 244  # one LE data packet of 251 bytes less L2CAP (4) and ATT (3) headers

_HEAD = struct.Struct("<BB")  # version, kind
_CRC = struct.Struct("<H")
_MOTION = struct.Struct("<BBHHIIHH")
_OVERHEAD = _HEAD.size + _MOTION.size + _CRC.size  # bytes of a motion packet beside its samples
_COUNT = np.dtype("<i2")
RATE_PER_HZ = 10  # rates travel in steps of 0.1 Hz
RANGE_PER_G = 100  # accelerometer ranges travel in steps of 0.01 g
_U32 = (1 << 32) - 1
_RATE_US = 1e6 * RATE_PER_HZ
_JITTER_US = 50_000  # of a stamp: less than what makes a `Sequencer` doubt it


class PacketError(ValueError):
    """These bytes are no packet of ours, or these values fit into none."""


class Kind(IntEnum):
    """What a packet is."""

    MOTION = 0x01
    STATUS = 0x02
    CLOCK = 0x03
    BACKFILL_END = 0x04
    START = 0x10
    STOP = 0x11
    BACKFILL_REQUEST = 0x20


@dataclass(slots=True, kw_only=True, eq=False)  # not frozen: that alone costs 1 µs a packet
class MotionPacket:
    """Consecutive samples as the sensor counted them.

    Attributes
    ----------
    sequence : int
        Packet counter, u16; backfilled packets count on their own, from 0 at each request.
    first_index : int
        Counter of the first sample since power-on, u32.
    device_time_us : int
        Sensor clock when the first sample was taken, u32; wraps every 71.6 min.
    boot : int
        Changes at every power-on, u8, at random if the sensor has nowhere to count; without it
        a restart is seen only where the counters ran back or moved apart.
    rate_hz : float
        Nominal sampling rate, in steps of 0.1 Hz.
    accel : array, shape (n, 3)
        Specific force in counts, sensor frame; 32768 counts are `accel_range_g`.
    gyro : array, shape (n, 3), or None
        Angular rate in counts; 32768 counts are `gyro_range_dps` degrees per second.
    """

    sequence: int
    first_index: int
    device_time_us: int
    rate_hz: float
    accel: Counts
    gyro: Counts | None
    accel_range_g: float
    gyro_range_dps: int
    boot: int = 0

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.accel)

    def to_bytes(self) -> bytes:
        """Return the packet as it goes on the air."""
        parts = [self.accel] if self.gyro is None else [self.accel, self.gyro]
        rate = scaled(self.rate_hz, RATE_PER_HZ)
        accel_range = scaled(self.accel_range_g, RANGE_PER_G)
        if len(self) == 0 or len(parts[-1]) != len(self) or 0 in (rate, accel_range):
            message = "a motion packet needs samples, as many of each kind, a rate and a range"
            raise PacketError(message)
        if (self.gyro is None) != (self.gyro_range_dps == 0):
            message = "an angular-rate range goes with angular rates, and only with them"
            raise PacketError(message)
        body = pack(
            _MOTION,
            self.boot,
            len(self),
            self.sequence,
            rate,
            self.first_index,
            self.device_time_us,
            accel_range,
            self.gyro_range_dps,
        )
        counts = np.concatenate(parts, axis=1).astype(_COUNT, casting="safe", copy=False)
        return seal(Kind.MOTION, body + counts.tobytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> MotionPacket:
        """Read a packet; `PacketError` for anything that is not a whole, untouched one."""
        check(Kind.MOTION, data)
        size = len(data)
        if size < _OVERHEAD:
            message = f"motion packet of {size} bytes is shorter than its header"
            raise PacketError(message)
        boot, n, sequence, rate, first_index, time_us, accel_range, gyro_range = (
            _MOTION.unpack_from(data, _HEAD.size)
        )
        axes = 6 if gyro_range else 3
        if n == 0 or size != _OVERHEAD + 2 * axes * n:
            message = f"motion packet of {size} bytes cannot hold {n} samples"
            raise PacketError(message)
        if rate == 0 or accel_range == 0:
            message = "motion packet without a rate or a range"
            raise PacketError(message)
        counts: Counts = np.ndarray((n, axes), _COUNT, data, _HEAD.size + _MOTION.size)
        return cls(
            sequence=sequence,
            first_index=first_index,
            device_time_us=time_us,
            boot=boot,
            rate_hz=rate / RATE_PER_HZ,
            accel=counts[:, :3],
            gyro=counts[:, 3:] if gyro_range else None,
            accel_range_g=accel_range / RANGE_PER_G,
            gyro_range_dps=gyro_range,
        )


def follows(data: bytes, before: bytes) -> bool:
    """Tell whether this is a whole motion packet like the one before and goes on where it ended.

    `before` is known to be whole. To tell costs a tenth of reading both; a packet that follows
    but is of another length, or whose stamp moved otherwise than its counter, is not told apart.
    """
    if len(data) != len(before) or data[:4] != before[:4]:
        return False
    _, n, _, rate, first, time_us, accel_range, gyro_range = _MOTION.unpack_from(data, _HEAD.size)
    _, _, _, *old = _MOTION.unpack_from(before, _HEAD.size)
    return (
        [rate, first, accel_range, gyro_range] == [old[0], (old[1] + n) & _U32, *old[3:]]
        and abs(((time_us - old[2]) & _U32) - n * _RATE_US / rate) < _JITTER_US
        and crc16.ibm_3740(data[: -_CRC.size]) == data[-2] | data[-1] << 8
    )


def samples_per_packet(*, gyro: bool, payload_bytes: int = MAX_PAYLOAD_BYTES) -> int:
    """Return how many samples fit into one notification of so many bytes."""
    return (payload_bytes - _OVERHEAD) // (12 if gyro else 6)


def scaled(value: float, per_unit: int) -> int:
    """Return a quantity in the whole steps it travels in."""
    return round(value * per_unit)


def pack(layout: struct.Struct, *values: int) -> bytes:
    """Return the fields of a packet; `PacketError` where one does not fit."""
    try:
        return layout.pack(*values)
    except struct.error as error:
        message = f"a value does not fit into the packet: {error}"
        raise PacketError(message) from error


def unpack(layout: struct.Struct, kind: Kind, data: bytes) -> tuple[int, ...]:
    """Return the fields of a packet of exactly this kind and layout."""
    body = unseal(kind, data)
    if len(body) != layout.size:
        message = f"{kind.name} packet of {len(data)} bytes, wanted {layout.size + 4}"
        raise PacketError(message)
    return layout.unpack(body)


def seal(kind: Kind, body: bytes) -> bytes:
    """Put version, kind and CRC around the fields."""
    data = _HEAD.pack(VERSION, kind) + body
    return data + _CRC.pack(crc16.ibm_3740(data))


def unseal(kind: Kind, data: bytes) -> bytes:
    """Return the fields of a packet of this kind; `PacketError` unless it came through whole."""
    check(kind, data)
    return data[_HEAD.size : -_CRC.size]


def check(kind: Kind, data: bytes) -> None:
    """Raise `PacketError` unless this is a packet of this kind that came through whole."""
    if len(data) < _HEAD.size + _CRC.size:
        message = f"{len(data)} bytes are too short for any packet"
        raise PacketError(message)
    if crc16.ibm_3740(data[: -_CRC.size]) != data[-2] | data[-1] << 8:
        message = f"the CRC of {len(data)} bytes does not match"
        raise PacketError(message)
    if data[0] != VERSION or data[1] != kind:
        message = f"packet of kind {data[1]} version {data[0]}, wanted {kind} version {VERSION}"
        raise PacketError(message)
