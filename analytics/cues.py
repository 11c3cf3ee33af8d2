"""What the runner is told, and when it is better to say nothing.

Theory of operation
-------------------
Every window asks each kind of cue how form looks to it: in guard mode against the runner's fresh
form (`signs`), in the programme against its targets (`targets`). Bad windows in a row begin an
*episode*; windows back within half the band end it (`episodes`). While an episode lasts its cue is
wanted. `gate` says whether now is a time to speak, `programme` whether the runner is to do without,
`pace` how often:

* the most important wanted kind first: form as a whole, the worse leg, the landing, the steps;
* half a minute later the cue is told again, with what came of it (`outcomes`); a kind that did
  not work three times in a row gives up for the run, and says so;
* an episode in which something was told ends with «Better. Keep that.» once.

A cue held back is recorded once an episode and reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from analytics import signs, wording
from analytics.codec import dump_state, load_state
from analytics.cue_settings import CueSettings
from analytics.drift import FormState, confidence
from analytics.episodes import Episode, follow
from analytics.gate import Gate, GateState
from analytics.guidance import GuidanceState, Teller
from analytics.merge import Second
from analytics.outcomes import Outcomes, OutcomeState
from analytics.pace import Pace, PaceState
from analytics.programme import GuideState
from analytics.reading import Reader, plan
from analytics.records import (
    Baseline,
    Cue,
    FormMetrics,
    Guidance,
    Outcome,
    Programme,
    SessionEvent,
    Verdict,
    Why,
)
from analytics.said import GAVE_UP, Said, nothing_changed
from analytics.signs import Sign
from analytics.window import values_of

_LATEST_THANKS_S = 120.0  # «Better» later than this after the change is no longer about it
_VERSION = 4

CueItem: TypeAlias = Second | FormMetrics | FormState
FromCues: TypeAlias = Cue | SessionEvent | Guidance | Programme


@dataclass(slots=True, kw_only=True)
class _State:
    episodes: dict[str, Episode] = field(
        default_factory=lambda: {kind: Episode() for kind in signs.KINDS}
    )
    form: FormState | None = None
    gate: GateState
    pace: PaceState
    outcomes: OutcomeState
    guide: GuideState | None
    guidance: GuidanceState
    thanks: str | None = None
    thanks_s: float = 0.0
    praise_from_s: float | None = None
    praised_s: float | None = None


class CueStage:
    """Cues of one runner.

    Parameters
    ----------
    runner, session : str
        Who is spoken to.
    settings : CueSettings
        Product defaults if left out.
    baseline, stored : Baseline, Programme or None
        What is known of the runner; the programme needs them.

    """

    def __init__(
        self,
        *,
        runner: str,
        session: str,
        settings: CueSettings | None = None,
        baseline: Baseline | None = None,
        stored: Programme | None = None,
    ) -> None:
        self._runner = runner
        self._session = session
        self._settings = s = settings or CueSettings()
        self._gate = Gate(settings=s.gate)
        self._pace = Pace(s)
        self._outcomes = Outcomes(after_s=s.outcome_s, home_share=s.leave_share)
        self._guide, self._targets = plan(s, session=session, baseline=baseline, stored=stored)
        self._reader = Reader(s, guide=self._guide, targets=self._targets)
        self._said = Said(runner=runner, session=session, settings=s)
        self._teller = Teller(
            runner=runner, session=session, settings=s, guide=self._guide, targets=self._targets
        )
        self._state = _State(
            gate=self._gate.state,
            pace=self._pace.state,
            outcomes=self._outcomes.state,
            guide=None if self._guide is None else self._guide.state,
            guidance=self._teller.state,
        )

    def push(self, item: CueItem) -> Iterable[FromCues]:
        """Take what is new; a window may complete cues."""
        match item:
            case Second():
                self._gate.push(item)
            case FormState():
                self._state.form = item
            case FormMetrics():
                return self._judge(item)
        return []

    def finish(self) -> Iterable[FromCues]:
        """Return the cues whose outcome stays unknown, and where the programme stands."""
        out: list[FromCues] = list(self._outcomes.rest())
        after = None if self._guide is None else self._guide.finish()
        return out if after is None else [*out, after]

    def dump(self) -> bytes:
        """Return the whole state as versioned bytes."""
        return dump_state("cues", _VERSION, {"state": self._state})

    def load(self, state: bytes) -> None:
        """Go on from a dumped state; ValueError for bytes of another stage or version."""
        self._state = msgspec.convert(load_state("cues", _VERSION, state)["state"], _State)
        self._gate.state = self._state.gate
        self._pace.state = self._state.pace
        self._outcomes.state = self._state.outcomes
        self._teller.state = self._state.guidance
        if self._guide is not None and self._state.guide is not None:
            self._guide.state = self._state.guide

    def _judge(self, window: FormMetrics) -> list[FromCues]:
        state, time_s, values = self._state, window.end_s, values_of(window)
        closed = self._gate.reason(window)
        judged = self._gate.lets_judge(closed)
        heading = signs.direction(state.form) if state.form else {}
        toward = {kind: e.toward or heading for kind, e in state.episodes.items()}
        seen = self._reader.read(values, state.form, toward, moved=self._gate.state.moved)
        out: list[FromCues] = [*self._teller.begin(time_s)]
        due = self._outcomes.due(time_s)
        if due:
            own = self._reader.own_now(values, state.form)
            for cue in self._outcomes.judged(due, seen if judged else {}, own):
                out += [cue, *self._learn(cue)]
        if judged:
            for kind, sign in seen.items():
                self._follow(time_s, kind, sign, heading)
            if self._guide is not None and self._targets is not None:
                self._guide.take(time_s, window.length_s, self._targets.changes_pct(values))
        out += self._speak(time_s, seen, closed)
        fresh = {} if state.form is None else state.form.fresh
        return [*out, *self._teller.told(time_s, values, fresh)]

    def _learn(self, cue: Cue) -> list[SessionEvent]:
        """Take what came of a cue; return what is said of a kind that gives up."""
        assert isinstance(cue.outcome, Outcome)  # noqa: S101 - second revisions have one
        worked = cue.outcome.verdict is Verdict.WORKED
        if worked:
            self._pace.state.unheeded = 0
        if self._guide is not None:
            self._guide.state.worked += worked
        if not self._has_given_up(cue.kind) or cue.outcome.verdict is not Verdict.NOT:
            return []
        return [self._said.gave_up(cue)]

    def _has_given_up(self, kind: str) -> bool:
        return self._outcomes.state.failed.get(kind, 0) >= self._settings.give_up_after

    def _follow(self, time_s: float, kind: str, sign: Sign, heading: Mapping[str, float]) -> None:
        """Begin, keep or end the kind's episode by what this window shows."""
        state = self._state
        before = state.episodes[kind]
        state.episodes[kind] = after = follow(before, sign, heading, self._settings)
        if after.active and not before.active:
            state.thanks = state.praise_from_s = None
        if before.active and not after.active and before.told:
            state.thanks, state.thanks_s = kind, time_s

    def _speak(self, time_s: float, seen: Mapping[str, Sign], closed: str | None) -> list[FromCues]:
        announced = self._announce(time_s, closed)
        if announced:
            return announced
        if closed is None and self._guide is not None:
            closed = self._guide.reason(time_s)
        out: list[FromCues] = []
        wanted = [k for k in signs.KINDS if self._state.episodes[k].active and k in seen]
        spoken = False
        for kind in wanted:
            episode, sign = self._state.episodes[kind], seen[kind]
            reason = GAVE_UP if self._has_given_up(kind) else closed
            reason = reason or ("other_cue" if spoken else None)
            reason = reason or self._pace.reason(time_s, told=episode.told, told_s=episode.told_s)
            if reason is not None and not episode.is_news(reason):
                continue
            cue = self._said.cue(time_s, kind, sign, reason)
            out.append(cue)
            if reason is None:
                spoken = True
                self._told(episode, cue, sign)
        return out if wanted else self._thank(time_s, seen, closed)

    def _told(self, episode: Episode, cue: Cue, sign: Sign) -> None:
        episode.told += 1
        episode.told_s, episode.told_excess = cue.time_s, sign.excess
        self._pace.told(cue.time_s)
        self._pace.state.unheeded += 1
        self._outcomes.told(cue, sign)
        if self._guide is not None:
            self._guide.state.cues += 1

    def _announce(self, time_s: float, closed: str | None) -> list[FromCues]:
        """Announce a probe or a recall as soon as there is a time to speak."""
        kind = None if self._guide is None else self._guide.wants(time_s)
        if self._guide is None or kind is None or closed or self._pace.reason(time_s):
            return []
        self._guide.announced(kind, time_s)
        self._pace.told(time_s)
        return [self._said.plain(time_s, kind)]

    def _thank(self, time_s: float, seen: Mapping[str, Sign], closed: str | None) -> list[FromCues]:
        """Say «Better» once after an episode, and praise once when that has lasted."""
        s, state = self._settings, self._state
        reason = closed or self._pace.reason(time_s)
        if state.thanks is not None:
            sign = seen.get(state.thanks)
            late = time_s - state.thanks_s >= _LATEST_THANKS_S
            self._pace.state.unheeded = 0
            if sign is None or (reason is not None and not late):
                return []
            state.thanks, state.praise_from_s = None, time_s
            return [self._plain(time_s, wording.RECOVERED, sign.why, reason)]
        since_s = state.praise_from_s
        if since_s is None or time_s - since_s < s.praise_every_s or closed:
            return []
        state.praise_from_s = None
        strength = state.form.strength if state.form else 0.0
        sure = 1.0 - confidence(max(0.0, strength))
        return [self._plain(time_s, wording.PRAISE, nothing_changed(sure), reason)]

    def _plain(self, time_s: float, kind: str, why: Why, reason: str | None) -> Cue:
        if reason is None:
            self._pace.told(time_s)
        return self._said.plain(time_s, kind, why, reason)
