import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import form
from analytics.records import PerSide


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


def test_the_middle_of_many_values_bears_odd_ones() -> None:
    usual = [5.0, 5.1, 4.9, 5.2, 4.8, 5.0, 5.1, 4.9, 5.0]
    assert form.middle([*usual, 90.0]) == pytest.approx(5.02, abs=0.05)
    assert form.middle([5.0, 5.1]) is None
