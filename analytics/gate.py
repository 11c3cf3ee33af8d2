"""Whether now is a time to speak: never while this is not plain running, plainly seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from analytics.blocks import STRAP_MOVED
from analytics.merge import Second
from analytics.recent import Recent
from analytics.records import Activity, FormMetrics, LinkState, Side, Stride
from analytics.swapped import SWAPPED, UNSWAPPED

QUIET_ON = "quiet_on"  # SessionEvent kinds: the runner pressed and released «quiet»
QUIET_OFF = "quiet_off"
STOPPED = "stopped"  # and «stop»

# Reasons that say the window's numbers are not to be judged by. (With one sensor lost the other
# leg's still are: what it would have said is recorded, not told.)
_UNJUDGED = frozenset(
    {
        "gap",
        "poor_signal",
        "pause",
        "walking",
        "start_stop",
        "turn",
        "slope",
        "swapped",
        "strap_moved",
    }
)
_TURN_STRIDES_S = 3.0  # two such strides in this time: one alone may be a stride ill measured
_USUAL_STRIDES = 40  # of both legs, some 15 s: what a stride in a turn is compared with


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
    turn_stride_pct, turn_speed_pct, turn_s : float
        A stride so much longer or shorter than those before, or so much slower, is odd (ten
        times what a steady runner's strides vary), and two of them are a turn or a stumble.
        Silence for so long.
    strap_s : float
        Silence after a strap has moved.

    """

    warm_up_s: float = 480.0
    start_stop_s: float = 20.0
    least_coverage: float = 0.8
    least_quality: float = 0.5
    steepest_pct: float = 4.0
    turn_stride_pct: float = 15.0
    turn_speed_pct: float = 30.0
    turn_s: float = 10.0
    strap_s: float = 60.0


@dataclass(slots=True, kw_only=True)
class GateState:
    """What the gate remembers."""

    running_since_s: float | None = None
    lost: list[Side] = field(default_factory=list)
    quiet: bool = False
    swapped: bool = False
    grade_pct: float | None = None
    stride_times_s: Recent = field(default_factory=partial(Recent, _USUAL_STRIDES))
    speeds_mps: Recent = field(default_factory=partial(Recent, _USUAL_STRIDES))
    off_s: float | None = None
    turned_s: float | None = None
    moved_s: float | None = None
    moved: list[Side] = field(default_factory=list)


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
            if event.kind == STRAP_MOVED and event.side is not None:
                state.moved_s = second.until_s
                state.moved = [*(s for s in state.moved if s is not event.side), event.side]
        for now in second.conditions:
            state.grade_pct = now.grade_pct
        for link in second.links:
            side = link.worn.side
            state.lost = [s for s in state.lost if s is not side]
            if link.state is LinkState.LOST:
                state.lost.append(side)
        self._look_for_turn(second.strides)
        if Activity.RUNNING not in second.activity.values():
            state.running_since_s = None
            state.stride_times_s.clear()
            state.speeds_mps.clear()
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
            "pause": window.activity in {Activity.STILL, Activity.OTHER},
            "walking": window.activity is Activity.WALKING,
            "poor_signal": window.quality < s.least_quality,
            "start_stop": since_s is None or window.end_s - since_s < s.start_stop_s,
            "turn": _within(window.end_s, state.turned_s, s.turn_s),
            "strap_moved": _within(window.end_s, state.moved_s, s.strap_s),
            "slope": abs(state.grade_pct or 0.0) > s.steepest_pct,
            "quiet": state.quiet,
            "warm_up": window.end_s < s.warm_up_s,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def _look_for_turn(self, strides: Sequence[Stride]) -> None:
        """Compare each stride with those before it: nobody turns round in their stride."""
        s, state = self._settings, self.state
        for stride in strides:
            is_off = state.stride_times_s.is_off(stride.stride_time_s, s.turn_stride_pct)
            state.stride_times_s.add(stride.stride_time_s)
            if stride.speed_mps is not None:
                is_off = is_off or state.speeds_mps.is_off(stride.speed_mps, s.turn_speed_pct)
                state.speeds_mps.add(stride.speed_mps)
            if is_off:
                if _within(stride.end_s, state.off_s, _TURN_STRIDES_S):
                    state.turned_s = stride.end_s
                state.off_s = stride.end_s

    @staticmethod
    def lets_judge(reason: str | None) -> bool:
        """Tell whether the window's numbers may be judged, spoken about or not."""
        return reason not in _UNJUDGED


def _within(now_s: float, since_s: float | None, length_s: float) -> bool:
    return since_s is not None and now_s - since_s < length_s
