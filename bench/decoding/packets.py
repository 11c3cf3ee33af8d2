"""Real packets of every device family, and ways to spoil them: what the decoders are tried with."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping, Sequence

import numpy as np

from firmware_sim.devices.polar import H10, differences_to_bytes
from sensor_gateway.control import BackfillEnd, DeviceClock, Status
from sensor_gateway.profiles import dot, metamotion, movesense, polar
from sensor_gateway.wire import MotionPacket

CHANNELS: Mapping[str, Sequence[str]] = {
    "open_imu": ("motion", "status", "clock", "backfill"),
    "polar": ("motion", "control", "asked", "features", "battery"),
    "movesense": ("motion", "asked", "battery"),
    "metamotion": ("motion", "asked", "battery"),
    "dot": ("motion", "device", "battery"),
    "running_speed": ("speed", "heart", "feature", "maker", "model", "battery"),
}
LONGEST_BYTES = 512  # of an attribute (Bluetooth Core, Vol 3 Part F 3.2.9)

_STANDARD_BATTERY = ("polar", "movesense", "metamotion", "running_speed")
_RNG = np.random.default_rng(1)
_ACCEL = _RNG.integers(-9000, 9000, (36, 3)).astype(np.int16)
_MOTION = MotionPacket(
    sequence=7,
    first_index=91,
    device_time_us=1_000_000,
    rate_hz=200.0,
    accel=_ACCEL[:13],
    gyro=_ACCEL[13:26],
    accel_range_g=16.0,
    gyro_range_dps=2000,
    boot=1,
).to_bytes()
_STATUS = Status(
    boot=1,
    streaming=True,
    battery_pct=80,
    oldest_index=0,
    next_index=10,
    packets_dropped=0,
    rate_hz=200.0,
    accel_range_g=16.0,
    gyro_range_dps=2000,
).to_bytes()
_FRAME = struct.pack("<BQ", 2, 700_000_000 * 10**9)
_CHOSEN = polar.settings_to_bytes({polar.RATE: 208, polar.RESOLUTION: 16, polar.RANGE: 16})
_FACTOR = polar.settings_to_bytes({polar.FACTOR: 16 / 32768})
_SETUP = bytes([3, *metamotion.config(metamotion.BMI270, rate_hz=200, range_g=16)])
_FLOATS = _RNG.normal(0.0, 9.8, (16, 3)).astype("<f4").tobytes()

SEEDS: Mapping[tuple[str, str], Sequence[bytes]] = {
    ("open_imu", "motion"): (_MOTION,),
    ("open_imu", "status"): (_STATUS,),
    ("open_imu", "clock"): (DeviceClock(boot=1, device_time_us=5, next_index=9).to_bytes(),),
    ("open_imu", "backfill"): (_MOTION, BackfillEnd(first_index=9, n_samples=4).to_bytes()),
    ("polar", "motion"): (
        _FRAME + b"\x01" + _ACCEL.tobytes(),
        _FRAME + b"\x00" + _ACCEL.tobytes(),
        _FRAME + b"\x02" + _ACCEL.tobytes(),
        _FRAME + b"\x80" + differences_to_bytes(_ACCEL),
        _FRAME + b"\x81" + differences_to_bytes(_ACCEL // 64),
    ),
    ("polar", "control"): (
        bytes.fromhex("f001020000") + H10.to_bytes(),
        bytes.fromhex("f002020000") + _FACTOR,
    ),
    ("polar", "asked"): (b"\x02\x02" + _CHOSEN,),
    ("polar", "features"): (bytes.fromhex("0f0402"),),
    ("movesense", "motion"): (
        struct.pack("<BBI", movesense.DATA, movesense.SAMPLES, 122_371) + _FLOATS,
        struct.pack("<BBH", movesense.ANSWER, movesense.SAMPLES, 200),
        struct.pack("<BBHB", movesense.ANSWER, movesense.CONFIG, 200, 16),
    ),
    ("movesense", "asked"): (b"\x01\x63/Meas/Acc/208",),
    ("metamotion", "motion"): (
        b"\x03\x05" + _ACCEL[:3].tobytes(),
        b"\x03\x1c" + _ACCEL[:3].tobytes(),
        b"\x03\x80\x04\x00",
    ),
    ("metamotion", "asked"): (_SETUP,),
    ("dot", "motion"): (struct.pack("<I", 1_143_080_408) + _FLOATS[:24],),
    ("dot", "device"): (bytes(dot.RATE_AT) + b"\x3c\x00" + bytes(6),),
    ("dot", "battery"): (b"\x5b\x00",),
    ("running_speed", "speed"): (bytes.fromhex("07340156890704030201"), bytes.fromhex("000a0014")),
    ("running_speed", "heart"): (bytes.fromhex("1f2c01e80300040002"), b"\x00\x48"),
    ("running_speed", "feature"): (b"\x07\x00",),
    ("running_speed", "maker"): (b"Stryd",),
    ("running_speed", "model"): (b"27",),
} | {
    (name, "battery"): (b"\x5b",) for name in ("polar", "movesense", "metamotion", "running_speed")
}


def mutated(packet: bytes, seed: int) -> bytes:
    """Return a packet with one fault or more: bits flipped, bytes put in, cut, doubled."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    data = bytearray(packet)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(6):
            case 0 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 1 if data:
                data[at] = rng.choice((0x00, 0x01, 0x7F, 0x80, 0xFF))
            case 2:
                del data[at:]
            case 3:
                data[at:at] = rng.randbytes(rng.randrange(1, 8))
            case 4:
                data += data[at:]
            case _:
                del data[at : at + rng.randrange(1, 8)]
    return bytes(data[:LONGEST_BYTES])
