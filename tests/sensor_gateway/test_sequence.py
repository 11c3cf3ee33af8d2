"""The sequencer: every sample once, in order, and a name for those that are missing."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sensor_gateway.control import DeviceClock
from sensor_gateway.runs import Run, run_of
from sensor_gateway.sequence import Sequencer
from sensor_gateway.wire import MotionPacket
from tests.sensor_gateway.signals import Pod


def runs(packets: list[MotionPacket]) -> list[Run]:
    sequencer = Sequencer()
    placed = [(packet, sequencer.push(packet)) for packet in packets]
    return [run_of(packet, place) for packet, place in placed if place is not None]


def spans(found: list[Run]) -> list[tuple[int, int]]:
    return [(run.first_index, run.first_index + len(run)) for run in found]


def test_what_follows_follows() -> None:
    found = runs(list(Pod().packets(100, batch=10)))
    assert spans(found) == [(i, i + 10) for i in range(0, 100, 10)]
    assert {run.missing for run in found} == {0}


def test_counters_go_on_past_their_end() -> None:
    pod = Pod(index_zero=2**32 - 25, device_zero_us=2**32 - 100_000)
    found = runs(list(pod.packets(100, batch=10)))
    first = 2**32 - 25
    assert spans(found) == [(first + i, first + i + 10) for i in range(0, 100, 10)]
    assert {run.missing for run in found} == {0}
    assert all(b.device_us - a.device_us == 50_000 for a, b in pairwise(found))


def test_repeats_are_dropped_whole_or_in_part() -> None:
    pod = Pod()
    packets = [
        pod.packet(0, 10, 0),
        pod.packet(0, 10, 0),
        pod.packet(4, 10, 1),
        pod.packet(2, 5, 2),
    ]
    found = runs(packets)
    assert spans(found) == [(0, 10), (10, 14)]
    assert (found[1].accel_g[:, 0] * 2048).tolist() == [10, 11, 12, 13]
    assert found[1].gyro_radps is not None
    assert len(found[1].gyro_radps) == 4
    assert found[1].device_us - found[0].device_us == 50_000


def test_a_gap_says_whether_the_air_or_the_sensor_lost_it() -> None:
    pod = Pod()
    on_air = runs([pod.packet(0, 10, 0), pod.packet(30, 10, 3)])[1]
    in_sensor = runs([pod.packet(0, 10, 0), pod.packet(30, 10, 1)])[1]
    assert (on_air.missing, on_air.reason) == (20, "lost on the air")
    assert (in_sensor.missing, in_sensor.reason) == (20, "the sensor had no room for them")


def test_a_gap_longer_than_the_device_clock_wraps_is_still_counted() -> None:
    pod = Pod()
    two_hours = 2 * 3600 * 200
    found = runs([pod.packet(0, 10, 0), pod.packet(two_hours, 10, 9)])[1]
    assert (found.missing, found.restarted) == (two_hours - 10, False)
    assert found.device_us == pod.device_zero_us + 7_200_000_000


def test_a_restart_is_seen_by_the_boot_number_alone() -> None:
    sequencer = Sequencer()
    sequencer.push(Pod(boot=1).packet(1000, 10, 0))
    found = sequencer.push(Pod(boot=2).packet(1010, 10, 1))
    assert found is not None
    assert (found.restarted, found.missing) == (True, None)


@settings(deadline=None)
@given(before=st.integers(500, 10**6), data=st.data())
def test_a_restart_without_a_boot_number_is_seen_by_counters_that_ran_back(
    before: int, data: st.DataObject
) -> None:
    after = data.draw(st.integers(0, before - 401))
    found = runs([Pod().packet(before, 10, 0), Pod().packet(after, 10, 0)])
    assert (found[1].restarted, found[1].missing) == (True, None)


@settings(deadline=None)
@given(before=st.integers(0, 10**6), after=st.integers(0, 10**6), off_s=st.floats(0.11, 3000))
def test_a_restart_without_a_boot_number_is_seen_by_counters_that_moved_apart(
    before: int, after: int, off_s: float
) -> None:
    off_s += 0.05 * abs(after - before) / 200
    moved = Pod(device_zero_us=250_000 + round(off_s * 1e6))
    found = runs([Pod().packet(before, 10, 0), moved.packet(after, 10, 0)])
    assert (found[1].restarted, found[1].missing) == (True, None)


def test_a_restart_to_the_same_zero_is_no_repeat() -> None:
    pod = Pod()
    found = runs([*pod.packets(2000, batch=10), pod.packet(0, 10, 0), pod.packet(10, 10, 1)])
    assert [run.restarted for run in found[-2:]] == [True, False]
    assert spans(found)[-2:] == [(2**32, 2**32 + 10), (2**32 + 10, 2**32 + 20)]


def test_no_index_comes_twice_whatever_restarts() -> None:
    pods = [Pod(boot=b) for b in range(4)]
    found = runs([p for pod in pods for p in pod.packets(60, batch=10)])
    assert all(a < b for (_, a), (b, _) in pairwise([(0, -1), *spans(found)]) if a != b)
    seen = [i for a, b in spans(found) for i in range(a, b)]
    assert len(seen) == len(set(seen)) == 240
    assert seen == sorted(seen)


@settings(deadline=None)
@given(
    order=st.lists(st.integers(0, 60), min_size=1, max_size=60),
    size=st.integers(1, 18),
)
def test_samples_come_once_and_in_order_whatever_arrives(order: list[int], size: int) -> None:
    pod = Pod()
    found = runs([pod.packet(i, size, k) for k, i in enumerate(order)])
    seen = [i for a, b in spans(found) for i in range(a, b)]
    assert seen == sorted(set(seen))
    for (_, end), run in zip(spans(found), found[1:], strict=False):
        assert run.missing == run.first_index - end


def test_a_clock_reading_is_unwrapped_only_for_the_boot_we_know() -> None:
    sequencer = Sequencer()
    reading = DeviceClock(boot=0, device_time_us=5_000, next_index=20)
    assert sequencer.device_us(reading) is None
    pod = Pod(device_zero_us=2**32 - 50_000)
    for packet in pod.packets(30, batch=10):
        sequencer.push(packet)
    assert sequencer.device_us(reading) == 2**32 + 5_000
    other = DeviceClock(boot=1, device_time_us=5_000, next_index=20)
    assert sequencer.device_us(other) is None
