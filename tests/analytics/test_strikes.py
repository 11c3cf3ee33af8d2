"""Landings found in simulated runs, and none where nobody lands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.records import FloatArray, Gap, Placement, SampleBlock, Side
from analytics.rows import NO_AXIS, NO_GYRO
from analytics.strikes import Landed, StrikeDetector
from tests.analytics import signals
from tests.laws import law

BOTH = [Placement.SHIN, Placement.SHOE]


def landings(*blocks: SampleBlock | Gap) -> list[Landed]:
    worn = signals.worn(blocks[0].worn.placement)
    return [r for r in law.run(StrikeDetector(worn=worn), blocks) if isinstance(r, Landed)]


def times(found: list[Landed]) -> FloatArray:
    return np.array([landed.contact_s for landed in found])


@pytest.mark.parametrize("placement", BOTH)
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0, 400.0, 1600.0])
def test_every_landing_is_found_once_at_every_rate(placement: Placement, rate_hz: float) -> None:
    run = signals.run(placement=placement, rate_hz=rate_hz, running_s=12.0)
    found = times(landings(run.block))
    found = found[found > run.contact_s[0] - 0.1]
    nearest = np.abs(run.contact_s[:, np.newaxis] - found).argmin(axis=1)
    assert np.array_equal(nearest, np.arange(len(run.contact_s)))
    assert np.abs(found[: len(run.contact_s)] - run.contact_s).max() < 0.055


@pytest.mark.parametrize("placement", BOTH)
@pytest.mark.parametrize("cadence_spm", [115.0, 240.0])
def test_jog_walk_and_sprint_are_found_alike(placement: Placement, cadence_spm: float) -> None:
    run = signals.run(placement=placement, cadence_spm=cadence_spm)
    found = times(landings(run.block))
    far = np.abs(run.contact_s[:, np.newaxis] - found).min(axis=1)
    assert (far < 0.06).all()
    assert len(found[found > run.contact_s[0] - 0.1]) <= len(run.contact_s) + 1


@pytest.mark.parametrize("placement", BOTH)
def test_how_the_sensor_is_turned_does_not_matter(placement: Placement) -> None:
    run = signals.run(placement=placement)
    straight, askew = landings(run.block), landings(signals.turned(run.block, seed=3))
    assert times(askew) == pytest.approx(times(straight), abs=1e-9)
    for a, b in zip(straight, askew, strict=True):
        if a.stride and b.stride:
            assert b.stride.peak_accel_axial_g == pytest.approx(a.stride.peak_accel_axial_g)
            assert b.stride.toe_off_s == pytest.approx(a.stride.toe_off_s, abs=1e-6)


@pytest.mark.parametrize("placement", BOTH)
def test_peaks_at_200_hz_are_within_six_percent_of_the_truth(placement: Placement) -> None:
    run = signals.run(placement=placement)
    for landed in landings(run.block)[1:]:
        stride = landed.stride
        assert stride is not None
        k = int(np.abs(run.contact_s - stride.contact_s).argmin())
        if abs(run.contact_s[k] - stride.contact_s) < 0.06:
            assert stride.peak_accel_resultant_g == pytest.approx(run.resultant_g[k], rel=0.06)
            assert stride.peak_accel_axial_g == pytest.approx(run.axial_g[k], rel=0.06)


def test_a_shoes_toe_off_is_seen_with_a_gyroscope_only() -> None:
    run = signals.run(placement=Placement.SHOE)
    seen = [landed.stride for landed in landings(run.block) if landed.stride]
    assert all(stride.toe_off_s is not None for stride in seen[1:])
    blind = landings(replace(run.block, gyro_radps=None))
    reasons = {landed.stride.reasons["toe_off_s"] for landed in blind if landed.stride}
    assert reasons == {NO_GYRO}


def test_a_shoe_without_a_gyroscope_that_never_stood_still_has_no_axis_and_says_so() -> None:
    run = signals.run(placement=Placement.SHOE)
    blind = replace(run.block, gyro_radps=None)
    running = blind.part(int(4.5 * 200), len(blind) - 4 * 200)
    strides = [landed.stride for landed in landings(running) if landed.stride]
    assert {s.peak_accel_axial_g for s in strides} == {None}
    assert {s.reasons["peak_accel_axial_g"] for s in strides} == {NO_AXIS}


def test_an_aligned_frame_needs_no_standing() -> None:
    run = signals.run(placement=Placement.SHOE)
    running = replace(run.block.part(900, len(run.block) - 800), aligned=True)
    strides = [landed.stride for landed in landings(running) if landed.stride]
    assert all(s.peak_accel_axial_g is not None for s in strides)


def test_who_stands_does_not_land() -> None:
    assert landings(signals.block(signals.standing(seconds=60.0))) == []


def test_the_contact_index_is_the_sample_at_or_just_before_contact() -> None:
    run = signals.run(placement=Placement.SHIN)
    for landed in landings(run.block):
        k = landed.contact_index
        assert run.block.time_s[k] <= landed.contact_s < run.block.time_s[k + 1]


@pytest.mark.parametrize("placement", BOTH)
def test_strides_that_hold_a_clipped_sample_are_marked_and_no_others(placement: Placement) -> None:
    run = signals.run(placement=placement)
    largest = np.abs(run.block.accel_g).max(axis=1)
    range_g = float(np.sort(largest)[-12])
    found = landings(replace(run.block, range_g=range_g))
    at_s = run.block.time_s[largest >= 0.99 * range_g]
    told, held = [], []
    for landed in found[1:]:
        assert landed.stride is not None
        told.append(landed.stride.clipped)
        held.append(bool(((at_s >= landed.stride.contact_s) & (at_s < landed.contact_s)).any()))
    assert told == held
    assert 0 < sum(told) < len(told)


def test_an_unknown_range_claims_no_clipping() -> None:
    run = signals.run(placement=Placement.SHIN)
    free = replace(run.block, accel_g=np.clip(run.block.accel_g, -3.0, 3.0), range_g=float("inf"))
    assert not any(landed.stride.clipped for landed in landings(free) if landed.stride)


@pytest.mark.parametrize("gap_s", [0.06, 5.0])
def test_after_a_gap_the_stride_in_progress_is_gone(gap_s: float) -> None:
    run = signals.run(placement=Placement.SHIN)
    cut = int(np.searchsorted(run.block.time_s, run.contact_s[10] + 0.3))
    late = cut + round(gap_s * 200)
    after = landings(run.block.part(0, cut), run.block.part(late, len(run.block)))
    first = next(a for a in after if a.contact_s > run.block.time_s[late])
    assert first.stride is None


@pytest.mark.parametrize("place", range(13))
def test_a_gap_inside_a_block_is_one_between_two(place: int) -> None:
    run = signals.run(placement=Placement.SHIN)
    cut = int(np.searchsorted(run.block.time_s, run.contact_s[10] + 0.3)) + place
    late_s = np.where(np.arange(len(run.block)) >= cut, 0.06, 0.0)
    whole = replace(run.block, time_s=run.block.time_s + late_s)
    found = landings(whole)
    assert found == landings(whole.part(0, cut), whole.part(cut, len(whole)))
    assert next(f for f in found if f.contact_s > whole.time_s[cut]).stride is None


def test_a_missing_sample_or_two_break_nothing_off() -> None:
    run = signals.run(placement=Placement.SHIN)
    parts = run.block.part(0, 2000), run.block.part(2003, len(run.block))
    assert all(landed.stride for landed in landings(*parts)[1:])


@pytest.mark.parametrize("shift_s", [-1e-12, 0.0, 1e-12])
def test_rounding_of_time_decides_nothing(shift_s: float) -> None:
    """Samples just 50 ms apart, and all the windows that are multiples of the period."""
    run = signals.run(placement=Placement.SHIN)
    early, late = run.block.part(0, 2000), run.block.part(2009, len(run.block))
    moved = replace(late, time_s=late.time_s + shift_s)
    assert times(landings(early, moved)) == pytest.approx(times(landings(early, late)), abs=1e-9)
    assert all(landed.stride for landed in landings(early, moved)[1:])


def test_a_sensor_that_restarted_begins_anew() -> None:
    run = signals.run(placement=Placement.SHIN)
    gap = Gap(
        worn=run.block.worn, first_index=0, start_s=9.9, end_s=9.9, n_samples=None, reason="reset"
    )
    found = landings(run.block.part(0, 1980), gap, run.block.part(1980, len(run.block)))
    assert next(f for f in found if f.contact_s > run.block.time_s[1980]).stride is None


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 3000), max_size=12), placement=st.sampled_from(BOTH))
def test_block_edges_do_not_matter(cuts: list[int], placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=12.0)
    law.assert_block_edges_do_not_matter(
        lambda: StrikeDetector(worn=run.block.worn), [run.block.part(0, 3000)], cuts
    )


@settings(max_examples=10, deadline=None)
@given(stop=st.integers(0, 30), placement=st.sampled_from(BOTH))
def test_prefix_and_state_laws_hold(stop: int, placement: Placement) -> None:
    run = signals.run(placement=placement, running_s=12.0)
    blocks = law.cut(run.block.part(0, 3000), range(0, 3000, 97))
    make = lambda: StrikeDetector(worn=run.block.worn)  # noqa: E731
    law.assert_given_records_never_change(make, blocks, stop)
    law.assert_dump_and_load_go_on(make, blocks, stop)


def test_a_state_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="not a state of strikes"):
        StrikeDetector(worn=signals.worn(Placement.SHIN)).load(b"rubbish")


def test_the_record_names_its_wearer() -> None:
    run = signals.run(placement=Placement.SHOE)
    stride = landings(run.block)[3].stride
    assert stride is not None
    assert stride.worn.side is Side.LEFT


def test_a_push_off_harder_than_the_landing_is_not_taken_for_it() -> None:
    """Strides of 0.9 s: a lively swing, a landing of 4 g, rest, then a push-off of 12 g."""
    accel = signals.standing(seconds=30.0)
    phase = (np.arange(len(accel)) / 200.0) % 0.9
    accel[phase > 0.45, 0] += 2.0  # the foot swings
    accel = signals.add_knocks(accel, at_s=np.arange(0.90, 28.0, 0.9), peak_g=4.0)
    accel = signals.add_knocks(accel, at_s=np.arange(0.40, 28.0, 0.9), peak_g=12.0)
    found = times(landings(signals.block(accel, placement=Placement.SHOE)))
    assert len(found) >= 28
    assert np.abs((found[2:] + 0.45) % 0.9 - 0.45).max() < 0.06


def test_a_heel_that_rises_and_comes_back_is_a_push_off_however_still_the_foot_is_after_it() -> (
    None
):
    """Strides of 1.1 s: a weak landing, rest, then a strong push-off with the heel's turn."""
    accel = signals.standing(seconds=30.0)
    phase = (np.arange(len(accel)) / 200.0) % 1.1
    accel = signals.add_knocks(accel, at_s=np.arange(1.10, 28.0, 1.1), peak_g=4.0)
    accel = signals.add_knocks(accel, at_s=np.arange(0.60, 28.0, 1.1), peak_g=6.0)
    gyro = np.zeros_like(accel)
    gyro[(phase > 0.45) & (phase < 0.60), 1] = 6.0
    gyro[(phase > 0.62) & (phase < 0.95), 1] = -5.0
    found = times(landings(signals.block(accel, placement=Placement.SHOE, gyro_radps=gyro)))
    assert len(found) >= 24
    assert np.abs((found[2:] + 0.55) % 1.1 - 0.55).max() < 0.06


def test_how_long_a_foot_rested_is_told_of_the_stride_it_rested_in() -> None:
    """Every other stride is all restless, and a landing is known only half a stride later."""
    accel = signals.standing(seconds=20.0)
    time_s = np.arange(len(accel)) / 200.0
    restless = (time_s % 1.6 > 0.8) | (time_s % 0.8 > 0.7)
    accel[restless, 2] += np.where(np.arange(restless.sum()) % 40 < 20, 0.4, -0.4)
    accel = signals.add_knocks(accel, at_s=np.arange(0.8, 19.0, 0.8), peak_g=8.0)
    found = [one for one in landings(signals.block(accel)) if one.stride is not None]
    rest_s = np.array([one.quiet_s for one in found[: 2 * (len(found) // 2)]]).reshape(-1, 2)
    assert len(rest_s) >= 8
    assert np.sort(rest_s.min(axis=0)) == pytest.approx([0.0, 0.5], abs=0.15)


@pytest.mark.parametrize("placement", BOTH)
def test_the_jump_out_of_a_freeze_is_no_landing(placement: Placement) -> None:
    """A sensor repeats itself for 0.1 s of every other swing, then jumps to where it is."""
    run = signals.run(placement=placement)
    accel = run.block.accel_g.copy()
    for contact_s in run.contact_s[8::2]:
        thaw = int(np.searchsorted(run.block.time_s, contact_s - 0.1))
        accel[thaw - 20 : thaw] = accel[thaw - 20]
    found = times(landings(replace(run.block, accel_g=accel)))
    far = np.abs(found[8:-1, np.newaxis] - run.contact_s).min(axis=1)
    assert far.max() < 0.03


@pytest.mark.parametrize("placement", BOTH)
def test_a_soft_landing_is_found_where_the_rhythm_has_one_due(placement: Placement) -> None:
    run = signals.run(placement=placement)
    accel, softened = run.block.accel_g.copy(), run.contact_s[[12, 17]]
    for contact_s in softened:
        first, last = np.searchsorted(run.block.time_s, contact_s + np.array([-0.06, 0.08]))
        way = np.linspace(0.0, 1.0, last - first)[:, np.newaxis]
        even = accel[first] + way * (accel[last] - accel[first])
        accel[first:last] = even + 0.25 * (accel[first:last] - even)
    found = times(landings(replace(run.block, accel_g=accel)))
    assert len(found) == len(landings(run.block))
    assert np.abs(found[:, np.newaxis] - softened).min(axis=0).max() < 0.03
