"""The records of what is said: a cue with its words, vibration, beats and reason."""

from __future__ import annotations

from analytics import signs, wording
from analytics.cue_settings import CueSettings
from analytics.records import Cue, Metronome, SessionEvent, Why
from analytics.signs import Sign
from analytics.targets import MOST_UP_PCT

GAVE_UP = "gave_up"  # SessionEvent kind, and why a cue is held back


class Said:
    """Makes what one runner is told in one session."""

    def __init__(self, *, runner: str, session: str, settings: CueSettings) -> None:
        self._runner = runner
        self._session = session
        self._settings = settings

    def cue(self, time_s: float, kind: str, sign: Sign, reason: str | None) -> Cue:
        """Return a cue that asks for something, or what it would have been."""
        shown = reason is None
        return Cue(
            runner=self._runner,
            session=self._session,
            time_s=time_s,
            kind=kind,
            shown=shown,
            suppressed_reason=reason,
            text=wording.text_of(kind, sign.leg),
            why=sign.why,
            haptic=wording.haptic_of(kind, sign) if shown and self._settings.haptics else (),
            metronome=self._beats(sign) if shown and kind == signs.CADENCE else None,
            target=sign.target,
        )

    def plain(
        self, time_s: float, kind: str, why: Why | None = None, reason: str | None = None
    ) -> Cue:
        """Return a cue that asks for nothing."""
        return Cue(
            runner=self._runner,
            session=self._session,
            time_s=time_s,
            kind=kind,
            shown=reason is None,
            suppressed_reason=reason,
            text=wording.text_of(kind, probe_s=self._settings.programme.probe_s),
            why=why or nothing_changed(1.0),
        )

    def gave_up(self, cue: Cue) -> SessionEvent:
        """Return what is said of a cue that did not work once too often."""
        times = self._settings.give_up_after
        return SessionEvent(
            runner=self._runner,
            session=self._session,
            time_s=cue.time_s + self._settings.outcome_s,
            kind=GAVE_UP,
            text=f"“{cue.text}” did not help {times} times: no more of it in this run",
        )

    def _beats(self, sign: Sign) -> Metronome | None:
        s = self._settings
        if not s.metronome:
            return None
        up_pct = min(s.metronome_up_pct, MOST_UP_PCT)
        return Metronome(spm=sign.usual * (1.0 + up_pct / 100.0), length_s=s.metronome_s)


def nothing_changed(confidence: float) -> Why:
    """Return the why of praise and announcements."""
    return Why(metric="form", from_value=0.0, to_value=0.0, change_pct=0.0, confidence=confidence)
