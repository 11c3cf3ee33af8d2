from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.records import Placement, Side
from firmware_sim.faults import PowerCut, Slip, Swapped
from firmware_sim.scenario import Scenario
from firmware_sim.scenarios import scenario
from firmware_sim.world import STANDS_AT_END_S, World, run_virtual
from tests.firmware_sim.listener import Listener

ROOT = Path(__file__).parents[2]


def listened(what: Scenario, *, seed: int = 3) -> Listener:
    """Return what a client heard of a world that ran to its end in virtual time."""

    async def main() -> Listener:
        listener = Listener(world=World(scenario=what, seed=seed))
        await listener.run()
        return listener

    return run_virtual(main())


def short(name: str = "demo", minutes: float = 0.5) -> Scenario:
    return scenario(name).with_(minutes=minutes)


def test_every_sample_of_both_sensors_arrives_once_and_in_order() -> None:
    listener = listened(short())
    assert sorted(listener.packets) == ["demo-left", "demo-right"]
    for heard in listener.packets.values():
        packets = [packet for _, packet in heard]
        assert all(b.first_index == a.first_index + len(a) for a, b in pairwise(packets))
        assert all(b.sequence == a.sequence + 1 for a, b in pairwise(packets))
        connected_s = 30.0 - 0.5
        assert sum(map(len, packets)) == pytest.approx(connected_s * 200, abs=60)


def test_packets_arrive_when_their_batch_is_complete() -> None:
    listener = listened(short())
    for heard in listener.packets.values():
        arrival_s = np.array([at for at, _ in heard])
        device_s = np.array([p.device_time_us for _, p in heard]) * 1e-6
        offset_s = arrival_s - device_s
        drift_ppm = 1e6 * (offset_s[-1] - offset_s[0]) / (arrival_s[-1] - arrival_s[0])
        assert 15.0 < abs(drift_ppm) < 55.0
        assert np.ptp(offset_s) < 0.002


def test_a_power_cut_is_a_real_disconnect_and_the_sensor_comes_back() -> None:
    cut = PowerCut(side=Side.LEFT, at_s=10.0, lasts_s=5.0)
    what = Scenario(name="cut", about="", placement=Placement.SHIN, minutes=0.5, faults=(cut,))
    listener = listened(what)
    lost_s, _let_go_s = listener.lost_s["demo-left"]
    first_s, again_s = listener.connected_s["demo-left"]
    start_s = 1000.0
    assert first_s - start_s < 1.0
    assert lost_s - start_s == pytest.approx(10.72, abs=0.01)  # after the supervision timeout
    assert again_s - start_s == pytest.approx(15.0, abs=0.5)
    packets = listener.packets["demo-left"]
    before = [p for at, p in packets if at < lost_s]
    after = [p for at, p in packets if at > lost_s]
    assert before[-1].boot == 1
    assert (after[0].boot, after[0].sequence) == (2, 0)
    assert after[0].first_index < before[-1].first_index
    assert listener.lost_s["demo-right"] == [start_s + 30.0]  # let go at the end
    other = [at for at, _ in listener.packets["demo-right"]]
    assert np.diff(other).max() < 0.1


def test_a_power_cut_shorter_than_the_supervision_timeout_is_noticed_too() -> None:
    cut = PowerCut(side=Side.RIGHT, at_s=5.0, lasts_s=0.3)
    what = Scenario(name="blink", about="", placement=Placement.SHOE, minutes=0.2, faults=(cut,))
    listener = listened(what)
    assert listener.lost_s["demo-right"] == pytest.approx([1005.3, 1012.0])
    assert len(listener.connected_s["demo-right"]) == 2
    assert listener.packets["demo-right"][-1][1].boot == 2


def test_truth_lies_on_the_session_clock_of_the_first_sample() -> None:
    listener = listened(short())
    arrival_s, packet = listener.packets["demo-right"][0]
    zero_s = arrival_s - len(packet) / packet.rate_hz
    strides, session = listener.world.truth(zero_s)
    # The sensor shows a landing when the truth says so: its first sample beyond 5 g lies about it,
    # as the foot is braked in the air or on the ground.
    index = np.concatenate(
        [
            np.arange(p.first_index, p.first_index + len(p))
            for _, p in listener.packets["demo-right"]
        ]
    )
    accel = np.concatenate([p.accel for _, p in listener.packets["demo-right"]])
    hard = np.flatnonzero(np.abs(accel).max(axis=1) > 5 * 1024)[0]
    seen_s = (index[hard] - packet.first_index) / 200.0
    landings = [s.contact_s for s in strides if s.side is Side.RIGHT]
    assert min(abs(seen_s - s) for s in landings) < 0.04
    assert session["scenario"] == "demo"
    assert session["running_from_s"] == pytest.approx(min(s.contact_s for s in strides))
    cadence = [c["change_pct"] for c in session["form_changes"] if c["metric"] == "cadence"]
    assert cadence == [pytest.approx(100.0 * listener.world.course.changes[0].cadence)]
    assert cadence[0] < -3.0


def test_the_truth_says_what_was_done_in_every_second() -> None:
    listener = listened(short())
    _, session = listener.world.truth(1000.0)
    activity = session["activity"]
    runs_from, runs_until = session["parts"][1]["from_s"], session["parts"][1]["until_s"]
    assert len(activity) == 30
    assert [part["activity"] for part in session["parts"]] == ["standing", "running", "standing"]
    assert runs_from == session["running_from_s"]
    for second, what in enumerate(activity):
        inside = min(runs_until, second + 1) - max(runs_from, second)
        assert what == ("running" if inside > 0.5 else "standing")
    assert {part["surface"] for part in session["parts"]} == {"asphalt"}


def test_true_strides_tile_each_legs_run() -> None:
    listener = listened(short())
    strides, session = listener.world.truth(1000.0)
    for side in Side:
        leg = [s for s in strides if s.side is side]
        for one, following in pairwise(leg):
            assert one.contact_s + one.stride_time_s == pytest.approx(following.contact_s)
        assert all(0.2 < s.toe_off_s - s.contact_s < 0.35 for s in leg)
        assert all(s.speed_mps == pytest.approx(s.stride_length_m / s.stride_time_s) for s in leg)
    ends_s = max(s.contact_s + s.stride_time_s for s in strides)
    assert ends_s <= 30.0 - STANDS_AT_END_S
    assert session["n_strides"] == len(strides)
    mean = 120.0 / float(np.mean([s.stride_time_s for s in strides]))
    assert session["mean_cadence_spm"] == pytest.approx(mean)


def test_a_runner_does_not_wait_for_ever_for_a_sensor() -> None:
    async def main() -> World:
        world = World(scenario=short(), seed=1)  # nobody connects
        await world.run()
        return world

    strides, session = run_virtual(main()).truth(1000.0)
    assert session["running_from_s"] == pytest.approx(12.0 + 4.0 + 0.7)
    assert strides


def test_runners_and_sensors_differ_by_seed_and_by_name() -> None:
    async def main() -> list[World]:
        return [
            World(scenario=short(), seed=1),
            World(scenario=short(), seed=2),
            World(scenario=short(), seed=1, runner="other"),
        ]

    worlds = run_virtual(main())
    assert len({world.traits for world in worlds}) == 3


def test_two_worlds_share_one_radio() -> None:
    async def main() -> dict[str, int]:
        first = World(scenario=short(minutes=0.2), seed=1, runner="ann")
        second = World(
            scenario=short(minutes=0.2), seed=1, runner="bob", radio=first.radio, number=2
        )
        heard: dict[str, int] = {}
        async with asyncio.TaskGroup() as tasks:
            listeners = [Listener(world=world) for world in (first, second)]
            for listener in listeners:
                tasks.create_task(listener.run())
        for listener in listeners:
            heard.update({key: len(packets) for key, packets in listener.packets.items()})
        return heard

    heard = run_virtual(main())
    assert sorted(heard) == ["ann-left", "ann-right", "bob-left", "bob-right"]
    assert min(heard.values()) > 150


def digest() -> str:
    """Return a fingerprint of every notification of a short world, its loop time included."""
    return listened(short("sensor-loss", minutes=0.3), seed=11).digest.hexdigest()


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_one_seed_gives_the_same_notifications_in_any_process(hash_seed: str) -> None:
    script = "from tests.firmware_sim.test_world import digest; print(digest())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest()


def test_the_baseline_is_the_runners_fresh_form_as_measured() -> None:
    async def main() -> tuple[World, Any]:
        world = World(scenario=short(), seed=3)
        return world, world.baseline()

    world, baseline = run_virtual(main())
    assert baseline is not None
    assert baseline.runner == "demo"
    assert baseline.source == "demo"
    usual = baseline.usual
    assert usual["cadence"].median == pytest.approx(world.traits.cadence_spm, rel=0.015)
    ratio = usual["peak_accel_left"].median / usual["peak_accel_right"].median
    assert (ratio > 1.0) == (world.traits.left_peak > 1.0)
    assert {"contact_time_left", "contact_time_right", "asymmetry", "stride_time_cv"} <= set(usual)


def lived_through(what: Scenario) -> World:
    """Return a world that ran to its end with nobody listening: running from second 16.7 on."""

    async def main() -> World:
        world = World(scenario=what, seed=1)
        await world.run()
        return world

    return run_virtual(main())


def test_a_sensor_whose_battery_is_empty_dies_and_says_before_how_little_is_left() -> None:
    dying = replace(short(), battery_pct=4.0, battery_hours=0.1)  # 4 % of 6 min: 14.4 s
    listener = listened(dying)
    for key in ("demo-left", "demo-right"):
        last_s = listener.packets[key][-1][0]
        assert last_s - 1000.0 == pytest.approx(14.4, abs=0.3)
        assert len(listener.connected_s[key]) == 1


def test_swapped_sensors_feel_the_other_leg_while_they_are() -> None:
    swapped = Swapped(at_s=18.0, lasts_s=5.0)
    world = lived_through(replace(short(), faults=(swapped,)))
    plain = lived_through(short())
    before, during = (np.arange(t, t + 1.0, 0.01) for t in (1016.9, 1019.0))
    for side, other in ((Side.LEFT, Side.RIGHT), (Side.RIGHT, Side.LEFT)):
        np.testing.assert_array_equal(world.feels(side, before), plain.feels(side, before))
        np.testing.assert_allclose(world.feels(side, during), plain.feels(other, during))


def test_a_strap_slips_on_its_own_leg_until_it_is_put_right() -> None:
    slip = Slip(side=Side.LEFT, at_s=18.0, lasts_s=5.0, degrees=20.0)
    world, plain = lived_through(replace(short(), faults=(slip,))), lived_through(short())
    time_s = np.arange(1017.0, 1025.0, 0.01)
    np.testing.assert_array_equal(world.feels(Side.RIGHT, time_s), plain.feels(Side.RIGHT, time_s))
    askew, straight = world.feels(Side.LEFT, time_s), plain.feels(Side.LEFT, time_s)
    during = (time_s >= 1018.0) & (time_s < 1023.0)
    np.testing.assert_array_equal(askew[:, ~during], straight[:, ~during])
    assert np.abs(askew - straight)[:3, during].max(axis=0).min() > 0.01
    np.testing.assert_allclose((askew[:3] ** 2).sum(axis=0), (straight[:3] ** 2).sum(axis=0))
