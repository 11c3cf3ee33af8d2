"""What the runner is told, and when it is better to say nothing.

Theory of operation
-------------------
Every window asks each kind of cue how form looks to it (`signs`). Two bad windows with drift
behind them begin an *episode*; windows back within half the band end it. While an episode lasts
its cue is wanted. `gate` says whether now is a time to speak, the pace below how often:

* the most important wanted kind first: form as a whole, the worse leg, the landing, the steps;
* the same kind again after `same_cue_s`, any other after `any_cue_s`, and every cue that has not
  helped yet doubles both; after `give_up_after` times a kind rests for its episode;
* an episode in which something was told ends with «Better. Keep that.» once.

A cue held back is recorded once an episode and reason. Waiting for one's own next turn is not
holding back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from analytics import changes, signs
from analytics.codec import dump_state, load_state
from analytics.drift import FormState, confidence
from analytics.gate import Gate, GateSettings, GateState
from analytics.merge import Second
from analytics.records import Cue, FormMetrics, Why
from analytics.signs import Sign, SignSettings
from analytics.window import values_of

RECOVERED, PRAISE = "recovered", "praise"
_TEXT = {
    signs.FADING: "Form is fading. Ease off.",
    signs.IMPACT: "Land quietly.",
    signs.CADENCE: "Quicker, lighter steps.",
    RECOVERED: "Better. Keep that.",
    PRAISE: "Good form. Keep it.",
}
_LATEST_THANKS_S = 120.0  # «Better» later than this after the change is no longer about it
_VERSION = 2

CueItem: TypeAlias = Second | FormMetrics | FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSettings:
    """How often the runner is spoken to, and from what change on.

    Attributes
    ----------
    mode : str
        `guard`: silent while form is the runner's own. (`retrain` is not built yet.)
    enter_windows, leave_windows : int
        Bad windows in a row that begin an episode, good ones that end it.
    same_cue_s, any_cue_s : float
        Least time between cues of one kind, and between any two.
    most_cues, budget_s : int, float
        Most cues within that time.
    give_up_after : int
        A kind told so often in one episode without effect rests.
    praise_every_s : float
        Praise comes after that long in good form since a recovery, once.
    cue_on_first_run : bool
        Speak without a stored baseline too (off: a first run is only learnt from).

    """

    mode: str = "guard"
    enter_windows: int = 2
    leave_windows: int = 4
    same_cue_s: float = 120.0
    any_cue_s: float = 60.0
    most_cues: int = 8
    budget_s: float = 1800.0
    give_up_after: int = 3
    praise_every_s: float = 600.0
    cue_on_first_run: bool = False
    gate: GateSettings = field(default_factory=GateSettings)
    signs: SignSettings = field(default_factory=SignSettings)


@dataclass(slots=True, kw_only=True)
class _Episode:
    """What one kind of cue has seen and said since form left its band."""

    active: bool = False
    bad: int = 0
    good: int = 0
    told: int = 0
    told_s: float | None = None
    told_excess: float = 0.0
    toward: dict[str, float] = field(default_factory=dict)
    held_back: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _State:
    episodes: dict[str, _Episode] = field(
        default_factory=lambda: {kind: _Episode() for kind in signs.KINDS}
    )
    form: FormState | None = None
    gate: GateState
    told_s: list[float] = field(default_factory=list)
    unheeded: int = 0
    thanks: Why | None = None
    thanks_s: float = 0.0
    praise_from_s: float | None = None


class CueStage:
    """Cues of one runner.

    Parameters
    ----------
    runner, session : str
        Who is spoken to.
    settings : CueSettings
        Product defaults if left out.

    """

    def __init__(self, *, runner: str, session: str, settings: CueSettings | None = None) -> None:
        self._runner = runner
        self._session = session
        self._settings = settings or CueSettings()
        self._gate = Gate(settings=self._settings.gate)
        self._state = _State(gate=self._gate.state)

    def push(self, item: CueItem) -> Iterable[Cue]:
        """Take what is new; a window may complete cues."""
        match item:
            case Second():
                self._gate.push(item)
            case FormState():
                self._state.form = item
            case FormMetrics():
                if self._state.form is not None:
                    return self._judge(item, self._state.form)
        return []

    def finish(self) -> Iterable[Cue]:
        """Return nothing: after the end there is nobody to tell."""
        return []

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("cues", _VERSION, {"state": self._state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        self._state = msgspec.convert(load_state("cues", _VERSION, state)["state"], _State)
        self._gate.state = self._state.gate

    def _judge(self, window: FormMetrics, state: FormState) -> Iterable[Cue]:
        closed = self._gate.reason(window)
        seen = self._read(changes.of(values_of(window), state.fresh), state)
        if self._gate.lets_judge(closed):
            for kind, sign in seen.items():
                self._follow(window.end_s, kind, sign)
        return self._speak(window.end_s, seen, closed)

    def _read(self, found: Mapping[str, changes.Change], state: FormState) -> dict[str, Sign]:
        seen = {}
        for kind in signs.KINDS:
            episode = self._state.episodes[kind]
            sign = signs.read(
                kind,
                changes=found,
                state=state,
                toward=episode.toward if episode.active else signs.direction(state),
                settings=self._settings.signs,
            )
            if sign is not None:
                seen[kind] = sign
        return seen

    def _follow(self, time_s: float, kind: str, sign: Sign) -> None:
        """Begin, keep or end the kind's episode by what this window shows."""
        s, state = self._settings, self._state
        episode = state.episodes[kind]
        episode.bad = episode.bad + 1 if sign.excess >= 1.0 else 0
        if not episode.active:
            if sign.evident and episode.bad >= s.enter_windows:
                toward = signs.direction(state.form) if state.form else {}
                last_s = episode.told_s
                state.episodes[kind] = _Episode(active=True, toward=toward, told_s=last_s)
                state.thanks = state.praise_from_s = None
            return
        # Better is half of what was told about, or within half the band.
        episode.good = episode.good + 1 if sign.excess < self._home(episode) else 0
        if episode.good < s.leave_windows:
            return
        state.episodes[kind] = _Episode(told_s=episode.told_s)
        if episode.told:
            state.thanks, state.thanks_s = _why(sign), time_s

    @staticmethod
    def _home(episode: _Episode) -> float:
        return 0.5 * max(1.0, episode.told_excess)

    def _speak(self, time_s: float, seen: Mapping[str, Sign], closed: str | None) -> list[Cue]:
        out: list[Cue] = []
        wanted = [k for k in signs.KINDS if self._state.episodes[k].active and k in seen]
        spoken = False
        for kind in wanted:
            episode = self._state.episodes[kind]
            if episode.told and self._is_resting(episode, time_s):
                continue
            reason = closed or ("other_cue" if spoken else self._pace(time_s, episode))
            if reason is None:
                spoken = True
                episode.told += 1
                episode.told_s, episode.told_excess = time_s, seen[kind].excess
                self._state.unheeded += 1
            elif reason in episode.held_back:
                continue
            else:
                episode.held_back.append(reason)
            out.append(self._cue(time_s, kind, _why(seen[kind]), reason))
        return out if wanted else self._thank(time_s, closed)

    def _is_resting(self, episode: _Episode, time_s: float) -> bool:
        """Tell whether a kind already told in this episode waits for its next turn."""
        s = self._settings
        if episode.told >= s.give_up_after:
            return True
        turn_s = s.same_cue_s * 2.0 ** (episode.told - 1)
        return episode.told_s is not None and time_s - episode.told_s < turn_s

    def _pace(self, time_s: float, episode: _Episode | None) -> str | None:
        """Return why it is too early for a cue; None: it is not."""
        s, state = self._settings, self._state
        recent = [t for t in state.told_s if time_s - t < s.budget_s]
        if len(recent) >= s.most_cues:
            return "budget"
        if episode and episode.told_s is not None and time_s - episode.told_s < s.same_cue_s:
            return "spacing"
        silence_s = s.any_cue_s * 2.0 ** max(0, state.unheeded - 1)
        if recent and time_s - recent[-1] < silence_s:
            return "spacing"
        return None

    def _thank(self, time_s: float, closed: str | None) -> list[Cue]:
        """Say «Better» once after an episode, and praise once when that has lasted."""
        state = self._state
        if state.thanks is not None:
            state.unheeded = 0
            why = state.thanks
            reason = closed or self._pace(time_s, None)
            if reason is not None and time_s - state.thanks_s < _LATEST_THANKS_S:
                return []
            state.thanks, state.praise_from_s = None, time_s
            return [self._cue(time_s, RECOVERED, why, reason)]
        since_s = state.praise_from_s
        if since_s is None or time_s - since_s < self._settings.praise_every_s or closed:
            return []
        state.praise_from_s = None
        return [self._cue(time_s, PRAISE, self._steadiest(), self._pace(time_s, None))]

    def _steadiest(self) -> Why:
        """Return what praise is about: form as a whole, back with the runner's own."""
        strength = self._state.form.strength if self._state.form else 0.0
        sure = 1.0 - confidence(max(0.0, strength))
        return Why(metric="form", from_value=0.0, to_value=0.0, change_pct=0.0, confidence=sure)

    def _cue(self, time_s: float, kind: str, why: Why, reason: str | None) -> Cue:
        text = _TEXT.get(kind) or f"Softer on the {'left' if why.to_value > 0 else 'right'}."
        if reason is None:
            horizon_s = time_s - self._settings.budget_s
            self._state.told_s = [*(t for t in self._state.told_s if t > horizon_s), time_s]
        return Cue(
            runner=self._runner,
            session=self._session,
            time_s=time_s,
            kind=kind,
            shown=reason is None,
            suppressed_reason=reason,
            text=text,
            why=why,
        )


def _why(sign: Sign) -> Why:
    return Why(
        metric=sign.change.metric,
        from_value=sign.change.from_value,
        to_value=sign.change.to_value,
        change_pct=sign.change.change_pct,
        confidence=confidence(sign.smoothed),
    )
