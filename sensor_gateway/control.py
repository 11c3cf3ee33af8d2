"""What gateway and sensor say to each other besides motion: commands, status, clock, backfill."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sensor_gateway.wire import (
    RANGE_PER_G,
    RATE_PER_HZ,
    Kind,
    MotionPacket,
    PacketError,
    pack,
    scaled,
    seal,
    unpack,
    unseal,
)

BATTERY_UNKNOWN = 255

_STATUS = struct.Struct("<BBBxIIIHHH")
_CLOCK = struct.Struct("<BxII")
_START = struct.Struct("<HHH")
_RANGE = struct.Struct("<II")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the sensor is; read at any time, notified when something changes.

    `oldest_index` and `next_index` tell what the ring buffer holds: samples from the one up to,
    not including, the other. `battery_pct` is None where the sensor does not know.
    """

    boot: int
    streaming: bool
    battery_pct: int | None
    oldest_index: int
    next_index: int
    packets_dropped: int
    rate_hz: float
    accel_range_g: float
    gyro_range_dps: int

    def to_bytes(self) -> bytes:
        """Return the status as it goes on the air."""
        body = pack(
            _STATUS,
            self.boot,
            int(self.streaming),
            BATTERY_UNKNOWN if self.battery_pct is None else self.battery_pct,
            self.oldest_index,
            self.next_index,
            self.packets_dropped,
            scaled(self.rate_hz, RATE_PER_HZ),
            scaled(self.accel_range_g, RANGE_PER_G),
            self.gyro_range_dps,
        )
        return seal(Kind.STATUS, body)

    @classmethod
    def from_bytes(cls, data: bytes) -> Status:
        """Read a status; `PacketError` for anything else."""
        boot, streaming, battery, oldest, following, dropped, rate, accel, gyro = unpack(
            _STATUS, Kind.STATUS, data
        )
        return cls(
            boot=boot,
            streaming=bool(streaming),
            battery_pct=None if battery == BATTERY_UNKNOWN else battery,
            oldest_index=oldest,
            next_index=following,
            packets_dropped=dropped,
            rate_hz=rate / RATE_PER_HZ,
            accel_range_g=accel / RANGE_PER_G,
            gyro_range_dps=gyro,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceClock:
    """The sensor's clock at the moment it answered the read, and its next sample."""

    boot: int
    device_time_us: int
    next_index: int

    def to_bytes(self) -> bytes:
        """Return the reading as it goes on the air."""
        body = pack(_CLOCK, self.boot, self.device_time_us, self.next_index)
        return seal(Kind.CLOCK, body)

    @classmethod
    def from_bytes(cls, data: bytes) -> DeviceClock:
        """Read a clock reading; `PacketError` for anything else."""
        boot, time_us, next_index = unpack(_CLOCK, Kind.CLOCK, data)
        return cls(boot=boot, device_time_us=time_us, next_index=next_index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Stream from now on; a zero leaves the choice to the sensor."""

    rate_hz: float = 0.0
    accel_range_g: float = 0.0
    gyro_range_dps: int = 0

    def to_bytes(self) -> bytes:
        """Return the command as it goes on the air."""
        rate, accel = scaled(self.rate_hz, RATE_PER_HZ), scaled(self.accel_range_g, RANGE_PER_G)
        return seal(Kind.START, pack(_START, rate, accel, self.gyro_range_dps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop streaming; the connection stays."""

    def to_bytes(self) -> bytes:
        """Return the command as it goes on the air."""
        return seal(Kind.STOP, b"")


def command_from_bytes(data: bytes) -> Start | Stop:
    """Read what was written to the control characteristic; `PacketError` for no command."""
    if data[1:2] == bytes([Kind.STOP]):
        if unseal(Kind.STOP, data):
            message = "stop command with something in it"
            raise PacketError(message)
        return Stop()
    rate, accel, gyro = unpack(_START, Kind.START, data)
    return Start(rate_hz=rate / RATE_PER_HZ, accel_range_g=accel / RANGE_PER_G, gyro_range_dps=gyro)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRequest:
    """Ask for samples still in the ring buffer, `n_samples` from `first_index` on."""

    first_index: int
    n_samples: int

    def to_bytes(self) -> bytes:
        """Return the request as it goes on the air."""
        return seal(Kind.BACKFILL_REQUEST, pack(_RANGE, self.first_index, self.n_samples))

    @classmethod
    def from_bytes(cls, data: bytes) -> BackfillRequest:
        """Read a request; `PacketError` for anything else."""
        first, n = unpack(_RANGE, Kind.BACKFILL_REQUEST, data)
        return cls(first_index=first, n_samples=n)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillEnd:
    """All that was still there has been sent: `n_samples`, of them the first `first_index`."""

    first_index: int
    n_samples: int

    def to_bytes(self) -> bytes:
        """Return the end mark as it goes on the air."""
        return seal(Kind.BACKFILL_END, pack(_RANGE, self.first_index, self.n_samples))

    @classmethod
    def from_bytes(cls, data: bytes) -> BackfillEnd:
        """Read an end mark; `PacketError` for anything else."""
        first, n = unpack(_RANGE, Kind.BACKFILL_END, data)
        return cls(first_index=first, n_samples=n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """Samples out of the ring buffer, in a motion packet that counts on its own."""

    packet: MotionPacket


def backfill_from_bytes(data: bytes) -> Backfilled | BackfillEnd:
    """Read what came over the backfill characteristic; `PacketError` for anything else."""
    if data[1:2] == bytes([Kind.BACKFILL_END]):
        return BackfillEnd.from_bytes(data)
    return Backfilled(packet=MotionPacket.from_bytes(data))
