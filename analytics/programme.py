"""The faded programme: eight runs in which guidance goes away, and the recalls months later.

Theory of operation
-------------------
What is learnt with feedback stays only if the runner also does without it: guidance is given in
full at first and then in ever smaller parts (Crowell & Davis 2011, Clin Biomech; Willy 2016, J
Orthop Sports Phys Ther), and months later a reminder keeps it (Van den Berghe 2024: kept at six
months only with one). The run after the warm-up is cut into cycles; of each the first
part, as large as the session's share, is guided. Silent probes, announced, tell how much stays
without cues. What counts is the change against the baseline the programme began with, at the
speed of now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analytics.records import Baseline, Programme, ProgrammeSession
from analytics.wording import PROBE, RECALL

PROBING, FADED = "probe", "faded_out"  # why a cue is held back


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSettings:
    """How guidance fades.

    Attributes
    ----------
    guidance_pct : tuple of float
        Share of each session that is guided.
    cycle_s : float
        Guided and unguided parts come in turn so often.
    probe_after_s, probe_every_s, probe_s : float
        The first silent probe after the warm-up, from the end of one to the next, its length.
    least_s : float
        A run with less to judge is no session of the programme.
    recall_days : tuple of float
        After the last session: one, three, six months.
    least_runs : int
        Runs the baseline must be of before retraining begins.

    """

    guidance_pct: tuple[float, ...] = (100.0, 100.0, 100.0, 75.0, 60.0, 40.0, 20.0, 0.0)
    cycle_s: float = 300.0
    probe_after_s: float = 600.0
    probe_every_s: float = 1200.0
    probe_s: float = 180.0
    least_s: float = 600.0
    recall_days: tuple[float, ...] = (30.0, 91.0, 182.0)
    least_runs: int = 2


@dataclass(slots=True, kw_only=True)
class Sums:
    """Sums of changes by metric, and of how many windows."""

    total: dict[str, float] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)

    def add(self, changes_pct: Mapping[str, float]) -> None:
        """Take one window."""
        for metric, change_pct in changes_pct.items():
            self.total[metric] = self.total.get(metric, 0.0) + change_pct
            self.windows[metric] = self.windows.get(metric, 0) + 1

    def means(self) -> dict[str, float]:
        """Return the mean changes."""
        return {metric: total / self.windows[metric] for metric, total in self.total.items()}


@dataclass(slots=True, kw_only=True)
class GuideState:
    """What of the session's guidance is behind the runner."""

    probe_from_s: float | None = None
    recalled: bool = False
    judged: int = 0
    guided: Sums = field(default_factory=Sums)
    silent: Sums = field(default_factory=Sums)
    cues: int = 0
    worked: int = 0


def begun(
    stored: Programme | None, baseline: Baseline | None, *, settings: ProgrammeSettings
) -> Programme | None:
    """Return the runner's programme, or a new one once the baseline is of enough runs."""
    if stored is not None or baseline is None or baseline.runs < settings.least_runs:
        return stored
    return Programme(runner=baseline.runner, baseline=baseline)


class Guide:
    """How one session of the programme is guided.

    Parameters
    ----------
    programme : Programme
        Where the runner stands before it.
    session : str
        Its name; the same session again takes its own place.
    from_s : float
        When the warm-up ends.
    hop_s : float
        Distance of windows.

    """

    def __init__(
        self,
        programme: Programme,
        *,
        session: str,
        settings: ProgrammeSettings,
        from_s: float,
        hop_s: float = 5.0,
    ) -> None:
        before = [s for s in programme.sessions if s.session != session]
        again = [s for s in programme.recalls if s.session != session]
        self._programme = replace(programme, sessions=tuple(before), recalls=tuple(again))
        self._session = session
        self._settings = settings
        self._from_s = from_s
        self._hop_s = hop_s
        self.state = GuideState()

    @property
    def number(self) -> int | None:
        """Which session of the programme this is, from 1; None after its last."""
        n = len(self._programme.sessions)
        return n + 1 if n < len(self._settings.guidance_pct) else None

    @property
    def guidance_pct(self) -> float:
        """The share of this session that is guided towards the targets."""
        return 0.0 if self.number is None else self._settings.guidance_pct[self.number - 1]

    @property
    def recalls(self) -> bool:
        """Whether this run reminds the runner of what was learnt."""
        due = sum(self._programme.since_days >= day for day in self._settings.recall_days)
        return self.number is None and due > self._programme.recalled

    def reason(self, time_s: float) -> str | None:
        """Return why nothing is said now; None: guidance goes on."""
        if self._is_probed(time_s):
            return PROBING
        return FADED if self.number is not None and not self._is_guided(time_s) else None

    def wants(self, time_s: float) -> str | None:
        """Return what is to be announced as soon as there is a time to speak."""
        s, state = self._settings, self.state
        if self.recalls:
            if state.probe_from_s is None:
                return PROBE
            ended = time_s >= state.probe_from_s + s.probe_s
            return RECALL if ended and not state.recalled else None
        if self.number is None or not self.guidance_pct:
            return None
        next_s = self._from_s + s.probe_after_s
        if state.probe_from_s is not None:
            next_s = state.probe_from_s + s.probe_s + s.probe_every_s
        return PROBE if time_s >= next_s else None

    def announced(self, kind: str, time_s: float) -> None:
        """Note that an announcement was made."""
        if kind == PROBE:
            self.state.probe_from_s = time_s
        else:
            self.state.recalled = True

    def take(self, time_s: float, length_s: float, changes_pct: Mapping[str, float]) -> None:
        """Take one window that can be judged; what lies partly in a probe tells neither."""
        if time_s - length_s < self._from_s:
            return
        state = self.state
        state.judged += 1
        start, end = self._is_probed(time_s - length_s), self._is_probed(time_s)
        if (start and end) or (self.number is not None and not self.guidance_pct):
            state.silent.add(changes_pct)
        elif not start and not end and self.reason(time_s) is None:
            state.guided.add(changes_pct)

    def finish(self) -> Programme | None:
        """Return where the runner stands after this session; None: it was none."""
        state, before = self.state, self._programme
        if state.judged * self._hop_s < self._settings.least_s:
            return None
        session = ProgrammeSession(
            session=self._session,
            guidance_pct=self.guidance_pct,
            guided=state.guided.means(),
            silent=state.silent.means(),
            cues=state.cues,
            worked=state.worked,
        )
        if self.number is not None:
            return replace(before, sessions=(*before.sessions, session), since_days=0.0)
        if not self.recalls or not state.recalled:
            return None
        due = sum(before.since_days >= day for day in self._settings.recall_days)
        return replace(before, recalls=(*before.recalls, session), recalled=due)

    def _is_probed(self, time_s: float) -> bool:
        from_s = self.state.probe_from_s
        return from_s is not None and 0.0 <= time_s - from_s < self._settings.probe_s

    def _is_guided(self, time_s: float) -> bool:
        into_s = (time_s - self._from_s) % self._settings.cycle_s
        return into_s < self._settings.cycle_s * self.guidance_pct / 100.0


def retention_pct(session: ProgrammeSession) -> dict[str, float]:
    """Return how much of the change under guidance stays in silence, by metric.

    Examples
    --------
    >>> retention_pct(ProgrammeSession(session="1", guidance_pct=100.0, cues=1, worked=1,
    ...     guided={"cadence": 5.0}, silent={"cadence": 4.0}))
    {'cadence': 80.0}

    """
    return {
        metric: 100.0 * session.silent[metric] / change_pct
        for metric, change_pct in session.guided.items()
        if metric in session.silent and change_pct
    }
