from __future__ import annotations

import numpy as np
import pytest

from bench.truth import laps, left_out, outdoors, plate
from bench.truth.measure import OURS
from bench.truth.quiet import clipping
from bench.truth.rows import NOT_GIVEN, Figure, Row, rows
from bench.truth.tables import overlap, pairs, spread


def stride(contact_s: float, *, lasts_s: float = 0.7, **fields: float | None) -> dict[str, object]:
    return {
        "contact_s": contact_s,
        "stride_time_s": lasts_s,
        "cadence_spm": 120 / lasts_s,
        "clipped": False,
        **fields,
    }


def step(ic_s: float, **fields: float) -> dict[str, float]:
    return {"ic_s": ic_s, **fields}


def test_pairs_are_one_to_one_and_the_cheapest_go_first() -> None:
    cost = np.array([[0.010, 0.020], [0.005, 0.500]])
    i, j = pairs(cost, 0.060)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 1), (1, 0)]


def test_a_pair_that_costs_too_much_is_none() -> None:
    assert len(pairs(np.array([[0.060]]), 0.060)[0]) == 0


def test_intervals_share_the_time_they_overlap() -> None:
    shared = overlap(np.array([0.0]), np.array([2.0]), np.array([1.0, 5.0]), np.array([4.0, 6.0]))
    assert shared.tolist() == [[1.0, 0.0]]


def test_a_spread_tells_within_from_between() -> None:
    found = spread([np.array([9.0, 11.0]), np.array([-11.0, -9.0]), np.array([np.nan])])
    assert (found.n, found.bias, found.within) == (4, 0.0, 1.0)
    assert found.between == pytest.approx(np.sqrt(200))
    assert spread([]).bias is None


def test_recall_counts_whole_strides_and_precision_what_was_reported() -> None:
    true = [step(t) for t in (1.0, 2.0, 3.0, 4.0)]
    strides = [stride(1.05), stride(2.0), stride(2.5), stride(9.0)]
    score = plate.pooled([plate.score_leg(true, strides)])
    assert score.recall == pytest.approx(2 / 3)  # the last contact opens no whole stride
    assert score.precision == pytest.approx(2 / 3)  # 9.0 s lies outside the plate's time


def test_errors_against_the_plate_are_ours_less_the_truth() -> None:
    true = [step(1.0, to_s=1.2, stride_length_m=2.0), step(2.0, to_s=2.2, stride_length_m=2.0)]
    strides = [
        stride(1.01, toe_off_s=1.19, stride_length_m=2.1),
        stride(2.01, toe_off_s=None, stride_length_m=1.9),
    ]
    found = plate.pooled([plate.score_leg(true, strides)])
    assert found.errors["contact_ms"].bias == pytest.approx(10.0)
    assert found.errors["toe_off_ms"].n == 1
    assert found.errors["toe_off_ms"].bias == pytest.approx(-10.0)
    assert found.coverage["toe_off_ms"] == 0.5
    assert found.errors["length_pct"].bias == pytest.approx(0.0)
    assert found.errors["length_pct"].within == pytest.approx(5.0)


def test_cadence_is_compared_by_mean_stride_time() -> None:
    true = [step(t) for t in (0.0, 0.75, 1.5)]
    strides = [stride(0.0, lasts_s=0.7), stride(0.75, lasts_s=0.8)]
    found = plate.score_leg(true, strides)
    assert found.errors["cadence_spm"] == pytest.approx([0.0])


@pytest.mark.parametrize(("left", "asked", "right"), [(0.21, 1, 1.0), (0.203, 0, None)])
def test_the_sign_of_an_asymmetry_is_asked_above_three_per_cent(
    left: float, asked: int, right: float | None
) -> None:
    legs = [
        plate.score_leg(
            [step(t, gct_s=contact_s) for t in (1.0, 2.0)],
            [stride(1.0, contact_time_s=contact_s + 0.01)],
        )
        for contact_s in (left, 0.20)
    ]
    found = plate.pooled(legs).asymmetry
    assert (found.n, found.right) == (asked, right)


@pytest.mark.parametrize(
    ("angle", "kind"), [(8.1, "rearfoot"), (8.0, "midfoot"), (-1.6, "midfoot"), (-2.0, "forefoot")]
)
def test_a_foot_is_classed_by_the_median_of_its_angles(angle: float, kind: str) -> None:
    assert plate.strike_class(np.array([angle, np.nan, angle])) == kind


def test_a_foot_without_angles_is_of_no_class_and_wrong() -> None:
    leg = plate.score_leg([step(1.0), step(2.0)], [stride(1.0)], "rearfoot")
    assert leg.classes == (None, "rearfoot")
    assert plate.pooled([leg]).strike_class.right == 0.0


def lap_truth() -> laps.LapTruth:
    begin = np.array([1.0, 2.0, 3.0])
    return laps.LapTruth(
        strides={
            "midstance_s": begin,
            "next_midstance_s": begin + 1.0,
            "stride_time_s": np.ones(3),
            "stride_length_m": np.full(3, 2.0),
            "stride_speed_mps": np.full(3, 2.0),
            "slow_start_s": begin - 0.1,
            "next_slow_start_s": begin + 0.9,
        },
        still=np.array([[10.0], [13.0]]),
    )


def test_a_lap_stride_is_found_where_more_than_half_of_it_is_covered() -> None:
    found = laps.score_trial(lap_truth(), [stride(0.9, lasts_s=1.0), stride(2.5, lasts_s=1.0)])
    assert (found.n_true, found.found) == (3, 1)  # the second covers half of two, not more


def test_a_lap_stride_is_false_in_judged_time_alone() -> None:
    strides = [stride(1.0, lasts_s=1.0), stride(11.0, lasts_s=1.0), stride(6.0, lasts_s=1.0)]
    assert laps.score_trial(lap_truth(), strides).false == 1  # 6 s: nobody knows


def test_lap_lengths_are_compared_in_centimetres() -> None:
    found = laps.score_trial(lap_truth(), [stride(1.0, lasts_s=1.0, stride_length_m=2.05)])
    assert found.errors["length_cm"] == pytest.approx([5.0])
    assert found.errors["mean_length_pct"] == pytest.approx([2.5])


def test_running_strides_in_calm_time_and_cadence_are_judged_by_the_hip() -> None:
    t = np.arange(0.0, 60.0, 0.01)
    shake = np.where(t < 40.0, 1.0, 0.01) * np.sin(2 * np.pi * 2.7 * t)
    hip = {"t_s": t, "ax_g": 2.0 + shake, "ay_g": 0 * t, "az_g": 0 * t}
    reference = {
        "t0_s": np.array([0.0, 20.0, 40.0]),
        "t1_s": np.array([20.0, 40.0, 60.0]),
        "cadence_hip_spm": np.full(3, 160.0),
        "steady_run": np.array([1.0, 1.0, 0.0]),
    }
    strides = [stride(s, lasts_s=0.75) for s in np.arange(0.0, 40.0, 0.75)] + [stride(50.0)]
    found = outdoors.score(hip, reference, strides)
    assert found.rows == 2
    assert found.cadence_spm.worst == pytest.approx(0.0, abs=1e-9)
    assert found.counted_spm.worst == pytest.approx(2.0, abs=0.2)  # 2.7 Hz at the hip: 162 spm
    assert found.calm_strides == 1
    assert found.covered == pytest.approx(1.0, abs=0.02)


def test_a_stride_with_a_saturated_sample_must_say_so() -> None:
    t = np.arange(0.0, 3.0, 0.01)
    table = {"t_s": t, "ax_mps2": np.where(np.abs(t - 1.5) < 0.02, 78.4, 0.0)}
    strides = [stride(0.5), stride(1.2), {**stride(1.9), "clipped": True}]
    found = clipping(table, 8.0, strides)
    assert (found.saturated, found.unflagged, found.flagged_without) == (1, 1, 1)


def test_a_runner_left_out_is_judged_by_the_others_constants() -> None:
    true = np.full(5, 0.2)
    legs = [(true + shift, true) for shift in (0.010, 0.010, 0.040)]
    found = left_out.refitted_shift(legs, ["a", "b", "c"], scale=1e3)
    # a and b get the mean of 10 and 40 ms taken off, c gets 10.
    assert found.worst == pytest.approx(30.0)
    assert found.bias == pytest.approx((-15.0 - 15.0 + 30.0) / 3)


def test_all_legs_of_a_runner_are_left_out_together() -> None:
    seen: list[int] = []
    left_out.leave_one_out(
        [1, 2, 3],
        ["a", "a", "b"],
        fit=lambda rest: seen.append(len(rest)),
        errors=lambda _, case: np.array([float(case)]),
    )
    assert seen == [1, 2]


def test_a_line_through_other_runners_takes_a_stretch_out() -> None:
    legs = [(np.full(4, 2 * x + 1), np.full(4, x)) for x in (0.2, 0.3, 0.4)]
    found = left_out.refitted_line(legs, ["a", "b", "c"], scale=1e3)
    assert found.worst == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("aim", "value", "target", "met"),
    [
        ("most", 99.5, 99.5, True),
        ("most", 99.4, 99.5, False),
        ("least", 3.3, 3.2, False),
        ("near", -4.0, 5.0, True),
        ("near", -6.0, 5.0, False),
        ("near", None, 5.0, False),
        ("near", 1.0, None, None),
    ],
)
def test_a_target_is_met_the_way_it_aims(
    aim: str,
    value: float | None,
    target: float | None,
    met: bool | None,  # noqa: FBT001 - a case's expectation
) -> None:
    assert Row(name="x", value=value, unit="", aim=aim, target=target).met() is met


def test_a_row_names_the_best_peer_and_says_why_it_leads() -> None:
    figure: Figure[float | None] = Figure(
        name="bias",
        unit="ms",
        aim="near",
        read=lambda score: score,
        why=lambda mine, his: f"{mine} against {his}",
    )
    (row,) = rows([figure], {OURS: 3.0, "far": -5.0, "near": -2.0, "none": None}, group="set")
    assert (row.name, row.peer, row.peer_value) == ("set_bias", "near", -2.0)
    assert row.ahead() is False
    assert row.note == "3.0 against -2.0"
    (row,) = rows([figure], {OURS: None, "near": -2.0}, group="set")
    assert row.note == NOT_GIVEN
    (row,) = rows([figure], {OURS: 1.0, "near": -2.0}, group="set")
    assert (row.ahead(), row.note) == (True, "")
