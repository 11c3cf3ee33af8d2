"""Movella DOT (once Xsens DOT): calibrated acceleration and angular rate, 60 times a second.

Of its payloads we take "rate quantities": both vectors in the sensor's own axes. Its better known
"free acceleration" has gravity taken out and is turned to the ground's axes, so that neither the
tilt of the shoe nor the impact along the leg is left in it.

References
----------
Movella DOT BLE Services Specification: services, payload modes, device control.
github.com/adamkewley/xdc: lengths and order of the payloads' fields.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import numpy as np

from analytics.records import STANDARD_GRAVITY_MPS2
from sensor_gateway.profiles.bits import fields, vectors
from sensor_gateway.profiles.packets import Battery, Packet, Samples, Setup, Stamp
from sensor_gateway.profiles.profile import (
    TEST_VECTORS,
    AskAgain,
    Timing,
    Wish,
    nearest_above,
)
from sensor_gateway.profiles.script import Read, RefusedError, Script, Subscribe, Write
from sensor_gateway.wire import PacketError


def _uuid(number: int) -> str:
    return f"1517{number:04x}-4947-11e9-8646-d663bd873d93"


SERVICE = _uuid(0x2000)
CONTROL_UUID = _uuid(0x2001)  # read, write
PAYLOAD_UUID = _uuid(0x2003)  # notify: the payloads of medium length
CONFIGURATION = _uuid(0x1000)
DEVICE_UUID = _uuid(0x1002)  # read, write
BATTERY_SERVICE = _uuid(0x3000)
BATTERY_UUID = _uuid(0x3001)  # read, notify

MOTION = "motion"
DEVICE = "device"
BATTERY = "battery"

DEVICES = "Movella DOT"
SERVICES: Sequence[str] = (SERVICE,)
NAMES: Sequence[str] = ("Movella DOT", "Xsens DOT")
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("cadence", "contact time", "impact", "asymmetry", "speed", "strike angle")
LACKS = "60 Hz blur a landing: impacts read low, contact times are coarse"
TIMING = Timing.STAMPED
_RATES_HZ = (1, 4, 10, 12, 15, 20, 30, 60)
RATES_HZ: Sequence[float] | None = _RATES_HZ
RANGES_G: Sequence[float] | None = ()
SILENT_S = 3.0
CLOCK_READ: Read | None = None
CONDITION_READ = Read(channel=BATTERY, uuid=BATTERY_UUID, optional=True)
backfill: AskAgain | None = None

RATE_QUANTITIES = 0x15
START = bytes([0x01, 0x01, RATE_QUANTITIES])
STOP = bytes([0x01, 0x00, RATE_QUANTITIES])
RANGE_G = 16.0  # fixed (data sheet)
DEVICE_BYTES = 32
RATE_AT = 24  # of the output rate in the device control
SETS_RATE = 0x10  # bit of its first byte: the output rate is meant

_STAMP = struct.Struct("<I")
_RATE = struct.Struct("<H")
_BATTERY = struct.Struct("<BB")
_FULL_PCT = 100
_VECTORS_BYTES = 24
_PAYLOAD_BYTES = (28, 40)  # as it is, or filled up to the medium length
_WRAPS_US = 2.0**32


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    match channel:
        case "motion":
            return _rate_quantities(payload)
        case "device":
            return _device(payload)
        case "battery":
            pct, _charging = fields(_BATTERY, payload)
            if pct > _FULL_PCT:
                message = f"battery at {pct} %"
                raise PacketError(message)
            return Battery(pct=pct)
        case _:
            return None


def start(wish: Wish) -> Script:
    """Yield how the rate is set, where it is another, and the stream begun."""
    yield CONDITION_READ
    yield Subscribe(channel=BATTERY, uuid=BATTERY_UUID, optional=True)
    yield Subscribe(channel=MOTION, uuid=PAYLOAD_UUID)
    device = yield Read(channel=DEVICE, uuid=DEVICE_UUID)
    if len(device) != DEVICE_BYTES:
        message = f"the sensor's device control has {len(device)} bytes, wanted {DEVICE_BYTES}"
        raise RefusedError(message)
    rate = int(nearest_above(_RATES_HZ, wish.rate_hz or max(_RATES_HZ)))
    if _RATE.unpack_from(device, RATE_AT)[0] != rate:
        rest = device[RATE_AT + _RATE.size :]
        changed = bytes([SETS_RATE]) + device[1:RATE_AT] + _RATE.pack(rate) + rest
        yield Write(uuid=DEVICE_UUID, data=changed, told_as=DEVICE)
    yield Write(uuid=CONTROL_UUID, data=START)


def stop() -> Script:
    """Yield how the stream is ended."""
    yield Write(uuid=CONTROL_UUID, data=STOP)


def _device(payload: bytes) -> Setup:
    if len(payload) != DEVICE_BYTES:
        message = f"device control of {len(payload)} bytes"
        raise PacketError(message)
    (rate,) = fields(_RATE, payload, RATE_AT)
    return Setup(rate_hz=float(rate) or None, range_g=RANGE_G)


def _rate_quantities(payload: bytes) -> Samples:
    if len(payload) not in range(_PAYLOAD_BYTES[0], _PAYLOAD_BYTES[1] + 1):
        message = f"payload of {len(payload)} bytes"
        raise PacketError(message)
    (us,) = fields(_STAMP, payload)
    accel, gyro = np.split(vectors(payload[: _STAMP.size + _VECTORS_BYTES], "<f4", _STAMP.size), 2)
    return Samples(
        accel=accel,
        step_g=1.0 / STANDARD_GRAVITY_MPS2,
        gyro_radps=gyro * (math.pi / 180.0),
        stamp=Stamp(us=float(us), sample=0, wraps_us=_WRAPS_US),
    )
