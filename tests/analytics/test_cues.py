"""The cue policy on windows and form states built by hand: a runner who is fresh or fades."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.changes import Fresh
from analytics.cue_settings import CueSettings
from analytics.cues import CueItem, CueStage
from analytics.drift import FormState
from analytics.gate import QUIET_OFF, QUIET_ON, GateSettings
from analytics.merge import Second
from analytics.records import (
    Activity,
    FormMetrics,
    SessionEvent,
)
from tests.analytics.cue_course import (
    EVERYTHING,
    FADING,
    FRESH,
    HARD,
    LEFT_HARD,
    SLOW_STEPS,
    WELL,
    Form,
    course,
    cues,
    held,
    moment,
    shown,
    state,
    window,
)
from tests.analytics.runners import RUNNER, SESSION
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change, run


def test_a_fresh_runner_hears_nothing_and_nothing_is_held_back() -> None:
    assert not cues(course((3600, WELL)))


@pytest.mark.parametrize(
    ("form", "kind", "text", "metric"),
    [
        (FADING, "fading", "Form is fading. Ease off.", "contact_time"),
        (SLOW_STEPS, "cadence", "Quicker, lighter steps.", "cadence"),
        (HARD, "impact", "Land quietly.", "peak_accel"),
        (LEFT_HARD, "asymmetry", "Softer on the left.", "asymmetry"),
        (replace(LEFT_HARD, asymmetry=-20.0), "asymmetry", "Softer on the right.", "asymmetry"),
    ],
)
def test_each_change_has_its_words_and_its_reason(
    form: Form, kind: str, text: str, metric: str
) -> None:
    first = cues(course((600, WELL), (700, form)))[0]
    assert (first.kind, first.shown, first.text) == (kind, True, text)
    assert first.why.metric == metric
    assert first.why.confidence > 0.95
    assert len(text.split()) <= 6


def test_the_second_bad_window_with_drift_behind_it_speaks() -> None:
    assert shown(cues(course((600, WELL), (700, FADING))))[0] == ("fading", 610)
    doubtful = replace(FADING, alarms=())
    late_drift = [*course((600, WELL), (615, doubtful)), state(616, FADING), window(620, FADING)]
    assert shown(cues(late_drift)) == [("fading", 620)]


def test_a_single_changed_metric_is_not_form_as_a_whole() -> None:
    only_cadence = replace(SLOW_STEPS, alarms=("form", "cadence"))
    assert {kind for kind, _ in shown(cues(course((600, WELL), (700, only_cadence))))} == {
        "cadence"
    }
    with_contact = replace(only_cadence, contact=0.1)
    found = shown(cues(course((600, WELL), (700, with_contact))))
    assert "fading" in {kind for kind, _ in found}


@pytest.mark.parametrize(("slower", "said"), [(1.6, ["fading"]), (1.4, [])])
def test_shorter_contact_is_fading_form_where_steps_slow_down_with_it(
    slower: float, said: list[str]
) -> None:
    flight, still = Form(contact=-0.06, cadence=-0.012, alarms=["form"]), dict.fromkeys(FRESH, 0.0)
    items = [
        replace(item, smoothed={**still, "contact_time": -4.0, "cadence": -slower})
        if isinstance(item, FormState)
        else item
        for item in course((600, WELL), (620, flight))
    ]
    assert [kind for kind, _ in shown(cues(items))] == said


def test_one_bad_window_is_not_enough() -> None:
    drifted = [*course((600, WELL)), state(600, FADING)]
    assert not cues([*drifted, window(605, FADING), window(610, WELL), window(615, FADING)])


@pytest.mark.parametrize(
    "form",
    [
        replace(FADING, alarms=()),
        replace(FADING, strength=2.8),
        replace(HARD, lean=5.0),
        Form(cadence=0.06, alarms=["cadence"]),
        Form(peak=-0.3, alarms=["peak_accel"]),
        Form(peak=-0.2, cadence=0.04, alarms=["form"]),
    ],
    ids=["no alarm", "weak form", "weak metric", "quicker", "softer", "better form"],
)
def test_weak_or_welcome_changes_are_not_cued(form: Form) -> None:
    assert not cues(course((600, WELL), (900, form)))


def test_a_hard_window_in_a_run_that_got_softer_is_not_cued() -> None:
    softer = replace(HARD, peak=-0.30)
    items = [
        state(item.time_s, softer) if isinstance(item, FormState) else item
        for item in course((600, WELL), (700, HARD))
    ]
    assert not cues(items)


def test_a_leg_that_evens_out_is_not_cued() -> None:
    uneven = {**FRESH, "asymmetry": Fresh(usual=20.0, sigma=0.07, error=0.0)}
    evens_out = Form(asymmetry=5.0, alarms=["asymmetry"])
    items = [
        state(item.time_s, replace(evens_out, asymmetry=-15.0), uneven)
        if isinstance(item, FormState)
        else item
        for item in course((900, evens_out))
    ]
    assert not cues(items)


def test_cues_keep_their_distance_and_fall_silent_when_they_do_not_help() -> None:
    found = shown(cues(course((600, WELL), (3600, EVERYTHING))))
    for (_, earlier), (_, later) in pairwise(found):
        assert later - earlier >= 60
    for kind in ("fading", "impact", "cadence"):
        times = [time_s for k, time_s in found if k == kind]
        assert len(times) <= 3
        assert all(later - earlier >= 120 for earlier, later in pairwise(times))
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(found)]
    assert gaps == sorted(gaps)
    assert found[0][0] == "fading"
    assert len(found) <= 8


def test_a_cue_without_effect_comes_at_doubling_distance_and_then_rests() -> None:
    found = shown(cues(course((600, WELL), (3600, FADING))))
    assert found == [("fading", 610), ("fading", 730), ("fading", 970)]


def test_no_more_cues_than_the_budget_of_half_an_hour() -> None:
    wave = [part for i in range(30) for part in ((600 + 130 * i, WELL), (665 + 130 * i, FADING))]
    found = shown(cues(course(*wave), same_cue_s=0.0, any_cue_s=0.0))
    assert len(found) > 10
    for _, time_s in found:
        assert sum(1 for _, t in found if time_s <= t < time_s + 1800) <= 8


def test_recovery_is_told_once_and_praised_after_ten_minutes() -> None:
    found = shown(cues(course((600, WELL), (700, FADING), (2400, WELL))))
    assert [kind for kind, _ in found] == ["fading", "recovered", "praise"]
    assert 715 <= found[1][1] <= 730
    assert found[2][1] == found[1][1] + 600


def test_half_way_back_is_already_better() -> None:
    half = replace(FADING, peak=0.04, contact=0.015, cadence=-0.008)
    found = shown(cues(course((600, WELL), (700, FADING), (900, half))))
    assert [kind for kind, _ in found] == ["fading", "recovered"]


def test_nothing_is_better_after_a_change_nobody_was_told_of() -> None:
    found = cues(course((300, WELL), (400, FADING), (2000, WELL)))
    assert not shown(found)


def test_better_is_not_said_while_something_else_is_bad() -> None:
    found = shown(cues(course((600, WELL), (700, EVERYTHING), (900, SLOW_STEPS))))
    assert "recovered" not in [kind for kind, _ in found]


def test_a_cue_in_warm_up_is_held_back_once_and_told_when_it_is_over() -> None:
    found = cues(course((100, WELL), (600, FADING)))
    assert held(found)[0] == ("fading", "warm_up")
    assert held(found).count(("fading", "warm_up")) == 1
    assert shown(found)[0] == ("fading", 480)


def test_the_warm_up_can_be_set() -> None:
    stage = CueStage(
        runner=RUNNER,
        session=SESSION,
        settings=CueSettings(gate=GateSettings(warm_up_s=60.0)),
    )
    assert shown(run(stage, course((100, WELL), (200, FADING))))[0] == ("fading", 110)


def test_one_cue_at_a_time_and_the_other_is_held_back() -> None:
    found = cues(course((600, WELL), (625, EVERYTHING)))
    assert shown(found) == [("fading", 610)]
    assert ("impact", "other_cue") in held(found)


def test_what_is_held_back_is_recorded_once_an_episode_and_reason() -> None:
    found = held(cues(course((600, WELL), (3600, EVERYTHING))))
    assert len(found) == len(set(found))
    assert len(found) <= 8


@pytest.mark.parametrize(
    "reason",
    [None, "lost_sensor", "quiet", "walking", "gap", "poor_signal", "start_stop", "slope"],
)
def test_a_wanted_cue_is_held_back_while_the_moment_is_not_right(reason: str | None) -> None:
    # A warm-up that ends at 612 s: at 615 s nothing but the moment decides.
    warm = CueSettings(gate=GateSettings(warm_up_s=612.0))
    stage = CueStage(runner=RUNNER, session=SESSION, settings=warm)
    begun = [*course((600, WELL)), state(600, FADING), window(605, FADING), window(610, FADING)]
    found = run(stage, [*begun, *moment(reason)])
    if reason is None:
        assert shown(found) == [("fading", 615)]
    else:
        assert held(found) == [("fading", "warm_up"), ("fading", reason)]
        assert not shown(found)


def test_quiet_ends_when_the_runner_says_so() -> None:
    on, off = (
        SessionEvent(runner=RUNNER, session=SESSION, time_s=t, kind=kind, text="")
        for t, kind in ((500, QUIET_ON), (900, QUIET_OFF))
    )
    items: list[CueItem] = [
        replace(item, events=[e for e in (on, off) if e.time_s == item.until_s])
        if isinstance(item, Second)
        else item
        for item in course((600, WELL), (1000, FADING))
    ]
    assert shown(cues(items))[0] == ("fading", 900)


def test_walking_windows_neither_begin_nor_end_an_episode() -> None:
    items = list(course((600, WELL), (640, FADING), (900, WELL), (1000, FADING)))
    walked: list[CueItem] = [
        replace(item, activity=Activity.WALKING)
        if isinstance(item, FormMetrics) and 640 < item.end_s <= 900
        else item
        for item in items
    ]
    assert "recovered" not in [kind for kind, _ in shown(cues(walked))]


def test_every_cue_says_why() -> None:
    for cue in cues(course((600, WELL), (900, EVERYTHING), (1200, WELL))):
        assert cue.why.metric
        assert cue.why.to_value != cue.why.from_value or cue.kind in {"recovered", "praise"}
        assert 0.0 <= cue.why.confidence <= 1.0


@settings(deadline=None, max_examples=10)
@given(share=st.floats(0.0, 1.0))
def test_cues_keep_the_laws(share: float) -> None:
    items = list(course((470, EVERYTHING), (800, WELL), (1000, HARD), (1800, WELL)))
    stop = int(share * len(items))

    def make() -> CueStage:
        return CueStage(runner=RUNNER, session=SESSION)

    assert len(run(make(), items)) >= 4
    assert_given_records_never_change(make, items, stop)
    assert_dump_and_load_go_on(make, items, stop)
