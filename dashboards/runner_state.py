"""What there is to say about one runner right now: records folded into a word, an arrow, a number.

Pure: session time comes with the records, the receiver's time with the call. The phone page,
the coach page and the retained MQTT state all show this one fold.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from analytics.codec import Record, to_dict
from analytics.load import facts as load_facts
from analytics.load import longest
from analytics.records import (
    Activity,
    Alert,
    Baseline,
    Cue,
    Distance,
    Drift,
    DriftLevel,
    FormMetrics,
    Guidance,
    LinkHealth,
    LinkState,
    SessionEvent,
    Side,
    Stride,
)
from dashboards.told import Given, given_dict
from dashboards.words import WORDS, arrow_of, distance_text, leg_of

CADENCE_STRIDES = 6  # about two seconds of both feet: steady enough to read, quick to follow
IMPACT_STRIDES = 5  # five steps a leg, as the Ghent feedback system averages (Van den Berghe 2021)
STRIDE_STALE_S = 5.0  # no stride for so long in data that goes on: not running any more
NOTICES = 3
LIVE_RUNNING_S = 2.5  # data older than this is not live: strides come three times in a second
LIVE_OTHERWISE_S = 7.0  # windows come every five seconds

_IDLE = {
    Activity.WALKING: "Walking",
    Activity.STILL: "Standing",
    Activity.OTHER: "Moving",
    Activity.GAP: "No data",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerInfo:
    """Who is shown, and what people must know about where the figures come from.

    `baseline` is the label the page shows, e.g. "demo baseline" or "no baseline yet".
    """

    id: str
    name: str
    baseline: str
    simulated: bool


@dataclass(slots=True, kw_only=True)
class RunnerState:
    """The newest of everything about one runner; filled by `take`.

    `newest_s` is when the newest sample shown was taken, and `data_s` when a sensor's newest had
    come as its last link record told, both on the receiver's clock.
    """

    info: RunnerInfo
    session: str | None = None
    time_s: float | None = None
    activity: Activity | None = None
    learning: bool = False
    finished: bool = False
    quiet: bool = False
    newest_s: float | None = None
    cue: Given | None = None
    links: dict[Side, LinkHealth] = field(default_factory=dict)
    data_s: dict[Side, float] = field(default_factory=dict)
    notices: deque[Given] = field(default_factory=lambda: deque(maxlen=NOTICES))
    window: FormMetrics | None = None
    distance: Distance | None = None
    guidance: Guidance | None = None
    _alarms: dict[str, Drift] = field(default_factory=dict)
    _strides: deque[Stride] = field(default_factory=lambda: deque(maxlen=CADENCE_STRIDES))
    _of_side: dict[Side, deque[Stride]] = field(default_factory=dict)

    def take(self, record: Record, *, at_s: float, sample_s: float | None = None) -> None:
        """Take one record in; those of another session start the runner's state anew.

        Parameters
        ----------
        at_s : float
            The receiver's clock now.
        sample_s : float, optional
            When the record's newest sample was taken, on the same clock; now if not given.

        """
        match record:
            case Stride():
                self._at(record.worn.session, record.end_s)
                self._take_stride(record)
            case FormMetrics():
                self._at(record.session, record.end_s)
                self.activity = record.activity
                self.window = record
            case Drift():
                self._at(record.session, record.time_s)
                self._take_drift(record)
            case Cue(shown=True):
                self._at(record.session, record.time_s)
                # As old as its sample: one that was long on its way is history, not feedback.
                self.cue = Given(record=record, at_s=at_s if sample_s is None else sample_s)
            case LinkHealth():
                self._at(record.worn.session, record.time_s)
                self._take_link(record, at_s)
            case SessionEvent() | Alert(kind=longest.LONGEST_RUN | load_facts.SHOE):
                self._at(record.session, record.time_s)
                self._take_event(record)
                self.notices.append(Given(record=record, at_s=at_s))
            case Distance() | Guidance():
                self._at(record.session, record.time_s)
                self._take_course(record)
            case Baseline():
                self.learning = False
            case _:
                pass
        if isinstance(record, Stride | FormMetrics):
            taken_s = at_s if sample_s is None else sample_s
            self.newest_s = taken_s if self.newest_s is None else max(self.newest_s, taken_s)

    @property
    def cadence_spm(self) -> float | None:
        """Mean of the newest strides of both feet; None when there are none lately."""
        if not self._strides or self._is_stale(self._strides[-1]):
            return None
        return fmean(s.cadence_spm for s in self._strides)

    @property
    def running(self) -> bool:
        """Whether strides come in, or the last window says so."""
        return self.cadence_spm is not None or self.activity is Activity.RUNNING

    def impact_g(self, side: Side) -> float | None:
        """Mean resultant peak of the leg's newest strides; None when there are none lately.

        Resultant, as in windows, cues and limits: one runner sees one figure for a leg.
        """
        strides = self._of_side.get(side)
        if not strides or self._is_stale(strides[-1]):
            return None
        return fmean(stride.peak_accel_resultant_g for stride in strides)

    def sensor(self, side: Side) -> str:
        """Return `connected`, `searching`, `lost`, or `unknown` where no sensor was ever seen."""
        health = self.links.get(side)
        return "unknown" if health is None else str(health.state)

    def word(self) -> tuple[str, str, str]:
        """Return the word, its tone (`idle|learn|calm|watch`) and its arrow."""
        if self.finished:
            return "Finished", "idle", "none"
        states = {str(health.state) for health in self.links.values()}
        if states == {str(LinkState.LOST)}:
            return "No signal", "idle", "none"
        if not self.running:
            activity = self.activity
            return ("Waiting" if activity is None else _IDLE[activity]), "idle", "none"
        if self.learning:
            return "Learning you", "learn", "none"
        # Form is more than one metric: a single one that changed says its own name.
        alarms = dict(self._alarms)
        if len(alarms) == 2:  # noqa: PLR2004 - form and that one
            alarms.pop("form", None)
        for metric, word in WORDS.items():
            drift = alarms.get(metric)
            if drift is not None:
                return word, "watch", arrow_of(drift.why)
        return "Steady", "calm", "level"

    def as_dict(self, *, now_s: float) -> dict[str, Any]:
        """Return the state as plain JSON values, ages by the receiver's clock."""
        word, tone, arrow = self.word()
        return {
            "runner": self.info.id,
            "name": self.info.name,
            "simulated": self.info.simulated,
            "baseline": self.info.baseline,
            "session": self.session,
            "session_s": self.time_s,
            "activity": None if self.activity is None else str(self.activity),
            "running": self.running,
            "word": word,
            "tone": tone,
            "arrow": arrow,
            "cadence_spm": self.cadence_spm,
            "impact_g": {str(side): self.impact_g(side) for side in Side},
            "asymmetry_pct": None if self.window is None else self.window.asymmetry_pct,
            "sensors": {str(side): self._sensor_dict(side) for side in Side},
            "silent_s": {str(side): self._silent_s(side, now_s) for side in Side},
            "distance": distance_text(self.distance),
            "quiet": self.quiet,
            "guidance": None if self.guidance is None else to_dict(self.guidance),
            "age_s": None if self.newest_s is None else max(0.0, now_s - self.newest_s),
            "live_within_s": LIVE_RUNNING_S if self.running else LIVE_OTHERWISE_S,
            "cue": None if self.cue is None else given_dict(self.cue, now_s),
            "notices": [given_dict(given, now_s) for given in self.notices],
        }

    def _at(self, session: str, time_s: float) -> None:
        if session != self.session:
            self.session, self.time_s, self.newest_s, self.activity = session, None, None, None
            self.learning, self.finished, self.cue, self.window = False, False, None, None
            self.distance = self.guidance = None
            for kept in (
                self.links,
                self.data_s,
                self.notices,
                self._alarms,
                self._strides,
                self._of_side,
            ):
                kept.clear()
        self.time_s = time_s if self.time_s is None else max(self.time_s, time_s)

    def _take_stride(self, stride: Stride) -> None:
        self._strides.append(stride)
        of_side = self._of_side.setdefault(stride.worn.side, deque(maxlen=IMPACT_STRIDES))
        of_side.append(stride)

    def _is_stale(self, stride: Stride) -> bool:
        return self.time_s is not None and self.time_s - stride.end_s > STRIDE_STALE_S

    def _take_link(self, link: LinkHealth, at_s: float) -> None:
        self.links[link.worn.side] = link
        if link.data_age_s is not None:
            self.data_s[link.worn.side] = at_s - link.data_age_s

    def _take_drift(self, drift: Drift) -> None:
        metric, _ = leg_of(drift.why.metric)
        if drift.level is DriftLevel.ALARM:
            self._alarms[metric] = drift
        elif drift.level is DriftLevel.CLEAR:
            self._alarms.pop(metric, None)

    def _take_course(self, record: Distance | Guidance) -> None:
        if isinstance(record, Distance):
            self.distance = record
        else:
            self.guidance = record

    def _take_event(self, event: SessionEvent | Alert) -> None:
        match event.kind:
            case "learning":
                self.learning = True
            case "learned":
                self.learning = False
            case "quiet_on" | "quiet_off":
                self.quiet = event.kind == "quiet_on"
            case "session_end":
                self.finished = True
            case _:
                pass

    def _silent_s(self, side: Side, now_s: float) -> float | None:
        """Return for how long a sensor that does not stream has given nothing; None if it does."""
        if self.sensor(side) == str(LinkState.CONNECTED) or side not in self.data_s:
            return None
        return max(0.0, now_s - self.data_s[side])

    def _sensor_dict(self, side: Side) -> dict[str, Any]:
        health = self.links.get(side)
        return {
            "state": self.sensor(side),
            "placement": None if health is None else str(health.worn.placement),
            "battery_pct": None if health is None else health.battery_pct,
            "rssi_dbm": None if health is None else health.rssi_dbm,
        }
