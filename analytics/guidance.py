"""What a page may count, show and sound by itself: `Guidance`, told whenever it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from analytics import signs
from analytics.changes import Fresh
from analytics.cue_settings import CueSettings, Mode
from analytics.programme import Guide
from analytics.records import Guidance, PerSide, SessionEvent, Side
from analytics.targets import RetrainFor, Targets, TargetSettings

PROGRAMME, WAITS = "programme", "retrain-waits"  # SessionEvent kinds
_WORTH_TELLING = 0.02  # a target that moved less is the same to an ear


@dataclass(slots=True, kw_only=True)
class GuidanceState:
    """What was told last."""

    begun: bool = False
    last: Guidance | None = None


class Teller:
    """Tells the programme's place at the start, and guidance as it changes."""

    def __init__(
        self,
        *,
        runner: str,
        session: str,
        settings: CueSettings,
        guide: Guide | None,
        targets: Targets | None,
    ) -> None:
        self._runner = runner
        self._session = session
        self._settings = settings
        self._guide = guide
        self._targets = targets
        self.state = GuidanceState()

    def begin(self, time_s: float) -> list[SessionEvent]:
        """Return what is said once, as the run begins."""
        if self.state.begun or self._settings.mode is Mode.GUARD:
            return []
        self.state.begun = True
        guide, s = self._guide, self._settings.programme
        if guide is None:
            runs = s.least_runs
            text = f"Retraining begins after {runs} runs in your own form"
            return [self._event(time_s, WAITS, text)]
        if guide.number is None:
            text = "The programme is done: this run reminds you" if guide.recalls else ""
        else:
            of = len(s.guidance_pct)
            text = f"Session {guide.number} of {of}: cues for {guide.guidance_pct:.0f} % of it"
        return [self._event(time_s, PROGRAMME, text)] if text else []

    def told(
        self, time_s: float, values: Mapping[str, float], fresh: Mapping[str, Fresh]
    ) -> list[Guidance]:
        """Return the guidance from this window on, if it is new."""
        guide = self._guide
        retrains = guide is not None and guide.number is not None
        if not retrains and not self._settings.impact_sound:
            return []
        targets = self._targets if retrains else self._own_limits(fresh)
        if targets is None:
            return []
        now = Guidance(
            runner=self._runner,
            session=self._session,
            time_s=time_s,
            mode=Mode.RETRAIN if retrains else Mode.GUARD,
            programme_session=None if guide is None else guide.number,
            guidance_pct=100.0 if guide is None or not retrains else guide.guidance_pct,
            silent=guide is not None and guide.reason(time_s) is not None,
            cadence_spm=targets.cadence_spm(values) if retrains else None,
            impact_limit_g=targets.impact_limit_g(values),
            impact_sound=self._settings.impact_sound,
        )
        if self.state.last is not None and _is_same(self.state.last, now):
            return []
        self.state.last = now
        return [now]

    def _own_limits(self, fresh: Mapping[str, Fresh]) -> Targets | None:
        """Return the runner's own impact as a limit, once it is known."""
        if not any(f"peak_accel_{side}" in fresh for side in Side):
            return None
        band_pct = self._settings.signs.band_pct[signs.IMPACT]
        own: Final = TargetSettings(
            retrain_for=RetrainFor.IMPACT, impact_pct=100.0, impact_band_pct=band_pct
        )
        return Targets(fresh, settings=own)

    def _event(self, time_s: float, kind: str, text: str) -> SessionEvent:
        return SessionEvent(
            runner=self._runner, session=self._session, time_s=time_s, kind=kind, text=text
        )


def _is_same(last: Guidance, now: Guidance) -> bool:
    plain = replace(
        now,
        time_s=last.time_s,
        cadence_spm=last.cadence_spm,
        impact_limit_g=last.impact_limit_g,
    )
    numbers = zip(_numbers(last), _numbers(now), strict=True)
    return plain == last and all(_is_near(a, b) for a, b in numbers)


def _numbers(told: Guidance) -> tuple[float | None, ...]:
    limit: PerSide = told.impact_limit_g
    return (told.cadence_spm, limit.left, limit.right)


def _is_near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= _WORTH_TELLING * abs(a)
