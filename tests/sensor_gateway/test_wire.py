"""The open IMU profile's packets know their bytes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pytest
from fastcrc import crc16
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sensor_gateway import control, wire
from sensor_gateway.wire import MotionPacket, PacketError
from tests.sensor_gateway.signals import Pod

AnyPacket: TypeAlias = (
    MotionPacket
    | control.Status
    | control.DeviceClock
    | control.Start
    | control.Stop
    | control.BackfillRequest
    | control.BackfillEnd
)

U8 = st.integers(0, 255)
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFF_FFFF)
TENTHS = st.integers(1, 0xFFFF).map(lambda k: k / 10)
HUNDREDTHS = st.integers(1, 0xFFFF).map(lambda k: k / 100)


@st.composite
def motion_packets(draw: st.DrawFn) -> MotionPacket:
    with_gyro = draw(st.booleans())
    n = draw(st.integers(1, wire.samples_per_packet(gyro=with_gyro)))
    counts = arrays(np.int16, (n, 3))
    return MotionPacket(
        sequence=draw(U16),
        first_index=draw(U32),
        device_time_us=draw(U32),
        boot=draw(U8),
        rate_hz=draw(TENTHS),
        accel=draw(counts),
        gyro=draw(counts) if with_gyro else None,
        accel_range_g=draw(HUNDREDTHS),
        gyro_range_dps=draw(st.integers(1, 0xFFFF)) if with_gyro else 0,
    )


@st.composite
def statuses(draw: st.DrawFn) -> control.Status:
    return control.Status(
        boot=draw(U8),
        streaming=draw(st.booleans()),
        battery_pct=draw(st.none() | st.integers(0, 100)),
        oldest_index=draw(U32),
        next_index=draw(U32),
        packets_dropped=draw(U32),
        rate_hz=draw(TENTHS),
        accel_range_g=draw(HUNDREDTHS),
        gyro_range_dps=draw(U16),
    )


CLOCKS = st.builds(control.DeviceClock, boot=U8, device_time_us=U32, next_index=U32)
STARTS = st.builds(
    control.Start, rate_hz=TENTHS, accel_range_g=HUNDREDTHS, gyro_range_dps=U16
) | st.just(control.Start())
COMMANDS = STARTS | st.just(control.Stop())
REQUESTS = st.builds(control.BackfillRequest, first_index=U32, n_samples=U32)
ENDS = st.builds(control.BackfillEnd, first_index=U32, n_samples=U32)

READERS: list[Callable[[bytes], Any]] = [
    MotionPacket.from_bytes,
    control.Status.from_bytes,
    control.DeviceClock.from_bytes,
    control.command_from_bytes,
    control.BackfillRequest.from_bytes,
    control.BackfillEnd.from_bytes,
]
ANY_PACKET = motion_packets() | statuses() | CLOCKS | COMMANDS | REQUESTS | ENDS


def one_packet() -> MotionPacket:
    return MotionPacket(
        sequence=0x0102,
        first_index=0x03040506,
        device_time_us=0x0708090A,
        boot=0x0B,
        rate_hz=200.0,
        accel=np.array([[1, -1, 2048], [3, -32768, 32767]], dtype=np.int16),
        gyro=np.array([[4, 5, 6], [7, 8, 9]], dtype=np.int16),
        accel_range_g=16.0,
        gyro_range_dps=2000,
    )


@settings(deadline=None)
@given(motion_packets())
def test_a_motion_packet_survives_the_air(packet: MotionPacket) -> None:
    data = packet.to_bytes()
    back = MotionPacket.from_bytes(data)
    assert len(data) <= wire.MAX_PAYLOAD_BYTES
    for name in ("sequence", "first_index", "device_time_us", "boot"):
        assert getattr(back, name) == getattr(packet, name)
    for name in ("rate_hz", "accel_range_g", "gyro_range_dps"):
        assert getattr(back, name) == getattr(packet, name)
    np.testing.assert_array_equal(back.accel, packet.accel)
    if packet.gyro is None:
        assert back.gyro is None
    else:
        assert back.gyro is not None
        np.testing.assert_array_equal(back.gyro, packet.gyro)
    assert back.to_bytes() == data


@settings(deadline=None)
@given(statuses() | CLOCKS | REQUESTS | ENDS)
def test_the_small_packets_survive_the_air(
    packet: control.Status | control.DeviceClock | control.BackfillRequest | control.BackfillEnd,
) -> None:
    assert type(packet).from_bytes(packet.to_bytes()) == packet


@settings(deadline=None)
@given(COMMANDS)
def test_commands_survive_the_air(command: control.Start | control.Stop) -> None:
    assert control.command_from_bytes(command.to_bytes()) == command


@settings(deadline=None)
@given(ANY_PACKET, st.data())
def test_any_flipped_bit_is_noticed(packet: AnyPacket, data: st.DataObject) -> None:
    good = packet.to_bytes()
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    bad = bytearray(good)
    bad[bit // 8] ^= 1 << bit % 8
    for read in READERS:
        with pytest.raises(PacketError):
            read(bytes(bad))


@settings(deadline=None)
@given(ANY_PACKET, st.data())
def test_a_cut_packet_is_noticed(packet: AnyPacket, data: st.DataObject) -> None:
    good = packet.to_bytes()
    stop = data.draw(st.integers(0, len(good) - 1))
    if (
        stop >= 2
        and crc16.ibm_3740(good[: stop - 2]).to_bytes(2, "little") == good[stop - 2 : stop]
    ):
        return  # one cut in 65,536 looks whole to any CRC-16
    for read in READERS:
        with pytest.raises(PacketError):
            read(good[:stop])


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_garbage_decodes_or_is_a_packet_error(garbage: bytes, sealed: bool) -> None:  # noqa: FBT001
    if sealed:  # get past the CRC, to the fields behind it
        garbage += crc16.ibm_3740(garbage).to_bytes(2, "little")
    for read in READERS:
        with suppress(PacketError):
            read(garbage)


@settings(deadline=None)
@given(st.sampled_from(list(wire.Kind)), st.binary(max_size=242))
def test_a_well_sealed_but_senseless_packet_decodes_or_is_a_packet_error(
    kind: wire.Kind, body: bytes
) -> None:
    data = bytes([wire.VERSION, kind]) + body
    data += crc16.ibm_3740(data).to_bytes(2, "little")
    for read in READERS:
        with suppress(PacketError):
            read(data)


def test_these_bytes_are_the_format() -> None:
    assert one_packet().to_bytes().hex() == (
        "01010b020201d007060504030a0908074006d007"
        "0100ffff000804000500060003000080ff7f070008000900"
        "6daf"
    )


def test_a_packet_that_would_not_be_read_is_not_sent() -> None:
    good = one_packet()
    empty = np.zeros((0, 3), dtype=np.int16)
    wrong: list[dict[str, Any]] = [
        {"gyro": None},
        {"gyro_range_dps": 0},
        {"gyro": good.accel[:1]},
        {"accel": empty, "gyro": empty},
        {"sequence": 0x1_0000},
        {"first_index": -1},
        {"rate_hz": 0.0},
        {"accel_range_g": 0.0},
        {"accel_range_g": 700.0},
    ]
    fields = {name: getattr(good, name) for name in MotionPacket.__slots__}
    for change in wrong:
        with pytest.raises(PacketError):
            MotionPacket(**(fields | change)).to_bytes()


def test_a_motion_packet_without_samples_is_none() -> None:
    data = bytearray(one_packet().to_bytes()[:20])
    data[3] = 0
    data += crc16.ibm_3740(bytes(data)).to_bytes(2, "little")
    with pytest.raises(PacketError, match="0 samples"):
        MotionPacket.from_bytes(bytes(data))


def test_a_packet_of_the_next_version_is_named_as_such() -> None:
    data = bytearray(one_packet().to_bytes()[:-2])
    data[0] = 2
    data += crc16.ibm_3740(bytes(data)).to_bytes(2, "little")
    with pytest.raises(PacketError, match="version 2, wanted 1 version 1"):
        MotionPacket.from_bytes(bytes(data))


def test_a_notification_of_244_bytes_holds_18_samples_with_gyro_and_37_without() -> None:
    assert wire.samples_per_packet(gyro=True) == 18
    assert wire.samples_per_packet(gyro=False) == 37


def test_a_packet_follows_where_the_one_before_ended() -> None:
    before, after, later = Pod(index_zero=2**32 - 20).packets(39)
    assert wire.follows(after.to_bytes(), before.to_bytes())
    assert wire.follows(later.to_bytes(), after.to_bytes())  # the counter has wrapped
    assert not wire.follows(later.to_bytes(), before.to_bytes())
    assert not wire.follows(before.to_bytes(), before.to_bytes())


@pytest.mark.parametrize(
    "changed",
    [
        {"boot": 1},
        {"rate_hz": 100.0},
        {"accel_range_g": 8.0},
        {"gyro_range_dps": 1000},
        {"device_time_us": 0},
    ],
    ids=str,
)
def test_a_packet_of_another_kind_follows_none(changed: dict[str, Any]) -> None:
    before, after = Pod().packets(26)
    assert not wire.follows(replace(after, **changed).to_bytes(), before.to_bytes())


@given(st.integers(0, 177), st.integers(1, 255))
def test_a_damaged_packet_follows_none(at: int, flipped: int) -> None:
    before, after = (packet.to_bytes() for packet in Pod().packets(26))
    damaged = after[:at] + bytes([after[at] ^ flipped]) + after[at + 1 :]
    assert not wire.follows(damaged, before)
