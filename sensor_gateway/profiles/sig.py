"""Standard services of the Bluetooth SIG that sensors of many makers share: battery, heart rate."""

from __future__ import annotations

import struct

from sensor_gateway.profiles.bits import fields
from sensor_gateway.profiles.packets import Battery, HeartRate
from sensor_gateway.profiles.script import Read, Script, Subscribe
from sensor_gateway.profiles.uuids import sig
from sensor_gateway.wire import PacketError

BATTERY = "battery"
BATTERY_SERVICE = sig(0x180F)
BATTERY_LEVEL = sig(0x2A19)
DEVICE_INFORMATION = sig(0x180A)
MANUFACTURER = sig(0x2A29)
MODEL = sig(0x2A24)
HEART_RATE_SERVICE = sig(0x180D)
HEART_RATE_MEASUREMENT = sig(0x2A37)

_U8, _U16 = struct.Struct("<B"), struct.Struct("<H")
_FULL_PCT = 100
_LONGEST_VALUE = 512  # of an attribute (Core Specification, Vol 3 Part F 3.2.9)
# Flags of the Heart Rate Measurement (Heart Rate Service 1.0, 3.1.1.1).
_WIDE, _TOUCHES, _CAN_TELL_TOUCH, _HAS_ENERGY, _HAS_RR = 0x01, 0x02, 0x04, 0x08, 0x10
_RR_PER_S = 1024


BATTERY_READ = Read(channel=BATTERY, uuid=BATTERY_LEVEL, optional=True)


def battery_script() -> Script:
    """Yield how the battery is followed, where there is a Battery Service."""
    yield BATTERY_READ
    yield Subscribe(channel=BATTERY, uuid=BATTERY_LEVEL, optional=True)


def battery(payload: bytes) -> Battery:
    """Read a Battery Level (Battery Service 1.0): per cent in one byte."""
    if len(payload) != 1 or payload[0] > _FULL_PCT:
        message = f"no battery level: {payload[:8].hex()}"
        raise PacketError(message)
    return Battery(pct=payload[0])


def text(payload: bytes) -> str:
    """Read one of the Device Information Service's texts (1.1): UTF-8, at most 512 bytes."""
    if len(payload) > _LONGEST_VALUE:
        message = f"text of {len(payload)} bytes"
        raise PacketError(message)
    try:
        return payload.decode().rstrip("\0")
    except UnicodeDecodeError as error:
        message = f"no text: {payload[:8].hex()}"
        raise PacketError(message) from error


def heart_rate(payload: bytes) -> HeartRate:
    """Read a Heart Rate Measurement (Heart Rate Service 1.0, 3.1)."""
    (flags,) = fields(_U8, payload)
    rate = _U16 if flags & _WIDE else _U8
    (bpm,) = fields(rate, payload, 1)
    at = 1 + rate.size
    energy_kj = None
    if flags & _HAS_ENERGY:
        (energy_kj,) = fields(_U16, payload, at)
        at += _U16.size
    beats = payload[at:]
    if len(beats) % 2 or (beats and not flags & _HAS_RR):
        message = f"heart rate of {len(payload)} bytes with flags {flags:#04x}"
        raise PacketError(message)
    return HeartRate(
        bpm=bpm,
        contact=bool(flags & _TOUCHES) if flags & _CAN_TELL_TOUCH else None,
        energy_kj=energy_kj,
        rr_s=tuple(value / _RR_PER_S for (value,) in _U16.iter_unpack(beats)),
    )
