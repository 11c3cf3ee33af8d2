"""What comes late makes the same strides and windows as if it had never been missing."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pytest

from analytics.codec import Record
from analytics.load.records import LoadEntry
from analytics.pipeline import FormPipeline
from analytics.records import (
    Alert,
    Cue,
    Distance,
    Drift,
    FormMetrics,
    Gap,
    LinkHealth,
    LinkState,
    Placement,
    SampleBlock,
    Side,
    Stride,
)
from analytics.settings import demo_settings
from tests.analytics import signals
from tests.analytics.load.runs import entry, history
from tests.laws.law import (
    assert_block_edges_do_not_matter,
    assert_dump_and_load_go_on,
    assert_given_records_never_change,
    run,
)

T = TypeVar("T", Stride, FormMetrics)
Items = Sequence[SampleBlock | Gap | LinkHealth]
HOP = 200


@functools.cache
def whole() -> SampleBlock:
    return signals.run(placement=Placement.SHIN, running_s=70.0).block


def cut(block: SampleBlock, first: int, stop: int, *, late: bool = False) -> list[SampleBlock]:
    edges = [*range(first, stop, HOP), stop]
    return [replace(block.part(a, b), late=late) for a, b in pairwise(edges)]


def gap(first: int, stop: int) -> Gap:
    time_s = whole().time_s
    return Gap(
        worn=whole().worn,
        first_index=first,
        start_s=float(time_s[first - 1]),
        end_s=float(time_s[stop]),
        n_samples=stop - first,
        reason="the link dropped",
        awaited=True,
    )


def link(index: int, state: LinkState) -> LinkHealth:
    return LinkHealth(worn=whole().worn, time_s=float(whole().time_s[index]), state=state)


def closed(first: int, left: int = 0) -> Gap:
    return replace(
        gap(first, first + max(left, 1)), n_samples=left, awaited=False, revision=2, reason="late"
    )


def missed(first: int, stop: int, *, answered: int, to: int = 15_000) -> Items:
    """Return samples with a hole in them that is filled once sample `answered` has come."""
    block = whole()
    return [
        *cut(block, 0, first),
        link(first, LinkState.LOST),
        link(stop, LinkState.CONNECTED),
        gap(first, stop),
        *cut(block, stop, answered),
        *cut(block, first, stop, late=True)[::-1],
        closed(first),
        *cut(block, answered, to),
    ]


HOLE = (6010, 7600)  # 8 s of running, from 30.05 to 38.0 s


def make() -> FormPipeline:
    return FormPipeline(
        runner="ann",
        session="one",
        worn={Side.LEFT: whole().worn},
        settings=demo_settings(),
        history=history(entry(2, km=30.0)),
    )


def newest(kind: type[T], found: Sequence[Record]) -> dict[str, T]:
    return {record.id: record for record in found if isinstance(record, kind)}


@functools.cache
def never_lost() -> list[Record]:
    return run(make(), cut(whole(), 0, 15_000))


@functools.cache
def lost_and_found() -> list[Record]:
    return run(make(), missed(*HOLE, answered=8600))


def test_every_stride_is_there_once_and_as_it_would_have_been() -> None:
    wanted = newest(Stride, never_lost())
    found = newest(Stride, lost_and_found())
    assert sorted(found) == sorted(wanted)
    for name, stride in found.items():
        assert stride.contact_s == pytest.approx(wanted[name].contact_s, abs=1e-3)
        peak_g = wanted[name].peak_accel_resultant_g
        assert stride.peak_accel_resultant_g == pytest.approx(peak_g, rel=0.01)


def test_only_what_live_did_not_have_is_of_revision_two() -> None:
    live = [r.id for r in lost_and_found() if isinstance(r, Stride) and r.revision == 1]
    late = [r for r in lost_and_found() if isinstance(r, Stride) and r.revision == 2]
    assert len(live) == len(set(live))
    assert 8 <= len({r.id for r in late} - set(live)) <= 20  # 8 s of running and its edges
    assert len(late) < 25
    start_s, end_s = whole().time_s[list(HOLE)]
    assert all(start_s - 2.0 < r.contact_s < end_s + 3.0 for r in late)


def test_windows_are_told_again_until_the_hole_has_left_them() -> None:
    wanted, found = newest(FormMetrics, never_lost()), newest(FormMetrics, lost_and_found())
    assert found.keys() == wanted.keys()
    for name, window in found.items():
        assert window.n_strides == wanted[name].n_strides
        assert window.coverage == pytest.approx(wanted[name].coverage)
        cadence_spm = wanted[name].cadence_spm
        assert (window.cadence_spm or 0.0) == pytest.approx(cadence_spm or 0.0, rel=1e-3)
    again_s = [w.end_s for w in lost_and_found() if isinstance(w, FormMetrics) and w.revision == 2]
    assert again_s[0] == 35.0
    assert again_s[-1] == 65.0


def test_load_and_distance_count_what_came_late() -> None:
    wanted = next(r for r in never_lost() if isinstance(r, LoadEntry))
    found = [r for r in lost_and_found() if isinstance(r, LoadEntry)]
    assert len(found) == 1
    assert found[0].left is not None
    assert wanted.left is not None
    assert found[0].left.n_strides == wanted.left.n_strides
    assert found[0].left.coverage == pytest.approx(wanted.left.coverage)
    last = [r for r in lost_and_found() if isinstance(r, Distance)][-1]
    assert last.distance_m == pytest.approx(wanted.distance_m, rel=0.01)


def live_only(found: Sequence[Record]) -> list[Record]:
    return [r for r in found if getattr(r, "revision", 1) == 1]


def test_late_samples_change_nothing_that_is_given_live() -> None:
    never_answered = [
        i for i in missed(*HOLE, answered=8600) if not (isinstance(i, SampleBlock) and i.late)
    ]
    without = live_only(run(make(), never_answered))
    feedback = (Cue, Drift, Alert)
    n = len(without) - 3  # the end counts what came late
    assert live_only(lost_and_found())[:n] == without[:n]
    assert [r for r in lost_and_found() if isinstance(r, feedback)] == [
        r for r in without if isinstance(r, feedback)
    ]


def test_what_stays_missing_stays_a_gap() -> None:
    first, stop = HOLE
    block = whole()
    items = [
        *cut(block, 0, first),
        gap(first, stop),
        *cut(block, stop, 8600),
        *cut(block, first + 800, stop, late=True),
        closed(first, left=800),
        *cut(block, 8600, 15_000),
    ]
    found = newest(Stride, run(make(), items))
    wanted = newest(Stride, never_lost())
    assert found.keys() < wanted.keys()
    lost_s = block.time_s[first], block.time_s[first + 800]
    gone = [wanted[name] for name in wanted.keys() - found.keys()]
    assert all(lost_s[0] - 2.0 < stride.end_s < lost_s[1] + 3.0 for stride in gone)
    assert len(gone) < 10


def test_two_holes_at_once_are_both_filled() -> None:
    block = whole()
    items = [
        *cut(block, 0, 5000),
        gap(5000, 6000),
        *cut(block, 6000, 6500),
        gap(6500, 7500),
        *cut(block, 7500, 8000),
        *cut(block, 6500, 7500, late=True),
        closed(6500),
        *cut(block, 8000, 8200),
        *cut(block, 5000, 6000, late=True),
        closed(5000),
        *cut(block, 8200, 15_000),
    ]
    # A landing that live saw begin right behind a hole keeps its id: the same step all the same.
    found, wanted = (
        sorted(stride.contact_s for stride in newest(Stride, records).values())
        for records in (run(make(), items), never_lost())
    )
    assert found == pytest.approx(wanted, abs=0.02)


def in_pieces() -> Items:
    """Return samples of which 0.3 s go missing every 0.75 s for 15 s, each soon filled."""
    block = whole()
    items: list[SampleBlock | Gap | LinkHealth] = [*cut(block, 0, 6010)]
    for first in range(6010, 9010, 150):
        items += [gap(first, first + 60), *cut(block, first + 60, first + 110)]
        items += [*cut(block, first, first + 60, late=True), closed(first)]
        items += cut(block, first + 110, first + 150)
    return [*items, *cut(block, 9010, 15_000)]


def test_strides_in_pieces_are_there_once_all_pieces_are() -> None:
    got, wanted = newest(Stride, run(make(), in_pieces())), newest(Stride, never_lost())
    assert sorted(got) == sorted(wanted)


@pytest.mark.parametrize("stop", [60, 75, 90])
def test_killed_and_loaded_between_the_pieces_the_second_pass_goes_on(stop: int) -> None:
    assert_dump_and_load_go_on(make, in_pieces(), stop)


def test_a_hole_that_is_filled_at_the_very_end_counts() -> None:
    found = run(make(), missed(13_000, 14_000, answered=14_200, to=14_200))
    wanted = run(make(), cut(whole(), 0, 14_200))
    missing = newest(Stride, wanted).keys() - newest(Stride, found).keys()
    assert len(missing) <= 2  # where nothing agreed any more
    assert len(newest(Stride, found).keys() - newest(Stride, wanted).keys()) == 0


@pytest.mark.parametrize("stop", [30, 34, 38, 41, 46, 50])
def test_killed_and_loaded_in_the_middle_of_it_the_second_pass_goes_on(stop: int) -> None:
    items = missed(4000, 5000, answered=5400, to=9000)
    assert_dump_and_load_go_on(make, items, stop)
    assert_given_records_never_change(make, items, stop)


def test_how_samples_are_cut_does_not_matter() -> None:
    items = missed(4000, 5000, answered=5400, to=9000)
    cuts = np.random.default_rng(3).integers(0, HOP, 4).tolist()
    assert_block_edges_do_not_matter(make, items, cuts)
