"""The sensors that the radio's benchmark listens to: who they are and what they sent."""

from __future__ import annotations

from typing import NamedTuple

from analytics.records import Placement, Side
from sensor_gateway.sensors import SensorConfig

FAST_HZ, SLOW_HZ = 1600.0, 200.0
_FAST, _SLOW = 2, 16


class Member(NamedTuple):
    """One sensor of the fleet."""

    config: SensorConfig
    rate_hz: float


class Sent(NamedTuple):
    """A motion notification as its sensor sent it; the time is the machine's monotonic clock."""

    first_index: int
    n: int
    at_s: float
    crc: int  # of the acceleration in counts, little-endian


def fleet(*, fast: int = _FAST, slow: int = _SLOW) -> list[Member]:
    """Return sensors of 1600 Hz and of 200 Hz (two and sixteen), two a runner."""
    members = []
    for k in range(fast + slow):
        config = SensorConfig(
            runner=f"r{k // 2}",
            side=list(Side)[k % 2],
            placement=Placement.SHOE,
            name=f"Pod-{k}",
            address=f"D1:CE:00:00:00:{k:02X}",
        )
        members.append(Member(config, FAST_HZ if k < fast else SLOW_HZ))
    return members
