from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from analytics.codec import Record
from analytics.records import Activity, DriftLevel, LinkState, Side, Why
from dashboards.runner_state import RunnerState
from dashboards.words import why_text
from tests.dashboards import loads, people


def after(records: Iterable[Record]) -> RunnerState:
    state = RunnerState(info=people.INFO)
    for record in records:
        state.take(record, at_s=100.0)
    return state


RUNNING: list[Record] = [people.window(30.0), *(people.stride(n) for n in range(80, 92))]


def test_nothing_is_claimed_before_there_is_data() -> None:
    state = after([])
    assert state.word() == ("Waiting", "idle", "none")
    shown = state.as_dict(now_s=100.0)
    assert shown["cadence_spm"] is None
    assert shown["age_s"] is None
    assert shown["sensors"]["left"]["state"] == "unknown"
    assert {*shown["sensors"]["left"].values()} == {"unknown", None}


def test_a_runner_in_own_form_is_steady() -> None:
    state = after(RUNNING)
    assert state.word() == ("Steady", "calm", "level")
    assert state.cadence_spm == pytest.approx(120 / 0.7)


def test_a_drift_alarm_changes_the_word_until_it_clears() -> None:
    notice = after([*RUNNING, people.drift(31.0, level=DriftLevel.NOTICE)])
    assert notice.word()[0] == "Steady"
    alarm = after([*RUNNING, people.drift(31.0)])
    assert alarm.word() == ("Landing hard", "watch", "up")
    clear = after([*RUNNING, people.drift(31.0), people.drift(32.0, level=DriftLevel.CLEAR)])
    assert clear.word()[0] == "Steady"


def test_form_as_a_whole_is_told_before_its_parts() -> None:
    form, impact = people.drift(31.0, metric="form"), people.drift(31.0)
    cadence = people.drift(31.0, metric="cadence", change_pct=-4.0)
    assert after([*RUNNING, form]).word() == ("Fading", "watch", "down")
    assert after([*RUNNING, impact, cadence, form]).word() == ("Fading", "watch", "down")


def test_form_that_changed_in_one_metric_alone_says_that_metric() -> None:
    drifts = [people.drift(31.0), people.drift(31.0, metric="form")]
    assert after([*RUNNING, *drifts]).word() == ("Landing hard", "watch", "up")


def test_an_alarm_of_one_leg_is_cleared_by_both() -> None:
    one = people.drift(31.0, metric="peak_accel_left")
    both = people.drift(32.0, metric="peak_accel", level=DriftLevel.CLEAR)
    assert after([*RUNNING, one]).word()[0] == "Landing hard"
    assert after([*RUNNING, one, both]).word()[0] == "Steady"


def test_a_cadence_that_falls_points_down() -> None:
    state = after([*RUNNING, people.drift(31.0, metric="cadence", change_pct=-4.0)])
    assert state.word() == ("Slow steps", "watch", "down")


def test_a_first_run_says_that_it_learns_whatever_drifts() -> None:
    learning = people.event(1.0, kind="learning", text="Learning you")
    assert after([learning, *RUNNING, people.drift(31.0)]).word()[0] == "Learning you"


def test_a_pause_is_no_form_and_shows_no_cadence() -> None:
    state = after([*RUNNING, people.window(45.0, activity=Activity.WALKING)])
    assert state.word() == ("Walking", "idle", "none")
    assert state.cadence_spm is None


def test_lost_pods_are_a_state_and_one_lost_pod_leaves_the_other_leg() -> None:
    both_on = [people.link(31.0, side=side, state=LinkState.CONNECTED) for side in Side]
    lost = [people.link(32.0, side=side, state=LinkState.LOST) for side in Side]
    one = after([*both_on, *RUNNING, lost[0]])
    assert one.word()[0] == "Steady"
    assert (one.sensor(Side.LEFT), one.sensor(Side.RIGHT)) == ("lost", "connected")
    assert after([*both_on, *RUNNING, *lost]).word()[0] == "No signal"


def test_a_cue_held_back_is_not_shown() -> None:
    assert after([*RUNNING, people.cue(31.0, shown=False)]).cue is None
    assert after([*RUNNING, people.cue(31.0)]).cue is not None


def test_ages_are_told_by_the_receivers_clock() -> None:
    state = RunnerState(info=people.INFO)
    state.take(people.stride(1), at_s=100.0, sample_s=99.9)
    state.take(people.cue(1.0), at_s=101.0)
    shown = state.as_dict(now_s=103.0)
    assert shown["age_s"] == pytest.approx(3.1)
    assert shown["cue"]["age_s"] == pytest.approx(2.0)


def test_news_about_a_link_do_not_make_old_data_look_fresh() -> None:
    state = RunnerState(info=people.INFO)
    state.take(people.stride(1), at_s=100.0)
    state.take(people.link(5.0, state=LinkState.LOST), at_s=110.0)
    assert state.as_dict(now_s=111.0)["age_s"] == pytest.approx(11.0)


def test_a_new_session_starts_anew() -> None:
    old = [*RUNNING, people.drift(31.0), people.cue(31.0), people.link(31.0, state=LinkState.LOST)]
    state = after([*old, people.stride(1, session="s2")])
    assert state.word()[0] == "Steady"
    assert (state.cue, state.links) == (None, {})


def test_the_end_of_a_session_is_told() -> None:
    ended = people.event(60.0, kind="session_end", text="Well run")
    assert after([*RUNNING, ended]).word()[0] == "Finished"


def test_the_distance_stands_beside_its_line_and_passing_it_is_said() -> None:
    state = after([*RUNNING, loads.distance(40.0, metres=5400.0)])
    assert state.as_dict(now_s=100.0)["distance"] == "5.4 km · 110 % line at 5.5 km"
    over: list[Record] = [loads.distance(50.0, metres=5600.0), loads.longest_run(50.0)]
    shown = after([*RUNNING, *over]).as_dict(now_s=104.0)
    assert shown["distance"] == "5.6 km · 110 % line passed, 5.5 km"
    assert shown["notices"][-1]["text"].startswith("5.6 km: more than 110 %")
    assert shown["word"] == "Steady"


def test_an_unknown_distance_is_said_to_be_unknown() -> None:
    assert after(RUNNING).as_dict(now_s=100.0)["distance"] == ""
    shown = after([loads.distance(40.0, metres=None)]).as_dict(now_s=100.0)
    assert shown["distance"] == "distance unknown"


def test_an_alert_for_the_coach_is_no_notice_for_the_runner() -> None:
    assert after([*RUNNING, people.alert(31.0)]).as_dict(now_s=100.0)["notices"] == []


def test_the_wish_for_silence_is_part_of_the_state() -> None:
    wishes = [people.event(31.0, kind="quiet_on"), people.event(32.0, kind="quiet_off")]
    assert after(wishes[:1]).quiet is True
    assert after(wishes).quiet is False


def test_a_leg_without_strides_lately_shows_no_impact() -> None:
    right = [people.stride(n) for n in range(81, 120, 2)]
    state = after([people.stride(80), *right])
    assert state.impact_g(Side.LEFT) is None
    assert state.impact_g(Side.RIGHT) == 7.5
    assert state.cadence_spm is not None


def test_impact_is_the_mean_resultant_peak_of_the_legs_newest_strides() -> None:
    strides = [people.stride(n, peak_accel_g=float(n)) for n in range(0, 20, 2)]
    assert after(strides).impact_g(Side.LEFT) == pytest.approx(15.5)
    assert after(strides).impact_g(Side.RIGHT) is None
    without_axis = [people.stride(0, peak_accel_g=None)]
    assert after(without_axis).impact_g(Side.LEFT) == 7.5


@pytest.mark.parametrize(
    ("metric", "values", "text"),
    [
        ("peak_accel", (6.1, 6.9, 13.1), "Impact 6.1 → 6.9 g (+13 %)"),
        ("peak_accel_left", (6.1, 6.9, 13.1), "Left impact 6.1 → 6.9 g (+13 %)"),
        ("contact_time", (0.251, 0.262, 4.4), "Ground contact 251 → 262 ms (+4 %)"),
        ("asymmetry", (1.0, 9.2, 8.2), "Left-right difference 1 → 9.2 %"),
        ("form", (0.0, -6.0, -6.0), "Form −6 %"),  # noqa: RUF001 - a real minus sign
        ("grip_force", (1.0, 2.0, 100.0), "Grip force +100 %"),
    ],
)
def test_why_is_told_in_peoples_units(
    metric: str, values: tuple[float, float, float], text: str
) -> None:
    from_value, to_value, change_pct = values
    why = Why(
        metric=metric,
        from_value=from_value,
        to_value=to_value,
        change_pct=change_pct,
        confidence=0.9,
    )
    assert why_text(why) == text


def test_a_sensor_that_gives_nothing_says_for_how_long() -> None:
    told = replace(people.link(31.0, state=LinkState.SILENT), data_age_s=1.6)
    state = after([*RUNNING, told])  # at receiver's second 100
    shown = state.as_dict(now_s=110.0)
    assert shown["sensors"]["left"]["state"] == "silent"
    assert shown["silent_s"] == {"left": pytest.approx(11.6), "right": None}
    state.take(people.link(42.0, state=LinkState.CONNECTED), at_s=111.0)
    assert state.as_dict(now_s=112.0)["silent_s"]["left"] is None
