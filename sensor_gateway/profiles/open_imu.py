"""Our open IMU profile: which characteristics to use, how to start, and what the bytes are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sensor_gateway import wire
from sensor_gateway.control import (
    BackfillRequest,
    DeviceClock,
    Start,
    Status,
    Stop,
    backfill_from_bytes,
)
from sensor_gateway.profiles.packets import Packet
from sensor_gateway.profiles.profile import TEST_VECTORS, Timing, Wish
from sensor_gateway.profiles.script import Read, Script, Step, Subscribe, Write
from sensor_gateway.wire import MotionPacket

MOTION = "motion"
STATUS = "status"
CLOCK = "clock"
BACKFILL = "backfill"


DEVICES = "sensors with our open firmware"
SERVICES: Sequence[str] = (wire.SERVICE_UUID,)
NAMES: Sequence[str] = ()
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("cadence", "contact time", "impact", "asymmetry")
LACKS = ""
TIMING = Timing.NUMBERED
RATES_HZ: Sequence[float] | None = None
RANGES_G: Sequence[float] | None = None
SILENT_S = 3.0  # it sends many packets a second; shorter radio trouble heals itself
CLOCK_READ: Read | None = Read(channel=CLOCK, uuid=wire.CLOCK_UUID)
CONDITION_READ = Read(channel=STATUS, uuid=wire.STATUS_UUID)

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


def start(wish: Wish) -> Script:
    """Yield what to do after connecting, in order."""
    yield CONDITION_READ
    yield Subscribe(channel=STATUS, uuid=wire.STATUS_UUID, by_socket=True)
    yield Subscribe(channel=BACKFILL, uuid=wire.BACKFILL_UUID, by_socket=True)
    yield Subscribe(channel=MOTION, uuid=wire.MOTION_UUID, by_socket=True)
    order = Start(rate_hz=wish.rate_hz or 0.0, accel_range_g=wish.range_g or 0.0)
    yield Write(uuid=wire.CONTROL_UUID, data=order.to_bytes())


def stop() -> Script:
    """Yield what to do before leaving for good."""
    yield Write(uuid=wire.CONTROL_UUID, data=Stop().to_bytes())


def backfill(*, first_index: int, n_samples: int) -> Step:
    """Return how to ask the ring buffer for samples, by the sensor's own count."""
    request = BackfillRequest(first_index=first_index, n_samples=n_samples)
    return Write(uuid=wire.BACKFILL_UUID, data=request.to_bytes())
