"""Windows and form states built by hand: a runner who is fresh or fades."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.changes import Fresh
from analytics.cue_settings import CueSettings
from analytics.cues import CueItem, CueStage
from analytics.drift import FormState
from analytics.gate import QUIET_ON
from analytics.merge import Second
from analytics.records import (
    Activity,
    Conditions,
    Cue,
    DriftLevel,
    FormMetrics,
    LinkHealth,
    LinkState,
    PerSide,
    SessionEvent,
    Side,
)
from tests.analytics.runners import LEGS, RUNNER, SESSION
from tests.laws.law import run

FRESH = {
    "peak_accel": Fresh(usual=6.0, sigma=0.035, error=0.0),
    "contact_time": Fresh(usual=0.25, sigma=0.01, error=0.0),
    "cadence": Fresh(usual=170.0, sigma=0.006, error=0.0),
    "asymmetry": Fresh(usual=0.0, sigma=0.07, error=0.0),
}
RUNNING = dict.fromkeys(Side, Activity.RUNNING)


@dataclass(frozen=True, kw_only=True)
class Form:
    """Changes against fresh: parts for ratios, points for asymmetry; `alarms` of drift."""

    peak: float = 0.0
    contact: float = 0.0
    cadence: float = 0.0
    asymmetry: float = 0.0
    alarms: Sequence[str] = ()
    strength: float = 8.0
    lean: float = 9.0

    def signs(self) -> dict[str, float]:
        return {
            "peak_accel": self.peak,
            "contact_time": self.contact,
            "cadence": self.cadence,
            "asymmetry": self.asymmetry,
        }


WELL = Form()
FADING = Form(peak=0.12, contact=0.05, cadence=-0.025, alarms=["form"])
SLOW_STEPS = Form(cadence=-0.05, alarms=["cadence"])
HARD = Form(peak=0.30, alarms=["peak_accel"])
LEFT_HARD = Form(asymmetry=20.0, alarms=["asymmetry"])
EVERYTHING = replace(FADING, peak=0.30, cadence=-0.05, alarms=["form", "cadence", "peak_accel"])


def window(end_s: float, form: Form) -> FormMetrics:
    half = form.asymmetry / 400
    peak = 6.0 * (1 + form.peak)
    contact = 0.25 * (1 + form.contact)
    return FormMetrics(
        runner=RUNNER,
        session=SESSION,
        end_s=end_s,
        length_s=30,
        activity=Activity.RUNNING,
        cadence_spm=170.0 * (1 + form.cadence),
        peak_accel_g=PerSide(left=peak * (1 + half), right=peak * (1 - half)),
        contact_time_s=PerSide(left=contact, right=contact),
        asymmetry_pct=form.asymmetry,
        stride_time_cv_pct=None,
        speed_mps=None,
        n_strides=84,
        coverage=1.0,
        quality=0.9,
    )


def state(time_s: float, form: Form, fresh: Mapping[str, Fresh] = FRESH) -> FormState:
    leans = {
        metric: form.lean * ((change > 0) - (change < 0)) for metric, change in form.signs().items()
    }
    levels = dict.fromkeys(form.alarms, DriftLevel.ALARM)
    return FormState(
        time_s=time_s,
        levels=levels,
        lean=leans,
        smoothed=leans,
        strength=form.strength if form.alarms else 0.0,
        fresh=fresh,
    )


def course(*parts: tuple[float, Form]) -> Iterator[CueItem]:
    """Return a run: each form until its time; windows and blocks every 5 s."""
    time_s = 0.0
    for until_s, form in parts:
        while time_s < until_s:
            time_s += 1.0
            yield Second(until_s=time_s, activity=RUNNING)
            if time_s % 5 == 0:
                yield state(time_s, form)
                yield window(time_s, form)


def cues(items: Iterator[CueItem] | Sequence[CueItem], **settings: float) -> list[Cue]:
    stage = CueStage(
        runner=RUNNER,
        session=SESSION,
        settings=CueSettings(**settings),  # type: ignore[arg-type]
    )
    return told(run(stage, items))


def told(found: Sequence[object]) -> list[Cue]:
    """Return the cues as they were given first."""
    return [r for r in found if isinstance(r, Cue) and r.revision == 1]


def shown(found: Sequence[object]) -> list[tuple[str, float]]:
    return [(cue.kind, cue.time_s) for cue in told(found) if cue.shown]


def held(found: Sequence[object]) -> list[tuple[str, str | None]]:
    return [(cue.kind, cue.suppressed_reason) for cue in told(found) if not cue.shown]


def moment(reason: str | None) -> list[CueItem]:
    """Return the second and window that close the gate for the given reason, or leave it open."""
    second = Second(until_s=615.0, activity=RUNNING)
    then = window(615, FADING)
    match reason:
        case "lost_sensor":
            lost = LinkHealth(worn=LEGS[Side.LEFT], time_s=611, state=LinkState.LOST)
            second = replace(second, links=[lost])
        case "quiet":
            pressed = SessionEvent(
                runner=RUNNER, session=SESSION, time_s=611, kind=QUIET_ON, text=""
            )
            second = replace(second, events=[pressed])
        case "walking":
            then = replace(then, activity=Activity.WALKING)
        case "gap":
            then = replace(then, coverage=0.7)
        case "poor_signal":
            then = replace(then, quality=0.4)
        case "start_stop":
            second = replace(second, activity=dict.fromkeys(Side, Activity.WALKING))
        case "slope":
            steep = Conditions(runner=RUNNER, session=SESSION, time_s=611, grade_pct=-5.0)
            second = replace(second, conditions=[steep])
    return [second, then]
