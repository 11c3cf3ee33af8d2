from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import form
from analytics.records import PerSide, Side, SpeedSource
from tests.analytics.runners import stride


def test_medians_need_three_strides() -> None:
    two = [stride(Side.LEFT, 0.0, peak_g=5.0), stride(Side.LEFT, 1.0, peak_g=7.0)]
    assert form.peak_g(two) is None
    assert form.peak_g([*two, stride(Side.LEFT, 2.0, peak_g=6.0)]) == 6.0


def test_a_stride_without_contact_time_leaves_the_others_their_median() -> None:
    times = [0.24, None, 0.26, 0.25]
    strides = [stride(Side.LEFT, i, 0.7, t) for i, t in enumerate(times)]
    assert form.contact_s(strides) == 0.25


def test_values_of_both_legs_exist_only_where_both_gave_one() -> None:
    values = form.named_values(
        peak_accel=PerSide(left=4.0, right=9.0),
        contact_time=PerSide(left=0.25, right=None),
        others={"cadence": None},
    )
    assert values == {
        "peak_accel_left": 4.0,
        "peak_accel_right": 9.0,
        "peak_accel": 6.0,
        "contact_time_left": 0.25,
    }


@given(usual=st.floats(0.1, 100), ratio=st.floats(0.5, 2.0))
def test_a_change_and_its_way_back_weigh_the_same(usual: float, ratio: float) -> None:
    there = form.difference("peak_accel", usual * ratio, usual)
    back = form.difference("peak_accel", usual, usual * ratio)
    assert there == pytest.approx(-back, abs=1e-12)
    assert form.change_pct("peak_accel", usual * ratio, usual) == pytest.approx(
        100 * (ratio - 1), abs=1e-9
    )


def test_asymmetry_changes_in_points() -> None:
    assert form.difference("asymmetry", 12.0, -3.0) == pytest.approx(0.15)
    assert form.change_pct("asymmetry", 12.0, -3.0) == 15.0


def test_asymmetry_is_positive_where_the_left_leg_lands_harder() -> None:
    assert form.asymmetry_pct(PerSide(left=6.6, right=5.4)) == pytest.approx(20.0)


def test_pace_varies_within_a_leg_not_between_two_sensors() -> None:
    left = [stride(Side.LEFT, 0.7 * i, speed_mps=v) for i, v in enumerate((2.9, 3.0, 3.1))]
    right = [replace(s, speed_mps=1.1 * (s.speed_mps or 0.0)) for s in left]
    alone = form.pace_variability_pct([left])
    assert alone == pytest.approx(100 * 0.1 / 3.0)
    assert form.pace_variability_pct([left, right]) == pytest.approx(alone, rel=0.01)
    assert form.pace_variability_pct([left[:2]]) is None


def test_a_window_names_the_source_of_most_of_its_speeds() -> None:
    pod, shin = SpeedSource.FOOT_POD, SpeedSource.SHIN_MODEL
    strides = [
        replace(stride(Side.LEFT, 0.7 * i, speed_mps=3.0), speed_source=source)
        for i, source in enumerate((shin, pod, pod, shin, pod))
    ]
    assert form.speed_source(strides) is pod
    assert form.speed_source(strides[:4]) is pod, "of equals, the most trusted"
    assert form.speed_source([replace(s, speed_mps=None) for s in strides]) is None


def test_a_leg_without_three_values_has_no_median() -> None:
    strides = [replace(stride(Side.LEFT, 0.7 * i), tibia_angle_deg=float(i)) for i in range(3)]
    assert form.medians(strides, strides[:2], "tibia_angle_deg") == PerSide(left=1.0, right=None)
    assert form.medians(strides, strides, "strike_angle_deg") == PerSide(left=None, right=None)


def test_the_middle_of_many_values_bears_odd_ones() -> None:
    usual = [5.0, 5.1, 4.9, 5.2, 4.8, 5.0, 5.1, 4.9, 5.0]
    assert form.middle([*usual, 90.0]) == pytest.approx(5.02, abs=0.05)
    assert form.middle([5.0, 5.1]) is None
