import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import form
from analytics.records import PerSide, Side
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


def test_a_faster_runner_is_compared_at_the_usual_speed() -> None:
    harder = 6.0 * math.exp(0.32)
    assert form.without_speed("peak_accel_left", harder, 1.0) == pytest.approx(6.0)
    assert form.without_speed("stride_time_cv", 1.2, 1.0) == 1.2
