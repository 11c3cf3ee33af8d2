"""Every rule of the cues as a number: what docs/cues.md says, and settings may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from analytics.gate import GateSettings
from analytics.programme import ProgrammeSettings
from analytics.signs import SignSettings
from analytics.targets import TargetSettings


class Mode(StrEnum):
    """What cues are for."""

    GUARD = "guard"  # silent while form is the runner's own
    RETRAIN = "retrain"  # towards a target, by the programme


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSettings:
    """How often the runner is spoken to, and from what change on.

    Attributes
    ----------
    mode : Mode
        Retraining begins once the stored baseline is of enough runs; until then, guard.
    enter_windows, leave_windows : int
        Bad windows in a row that begin an episode, good ones that end it.
    leave_share : float
        A window is good again within this share of the band.
    same_cue_s, any_cue_s : float
        Least time between cues of one kind, and between any two.
    most_cues, budget_s : int, float
        Most cues within that time.
    outcome_s : float
        So long after a cue it is judged whether it worked.
    give_up_after : int
        A kind that did not work so often in a row rests for the run.
    praise_every_s : float
        Praise comes after that long in good form since a recovery, once.
    cue_on_first_run : bool
        Speak without a stored baseline too (off: a first run is only learnt from).
    haptics, metronome, impact_sound : bool
        Vibration with a cue; a burst of beats with «quicker»; a sound at every hard landing.
    metronome_s, metronome_up_pct : float
        How long a burst is, and how far above the runner's own cadence.

    """

    mode: Mode = Mode.GUARD
    enter_windows: int = 2
    leave_windows: int = 4
    leave_share: float = 0.5
    same_cue_s: float = 120.0
    any_cue_s: float = 60.0
    most_cues: int = 8
    budget_s: float = 1800.0
    outcome_s: float = 30.0
    give_up_after: int = 3
    praise_every_s: float = 600.0
    cue_on_first_run: bool = False
    haptics: bool = True
    metronome: bool = False
    metronome_s: float = 45.0
    metronome_up_pct: float = 5.0
    impact_sound: bool = False
    gate: GateSettings = field(default_factory=GateSettings)
    signs: SignSettings = field(default_factory=SignSettings)
    targets: TargetSettings = field(default_factory=TargetSettings)
    programme: ProgrammeSettings = field(default_factory=ProgrammeSettings)
