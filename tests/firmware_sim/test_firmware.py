from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.firmware import BATCH_SAMPLES, Firmware
from firmware_sim.imu import Imu, ImuModel, standing
from sensor_gateway.control import BackfillEnd, BackfillRequest, DeviceClock, Start, Status, Stop
from sensor_gateway.wire import MotionPacket

PPM = 45.0


def firmware(*, boot: int = 1, power_on_s: float = 100.0) -> Firmware:
    imu = Imu(
        model=replace(ImuModel(), clock_ppm=PPM),
        motion=standing,
        power_on_s=power_on_s,
        rng=np.random.default_rng(2),
    )
    return Firmware(imu=imu, boot=boot)


def streamed(sensor: Firmware, batches: int) -> list[MotionPacket]:
    packets = [sensor.complete_batch() for _ in range(batches)]
    return [MotionPacket.from_bytes(packet) for packet in packets if packet is not None]


def test_nothing_is_sent_before_start_nor_after_stop() -> None:
    sensor = firmware()
    assert streamed(sensor, 3) == []
    sensor.command(Start().to_bytes())
    assert len(streamed(sensor, 3)) == 3
    sensor.command(Stop().to_bytes())
    assert streamed(sensor, 3) == []


def test_packets_follow_each_other_without_a_hole() -> None:
    sensor = firmware()
    streamed(sensor, 5)
    sensor.command(Start().to_bytes())
    packets = streamed(sensor, 200)
    assert [p.sequence for p in packets] == list(range(200))
    assert [p.first_index for p in packets] == [BATCH_SAMPLES * (5 + i) for i in range(200)]
    assert np.all(np.diff([p.device_time_us for p in packets]) == BATCH_SAMPLES * 5000)


def test_a_batch_is_due_when_the_next_one_begins() -> None:
    sensor = firmware()
    period_s = BATCH_SAMPLES / 200.0 / (1.0 + PPM * 1e-6)
    assert sensor.next_due_s == pytest.approx(100.0 + period_s, abs=1e-9)
    sensor.complete_batch()
    assert sensor.next_due_s == pytest.approx(100.0 + 2 * period_s, abs=1e-9)


def test_the_clock_drifts_by_its_ppm_and_agrees_with_the_packets() -> None:
    sensor = firmware()
    first = DeviceClock.from_bytes(sensor.clock(100.0))
    later = DeviceClock.from_bytes(sensor.clock(1100.0))
    assert later.device_time_us - first.device_time_us == pytest.approx(1e9 * (1 + PPM * 1e-6))
    sensor.command(Start().to_bytes())
    packet = streamed(sensor, 1)[0]
    assert packet.device_time_us == first.device_time_us
    assert first.next_index == 1


def test_the_ring_buffer_gives_back_what_was_streamed() -> None:
    sensor = firmware()
    sensor.command(Start().to_bytes())
    live = np.concatenate([p.accel for p in streamed(sensor, 1000)])  # 65 s
    status = Status.from_bytes(sensor.status(165.0))
    assert status.next_index == 13_000
    assert status.next_index - status.oldest_index >= 60 * 200
    first = status.next_index - 60 * 200
    *packets, end = sensor.backfill(BackfillRequest(first_index=first, n_samples=12_000).to_bytes())
    decoded = [MotionPacket.from_bytes(packet) for packet in packets]
    assert [p.sequence for p in decoded] == list(range(len(decoded)))
    assert all(len(packet) <= 244 for packet in packets)
    np.testing.assert_array_equal(np.concatenate([p.accel for p in decoded]), live[first:])
    told = BackfillEnd.from_bytes(end)
    assert (told.first_index, told.n_samples) == (first, 12_000)


def test_a_backfill_gives_only_what_is_still_there() -> None:
    sensor = firmware()
    streamed(sensor, 1200)  # 78 s: the beginning has been overwritten
    oldest = Status.from_bytes(sensor.status(178.0)).oldest_index
    *packets, end = sensor.backfill(BackfillRequest(first_index=0, n_samples=oldest + 5).to_bytes())
    assert MotionPacket.from_bytes(packets[0]).first_index == oldest
    assert BackfillEnd.from_bytes(end).n_samples == 5
    only = sensor.backfill(BackfillRequest(first_index=10**9, n_samples=100).to_bytes())
    assert BackfillEnd.from_bytes(only[-1]).n_samples == 0


def test_after_a_power_loss_counters_and_clock_begin_again() -> None:
    before, after = firmware(boot=1), firmware(boot=2, power_on_s=500.0)
    for sensor in (before, after):
        sensor.command(Start().to_bytes())
    old, new = streamed(before, 9)[-1], streamed(after, 1)[0]
    assert (new.first_index, new.sequence, new.boot) == (0, 0, 2)
    assert new.device_time_us < old.device_time_us


def test_the_battery_runs_down() -> None:
    sensor = firmware()
    fresh = Status.from_bytes(sensor.status(100.0)).battery_pct
    used = Status.from_bytes(sensor.status(100.0 + 3600.0)).battery_pct
    assert fresh is not None
    assert used is not None
    assert 5 <= fresh - used <= 12


@given(st.binary(max_size=40))
def test_garbage_changes_nothing(data: bytes) -> None:
    sensor = firmware()
    sensor.command(data)
    assert sensor.backfill(data) == []
    assert not sensor.streaming
