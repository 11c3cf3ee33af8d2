"""What sensors of other makers say, in one vocabulary: what their profiles' decoders give."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

from analytics.records import FloatArray
from sensor_gateway.control import Backfilled, BackfillEnd, DeviceClock, Status
from sensor_gateway.wire import MotionPacket


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The sensor's own time of one sample of a packet.

    Attributes
    ----------
    us : float
        Microseconds, as the sensor counts them.
    sample : int
        Which of the packet's samples was taken then.
    wraps_us : float
        Where the sensor's count begins again; math.inf where it never does in practice.
    """

    us: float
    sample: int
    wraps_us: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Consecutive samples of a sensor that does not number them.

    Attributes
    ----------
    accel : array, shape (n, 3)
        Specific force, sensor frame, in steps of `step_g`.
    step_g : float or None
        One step in g; None where only the sensor's set-up tells.
    gyro_radps : array, shape (n, 3), or None
        Angular rate in the same frame.
    stamp : Stamp or None
        None where the protocol carries no time.
    """

    accel: FloatArray
    step_g: float | None
    gyro_radps: FloatArray | None = None
    stamp: Stamp | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.accel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What has been agreed on with a sensor; None where this message does not say."""

    rate_hz: float | None = None
    range_g: float | None = None
    step_g: float | None = None

    def updated(self, newer: Setup) -> Setup:
        """Return what is agreed on after a newer message."""
        told = {name: value for name, value in asdict(newer).items() if value is not None}
        return replace(self, **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """State of charge."""

    pct: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FootPodReading:
    """What a foot pod has worked out by itself; None where it does not say.

    Attributes
    ----------
    cadence_spm : int
        As the pod counts: most count the steps of both feet, some one foot's.
    distance_m : float or None
        Since the pod began to count.
    """

    speed_mps: float
    cadence_spm: int
    stride_length_m: float | None
    distance_m: float | None
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRate:
    """Beats a minute and the times between beats; `contact` None where the strap cannot tell."""

    bpm: int
    contact: bool | None
    energy_kj: int | None
    rr_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who made the sensor, or what they call it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The sensor's word on a request: understood, and of no further use to the stream."""

    ok: bool


Packet: TypeAlias = (
    MotionPacket
    | Status
    | DeviceClock
    | Backfilled
    | BackfillEnd
    | Samples
    | Setup
    | Battery
    | FootPodReading
    | HeartRate
    | Maker
    | Answer
)
