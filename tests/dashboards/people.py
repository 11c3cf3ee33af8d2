"""Records of a runner, as the pipeline would give them: built, not mocked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analytics.records import (
    Activity,
    Alert,
    Baseline,
    Cue,
    Drift,
    DriftLevel,
    FormMetrics,
    Gap,
    Guidance,
    LinkHealth,
    LinkState,
    Metronome,
    Outcome,
    PerSide,
    Placement,
    Programme,
    ProgrammeSession,
    SessionEvent,
    Side,
    SpeedFit,
    SpeedModel,
    Stride,
    Usual,
    Verdict,
    Why,
    Worn,
)
from dashboards.runner_state import RunnerInfo
from dashboards.store import Store

RUNNER, SESSION = "mia", "s1"
STARTED_UTC_NS = 1_764_000_000_000_000_000  # 2025-11-24 16:00 UTC
INFO = RunnerInfo(id=RUNNER, name="Mia", baseline="demo baseline", simulated=True)
WHY = Why(metric="peak_accel", from_value=6.1, to_value=6.9, change_pct=13.1, confidence=0.97)


def worn(side: Side, *, runner: str = RUNNER, session: str = SESSION) -> Worn:
    return Worn(runner=runner, session=session, side=side, placement=Placement.SHIN)


def stride(
    n: int,
    *,
    runner: str = RUNNER,
    session: str = SESSION,
    stride_time_s: float = 0.7,
    peak_accel_g: float | None = 6.0,
) -> Stride:
    """The n-th stride of a runner: left and right in turn, one ends every 0.35 s.

    `peak_accel_g` is the axial peak; the resultant one is 1.5 g higher.
    """
    side = Side.LEFT if n % 2 == 0 else Side.RIGHT
    return Stride(
        worn=worn(side, runner=runner, session=session),
        contact_index=70 * n,
        contact_s=0.35 * n,
        toe_off_s=0.35 * n + 0.25,
        stride_time_s=stride_time_s,
        contact_time_s=0.25,
        flight_time_s=None,
        cadence_spm=120.0 / stride_time_s,
        peak_accel_axial_g=peak_accel_g,
        peak_accel_resultant_g=7.5 if peak_accel_g is None else peak_accel_g + 1.5,
        loading_rate_gps=None,
        time_to_peak_s=0.03,
        stride_length_m=None,
        speed_mps=None,
        strike_angle_deg=None,
        pronation_velocity_dps=None,
        clipped=False,
        quality=0.9,
        reasons={"speed_mps": "no speed source"},
    )


def window(
    end_s: float, *, activity: Activity = Activity.RUNNING, session: str = SESSION
) -> FormMetrics:
    return FormMetrics(
        runner=RUNNER,
        session=session,
        end_s=end_s,
        length_s=30.0,
        activity=activity,
        cadence_spm=171.4,
        peak_accel_g=PerSide(left=6.0, right=None),
        contact_time_s=PerSide(left=0.25, right=0.26),
        asymmetry_pct=None,
        stride_time_cv_pct=2.1,
        speed_mps=None,
        n_strides=84,
        coverage=0.99,
        quality=0.95,
    )


def drift(
    time_s: float,
    *,
    metric: str = "peak_accel",
    level: DriftLevel = DriftLevel.ALARM,
    change_pct: float = 13.1,
) -> Drift:
    return Drift(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        side=Side.LEFT,
        contact_index=round(time_s * 200),
        level=level,
        why=Why(
            metric=metric, from_value=6.1, to_value=6.9, change_pct=change_pct, confidence=0.97
        ),
    )


def cue(
    time_s: float, *, kind: str = "impact", shown: bool = True, text: str = "Land quietly."
) -> Cue:
    return Cue(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        kind=kind,
        shown=shown,
        suppressed_reason=None if shown else "quiet",
        text=text,
        why=WHY,
        haptic=(400,),
        metronome=Metronome(spm=178.5, length_s=45.0),
    )


def heeded(given: Cue) -> Cue:
    """Return a cue with what came of it."""
    came = Outcome(verdict=Verdict.WORKED, before=6.9, after=6.2, change_pct=-10.1)
    return replace(given, outcome=came, revision=2)


def guidance(time_s: float) -> Guidance:
    return Guidance(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        mode="retrain",
        programme_session=4,
        guidance_pct=75.0,
        silent=False,
        cadence_spm=178.5,
        impact_limit_g=PerSide(left=5.0, right=None),
        impact_sound=True,
    )


def programme() -> Programme:
    return Programme(
        runner=RUNNER,
        baseline=baseline(),
        sessions=(
            ProgrammeSession(
                session=SESSION,
                guidance_pct=100.0,
                guided={"cadence": 4.8},
                silent={"cadence": 4.1},
                cues=3,
                worked=2,
            ),
        ),
    )


def speed_model() -> SpeedModel:
    fit = SpeedFit(scale=1.04, slope=0.0, variance=(1e-4, 0.0, 4e-4), n_windows=40)
    return SpeedModel(runner=RUNNER, legs={"left-shoe": fit})


def alert(time_s: float) -> Alert:
    return Alert(
        runner=RUNNER,
        session=SESSION,
        time_s=time_s,
        kind="drift",
        text="Impact up 13 %",
        why=WHY,
        about=drift(time_s).id,
    )


def gap(start_s: float) -> Gap:
    return Gap(
        worn=worn(Side.LEFT),
        first_index=round(start_s * 200),
        start_s=start_s,
        end_s=start_s + 20.0,
        n_samples=4000,
        reason="connection lost",
    )


def link(time_s: float, *, side: Side = Side.LEFT, state: LinkState) -> LinkHealth:
    return LinkHealth(worn=worn(side), time_s=time_s, state=state, battery_pct=81.0)


def event(time_s: float, *, kind: str = "sensor_lost", text: str = "Left pod lost") -> SessionEvent:
    return SessionEvent(
        runner=RUNNER, session=SESSION, time_s=time_s, kind=kind, text=text, side=Side.LEFT
    )


def baseline() -> Baseline:
    usual = Usual(median=171.0, sigma=1.1, n_blocks=14)
    return Baseline(runner=RUNNER, source="this runner's own runs", usual={"cadence": usual})


@contextmanager
def begun_store(path: Path) -> Iterator[Store]:
    """A store in which the runner's session has begun."""
    with Store(path) as store:
        store.begin_session(
            session=SESSION,
            runner=RUNNER,
            started_utc_ns=STARTED_UTC_NS,
            source="test",
            simulated=True,
        )
        yield store
