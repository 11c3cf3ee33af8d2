"""Samples in physical units at their place in the session: what the chain carries."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.records import FloatArray
from sensor_gateway.calibration import accel_from_counts, gyro_from_counts
from sensor_gateway.sequence import WHOLE, Place
from sensor_gateway.wire import MotionPacket


@dataclass(slots=True, kw_only=True, eq=False)  # not frozen: that alone costs 1 µs a packet
class Run:
    """Samples that follow each other, all of them new.

    Attributes
    ----------
    first_index, device_us, missing, reason, restarted :
        Where they belong: as of `Place`.
    accel_g : array, shape (n, 3)
        Specific force, sensor frame.
    gyro_radps : array, shape (n, 3), or None
        Angular rate in the same frame.
    range_g : float
        Full scale of the accelerometer; math.inf where unknown.
    late : bool
        They fill a hole that was told before.
    """

    first_index: int
    device_us: int
    missing: int | None
    reason: str
    restarted: bool
    rate_hz: float
    accel_g: FloatArray
    gyro_radps: FloatArray | None
    range_g: float
    late: bool = False

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.accel_g)


def run_of(packet: MotionPacket, place: Place, *, late: bool = False) -> Run:
    """Return the samples of a packet that are new, at their place."""
    accel, gyro, part = packet.accel, packet.gyro, place.part
    if part is not WHOLE:
        accel, gyro = accel[part], None if gyro is None else gyro[part]
    return Run(
        first_index=place.first_index,
        device_us=place.device_us,
        missing=place.missing,
        reason=place.reason,
        restarted=place.restarted,
        rate_hz=packet.rate_hz,
        accel_g=accel_from_counts(accel, range_g=packet.accel_range_g),
        gyro_radps=(
            None if gyro is None else gyro_from_counts(gyro, range_dps=packet.gyro_range_dps)
        ),
        range_g=packet.accel_range_g,
        late=late,
    )
