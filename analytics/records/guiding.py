"""What runner and coach are told, and the programme behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.records.change import Baseline, Why
from analytics.records.form import PerSide
from analytics.records.terms import Side, Verdict


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
