"""Running strides from simulated runs, when they come out, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.records import Activity, FloatArray, Gap, Placement, Progress, SampleBlock, Stride
from analytics.strides import StrideStage
from tests.analytics import signals
from tests.laws import law

BOTH = [Placement.SHIN, Placement.SHOE]


def strides_of(*blocks: SampleBlock | Gap) -> list[Stride]:
    worn = signals.worn(blocks[0].worn.placement)
    return [r for r in law.run(StrideStage(worn=worn), blocks) if isinstance(r, Stride)]


def progress_of(*blocks: SampleBlock | Gap) -> list[Progress]:
    worn = signals.worn(blocks[0].worn.placement)
    return [r for r in law.run(StrideStage(worn=worn), blocks) if isinstance(r, Progress)]


@pytest.mark.parametrize("placement", BOTH)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_true_stride_comes_out_once_and_no_other(placement: Placement, seed: int) -> None:
    run = signals.run(placement=placement, seed=seed, running_s=40.0)
    strides = strides_of(run.block)
    starts = np.array([s.contact_s for s in strides])
    assert len(strides) == len(run.contact_s) - 1
    assert np.abs(starts - run.contact_s[:-1]).max() < 0.05
    cadence = np.mean([s.cadence_spm for s in strides])
    assert cadence == pytest.approx(np.mean(120.0 / np.diff(run.contact_s)), abs=0.5)


@pytest.mark.parametrize("placement", BOTH)
def test_a_stride_runs_forward_to_the_next_contact(placement: Placement) -> None:
    strides = strides_of(signals.run(placement=placement).block)
    for one, following in pairwise(strides):
        assert one.end_s == pytest.approx(following.contact_s, abs=1e-9)


@pytest.mark.parametrize("placement", BOTH)
def test_in_steady_running_a_stride_is_told_within_170_ms_of_samples(placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=40.0)
    stage = StrideStage(worn=run.block.worn)
    waits_s = []
    for piece in law.cut(run.block, range(len(run.block))):
        for record in stage.push(piece):
            if isinstance(record, Stride):
                true_end_s = run.contact_s[np.abs(run.contact_s - record.end_s).argmin()]
                waits_s.append(piece.time_s[-1] - true_end_s)
    assert np.percentile(waits_s[5:], 90) <= 0.170


def test_no_stride_is_told_before_running_is_sure_but_none_is_lost() -> None:
    run = signals.run(placement=Placement.SHIN)
    stage = StrideStage(worn=run.block.worn)
    groups = [
        [r for r in stage.push(piece) if isinstance(r, Stride)]
        for piece in law.cut(run.block, range(len(run.block)))
    ]
    first = next(group for group in groups if group)
    assert len(first) == 3
    assert first[0].contact_s == pytest.approx(run.contact_s[0], abs=0.05)


def test_a_recording_begun_in_mid_stance_does_not_open_with_the_push_off() -> None:
    run = signals.run(placement=Placement.SHIN)
    begun = run.block.part(int(np.searchsorted(run.block.time_s, run.contact_s[6] + 0.12)), 5000)
    assert strides_of(begun)[0].contact_s == pytest.approx(run.contact_s[7], abs=0.03)


@pytest.mark.parametrize("placement", BOTH)
def test_nearly_all_clean_strides_carry_every_metric_the_sensor_can_give(
    placement: Placement,
) -> None:
    strides = strides_of(signals.run(placement=placement, running_s=60.0).block)
    names = ["peak_accel_axial_g", "loading_rate_gps", "time_to_peak_s"]
    if placement is Placement.SHOE:
        names += ["toe_off_s", "contact_time_s", "flight_time_s"]
    for name in names:
        assert np.mean([getattr(s, name) is not None for s in strides]) >= 0.95
    for stride in strides:
        nulls = {n for n in Stride.__dataclass_fields__ if getattr(stride, n) is None}
        assert nulls == set(stride.reasons) - {"clipped"}  # which says what it was clipped by


def test_standing_and_knocks_give_no_strides() -> None:
    still = signals.standing(seconds=120.0)
    at_s = np.random.default_rng(4).uniform(1.0, 118.0, 60)
    assert strides_of(signals.block(still)) == []
    assert strides_of(signals.block(signals.add_knocks(still, at_s=np.sort(at_s)))) == []


def walking(*, seconds: float) -> FloatArray:
    """Return a shoe's steps of 1.1 s: a lively swing, a hard landing, then half a second flat."""
    accel = signals.standing(seconds=seconds)
    phase = (np.arange(len(accel)) / 200.0) % 1.1
    swing = phase > 0.62
    accel[swing, 0] += 2.0 * np.sin(np.pi * (phase[swing] - 0.62) / 0.48)
    return signals.add_knocks(accel, at_s=np.arange(0.001, seconds - 1.0, 1.1))


def test_walking_is_told_as_walking_however_hard_the_heels_land() -> None:
    steps = signals.block(walking(seconds=60.0), placement=Placement.SHOE)
    assert strides_of(steps) == []
    told = [p.activity for p in progress_of(steps)]
    assert told.count(Activity.WALKING) > 0.8 * len(told)


@pytest.mark.parametrize("placement", BOTH)
def test_every_second_is_told_and_what_went_on_in_it(placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=30.0)
    told = progress_of(run.block)
    last = int(run.block.time_s[-1])
    assert [p.until_s for p in told] == [float(s) for s in range(1, last + 1)]
    assert {p.activity for p in told[:3]} == {Activity.STILL}
    assert {p.activity for p in told[9:33]} == {Activity.RUNNING}


def test_seconds_without_samples_are_a_gap() -> None:
    run = signals.run(placement=Placement.SHIN)
    told = progress_of(run.block.part(0, 2000), run.block.part(3000, len(run.block)))
    gaps = [p.until_s for p in told if p.activity is Activity.GAP]
    assert gaps == [11.0, 12.0, 13.0, 14.0, 15.0]


def test_no_stride_spans_a_gap() -> None:
    run = signals.run(placement=Placement.SHIN, running_s=40.0)
    lost = (20.0, 20.1)
    parts = run.block.part(0, 4000), run.block.part(4020, len(run.block))
    strides = strides_of(*parts)
    assert not any(s.contact_s < lost[1] and s.end_s > lost[0] for s in strides)
    assert len(strides) == len(run.contact_s) - 2


def test_running_goes_on_after_a_gap_with_none_of_its_strides_lost() -> None:
    run = signals.run(placement=Placement.SHOE, running_s=40.0)
    gap = Gap(
        worn=run.block.worn,
        first_index=4000,
        start_s=19.995,
        end_s=25.0,
        n_samples=1000,
        reason="link lost",
    )
    strides = strides_of(run.block.part(0, 4000), gap, run.block.part(5000, len(run.block)))
    after = run.contact_s[run.contact_s > 25.1]
    assert sum(s.contact_s > 25.0 for s in strides) == len(after) - 1


@pytest.mark.parametrize("placement", BOTH)
def test_the_last_stride_is_kept_when_its_closing_contact_was_seen(placement: Placement) -> None:
    run = signals.run(placement=placement)
    stop = int(np.searchsorted(run.block.time_s, run.contact_s[2] + 0.15))
    last = int(np.searchsorted(run.block.time_s, run.contact_s[9] + 0.15))
    assert strides_of(run.block.part(0, stop)) == []
    assert strides_of(run.block.part(0, last))[-1].end_s == pytest.approx(
        run.contact_s[9], abs=0.05
    )


def test_ids_are_made_of_contact_samples_and_are_unique() -> None:
    strides = strides_of(signals.run(placement=Placement.SHIN).block)
    assert len({s.id for s in strides}) == len(strides)
    assert strides[0].id == f"ann/one/left/{strides[0].contact_index}"


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 3600), max_size=12), placement=st.sampled_from(BOTH))
def test_block_edges_do_not_matter(cuts: list[int], placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=14.0)
    blocks = [run.block.part(0, 1900), run.block.part(1930, 3600)]  # with a hole
    law.assert_block_edges_do_not_matter(lambda: StrideStage(worn=run.block.worn), blocks, cuts)


@settings(max_examples=10, deadline=None)
@given(stop=st.integers(0, 31), gyro=st.booleans(), placement=st.sampled_from(BOTH))
@example(stop=21, gyro=True, placement=Placement.SHIN)  # just after the hole
def test_prefix_and_state_laws_hold(*, stop: int, gyro: bool, placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=14.0)
    whole = run.block if gyro else replace(run.block, gyro_radps=None)
    parts = whole.part(0, 1900), whole.part(2500, 3600)  # with a hole of 3 s
    blocks = [piece for part in parts for piece in law.cut(part, range(0, 1900, 97))]
    make = lambda: StrideStage(worn=run.block.worn)  # noqa: E731
    law.assert_given_records_never_change(make, blocks, stop)
    law.assert_dump_and_load_go_on(make, blocks, stop)
