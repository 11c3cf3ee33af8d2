"""The vocabulary: every value that crosses a package boundary is one of these frozen records.

Units stand last in names. Times are session seconds (the session starts at its first sample).
Specific force is given in multiples of standard gravity (`_g`), as the field's papers and our
files do; everything else is SI unless its name says otherwise. Axes: docs/conventions.md.
Read on in `terms`, `sensing`, `form`, `change` and `guiding`; import them from here.
"""

from __future__ import annotations

from analytics.records.change import (
    Baseline,
    Drift,
    Slope,
    Usual,
    Why,
)
from analytics.records.form import (
    NEITHER,
    Conditions,
    Distance,
    FormMetrics,
    PerSide,
    Progress,
    SpeedFit,
    SpeedModel,
    SpeedReading,
    Stride,
)
from analytics.records.guiding import (
    Alert,
    Cue,
    Guidance,
    Metronome,
    Outcome,
    Programme,
    ProgrammeSession,
    SessionEvent,
)
from analytics.records.sensing import (
    Gap,
    LinkHealth,
    SampleBlock,
    SensorItem,
    Worn,
)
from analytics.records.terms import (
    STANDARD_GRAVITY_MPS2,
    Activity,
    DriftLevel,
    FloatArray,
    LinkState,
    PeakKind,
    Placement,
    Side,
    SpeedSource,
    StrikeClass,
    Surface,
    Verdict,
)

__all__ = [
    "NEITHER",
    "STANDARD_GRAVITY_MPS2",
    "Activity",
    "Alert",
    "Baseline",
    "Conditions",
    "Cue",
    "Distance",
    "Drift",
    "DriftLevel",
    "FloatArray",
    "FormMetrics",
    "Gap",
    "Guidance",
    "LinkHealth",
    "LinkState",
    "Metronome",
    "Outcome",
    "PeakKind",
    "PerSide",
    "Placement",
    "Programme",
    "ProgrammeSession",
    "Progress",
    "SampleBlock",
    "SensorItem",
    "SessionEvent",
    "Side",
    "Slope",
    "SpeedFit",
    "SpeedModel",
    "SpeedReading",
    "SpeedSource",
    "Stride",
    "StrikeClass",
    "Surface",
    "Usual",
    "Verdict",
    "Why",
    "Worn",
    "is_live",
]


def is_live(record: object) -> bool:
    """Tell whether a record is of the moment; a later revision is history, never feedback."""
    return getattr(record, "revision", 1) == 1
