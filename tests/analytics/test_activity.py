"""Running told from the rest, stride by stride and second by second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.activity import (
    MOST_FLAT,
    ActivityTeller,
    Likeness,
    RunningGate,
    Waiting,
    held,
    row_of_running,
)
from analytics.records import Activity, Placement, Stride
from analytics.strides import StrideStage
from tests.analytics import signals
from tests.laws import law

RUNNING, FLAT, TWO, OTHER = Likeness


def judged(gate: RunningGate, *strides: tuple[float, float, float]) -> list[Likeness]:
    return [gate.judge(stride_s=t, energy_g=e, quiet_s=q) for t, e, q in strides]


JOG = (0.75, 1.2, 0.08)
WALK = (1.05, 1.2, 0.32)


@pytest.mark.parametrize("stride_s", [0.50, 0.70, 1.09])  # 240, 171 and 110 steps/min
def test_three_even_running_strides_make_running_sure(stride_s: float) -> None:
    gate = RunningGate(placement=Placement.SHOE)
    judged(gate, (stride_s, 1.5, 0.05), (stride_s, 1.5, 0.05))
    assert not gate.sure
    judged(gate, (stride_s, 1.5, 0.05))
    assert gate.sure


def test_a_foot_that_rests_in_every_stride_walks_however_hard_it_lands() -> None:
    gate = RunningGate(placement=Placement.SHOE)
    assert RUNNING not in judged(gate, *[WALK] * 10)
    assert not gate.sure


def test_strides_of_changing_length_are_no_run() -> None:
    gate = RunningGate(placement=Placement.SHOE)
    judged(gate, *[(0.46, 1.5, 0.0), (0.66, 1.5, 0.0)] * 10)
    assert not gate.sure


def test_a_quiet_shin_does_not_run() -> None:
    gate = RunningGate(placement=Placement.SHIN)
    assert judged(gate, *[(0.75, 0.45, 0.05)] * 5) == [OTHER] * 5


def test_one_odd_stride_is_left_out_but_does_not_end_the_run() -> None:
    gate = RunningGate(placement=Placement.SHOE)
    told = judged(gate, JOG, JOG, JOG, JOG, (1.15, 1.2, 0.08), JOG)
    assert told == [RUNNING] * 4 + [OTHER, RUNNING]
    assert gate.sure


def test_two_walking_strides_end_the_run() -> None:
    gate = RunningGate(placement=Placement.SHOE)
    judged(gate, JOG, JOG, JOG, JOG, WALK, WALK)
    assert not gate.sure


def test_after_a_pause_running_has_to_show_itself_again() -> None:
    gate = RunningGate(placement=Placement.SHOE)
    judged(gate, JOG, JOG, JOG)
    gate.pause()
    judged(gate, JOG, JOG)
    assert not gate.sure


@pytest.mark.parametrize(
    ("energy_g", "landings_s", "running", "activity"),
    [
        (0.01, [], False, Activity.STILL),
        (0.8, [8.6, 9.7], False, Activity.WALKING),
        (0.8, [2.0, 9.7], False, Activity.OTHER),
        (0.08, [8.6, 9.7], False, Activity.OTHER),
        (1.5, [9.0, 9.7], True, Activity.RUNNING),
    ],
)
def test_a_second_is_named_after_its_liveliness_and_its_steps(
    *, energy_g: float, landings_s: list[float], running: bool, activity: Activity
) -> None:
    teller = ActivityTeller(landings_s=landings_s)
    assert teller.tell(until_s=10.0, energy_g=energy_g, running=running) is activity


def waiting(*strides: tuple[float, float], flat: tuple[int, ...] = ()) -> list[Waiting]:
    """Return strides of these durations, opened by landings this strong; those named are flat."""
    block = signals.run(placement=Placement.SHIN).block
    stride = next(
        r for r in law.run(StrideStage(worn=block.worn), [block]) if isinstance(r, Stride)
    )
    return [
        Waiting(
            stride=replace(stride, stride_time_s=time_s),
            like=FLAT if i in flat else RUNNING,
            strength_gps=gps,
        )
        for i, (time_s, gps) in enumerate(strides)
    ]


def test_all_of_the_row_that_kept_the_rhythm_is_given_not_just_its_end() -> None:
    row = waiting((0.5, 800.0), *[(0.72, 800.0)] * 6)
    assert row_of_running(row, usual_s=0.7) == row[1:]


def test_a_hidden_landing_does_not_end_the_row_but_its_strides_are_not_given() -> None:
    row = waiting(*[(0.70, 800.0)] * 2, (1.40, 800.0), *[(0.70, 800.0)] * 3)
    row[2] = replace(row[2], like=TWO)
    assert row_of_running(row, usual_s=0.7) == row[:2] + row[3:]


def test_what_a_landing_did_not_open_is_not_given() -> None:
    row = waiting((0.64, 330.0), (0.72, 620.0), (0.73, 700.0))
    assert row_of_running(row, usual_s=0.7) == row[1:]


def test_flat_footed_strides_between_running_ones_belong_to_the_run() -> None:
    row = waiting(*[(0.72, 600.0)] * 6, flat=(1, 2))
    assert row_of_running(row, usual_s=0.7) == row


def test_flat_footed_strides_before_the_first_running_one_are_a_walk() -> None:
    row = waiting(*[(0.72, 600.0)] * 5, flat=(0, 1))
    assert row_of_running(row, usual_s=0.7) == row[2:]


def test_flat_footed_strides_after_a_push_off_are_a_walk() -> None:
    row = waiting((0.72, 200.0), *[(0.72, 600.0)] * 5, flat=(1, 2))
    assert row_of_running(row, usual_s=0.7) == row[3:]


def test_more_flat_footed_strides_in_a_row_are_a_walk_and_nothing_before_them_waits_on() -> None:
    row = waiting(*[(0.72, 600.0)] * (2 + MOST_FLAT), flat=tuple(range(1, 2 + MOST_FLAT)))
    assert held(row[:-2], row[-2]) == row[:-1]
    assert held(row[:-1], row[-1]) == []
