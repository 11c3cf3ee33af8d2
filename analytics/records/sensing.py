"""What comes from a sensor and its link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from analytics.records.terms import FloatArray, LinkState, Placement, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """Whose sensor this is and how it is worn; shared by all that comes from it."""

    runner: str
    session: str
    side: Side
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleBlock:
    """Consecutive samples of one sensor, without a gap inside.

    Attributes
    ----------
    first_index : int
        Index of the first sample, counted by the sensor and unwrapped; index i + 1 follows i.
    time_s : array, shape (n,)
        Session seconds, strictly increasing.
    accel_g : array, shape (n, 3)
        Specific force in g, sensor frame (segment frame if `aligned`); +1 g up at rest.
    gyro_radps : array, shape (n, 3), or None
        Angular rate in the same frame, rad/s.
    range_g : float
        Full scale of the accelerometer; a sample at >= 0.99 of it counts as clipped.
        math.inf where unknown.
    rate_hz : float
        Nominal sampling rate.
    late : bool
        Backfilled: history, never feedback.

    """

    worn: Worn
    first_index: int
    time_s: FloatArray
    accel_g: FloatArray
    gyro_radps: FloatArray | None
    range_g: float
    rate_hz: float
    aligned: bool = False
    late: bool = False

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.time_s)

    def part(self, start: int, stop: int) -> SampleBlock:
        """Return samples start..stop-1 as a block of their own."""
        return SampleBlock(
            worn=self.worn,
            first_index=self.first_index + start,
            time_s=self.time_s[start:stop],
            accel_g=self.accel_g[start:stop],
            gyro_radps=None if self.gyro_radps is None else self.gyro_radps[start:stop],
            range_g=self.range_g,
            rate_hz=self.rate_hz,
            aligned=self.aligned,
            late=self.late,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Samples that never came: from the last one seen to the first one after.

    `n_samples` is None where the sensor restarted and the count is unobservable.

    Attributes
    ----------
    awaited : bool
        Its samples may still come late.
    revision : int
        2 once nothing more can come: what is left of the gap first told under this id (no
        samples at all where all have come), or a part of it.

    """

    worn: Worn
    first_index: int
    start_s: float
    end_s: float
    n_samples: int | None
    reason: str
    awaited: bool = False
    revision: int = 1

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.worn.runner}/{self.worn.session}/gap-{self.worn.side}/{self.first_index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """How the link to one sensor stands at `time_s`; None where not known.

    `samples_lost` is None where the sensor's protocol carries neither number nor time: its losses
    are unobservable. `data_age_s` is how long before its newest samples had arrived.
    """

    worn: Worn
    time_s: float
    state: LinkState
    battery_pct: float | None = None
    rssi_dbm: float | None = None
    samples_lost: int | None = 0
    reconnects: int = 0
    clock_uncertainty_s: float | None = None
    data_age_s: float | None = None

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        when = round(self.time_s * 1000)
        return f"{self.worn.runner}/{self.worn.session}/link-{self.worn.side}/{when}"


SensorItem: TypeAlias = SampleBlock | Gap | LinkHealth
