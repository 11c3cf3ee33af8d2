"""One sensor's whole chain: laws, gaps, losses, damage, speed."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import SettingsError
from analytics.records import Gap, LinkHealth, LinkState, SampleBlock, SessionEvent, Side
from sensor_gateway.events import Notification, RadioEvent, time_of
from sensor_gateway.stream import SensorStream
from tests.laws.law import assert_dump_and_load_go_on, assert_given_records_never_change
from tests.sensor_gateway.one_chain import EVENTS, Comparable, blocks, link, run, stream
from tests.sensor_gateway.signals import LEFT, WORN, Air, Pod, heard, note


@given(stop=st.integers(0, len(EVENTS)))
@settings(max_examples=40, deadline=None)
def test_kill_load_and_go_on_is_as_never_killed(stop: int) -> None:
    assert_dump_and_load_go_on(Comparable, EVENTS, stop)


@given(stop=st.integers(0, len(EVENTS)))
@settings(max_examples=40, deadline=None)
def test_what_was_given_never_changes(stop: int) -> None:
    assert_given_records_never_change(Comparable, EVENTS, stop)


@given(sizes=st.lists(st.integers(1, 37), min_size=1, max_size=12), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_any_cutting_of_notifications_gives_the_same_samples(sizes: list[int], seed: int) -> None:
    pod, n = Pod(), 1500
    starts, at, k = [], 0, 0
    while at < n:
        starts.append(at)
        at += sizes[k % len(sizes)]
        k += 1
    packets = [pod.packet(a, min(b, n) - a, i) for i, (a, b) in enumerate(pairwise([*starts, at]))]
    arrivals = Air(interval_s=0.0075, failing=0.0, seed=seed).arrivals(
        np.array([pod.last_s(packet) for packet in packets])
    )
    cut = blocks(run(note(p, float(a)) for p, a in zip(packets, arrivals, strict=True)))
    time_s = np.concatenate([block.time_s for block in cut])
    accel = np.concatenate([block.accel_g for block in cut])
    assert [block.first_index for block in cut] == starts
    assert np.array_equal(accel[:, 0] * 2048, np.arange(n) % 1000)
    true_s = np.array([pod.time_s(i) for i in range(n)])
    assert np.abs(time_s - true_s).max() < 8.5e-3  # one connection interval
    assert np.abs(np.diff(time_s) - 0.005).max() < 5e-6


def test_counts_become_g_and_radians_per_second() -> None:
    block = blocks(run(heard(Pod(), Air(), n=260)))[0]
    assert block.accel_g[7] == pytest.approx([7 / 2048, -7 / 2048, 2 / 2048])
    assert block.gyro_radps is not None
    assert block.gyro_radps[7] == pytest.approx(np.radians(np.array([3, 4, 5]) * 2000 / 32768))
    assert (block.range_g, block.rate_hz, block.worn) == (16.0, 200.0, WORN)


def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    items = run(EVENTS)
    seen = [(b.first_index + i) for b in blocks(items) for i in range(len(b))]
    gaps = [item for item in items if isinstance(item, Gap) and item.revision == 1]
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
    assert [gap.n_samples for gap in gaps] == [13, 130, None]
    assert len(seen) == 2600 - 13 - 130 + 1000
    times = np.concatenate([b.time_s for b in blocks(items)])
    assert np.diff(times).min() > 0.0


def test_gaps_lie_between_the_samples_around_them_and_say_why() -> None:
    items = run(EVENTS)
    for k, gap in enumerate(items):
        if isinstance(gap, Gap) and gap.revision == 1:
            before, after = blocks(items[:k])[-1], blocks(items[k:])[0]
            assert gap.start_s == before.time_s[-1]
            assert gap.end_s == after.time_s[0]
            assert gap.first_index == before.first_index + len(before)
    reasons = [item.reason for item in items if isinstance(item, Gap) and item.revision == 1]
    assert reasons == ["lost on the air", "lost on the air", "the sensor restarted"]


def test_a_restarted_sensors_clock_is_learnt_anew() -> None:
    restarted = [b for b in blocks(run(EVENTS)) if b.first_index >= 2**32]
    pod = Pod(boot=2, from_s=15.0)
    time_s = np.concatenate([b.time_s for b in restarted])
    true_s = np.array([pod.time_s(i) for i in range(1000)])
    assert np.abs(time_s - true_s).max() < 0.03
    assert np.diff(time_s) == pytest.approx(0.005, abs=5e-6)


def test_a_gap_after_a_lost_link_says_so() -> None:
    pod = Pod()
    notes = heard(pod, Air(), n=4000)
    lost_s, back_s = time_of(notes[100]) + 0.01, time_of(notes[160]) - 0.01
    events: list[RadioEvent] = [
        *notes[:101],
        link(lost_s, LinkState.LOST, "connected, but silent for 3 s"),
        link(back_s, LinkState.CONNECTED, "connected"),
        *notes[160:],
    ]
    gaps = [item for item in run(events) if isinstance(item, Gap)]
    told = [(g.n_samples, g.reason, g.awaited) for g in gaps]
    assert told == [
        (767, "connected, but silent for 3 s", True),
        (767, "no longer in the sensor's memory", False),
    ]


def test_a_loss_is_announced_once_and_so_is_the_return() -> None:
    items = run(
        [
            *EVENTS[:-1],
            link(30.0, LinkState.LOST),
            link(31.0, LinkState.LOST, "could not connect"),
            link(32.0, LinkState.LOST, "could not connect"),
        ]
    )
    told = [(e.kind, e.text, e.side) for e in items if isinstance(e, SessionEvent)]
    lost = ("sensor_lost", "Left pod lost, cues paused", Side.LEFT)
    assert told == [lost, ("sensor_back", "Left pod is back", Side.LEFT), lost]


def test_a_return_is_announced_before_its_first_samples() -> None:
    items = run(EVENTS)
    back = next(
        k for k, i in enumerate(items) if isinstance(i, SessionEvent) and i.kind == "sensor_back"
    )
    assert isinstance(items[back + 1], Gap)
    assert isinstance(items[back + 2], SampleBlock)


def test_health_tells_battery_losses_reconnects_and_clock() -> None:
    health = [item for item in run(EVENTS) if isinstance(item, LinkHealth)]
    last = health[-1]
    assert (last.battery_pct, last.samples_lost, last.reconnects) == (79.0, 143, 1)
    assert last.clock_uncertainty_s is not None
    assert [h.state for h in health][:2] == [LinkState.SEARCHING, LinkState.CONNECTED]
    assert len({h.id for h in health}) == len(health)


def test_after_a_restart_it_is_told_how_sure_the_clock_is_before_its_first_times() -> None:
    items = run(EVENTS)
    restart = next(k for k, i in enumerate(items) if isinstance(i, Gap) and i.n_samples is None)
    health = [k for k, item in enumerate(items[:restart]) if isinstance(item, LinkHealth)]
    told = items[health[-1]]
    assert isinstance(told, LinkHealth)
    assert told.clock_uncertainty_s is not None
    assert told.time_s > 15.0
    assert health[-1] > max(k for k, i in enumerate(items[:restart]) if isinstance(i, SampleBlock))


def test_damage_is_counted_and_passed_over() -> None:
    chain = stream()
    for event in EVENTS:
        chain.push(event)
    assert chain.damaged_packets == 1


@settings(deadline=None)
@given(
    garbage=st.binary(max_size=250),
    channel=st.sampled_from(["motion", "status", "clock", "what"]),
    stop=st.integers(0, len(EVENTS)),
)
def test_garbage_changes_nothing(garbage: bytes, channel: str, stop: int) -> None:
    odd = Notification(sensor=LEFT.key, arrival_s=5.0, channel=channel, payload=garbage)
    chain = Comparable()
    for event in EVENTS[:stop:20]:
        chain.push(event)
    assert chain.push(odd) == []


def test_samples_come_out_at_once_after_the_first_half_second() -> None:
    chain = stream()
    notes = heard(Pod(), Air(), n=2600)
    for event in notes:
        out = blocks(chain.push(event))
        if event.arrival_s - notes[0].arrival_s >= 0.5:
            assert out
            assert event.arrival_s - out[-1].time_s[-1] < 0.1


def test_a_short_recording_is_given_out_at_its_end() -> None:
    assert sum(len(b) for b in blocks(run(heard(Pod(), Air(), n=39)))) == 39


def test_a_notification_costs_far_less_than_a_millisecond() -> None:
    notes = heard(Pod(), Air(), n=13 * 2000)
    chain = stream()
    before_s = time.process_time()
    for event in notes:
        chain.push(event)
    assert (time.process_time() - before_s) / len(notes) < 0.5e-3


def test_a_state_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not a state"):
        stream().load(b"something else")


def test_an_unknown_profile_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="open_imu"):
        SensorStream(worn=WORN, config=replace(LEFT, profile="opan_imu"))
