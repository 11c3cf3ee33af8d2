"""Words and units that all records share."""

from __future__ import annotations

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


class Verdict(StrEnum):
    """What came of a cue."""

    WORKED = "worked"  # back where it should be, or at least half way
    PARTLY = "partly"  # better by more than the runner's own noise
    NOT = "not"
    UNKNOWN = "unknown"  # the half minute after it cannot be judged: a stop, a gap, a slope
