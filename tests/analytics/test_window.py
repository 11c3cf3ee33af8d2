from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.merge import Merge, Second
from analytics.records import Activity, FormMetrics, Gap, PerSide, Side, SpeedSource, Stride
from analytics.window import WindowSettings, WindowStage
from tests.analytics.runners import LEGS, RUNNER, SESSION, Runner, stride
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change, run

BOTH = list(Side)


def make(sides: Sequence[Side] = BOTH) -> WindowStage:
    return WindowStage(runner=RUNNER, session=SESSION, sides=sides)


def seconds(
    n: int,
    strides: Iterable[Stride] = (),
    *,
    activity: Activity = Activity.RUNNING,
    sides: Sequence[Side] = BOTH,
    gaps: Sequence[Gap] = (),
) -> list[Second]:
    """Return n seconds in which each stride comes as it ends."""
    known = list(strides)
    return [
        Second(
            until_s=float(t),
            activity=dict.fromkeys(sides, activity),
            strides=[s for s in known if t - 1 < s.end_s <= t],
            gaps=[g for g in gaps if t - 1 < g.end_s <= t],
        )
        for t in range(1, n + 1)
    ]


def windows(items: Iterable[Second], sides: Sequence[Side] = BOTH) -> list[FormMetrics]:
    return run(make(sides), items)


def even_run(*, stride_time_s: float = 0.7, until_s: float = 60.0) -> list[Stride]:
    n = int(until_s / stride_time_s)
    return [
        stride(side, i * stride_time_s + shift, stride_time_s, 0.25 + shift / 10, 6.0 + shift)
        for side, shift in ((Side.LEFT, 0.0), (Side.RIGHT, 0.3))
        for i in range(n)
    ]


def test_windows_end_on_multiples_of_the_hop() -> None:
    assert [w.end_s for w in windows(seconds(31))] == [5, 10, 15, 20, 25, 30]


def test_an_even_run_gives_its_own_numbers() -> None:
    window = windows(seconds(60, even_run()))[-1]
    assert window.cadence_spm == pytest.approx(120 / 0.7)
    assert window.peak_accel_g == PerSide(left=6.0, right=6.3)
    assert window.contact_time_s.left == pytest.approx(0.25)
    assert window.contact_time_s.right == pytest.approx(0.28)
    assert window.asymmetry_pct == pytest.approx(200 * -0.3 / 12.3)
    assert window.stride_time_cv_pct == pytest.approx(0.0, abs=1e-6)
    assert window.n_strides == 86
    assert (window.coverage, window.quality) == (1.0, 1.0)
    assert window.activity is Activity.RUNNING
    assert window.id == "ada/1/window/60000"


def test_angles_flight_and_pace_are_each_legs_own() -> None:
    def made(s: Stride) -> Stride:
        side = 1.0 if s.worn.side is Side.LEFT else 2.0
        return replace(
            s,
            flight_time_s=0.1 * side,
            strike_angle_deg=5.0 * side,
            tibia_angle_deg=3.0 * side,
            pronation_velocity_dps=100.0 * side,
            speed_mps=3.0 * side,
            speed_source=SpeedSource.FOOT_IMU,
        )

    window = windows(seconds(30, [made(s) for s in even_run()]))[-1]
    assert window.flight_time_s == PerSide(left=0.1, right=0.2)
    assert window.strike_angle_deg == PerSide(left=5.0, right=10.0)
    assert window.tibia_angle_deg == PerSide(left=3.0, right=6.0)
    assert window.pronation_velocity_dps == PerSide(left=100.0, right=200.0)
    assert window.contact_asymmetry_pct == pytest.approx(200 * -0.03 / 0.53)
    assert window.pace_variability_pct == pytest.approx(0.0, abs=1e-9)
    assert window.speed_source is SpeedSource.FOOT_IMU


def test_what_no_stride_gave_is_null_in_the_window() -> None:
    window = windows(seconds(30, even_run()))[-1]
    assert window.strike_angle_deg == PerSide(left=None, right=None)
    assert window.pace_variability_pct is None
    assert window.speed_source is None
    assert (window.surface, window.surface_probability) == (None, None)


def test_a_stride_counts_while_its_end_is_in_the_window() -> None:
    one = stride(Side.LEFT, 9.5, 0.7)
    counts = {w.end_s: w.n_strides for w in windows(seconds(45, [one]))}
    assert counts == {5: 0, 10: 0, 15: 1, 20: 1, 25: 1, 30: 1, 35: 1, 40: 1, 45: 0}


def test_variation_of_stride_time_is_within_a_leg_not_between_legs() -> None:
    left = [stride(Side.LEFT, 0.7 * i, 0.7) for i in range(30)]
    right = [stride(Side.RIGHT, 0.72 * i, 0.72) for i in range(30)]
    window = windows(seconds(25, [*left, *right]))[-1]
    assert window.stride_time_cv_pct == pytest.approx(0.0, abs=1e-6)


def test_a_clipped_peak_is_not_known() -> None:
    strides = [stride(Side.LEFT, 0.7 * i, clipped=i % 2 == 0, peak_g=6 + i % 2) for i in range(12)]
    window = windows(seconds(10, strides))[-1]
    assert window.peak_accel_g == PerSide(left=7.0, right=None)


def test_a_leg_that_gave_nothing_is_never_filled_from_the_other() -> None:
    left = [s for s in even_run() if s.worn.side is Side.LEFT]
    window = windows(seconds(30, left, sides=[Side.LEFT]))[-1]
    assert window.contact_time_s.right is None
    assert window.asymmetry_pct is None
    assert window.coverage == 0.5
    assert window.activity is Activity.RUNNING


def test_one_sensor_alone_covers_its_own_window() -> None:
    left = [s for s in even_run() if s.worn.side is Side.LEFT]
    window = windows(seconds(30, left, sides=[Side.LEFT]), [Side.LEFT])[-1]
    assert window.coverage == 1.0


def test_a_median_needs_three_strides_that_have_the_value() -> None:
    two = [stride(Side.LEFT, 1.0 + i, peak_g=5.0 + i) for i in range(2)]
    assert windows(seconds(5, two))[-1].peak_accel_g.left is None
    three = [*two, stride(Side.LEFT, 3.0, peak_g=6.0)]
    assert windows(seconds(5, three))[-1].peak_accel_g.left == 6.0
    times = [0.24, None, 0.26, 0.25]
    some = [stride(Side.LEFT, float(i), 0.7, t) for i, t in enumerate(times)]
    assert windows(seconds(5, some))[-1].contact_time_s.left == 0.25


def test_angles_have_a_median_of_their_own_in_each_leg() -> None:
    left = [replace(stride(Side.LEFT, 0.7 * i), tibia_angle_deg=float(i)) for i in range(4)]
    right = [replace(stride(Side.RIGHT, 0.7 * i), tibia_angle_deg=float(i)) for i in range(2)]
    window = windows(seconds(5, [*left, *right]))[-1]
    assert window.tibia_angle_deg == PerSide(left=1.5, right=None)
    assert window.strike_angle_deg == PerSide(left=None, right=None)


def test_pace_varies_within_a_leg_not_between_two_sensors() -> None:
    left = [stride(Side.LEFT, 0.7 * i, speed_mps=v) for i, v in enumerate((2.9, 3.0, 3.1))]
    right = [stride(Side.RIGHT, s.contact_s, speed_mps=1.1 * (s.speed_mps or 0.0)) for s in left]
    alone = windows(seconds(5, left))[-1].pace_variability_pct
    assert alone == pytest.approx(100 * 0.1 / 3.0, rel=1e-5)
    both = windows(seconds(5, [*left, *right]))[-1].pace_variability_pct
    assert both == pytest.approx(alone, rel=0.01)
    assert windows(seconds(5, left[:2]))[-1].pace_variability_pct is None


def test_a_window_names_the_source_of_most_of_its_speeds() -> None:
    pod, shin = SpeedSource.FOOT_POD, SpeedSource.SHIN_MODEL
    strides = [
        replace(stride(Side.LEFT, 0.7 * i, speed_mps=3.0), speed_source=source)
        for i, source in enumerate((shin, pod, pod, shin, pod))
    ]
    assert windows(seconds(5, strides))[-1].speed_source is pod
    assert windows(seconds(5, strides[:4]))[-1].speed_source is pod, "of equals, the most trusted"
    silent = [replace(s, speed_mps=None) for s in strides]
    assert windows(seconds(5, silent))[-1].speed_source is None


def test_more_strides_than_a_window_holds_push_the_oldest_out() -> None:
    many = [stride(Side.LEFT, 0.43 * i, 0.43, peak_g=float(i)) for i in range(300)]
    window = windows(seconds(125, many), [Side.LEFT])[-1]
    held = [s for s in many if 95.0 < s.end_s <= 125.0]
    assert window.n_strides == len(held)
    assert window.peak_accel_g.left == pytest.approx(
        np.median([s.peak_accel_resultant_g for s in held])
    )


def test_coverage_leaves_out_gaps_and_seconds_without_samples() -> None:
    hole = Gap(
        worn=LEGS[Side.LEFT], first_index=0, start_s=9.5, end_s=12.5, n_samples=600, reason="loss"
    )
    window = windows(seconds(30, gaps=[hole]))[-1]
    assert window.coverage == pytest.approx((60 - 3) / 60)
    silent = [*seconds(20), *(Second(until_s=float(t)) for t in range(21, 31))]
    assert windows(silent)[-1].coverage == pytest.approx(20 / 30)


def test_without_samples_it_is_a_gap_and_nobody_guesses() -> None:
    silent = [Second(until_s=float(t)) for t in range(1, 31)]
    window = windows(silent)[-1]
    assert window.activity is Activity.GAP
    assert window.cadence_spm is None
    assert (window.n_strides, window.coverage, window.quality) == (0, 0.0, 0.0)


def test_the_activity_is_that_of_most_seconds() -> None:
    mixed = [*seconds(12), *seconds(30, activity=Activity.WALKING)[12:]]
    assert windows(mixed)[-1].activity is Activity.WALKING


def test_length_and_hop_can_be_set() -> None:
    stage = WindowStage(
        runner=RUNNER,
        session=SESSION,
        sides=BOTH,
        settings=WindowSettings(length_s=10, hop_s=2),
    )
    got = run(stage, seconds(20, even_run()))
    assert [w.end_s for w in got] == list(range(2, 21, 2))
    assert (got[-1].length_s, got[-1].n_strides) == (10, 29)


def test_a_window_is_known_no_later_than_the_slower_leg() -> None:
    merge, stage = Merge(sides=BOTH), make()
    for item in Runner(seed=4, minutes=1).items():
        for second in merge.push(item):
            for window in stage.push(second):
                # The progress that ends the window's last second has just been pushed.
                assert getattr(item, "until_s", None) == window.end_s


@settings(deadline=None, max_examples=10)
@given(share=st.floats(0.0, 1.0))
def test_windows_keep_the_laws(share: float) -> None:
    merge = Merge(sides=BOTH)
    items = [s for item in Runner(seed=5, minutes=1).items() for s in merge.push(item)]
    stop = int(share * len(items))
    assert_given_records_never_change(make, items, stop)
    assert_dump_and_load_go_on(make, items, stop)
