"""Movesense sensors: acceleration by the GATT Sensor-data Protocol (GSP) of the stock firmware.

A command is its code, a reference of our choosing and a path; answers and data come back with the
reference. Data carry the milliseconds of their FIRST sample, then vectors of 32-bit floats.

References
----------
Movesense device library (bitbucket.org/movesense): measurement paths and rates.
movesense-py (github.com/sensein/movesense-py): command and response codes, packets recorded from
a sensor with their values.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from analytics.records import STANDARD_GRAVITY_MPS2
from sensor_gateway.profiles import sig
from sensor_gateway.profiles.bits import fields, vectors
from sensor_gateway.profiles.packets import Answer, Packet, Samples, Setup, Stamp
from sensor_gateway.profiles.profile import (
    TEST_VECTORS,
    AskAgain,
    Timing,
    Wish,
    nearest_above,
)
from sensor_gateway.profiles.script import Ask, Read, RefusedError, Script, Subscribe, Write
from sensor_gateway.wire import PacketError

SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND_UUID = "34800001-7185-4d5d-b431-630e7050e8f0"  # write
DATA_UUID = "34800002-7185-4d5d-b431-630e7050e8f0"  # notify

MOTION = "motion"
ASKED = "asked"

DEVICES = "Movesense Active, Medical, HR+"
SERVICES: Sequence[str] = (SERVICE,)
NAMES: Sequence[str] = ("Movesense",)
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("cadence", "contact time", "impact", "asymmetry")
LACKS = (
    "no angular rate is read: no foot trajectory, so no speed, stride length or strike angle; "
    "the range cannot be chosen"
)
TIMING = Timing.STAMPED
_RATES_HZ = (13, 26, 52, 104, 208, 416, 833, 1666)
RATES_HZ: Sequence[float] | None = _RATES_HZ
RANGES_G: Sequence[float] | None = ()
SILENT_S = 3.0
CLOCK_READ: Read | None = None
CONDITION_READ = sig.BATTERY_READ
backfill: AskAgain | None = None

SUBSCRIBE, UNSUBSCRIBE, GET = 1, 2, 4  # commands
ANSWER, DATA = 1, 2  # what comes back
SAMPLES, CONFIG = 0x63, 0x64  # our references
PATH = b"/Meas/Acc/"
CONFIG_PATH = b"/Meas/Acc/Config"
OK = 200  # statuses are those of HTTP

_ANSWER = struct.Struct("<BBH")
_DATA = struct.Struct("<BBI")
_US_PER_MS = 1e3
_WRAPS_US = 2.0**32 * _US_PER_MS
_RANGES_G = (2, 4, 8, 16)
_GOOD_RATE_HZ = 200.0  # the analysis needs no more than this; less blurs a landing


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    match channel:
        case "motion":
            return _data(payload) if payload[:1] == bytes([DATA]) else _answer(payload)
        case "asked":
            return _asked(payload)
        case sig.BATTERY:
            return sig.battery(payload)
        case _:
            return None


def start(wish: Wish) -> Script:
    """Yield how acceleration is subscribed to, and the range the sensor has asked for."""
    rate_hz = nearest_above(_RATES_HZ, wish.rate_hz or _GOOD_RATE_HZ)
    yield from sig.battery_script()
    yield Subscribe(channel=MOTION, uuid=DATA_UUID)
    yield _command(GET, CONFIG, CONFIG_PATH)
    begun = yield _command(SUBSCRIBE, SAMPLES, PATH + str(rate_hz).encode())
    status = _status(begun)
    if status != OK:
        message = f"the sensor was asked for acceleration at {rate_hz:g} Hz and says {status}"
        raise RefusedError(message)


def stop() -> Script:
    """Yield how the subscription is ended."""
    yield Write(uuid=COMMAND_UUID, data=bytes([UNSUBSCRIBE, SAMPLES]))


def _command(code: int, reference: int, path: bytes) -> Ask:
    return Ask(
        uuid=COMMAND_UUID,
        data=bytes([code, reference]) + path,
        channel=MOTION,
        begins=bytes([ANSWER, reference]),
        told_as=ASKED if code == SUBSCRIBE else None,
    )


def _status(payload: bytes) -> int:
    status: int = fields(_ANSWER, payload)[2]
    return status


def _answer(payload: bytes) -> Packet:
    kind, reference, status = fields(_ANSWER, payload)
    if kind != ANSWER:  # the second part of data longer than a notification is never asked for
        message = f"response of kind {kind}"
        raise PacketError(message)
    said = payload[_ANSWER.size :]
    if (reference, status) == (CONFIG, OK) and said and said[0] in _RANGES_G:
        return Setup(range_g=float(said[0]))
    return Answer(ok=status == OK)


def _asked(payload: bytes) -> Setup:
    path = payload[2:]
    rate = path[len(PATH) :]
    known = payload[:1] == bytes([SUBSCRIBE]) and path.startswith(PATH) and rate.isdigit()
    if not known or int(rate[:5]) not in _RATES_HZ:
        message = f"no subscription to acceleration: {payload[:24]!r}"
        raise PacketError(message)
    return Setup(rate_hz=float(int(rate[:5])))


def _data(payload: bytes) -> Samples:
    _, reference, ms = fields(_DATA, payload)
    if reference != SAMPLES:
        message = f"data of reference {reference}"
        raise PacketError(message)
    return Samples(
        accel=vectors(payload, "<f4", _DATA.size),
        step_g=1.0 / STANDARD_GRAVITY_MPS2,
        stamp=Stamp(us=ms * _US_PER_MS, sample=0, wraps_us=_WRAPS_US),
    )
