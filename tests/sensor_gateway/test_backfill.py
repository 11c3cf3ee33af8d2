"""Late samples: each once, at its time, and a gap that says what is left of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.records import Gap, LinkHealth, SampleBlock
from sensor_gateway.backfill import Backfill
from sensor_gateway.control import BackfillEnd, BackfillRequest
from sensor_gateway.events import Notification, RadioEvent
from sensor_gateway.profiles import open_imu
from sensor_gateway.profiles.script import Write
from sensor_gateway.stream import SensorStream, StreamItem
from tests.laws.law import assert_dump_and_load_go_on
from tests.sensor_gateway.one_chain import Comparable, status
from tests.sensor_gateway.signals import LEFT, WORN, Air, Pod, heard

POD = Pod(boot=3, skew_ppm=40.0)
NOTES = heard(POD, Air(failing=0.0), n=6500)
BEFORE, AFTER = NOTES[:200], NOTES[300:]  # samples 2600 to 3900 are missing
FIRST, STOP = 2600, 3900


def late(first: int, n: int, *, at_s: float = 30.0) -> list[Notification]:
    packets = POD.packets(n, batch=100, first=first)
    return [
        Notification(sensor=LEFT.key, arrival_s=at_s, channel="backfill", payload=packet.to_bytes())
        for packet in packets
    ]


def end(first: int, n: int, *, at_s: float = 30.0) -> Notification:
    payload = BackfillEnd(first_index=first, n_samples=n).to_bytes()
    return Notification(sensor=LEFT.key, arrival_s=at_s, channel="backfill", payload=payload)


def told(events: Iterable[RadioEvent]) -> list[StreamItem]:
    chain = SensorStream(worn=WORN, config=LEFT)
    return [item for event in events for item in chain.push(event)]


def blocks(items: Iterable[StreamItem], *, late: bool) -> list[SampleBlock]:
    return [i for i in items if isinstance(i, SampleBlock) and i.late is late]


def indices(found: Iterable[SampleBlock]) -> list[int]:
    return [i for block in found for i in range(block.first_index, block.first_index + len(block))]


def revised(items: Iterable[StreamItem]) -> list[tuple[int, int | None, str]]:
    gaps = [i for i in items if isinstance(i, Gap) and i.revision == 2]
    return [(gap.first_index, gap.n_samples, gap.reason) for gap in gaps]


@settings(max_examples=50, deadline=None)
@given(
    answers=st.lists(
        st.tuples(st.integers(FIRST - 100, STOP + 50), st.integers(1, 400)), max_size=30
    )
)
def test_asked_twice_answered_twice_partly_overlapping_each_sample_comes_once(
    answers: list[tuple[int, int]],
) -> None:
    items = told([*BEFORE, *AFTER, *(note for first, n in answers for note in late(first, n))])
    came = indices(blocks(items, late=True))
    wanted = {i for a, n in answers for i in range(a, a + n)} & set(range(FIRST, STOP))
    assert len(came) == len(set(came))
    assert set(came) == wanted


def test_late_samples_lie_in_time_between_those_around_the_gap() -> None:
    items = told([*BEFORE, *AFTER, *late(FIRST, 1300)])
    all_blocks = sorted(
        (i for i in items if isinstance(i, SampleBlock)), key=lambda block: block.first_index
    )
    assert indices(all_blocks) == list(range(6500))
    time_s = np.concatenate([block.time_s for block in all_blocks])
    assert np.abs(np.diff(time_s)[FIRST - 1 : STOP] - 0.005).max() < 10e-6
    counts = np.concatenate([block.accel_g[:, 0] for block in all_blocks]) * 2048
    np.testing.assert_array_equal(counts, np.arange(6500) % 1000)


def test_a_filled_gap_is_told_again_as_none() -> None:
    items = told([*BEFORE, *AFTER, *late(FIRST, 1000), *late(3600, 300)])
    first = next(i for i in items if isinstance(i, Gap))
    assert (first.first_index, first.n_samples, first.awaited) == (FIRST, 1300, True)
    assert revised(items) == [(FIRST, 0, "backfilled")]
    last = next(i for i in items if isinstance(i, Gap) and i.revision == 2)
    assert last.id == first.id
    assert last.start_s == last.end_s == first.start_s


def test_what_the_ring_no_longer_holds_stays_a_gap() -> None:
    items = told([*BEFORE, *AFTER, *late(3000, 900), end(3000, 900)])
    assert revised(items) == [(FIRST, 400, "no longer in the sensor's memory")]
    gap = next(i for i in items if isinstance(i, Gap) and i.revision == 2)
    assert gap.end_s == blocks(items, late=True)[0].time_s[0]


def test_a_hole_left_in_the_middle_is_told_before_the_gap_it_was_in() -> None:
    items = told([*BEFORE, *AFTER, *late(FIRST, 400), *late(3200, 700), end(3200, 700)])
    assert revised(items) == [
        (3000, 200, "no longer in the sensor's memory"),
        (FIRST, 0, "backfilled"),
    ]


def test_a_sensor_that_restarted_gives_nothing_of_before() -> None:
    again = Pod(boot=4, from_s=40.0)
    after = heard(again, Air(failing=0.0), n=1300)
    items = told([*BEFORE, *AFTER, *after, *late(FIRST, 1300, at_s=60.0)])
    assert blocks(items, late=True) == []
    assert revised(items) == [(FIRST, 1300, "no longer in the sensor's memory")]


def test_nobody_waits_for_late_samples_for_ever() -> None:
    notes = heard(POD, Air(failing=0.0), n=200 * 150)
    items = told([*notes[:200], *notes[300:], *late(FIRST, 100, at_s=150.0)])
    assert blocks(items, late=True) == []
    assert len(revised(items)) == 1


def test_what_came_late_was_not_lost() -> None:
    items = told([*BEFORE, *AFTER, *late(FIRST, 1000), status(31.0)])
    assert [i for i in items if isinstance(i, LinkHealth)][-1].samples_lost == 300


@settings(max_examples=20, deadline=None)
@given(stop=st.integers(195, 230))
def test_kill_load_and_go_on_in_the_middle_of_a_backfill(stop: int) -> None:
    answers = late(FIRST, 700)
    events = [*BEFORE, *AFTER[:5], *answers, end(FIRST, 700), *AFTER[5:20]]
    assert_dump_and_load_go_on(Comparable, events, stop)


def hear(backfill: Backfill, notes: Iterable[Notification]) -> None:
    for note in notes:
        backfill.hear(note.channel, note.payload, now_s=30.0)


def asked(backfill: Backfill, now_s: float) -> tuple[int, int] | None:
    step = backfill.question(now_s=now_s)
    if step is None:
        return None
    assert isinstance(step, Write)
    request = BackfillRequest.from_bytes(step.data)
    return request.first_index, request.n_samples


@pytest.fixture
def owed() -> Backfill:
    """Return what is owed after two gaps, at second 30."""
    backfill = Backfill(profile=open_imu)
    backfill.begin()
    for note in (*NOTES[:100], *NOTES[110:200], *AFTER):
        backfill.hear("motion", note.payload, now_s=note.arrival_s)
    return backfill


def test_what_is_missing_is_asked_for_the_oldest_first(owed: Backfill) -> None:
    assert asked(owed, 30.0) == (1300, 130)
    assert asked(owed, 30.5) is None  # it is under way
    hear(owed, late(1300, 130))
    owed.hear("backfill", end(1300, 130).payload, now_s=31.0)
    assert asked(owed, 31.1) == (FIRST, 1300)


def test_an_answer_cut_short_is_asked_for_again_from_where_it_ended(owed: Backfill) -> None:
    hear(owed, [*late(1300, 130), *late(FIRST, 500)])
    owed.begin()
    assert asked(owed, 30.1) == (FIRST + 500, 800)


def test_a_sensor_that_never_answers_is_asked_five_times_less_and_less_often(
    owed: Backfill,
) -> None:
    asks = [(at_s, one) for at_s in range(30, 100) if (one := asked(owed, float(at_s)))]
    first, second = (1300, 130), (FIRST, 1300)
    times_s = [0, 3, 6, 12, 24]
    then_s = 30 + 24 + 4  # what the last answer may take, and the look at which it is given up
    assert asks == [
        *((30 + after_s, first) for after_s in times_s),
        *((then_s + after_s, second) for after_s in times_s),
    ]


def test_holes_that_lie_near_each_other_are_asked_for_at_once() -> None:
    backfill = Backfill(profile=open_imu)
    backfill.begin()
    for note in (*NOTES[:100], *NOTES[101:103], *NOTES[106:108], *NOTES[108:120]):
        backfill.hear("motion", note.payload, now_s=note.arrival_s)
    assert asked(backfill, 30.0) == (1300, 78)
    hear(backfill, late(1300, 78))
    assert asked(backfill, 31.0) is None
    backfill.hear("backfill", end(1300, 78).payload, now_s=31.0)
    assert asked(backfill, 31.0) is None


def test_what_the_ring_no_longer_holds_is_not_asked_for_again(owed: Backfill) -> None:
    assert asked(owed, 30.0) == (1300, 130)
    owed.hear("backfill", end(3000, 0).payload, now_s=30.0)
    assert asked(owed, 30.1) == (3000, 900)


@settings(max_examples=50, deadline=None)
@given(
    order=st.lists(st.integers(0, 60), min_size=1, max_size=60),
    often=st.integers(1, 20),
    damaged=st.sets(st.integers(0, 59)),
)
def test_how_often_one_asks_does_not_change_what_is_owed(
    order: list[int], often: int, damaged: set[int]
) -> None:
    def spoilt(k: int) -> bytes:
        payload = NOTES[order[k]].payload
        return payload[:-1] + bytes([payload[-1] ^ (k in damaged)])

    def owed_after(every: int) -> tuple[int, int] | None:
        backfill = Backfill(profile=open_imu)
        for k in range(len(order)):
            backfill.hear("motion", spoilt(k), now_s=30.0)
            if k % every == 0:
                backfill.begin()  # reads what was heard
        return asked(backfill, 30.0)

    in_order = Backfill(profile=open_imu)
    hear(in_order, [NOTES[k] for k in sorted(order)])
    assert owed_after(often) == owed_after(1)
    if set(order) == set(range(min(order), max(order) + 1)):
        assert asked(in_order, 30.0) is None
