"""Whether now is a time to speak: never while this is not plain running, plainly seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.merge import Second
from analytics.records import Activity, FormMetrics, LinkState, Side
from analytics.swapped import SWAPPED, UNSWAPPED

QUIET_ON = "quiet_on"  # SessionEvent kinds: the runner pressed and released «quiet»
QUIET_OFF = "quiet_off"

# Reasons that say the window's numbers are not to be judged by. (With one sensor lost the other
# leg's still are: what it would have said is recorded, not told.)
_UNJUDGED = frozenset({"gap", "poor_signal", "walking", "start_stop", "slope", "swapped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """When to stay silent whatever the form.

    Attributes
    ----------
    warm_up_s : float
        No cue before this session second.
    start_stop_s : float
        Running this long without a break counts as under way.
    least_coverage, least_quality : float
        Shares of the window seen and trusted.
    steepest_pct : float
        On a steeper slope, where it is known, form is the slope's.

    """

    warm_up_s: float = 480.0
    start_stop_s: float = 20.0
    least_coverage: float = 0.8
    least_quality: float = 0.5
    steepest_pct: float = 4.0


@dataclass(slots=True, kw_only=True)
class GateState:
    """What the gate remembers."""

    running_since_s: float | None = None
    lost: list[Side] = field(default_factory=list)
    quiet: bool = False
    swapped: bool = False
    grade_pct: float | None = None


class Gate:
    """Why a cue must be held back now."""

    def __init__(self, *, settings: GateSettings) -> None:
        self._settings = settings
        self.state = GateState()

    def push(self, second: Second) -> None:
        """Take one second of both legs."""
        state = self.state
        for event in second.events:
            if event.kind in {QUIET_ON, QUIET_OFF}:
                state.quiet = event.kind == QUIET_ON
            if event.kind in {SWAPPED, UNSWAPPED}:
                state.swapped = event.kind == SWAPPED
        for now in second.conditions:
            state.grade_pct = now.grade_pct
        for link in second.links:
            side = link.worn.side
            state.lost = [s for s in state.lost if s is not side]
            if link.state is LinkState.LOST:
                state.lost.append(side)
        if Activity.RUNNING not in second.activity.values():
            state.running_since_s = None
        elif state.running_since_s is None:
            state.running_since_s = second.until_s - 1.0

    def reason(self, window: FormMetrics) -> str | None:
        """Return why to stay silent at the end of this window; None: speak."""
        s, state = self._settings, self.state
        unseen = window.activity is Activity.GAP or window.coverage < s.least_coverage
        since_s = state.running_since_s
        reasons = {
            "lost_sensor": bool(state.lost),
            "gap": unseen,
            "swapped": state.swapped,
            "walking": window.activity is not Activity.RUNNING,
            "poor_signal": window.quality < s.least_quality,
            "start_stop": since_s is None or window.end_s - since_s < s.start_stop_s,
            "slope": abs(state.grade_pct or 0.0) > s.steepest_pct,
            "quiet": state.quiet,
            "warm_up": window.end_s < s.warm_up_s,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    @staticmethod
    def lets_judge(reason: str | None) -> bool:
        """Tell whether the window's numbers may be judged, spoken about or not."""
        return reason not in _UNJUDGED
