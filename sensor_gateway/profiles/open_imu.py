"""Our open IMU profile: which characteristics to use, how to start, and what the bytes are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sensor_gateway import wire
from sensor_gateway.control import (
    Backfilled,
    BackfillEnd,
    BackfillRequest,
    DeviceClock,
    Start,
    Status,
    Stop,
    backfill_from_bytes,
)
from sensor_gateway.profiles.script import Read, Step, Subscribe, Write
from sensor_gateway.wire import MotionPacket

SERVICE_UUID = wire.SERVICE_UUID
TESTED_ON = "test vectors only"
METRICS = ("cadence", "contact time", "impact", "asymmetry")

MOTION = "motion"
STATUS = "status"
CLOCK = "clock"
BACKFILL = "backfill"

CLOCK_READ = Read(channel=CLOCK, uuid=wire.CLOCK_UUID)

Packet: TypeAlias = MotionPacket | Status | DeviceClock | Backfilled | BackfillEnd

_READERS: dict[str, Callable[[bytes], Packet]] = {
    MOTION: MotionPacket.from_bytes,
    STATUS: Status.from_bytes,
    CLOCK: DeviceClock.from_bytes,
    BACKFILL: backfill_from_bytes,
}


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    read = _READERS.get(channel)
    return None if read is None else read(payload)


def start(*, range_g: float | None) -> list[Step]:
    """Return what to do after connecting, in order."""
    return [
        Read(channel=STATUS, uuid=wire.STATUS_UUID),
        Subscribe(channel=STATUS, uuid=wire.STATUS_UUID),
        Subscribe(channel=BACKFILL, uuid=wire.BACKFILL_UUID),
        Subscribe(channel=MOTION, uuid=wire.MOTION_UUID),
        Write(uuid=wire.CONTROL_UUID, data=Start(accel_range_g=range_g or 0.0).to_bytes()),
    ]


def stop() -> list[Step]:
    """Return what to do before leaving for good."""
    return [Write(uuid=wire.CONTROL_UUID, data=Stop().to_bytes())]


def backfill(*, first_index: int, n_samples: int) -> Step:
    """Return how to ask the ring buffer for samples, by the sensor's own count."""
    request = BackfillRequest(first_index=first_index, n_samples=n_samples)
    return Write(uuid=wire.BACKFILL_UUID, data=request.to_bytes())
