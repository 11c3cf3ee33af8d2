"""What comes of cues: outcomes, giving up, vibration and beats, turns, straps, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from analytics.blocks import STRAP_MOVED
from analytics.changes import Fresh
from analytics.cue_settings import CueSettings
from analytics.cues import CueItem, CueStage
from analytics.drift import FormState
from analytics.gate import Gate, GateSettings
from analytics.merge import Second
from analytics.records import (
    Cue,
    FormMetrics,
    Guidance,
    SessionEvent,
    Side,
    Slope,
    Verdict,
)
from tests.analytics.cue_course import (
    FADING,
    FRESH,
    HARD,
    LEFT_HARD,
    RUNNING,
    SLOW_STEPS,
    WELL,
    Form,
    course,
    held,
    shown,
    told,
    window,
)
from tests.analytics.runners import RUNNER, SESSION, stride
from tests.laws.law import run

SOME = replace(SLOW_STEPS, cadence=-0.035)


def heard(items: Iterator[CueItem], settings: CueSettings | None = None) -> list[object]:
    return run(CueStage(runner=RUNNER, session=SESSION, settings=settings), items)


def outcomes(found: list[object]) -> list[Cue]:
    return [r for r in found if isinstance(r, Cue) and r.revision == 2]


@pytest.mark.parametrize(
    ("then", "verdict"),
    [(WELL, Verdict.WORKED), (SOME, Verdict.PARTLY), (SLOW_STEPS, Verdict.NOT)],
)
def test_half_a_minute_later_a_cue_comes_again_with_what_came_of_it(
    then: Form, verdict: Verdict
) -> None:
    found = heard(course((600, WELL), (610, SLOW_STEPS), (650, then)))
    (first,) = [cue for cue in told(found) if cue.shown]
    (second,) = outcomes(found)
    assert first.outcome is None
    assert (second.id, second.why) == (first.id, first.why)
    assert second.outcome is not None
    assert second.outcome.verdict is verdict
    assert second.outcome.before == first.why.to_value
    assert second.outcome.after == pytest.approx(170.0 * (1 + then.cadence))


def test_a_cue_before_a_walk_or_the_end_has_an_unknown_outcome() -> None:
    items = list(course((600, WELL), (625, SLOW_STEPS)))
    (cue,) = outcomes(heard(iter(items)))
    assert cue.outcome is not None
    assert (cue.outcome.verdict, cue.outcome.after) == (Verdict.UNKNOWN, None)


def test_a_cue_that_did_not_work_three_times_gives_up_and_says_so() -> None:
    found = heard(course((600, WELL), (3600, SLOW_STEPS)))
    assert shown(found) == [("cadence", 610), ("cadence", 730), ("cadence", 970)]
    (event,) = [r for r in found if isinstance(r, SessionEvent)]
    assert (event.kind, event.time_s) == ("gave_up", 1000)
    assert "3 times" in event.text
    assert ("cadence", "gave_up") in held(found)


def test_a_cue_that_works_in_between_is_not_given_up() -> None:
    parts = [(600.0, WELL)]
    for i in range(8):  # every other time, the runner heeds it
        back_s = 615.0 if i % 2 else 700.0
        parts += [(back_s + 300 * i, SLOW_STEPS), (900.0 + 300 * i, WELL)]
    found = heard(course(*parts))
    verdicts = [cue.outcome.verdict for cue in outcomes(found) if cue.outcome]
    assert verdicts.count(Verdict.NOT) >= 3
    assert Verdict.WORKED in verdicts
    assert not [r for r in found if isinstance(r, SessionEvent)]


def test_two_short_say_quicker_one_long_softer_and_longer_the_further_off() -> None:
    def haptic(form: Form) -> tuple[int, ...]:
        return next(c.haptic for c in told(heard(course((600, WELL), (620, form)))) if c.shown)

    quicker, softer = haptic(SLOW_STEPS), haptic(HARD)
    assert (len(quicker), len(softer)) == (3, 1)
    assert softer[0] > max(quicker)
    assert haptic(replace(SLOW_STEPS, cadence=-0.09))[0] > quicker[0]
    assert len(haptic(LEFT_HARD)) == 1
    silent = heard(course((600, WELL), (620, HARD)), CueSettings(haptics=False))
    assert told(silent)[0].haptic == ()


def test_the_metronome_beats_only_with_quicker_and_only_if_wanted() -> None:
    wanted = CueSettings(metronome=True)
    (cue,) = told(heard(course((600, WELL), (612, SLOW_STEPS)), wanted))
    assert cue.metronome is not None
    assert cue.metronome.spm == pytest.approx(178.5)
    assert cue.metronome.length_s == 45.0
    assert told(heard(course((600, WELL), (612, SLOW_STEPS))))[0].metronome is None
    assert told(heard(course((600, WELL), (612, HARD)), wanted))[0].metronome is None


def test_the_why_has_the_windows_value_beside_the_runners_own_at_that_speed() -> None:
    """At 0.2 m/s slower than fresh, with impact that follows speed by 30 % a m/s."""
    slope = Slope(per_mps=0.3, sd=0.01)
    speed = Fresh(usual=3.0, sigma=0.1, error=0.0)
    fresh = {**FRESH, "peak_accel": replace(FRESH["peak_accel"], slope=slope), "speed": speed}
    items = [
        replace(item, fresh=fresh)
        if isinstance(item, FormState)
        else replace(item, speed_mps=2.8)
        if isinstance(item, FormMetrics)
        else item
        for item in course((600, WELL), (615, HARD))
    ]
    cue = next(c for c in told(heard(iter(items))) if c.kind == "impact")
    assert cue.why.to_value == pytest.approx(7.8, rel=1e-12)
    assert cue.why.from_value == pytest.approx(6.0 * 0.9418, rel=1e-4)
    assert cue.why.change_pct == pytest.approx(100 * (7.8 / cue.why.from_value - 1))


def test_no_band_is_narrower_than_the_runners_own_noise() -> None:
    noisy = {**FRESH, "cadence": Fresh(usual=170.0, sigma=0.06, error=0.0)}
    items = [
        replace(item, fresh=noisy) if isinstance(item, FormState) else item
        for item in course((600, WELL), (900, SLOW_STEPS))
    ]
    assert not told(heard(iter(items)))


def test_contact_time_alone_is_form_that_fades() -> None:
    stiff = Form(contact=0.10, alarms=["form", "contact_time"])
    assert shown(heard(course((600, WELL), (620, stiff)))) == [("fading", 610)]


def test_a_turn_is_told_from_the_strides_and_passes() -> None:
    gate = Gate(settings=GateSettings(warm_up_s=0.0))
    for t in range(1, 71):
        sides = (Side.LEFT, Side.RIGHT)
        steady = [stride(side, t - 0.9 + 0.36 * i) for i, side in enumerate(sides)]
        odd = [replace(s, stride_time_s=0.95) for s in steady] if t == 50 else steady
        gate.push(Second(until_s=float(t), activity=RUNNING, strides=odd))
        reason = gate.reason(window(float(t), WELL)) if t > 30 else None
        assert reason == ("turn" if 50 <= t <= 60 else None)


def test_a_single_odd_stride_is_no_turn() -> None:
    gate = Gate(settings=GateSettings(warm_up_s=0.0))
    for t in range(1, 61):
        odd = stride(Side.LEFT, t - 0.9, 1.44 if t == 50 else 0.72)
        gate.push(Second(until_s=float(t), activity=RUNNING, strides=[odd]))
    assert gate.reason(window(60.0, WELL)) is None


def test_a_moved_strap_silences_for_a_minute() -> None:
    moved = SessionEvent(
        runner=RUNNER, session=SESSION, time_s=599.0, kind=STRAP_MOVED, text="", side=Side.LEFT
    )
    items = [
        replace(item, events=[moved]) if isinstance(item, Second) and item.until_s == 599 else item
        for item in course((600, WELL), (700, FADING))
    ]
    assert shown(heard(iter(items)))[0][1] >= 660


def test_the_sound_of_landings_has_the_runners_own_limit_in_guard_mode() -> None:
    legs = {f"peak_accel_{s}": Fresh(usual=6.0, sigma=0.01, error=0.0) for s in Side}
    items = [
        replace(item, fresh={**FRESH, **legs}) if isinstance(item, FormState) else item
        for item in course((700, WELL))
    ]
    (guidance,) = [
        r for r in heard(iter(items), CueSettings(impact_sound=True)) if isinstance(r, Guidance)
    ]
    assert guidance.impact_sound
    assert guidance.impact_limit_g.left == pytest.approx(6.0 * 1.05)
    assert (guidance.mode, guidance.cadence_spm) == ("guard", None)
    assert not [r for r in heard(iter(items)) if isinstance(r, Guidance)]
