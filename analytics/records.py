"""The vocabulary: every value that crosses a package boundary is one of these frozen records.

Units stand last in names. Times are session seconds (the session starts at its first sample).
Specific force is given in multiples of standard gravity (`_g`), as the field's papers and our
files do; everything else is SI unless its name says otherwise. Axes: docs/conventions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]

STANDARD_GRAVITY_MPS2 = 9.80665  # CGPM 1901, exact


class Side(StrEnum):
    """The leg a sensor is worn on."""

    LEFT = "left"
    RIGHT = "right"


class Placement(StrEnum):
    """The segment a sensor is worn on."""

    SHIN = "shin"
    SHOE = "shoe"


class Activity(StrEnum):
    """What the runner did during a window."""

    RUNNING = "running"
    WALKING = "walking"
    STILL = "still"
    OTHER = "other"
    GAP = "gap"


class LinkState(StrEnum):
    """Where the connection to one sensor stands."""

    SEARCHING = "searching"
    NO_SLOT = "no slot"  # in reach, but the adapter holds as many connections as it can
    CONNECTED = "connected"
    SILENT = "silent"  # connected, but nothing comes
    LOST = "lost"


class StrikeClass(StrEnum):
    """The part of the foot that lands first, from the strike angle."""

    REARFOOT = "rearfoot"
    MIDFOOT = "midfoot"
    FOREFOOT = "forefoot"


class Surface(StrEnum):
    """What the runner runs on."""

    ASPHALT = "asphalt"
    CONCRETE = "concrete"
    GRASS = "grass"
    TRAIL = "trail"
    TRACK = "track"
    TREADMILL = "treadmill"


class SpeedSource(StrEnum):
    """What a speed or a distance comes from, the most trusted first (product.md)."""

    FOOT_IMU = "foot imu"
    FOOT_POD = "foot pod"
    TREADMILL = "treadmill"
    PHONE = "phone"
    SHIN_MODEL = "shin model"
    MANUAL = "manual"
    IMPORTED = "imported"  # of a run that another device or service kept: whatever that used


class PeakKind(StrEnum):
    """Which of a stride's peaks a figure is made of: never both in one figure."""

    AXIAL = "axial"
    RESULTANT = "resultant"


class DriftLevel(StrEnum):
    """How far a change from the runner's own baseline has gone."""

    NOTICE = "notice"
    ALARM = "alarm"
    CLEAR = "clear"


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
class Why:
    """What changed, from what, to what, by how much, how sure (0..1)."""

    metric: str
    from_value: float
    to_value: float
    change_pct: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A change of one metric (or of `form` as a whole) against the runner's own baseline.

    `contact_index` and `side` name the stride that completed the deciding block.
    """

    runner: str
    session: str
    time_s: float
    side: Side
    contact_index: int
    level: DriftLevel
    why: Why

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        key = f"{self.side}-{self.contact_index}-{self.why.metric}-{self.level}"
        return f"{self.runner}/{self.session}/drift/{key}"


class Verdict(StrEnum):
    """What came of a cue."""

    WORKED = "worked"  # back where it should be, or at least half way
    PARTLY = "partly"  # better by more than the runner's own noise
    NOT = "not"
    UNKNOWN = "unknown"  # the half minute after it cannot be judged: a stop, a gap, a slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Did a cue work: what it was about over the 30 s before it and the 30 s after.

    `before` and `after` are in the unit of the cue's `why`, at the speed of before; None where
    that could not be judged.
    """

    verdict: Verdict
    before: float | None
    after: float | None
    change_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metronome:
    """A beat for every step of both feet, for that long, then silence."""

    spm: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to tell the runner, shown or held back (then `suppressed_reason` says why).

    Attributes
    ----------
    haptic : tuple of int
        Milliseconds on, off, on ...; empty: none. Two short ones say quicker, one long softer.
    metronome : Metronome or None
        A burst of beats that goes with it.
    target : float or None
        What to come to, in the unit of `why` and at its speed; None: the `from_value`.
    outcome : Outcome or None
        Whether it worked; known half a minute later, in revision 2, which nobody is to be told
        as a cue again.

    """

    runner: str
    session: str
    time_s: float
    kind: str
    shown: bool
    suppressed_reason: str | None
    text: str
    why: Why
    haptic: tuple[int, ...] = ()
    metronome: Metronome | None = None
    target: float | None = None
    outcome: Outcome | None = None
    revision: int = 1

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/cue/{self.kind}-{round(self.time_s * 1000)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """How the runner is guided from `time_s` on; told whenever that changes.

    Attributes
    ----------
    mode : str
        `guard` or `retrain`.
    programme_session, guidance_pct : int or None, float
        Which session of the programme this is, and the share of the run that is guided.
    silent : bool
        Nothing is told now: a probe, or a part of the run without guidance.
    cadence_spm : float or None
        The target at the speed of now.
    impact_limit_g : PerSide
        A landing above it is too hard, at the speed of now (mean of five landings of a leg).
    impact_sound : bool
        The runner wants to hear every landing above it.

    """

    runner: str
    session: str
    time_s: float
    mode: str
    programme_session: int | None
    guidance_pct: float
    silent: bool
    cadence_spm: float | None
    impact_limit_g: PerSide
    impact_sound: bool

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/guidance-{round(self.time_s * 1000)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a coach is told; `about` is the id of the record that caused it."""

    runner: str
    session: str
    time_s: float
    kind: str
    text: str
    why: Why
    about: str

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.about}/alert"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """Something about the session that people should read once: `text` is for them."""

    runner: str
    session: str
    time_s: float
    kind: str
    text: str
    side: Side | None = None

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        key = f"{self.kind}-{self.side or 'both'}-{round(self.time_s * 1000)}"
        return f"{self.runner}/{self.session}/event/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual for a runner in one metric: centre, spread of block medians, blocks seen."""

    median: float
    sigma: float
    n_blocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """How one metric follows speed: change of its natural logarithm per m/s, and how sure."""

    per_mps: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A runner's own fresh form by metric; `source` says where it comes from.

    Attributes
    ----------
    slopes : mapping of str to Slope
        How the runner's form follows speed; without a metric, as people's does.
    session : str
        The run that gave or last updated it; empty where there was none.
    age_days : float
        How long ago that was, on the day it is read for a new run.
    runs : int
        Runs it was learnt from.

    """

    runner: str
    source: str
    usual: Mapping[str, Usual]
    slopes: Mapping[str, Slope] = field(default_factory=dict)
    session: str = ""
    age_days: float = 0.0
    runs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSession:
    """What one run of the programme came to.

    Attributes
    ----------
    guided, silent : mapping of str to float
        Mean change by metric against the programme's baseline, in percent: while cues were
        given, and while none were (probes, or a whole run without guidance).
    cues, worked : int
        How many were told, and after how many form was back or better.

    """

    session: str
    guidance_pct: float
    guided: Mapping[str, float]
    silent: Mapping[str, float]
    cues: int
    worked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Where a runner stands in the programme of retraining.

    Attributes
    ----------
    baseline : Baseline
        The form it began with: targets are of this, so that they never run away.
    sessions, recalls : tuple of ProgrammeSession
        Its runs so far, and the runs at which it was recalled afterwards.
    recalled : int
        How many of the recalls are behind the runner (a missed one is not made up for).
    since_days : float
        How long ago its last session was, on the day it is read for a new run.

    """

    runner: str
    baseline: Baseline
    sessions: tuple[ProgrammeSession, ...] = ()
    recalls: tuple[ProgrammeSession, ...] = ()
    recalled: int = 0
    since_days: float = 0.0


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


SensorItem: TypeAlias = SampleBlock | Gap | LinkHealth


def is_live(record: object) -> bool:
    """Tell whether a record is of the moment; a later revision is history, never feedback."""
    return getattr(record, "revision", 1) == 1
