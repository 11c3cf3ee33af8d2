"""The cue rules as people set them: for the team, for one runner, or in a file to try out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from analytics import signs
from analytics.cue_settings import CueSettings, Mode
from analytics.gate import GateSettings
from analytics.programme import ProgrammeSettings
from analytics.signs import SignSettings
from analytics.targets import RetrainFor, TargetSettings
from analytics.window import WindowSettings
from stridecue.roster import Section

_Seconds = Annotated[float, Field(ge=0)]
_Pct = Annotated[float, Field(gt=0, le=50)]
_Share = Annotated[float, Field(ge=0, le=1)]
_EXPERT_PCT = 50


class CueSection(Section):
    """When the runner is told something, and how (defaults and evidence: docs/cues.md)."""

    warm_up_s: _Seconds = 480.0
    window_s: Annotated[int, Field(ge=15, le=60)] = 30
    hop_s: Annotated[int, Field(ge=1, le=10)] = 5
    enter_windows: Annotated[int, Field(ge=1, le=12)] = 2
    leave_windows: Annotated[int, Field(ge=1, le=12)] = 4
    leave_share: _Share = 0.5
    same_cue_apart_s: _Seconds = 120.0
    any_cue_apart_s: _Seconds = 60.0
    most_per_30_min: Annotated[int, Field(ge=0)] = 8
    outcome_after_s: _Seconds = 30.0
    give_up_after: Annotated[int, Field(ge=1)] = 3
    praise_every_s: Annotated[float, Field(ge=600)] = 600.0
    on_first_run: bool = False
    steepest_grade_pct: _Seconds = 4.0
    least_coverage: _Share = 0.8
    least_quality: _Share = 0.5
    start_stop_s: _Seconds = 20.0
    turn_s: _Seconds = 10.0
    strap_moved_s: _Seconds = 60.0
    cadence_band_pct: _Pct = 3.0
    impact_band_pct: _Pct = 5.0
    asymmetry_band_points: _Pct = 5.0
    fading_band_sds: Annotated[float, Field(gt=0, le=10)] = 3.0
    noise_sds: Annotated[float, Field(ge=1, le=5)] = 1.0
    retrain_for: RetrainFor = RetrainFor.BOTH
    cadence_target_up_pct: Annotated[float, Field(gt=0, le=10)] = 5.0
    cadence_target_band_pct: _Pct = 2.0
    impact_target_pct: Literal[80, 75, 50] = 80
    impact_target_band_pct: _Pct = 5.0
    target_noise_sds: Annotated[float, Field(ge=1, le=5)] = 2.0
    expert: bool = False
    guidance_pct: Annotated[
        tuple[Annotated[float, Field(ge=0, le=100)], ...], Field(min_length=1)
    ] = (100.0, 100.0, 100.0, 75.0, 60.0, 40.0, 20.0, 0.0)
    probe_s: Annotated[float, Field(ge=60, le=600)] = 180.0
    probe_after_s: _Seconds = 600.0
    probe_every_s: _Seconds = 1200.0
    recall_days: tuple[Annotated[float, Field(gt=0)], ...] = (30.0, 91.0, 182.0)
    haptics: bool = True
    metronome: bool = False
    metronome_s: Annotated[float, Field(ge=30, le=60)] = 45.0
    metronome_up_pct: Annotated[float, Field(gt=0, le=10)] = 5.0
    impact_sound: bool = False
    speak: bool = False

    @model_validator(mode="after")
    def _half_the_impact_is_for_experts(self) -> CueSection:
        if self.impact_target_pct == _EXPERT_PCT and not self.expert:
            raise ValueError("impact_target_pct = 50 needs expert = true")
        return self

    def with_own(self, own: Mapping[str, Any]) -> CueSection:
        """Return the rules with a runner's own in their place."""
        return CueSection(**{**self.model_dump(), **own})

    def window(self) -> WindowSettings:
        """Return what is judged."""
        return WindowSettings(length_s=self.window_s, hop_s=self.hop_s)

    def cues(self, *, mode: Mode) -> CueSettings:
        """Return the rules as the analytics take them."""
        return CueSettings(
            mode=mode,
            enter_windows=self.enter_windows,
            leave_windows=self.leave_windows,
            leave_share=self.leave_share,
            same_cue_s=self.same_cue_apart_s,
            any_cue_s=self.any_cue_apart_s,
            most_cues=self.most_per_30_min,
            outcome_s=self.outcome_after_s,
            give_up_after=self.give_up_after,
            praise_every_s=self.praise_every_s,
            cue_on_first_run=self.on_first_run,
            haptics=self.haptics,
            metronome=self.metronome,
            metronome_s=self.metronome_s,
            metronome_up_pct=self.metronome_up_pct,
            impact_sound=self.impact_sound,
            gate=self._gate(),
            signs=self._signs(),
            targets=self._targets(),
            programme=self._programme(),
        )

    def _gate(self) -> GateSettings:
        return GateSettings(
            warm_up_s=self.warm_up_s,
            start_stop_s=self.start_stop_s,
            least_coverage=self.least_coverage,
            least_quality=self.least_quality,
            steepest_pct=self.steepest_grade_pct,
            turn_s=self.turn_s,
            strap_s=self.strap_moved_s,
        )

    def _signs(self) -> SignSettings:
        band_pct = {
            signs.ASYMMETRY: self.asymmetry_band_points,
            signs.IMPACT: self.impact_band_pct,
            signs.CADENCE: self.cadence_band_pct,
        }
        return SignSettings(
            band_pct=band_pct, form_band=self.fading_band_sds, noise_sds=self.noise_sds
        )

    def _targets(self) -> TargetSettings:
        return TargetSettings(
            retrain_for=self.retrain_for,
            cadence_up_pct=self.cadence_target_up_pct,
            cadence_band_pct=self.cadence_target_band_pct,
            impact_pct=float(self.impact_target_pct),
            impact_band_pct=self.impact_target_band_pct,
            noise_sds=self.target_noise_sds,
        )

    def _programme(self) -> ProgrammeSettings:
        return ProgrammeSettings(
            guidance_pct=self.guidance_pct,
            probe_s=self.probe_s,
            probe_after_s=self.probe_after_s,
            probe_every_s=self.probe_every_s,
            recall_days=self.recall_days,
        )
