"""docs/sensor-profile.md says what the code does: its tables and its example are read here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensor_gateway import control, wire
from sensor_gateway.wire import MotionPacket

PAGE = (Path(__file__).parents[2] / "docs" / "sensor-profile.md").read_text()
SIZES = {"u8": 1, "u16": 2, "u32": 4, "i16": 2}
ROW = re.compile(r"^\| (\d+) \| (\w+) \| ([\w-]+) \|", re.MULTILINE)


def crc_of_the_page(data: bytes) -> int:
    """Return the CRC bit by bit, from nothing but the page's words."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return value


def table(kind: wire.Kind) -> list[tuple[int, str, str]]:
    """Return the rows (byte, type, field) under the heading of a kind."""
    _, _, after = PAGE.partition(f"(kind 0x{int(kind):02X})\n")
    section = after.split("\n#")[0]
    return [(int(at), kind_of, field) for at, kind_of, field in ROW.findall(section)]


def packet_of_the_page(kind: wire.Kind, values: dict[str, int | list[int]]) -> bytes:
    """Return a packet put together by the page's table."""
    data = bytearray([1, kind])
    for at, kind_of, field in table(kind):
        assert at == len(data), f"{kind.name}: {field} does not follow what is before it"
        value = values.pop(field) if field != "-" else 0
        for number in value if isinstance(value, list) else [value]:
            data += number.to_bytes(SIZES[kind_of], "little", signed=kind_of == "i16")
    assert not values, f"{kind.name}: the page does not know {list(values)}"
    return bytes(data) + crc_of_the_page(bytes(data)).to_bytes(2, "little")


def test_the_crc_is_the_one_described() -> None:
    assert crc_of_the_page(b"123456789") == 0x29B1
    assert "0x29B1" in PAGE


def test_a_motion_packet_made_by_the_page_is_read_by_the_code() -> None:
    samples = [1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -32768]
    data = packet_of_the_page(
        wire.Kind.MOTION,
        {
            "boot": 7,
            "n": 2,
            "sequence": 0x1234,
            "rate": 4166,
            "first_index": 0x12345678,
            "device_time": 0x9ABCDEF0,
            "accel_range": 3200,
            "gyro_range": 1000,
            "samples": samples,
        },
    )
    packet = MotionPacket.from_bytes(data)
    assert (packet.boot, packet.sequence, packet.first_index) == (7, 0x1234, 0x12345678)
    assert (packet.device_time_us, packet.rate_hz) == (0x9ABCDEF0, 416.6)
    assert (packet.accel_range_g, packet.gyro_range_dps) == (32.0, 1000)
    assert packet.gyro is not None
    assert np.hstack([packet.accel, packet.gyro]).ravel().tolist() == samples
    assert packet.to_bytes() == data


@pytest.mark.parametrize(
    ("packet", "values"),
    [
        (
            control.Status(
                boot=3,
                streaming=True,
                battery_pct=55,
                oldest_index=1_000_000,
                next_index=1_013_000,
                packets_dropped=9,
                rate_hz=200.0,
                accel_range_g=16.0,
                gyro_range_dps=2000,
            ),
            {
                "boot": 3,
                "streaming": 1,
                "battery": 55,
                "oldest_index": 1_000_000,
                "next_index": 1_013_000,
                "dropped": 9,
                "rate": 2000,
                "accel_range": 1600,
                "gyro_range": 2000,
            },
        ),
        (
            control.DeviceClock(boot=4, device_time_us=123_456_789, next_index=24_691),
            {"boot": 4, "device_time": 123_456_789, "next_index": 24_691},
        ),
        (
            control.Start(rate_hz=200.0, accel_range_g=32.0, gyro_range_dps=2000),
            {"rate": 2000, "accel_range": 3200, "gyro_range": 2000},
        ),
        (control.Stop(), {}),
        (
            control.BackfillRequest(first_index=70_000, n_samples=400),
            {"first_index": 70_000, "n_samples": 400},
        ),
        (
            control.BackfillEnd(first_index=70_100, n_samples=300),
            {"first_index": 70_100, "n_samples": 300},
        ),
    ],
)
def test_the_small_packets_are_as_the_page_says(packet: Any, values: dict[str, Any]) -> None:  # noqa: ANN401
    data = packet.to_bytes()
    assert data == packet_of_the_page(wire.Kind(data[1]), dict(values))


def test_every_kind_of_packet_stands_on_the_page() -> None:
    for kind in wire.Kind:
        assert PAGE.count(f"(kind 0x{int(kind):02X})\n") == 1


def test_the_uuids_are_those_of_the_code() -> None:
    stated = dict(re.findall(r"^\| (\w+) \| `([0-9a-f-]{36})` \|", PAGE, re.MULTILINE))
    assert stated == {
        "service": wire.SERVICE_UUID,
        "motion": wire.MOTION_UUID,
        "control": wire.CONTROL_UUID,
        "status": wire.STATUS_UUID,
        "backfill": wire.BACKFILL_UUID,
        "clock": wire.CLOCK_UUID,
    }


def test_the_example_is_a_packet() -> None:
    found = re.search(r"hexadecimal: `([0-9a-f]+)`", PAGE)
    assert found is not None
    packet = MotionPacket.from_bytes(bytes.fromhex(found[1]))
    assert (len(packet), packet.boot, packet.rate_hz) == (2, 11, 200.0)
    assert (packet.accel_range_g, packet.gyro_range_dps) == (16.0, 2000)


def test_the_sizes_stated_are_those_of_the_code() -> None:
    with_gyro = wire.samples_per_packet(gyro=True)
    without = wire.samples_per_packet(gyro=False)
    stated = f"{wire.MAX_PAYLOAD_BYTES} bytes holds {with_gyro} samples with a gyroscope, {without}"
    assert stated in PAGE
