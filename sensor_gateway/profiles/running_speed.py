"""Foot pods by the Running Speed and Cadence Service: Stryd, Garmin, Polar and many others.

They tell what they have worked out, about once a second, without a time of their own. A Heart
Rate Service beside it, as on some watches that pass pod and strap on, is listened to as well.

References
----------
Bluetooth SIG: Running Speed and Cadence Service 1.0, Battery Service 1.0, Device Information
Service 1.1, Heart Rate Service 1.0.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from sensor_gateway.profiles import sig
from sensor_gateway.profiles.bits import fields
from sensor_gateway.profiles.packets import Answer, FootPodReading, Maker, Packet
from sensor_gateway.profiles.profile import TEST_VECTORS, AskAgain, Timing, Wish
from sensor_gateway.profiles.script import Read, Script, Subscribe
from sensor_gateway.profiles.uuids import sig as sig_uuid
from sensor_gateway.wire import PacketError

SERVICE = sig_uuid(0x1814)
MEASUREMENT_UUID = sig_uuid(0x2A53)  # notify
FEATURE_UUID = sig_uuid(0x2A54)  # read

MOTION = "speed"
FEATURE = "feature"
HEART = "heart"
MAKER, MODEL = "maker", "model"

DEVICES = "Stryd, Garmin, Polar and other foot pods"
SERVICES: Sequence[str] = (SERVICE,)
NAMES: Sequence[str] = ()
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("speed", "distance")
LACKS = "no motion is sent: no strides, contact times or impacts; losses are unobservable"
TIMING = Timing.READINGS
RATES_HZ: Sequence[float] | None = ()
RANGES_G: Sequence[float] | None = ()
SILENT_S = 30.0  # some fall silent while nobody moves
CLOCK_READ: Read | None = None
CONDITION_READ = sig.BATTERY_READ
backfill: AskAgain | None = None

_MEASUREMENT = struct.Struct("<BHB")
_STRIDE = struct.Struct("<H")
_DISTANCE = struct.Struct("<I")
_HAS_STRIDE, _HAS_DISTANCE, _RUNNING = 0x01, 0x02, 0x04  # flags
_PER_MPS, _PER_M, _PER_TOTAL_M = 256, 100, 10
_FEATURE_BYTES = 2


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    match channel:
        case "speed":
            return _measurement(payload)
        case "heart":
            return sig.heart_rate(payload)
        case "feature":
            if len(payload) != _FEATURE_BYTES:
                message = f"features of {len(payload)} bytes"
                raise PacketError(message)
            return Answer(ok=True)
        case "maker" | "model":
            return Maker(text=sig.text(payload))
        case sig.BATTERY:
            return sig.battery(payload)
        case _:
            return None


def start(wish: Wish) -> Script:
    """Yield what to listen to: there is nothing to choose."""
    del wish
    yield Read(channel=MAKER, uuid=sig.MANUFACTURER, optional=True)
    yield Read(channel=MODEL, uuid=sig.MODEL, optional=True)
    yield Read(channel=FEATURE, uuid=FEATURE_UUID, optional=True)
    yield from sig.battery_script()
    yield Subscribe(channel=HEART, uuid=sig.HEART_RATE_MEASUREMENT, optional=True)
    yield Subscribe(channel=MOTION, uuid=MEASUREMENT_UUID)


def stop() -> Script:
    """Yield nothing: the end of the connection ends it."""
    yield from ()


def _measurement(payload: bytes) -> FootPodReading:
    """Read a measurement (Running Speed and Cadence Service 1.0, 3.1)."""
    flags, speed, cadence = fields(_MEASUREMENT, payload)
    at, stride, distance = _MEASUREMENT.size, None, None
    if flags & _HAS_STRIDE:
        (stride,) = fields(_STRIDE, payload, at)
        at += _STRIDE.size
    if flags & _HAS_DISTANCE:
        (distance,) = fields(_DISTANCE, payload, at)
        at += _DISTANCE.size
    if at != len(payload):
        message = f"measurement of {len(payload)} bytes, wanted {at}"
        raise PacketError(message)
    return FootPodReading(
        speed_mps=speed / _PER_MPS,
        cadence_spm=cadence,
        stride_length_m=None if stride is None else stride / _PER_M,
        distance_m=None if distance is None else distance / _PER_TOTAL_M,
        running=bool(flags & _RUNNING),
    )
