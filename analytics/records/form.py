"""How the runner runs: strides, windows, speed and distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.records.sensing import Worn
from analytics.records.terms import Activity, SpeedSource, StrikeClass, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Stride:
    """One running stride: from an initial contact to the next of the same foot.

    `contact_index` is the sensor's index of the sample at or just before initial contact.
    `reasons` says, by field, why a metric is None (of `clipped`, that the accelerometer was not;
    of `quality`, that the sensor froze). `quality` is 0..1. Definitions of the metrics:
    docs/conventions.md.

    Attributes
    ----------
    loading_rate_gps, average_loading_rate_gps : float or None
        Largest jerk below 60 Hz after contact; mean slope from 20 to 80 % of the peak.
    impulse_gs : float or None
        Integral of the resultant less 1 g over the 100 ms after contact.
    impact_band_ratio : float or None
        Power at 10-20 Hz over power at 4-8 Hz of the stance's acceleration.
    strike_angle_deg : float or None
        Foot's pitch at contact against the foot flat on the ground; positive: heel first.
    tibia_angle_deg : float or None
        Shank's inclination at contact in the sagittal plane; positive: ankle ahead of the knee.
    braking_g : float or None
        Largest backward specific force in the 75 ms after contact, along the direction of travel.
    speed_source : SpeedSource or None
        What `speed_mps` and `stride_length_m` come from.
    revision : int
        2 where samples that came late made or changed it: history, never feedback.

    """

    worn: Worn
    contact_index: int
    contact_s: float
    toe_off_s: float | None
    stride_time_s: float
    contact_time_s: float | None
    flight_time_s: float | None
    cadence_spm: float
    peak_accel_axial_g: float | None
    peak_accel_resultant_g: float
    loading_rate_gps: float | None
    time_to_peak_s: float | None
    stride_length_m: float | None
    speed_mps: float | None
    strike_angle_deg: float | None
    pronation_velocity_dps: float | None
    clipped: bool
    quality: float
    duty_factor: float | None = None
    average_loading_rate_gps: float | None = None
    impulse_gs: float | None = None
    impact_band_ratio: float | None = None
    strike_class: StrikeClass | None = None
    pronation_excursion_deg: float | None = None
    tibia_angle_deg: float | None = None
    braking_g: float | None = None
    speed_source: SpeedSource | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    revision: int = 1

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.worn.runner}/{self.worn.session}/{self.worn.side}/{self.contact_index}"

    @property
    def end_s(self) -> float:
        """Session time of the initial contact that closed the stride."""
        return self.contact_s + self.stride_time_s

    @property
    def peak_clipped(self) -> bool:
        """Whether peaks are lower bounds: clipped, and not by the gyroscope alone."""
        return self.clipped and "clipped" not in self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSide:
    """One value a leg; None where that leg gave none. Never filled from the other leg."""

    left: float | None
    right: float | None


NEITHER = PerSide(left=None, right=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sensor's samples have been analysed and what was going on there.

    Emitted once per second of samples (on whole session seconds), so that windows can close
    and an activity can be told even while there are no strides.
    """

    worn: Worn
    until_s: float
    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMetrics:
    """Both legs over one sliding window that ends at `end_s`; `revision` as of `Stride`."""

    runner: str
    session: str
    end_s: float
    length_s: float
    activity: Activity
    cadence_spm: float | None
    peak_accel_g: PerSide
    contact_time_s: PerSide
    asymmetry_pct: float | None
    stride_time_cv_pct: float | None
    speed_mps: float | None
    n_strides: int
    coverage: float
    quality: float
    flight_time_s: PerSide = NEITHER
    contact_asymmetry_pct: float | None = None
    strike_angle_deg: PerSide = NEITHER
    tibia_angle_deg: PerSide = NEITHER
    pronation_velocity_dps: PerSide = NEITHER
    pace_variability_pct: float | None = None
    speed_source: SpeedSource | None = None
    surface: Surface | None = None
    surface_probability: float | None = None
    revision: int = 1

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/window/{round(self.end_s * 1000)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedReading:
    """The runner's speed from something other than our own sensors, valid at `time_s`."""

    runner: str
    session: str
    time_s: float
    speed_mps: float
    source: SpeedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedFit:
    """What one leg's own speed has to be multiplied by: `scale + slope (v - 3 m/s)`.

    `variance` is that of (scale, scale and slope, slope); `n_windows` observations made it.
    """

    scale: float
    slope: float
    variance: tuple[float, float, float]
    n_windows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedModel:
    """A runner's own correction of speed, by leg and placement (`left-shoe`)."""

    runner: str
    legs: Mapping[str, SpeedFit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the run is on and in from `time_s` on; None where it is not known."""

    runner: str
    session: str
    time_s: float
    surface: Surface | None = None
    grade_pct: float | None = None
    shoe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far the run has come by `time_s`; docs/load.md says what counts.

    Attributes
    ----------
    distance_m : float or None
        Metres that a source has covered; None while none has.
    source : SpeedSource or None
        What gave most of them.
    running_s, covered_s : float
        How long the run is, and how much of it the metres are of.
    longest_m : float or None
        The longest run of the last 30 days; None where there is none of known distance.

    """

    runner: str
    session: str
    time_s: float
    distance_m: float | None
    source: SpeedSource | None
    running_s: float
    covered_s: float
    longest_m: float | None = None

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/distance-{round(self.time_s * 1000)}"
