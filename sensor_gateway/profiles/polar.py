"""Polar H10, Verity Sense and kin: acceleration by the Polar Measurement Data (PMD) service.

A request is an opcode, a measurement type and settings (kind, how many values, the values); its
answer begins with 0xF0, the opcode and the type, then says how it went. Data frames carry the time
of their LAST sample in nanoseconds since 2000, and either plain values or a first sample followed
by blocks of signed differences, packed from the lowest bit up.

References
----------
Polar BLE SDK (github.com/polarofficial/polar-ble-sdk): "Polar Measurement Data Specification",
SDK mode, and the bytes and values of its tests.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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

SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL_UUID = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"  # read, write, indicate
DATA_UUID = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"  # notify

MOTION = "motion"
CONTROL = "control"
FEATURES = "features"
ASKED = "asked"

DEVICES = "Polar H10, Verity Sense"
SERVICES: Sequence[str] = (SERVICE,)
NAMES: Sequence[str] = ("Polar H10", "Polar Sense", "Polar Verity Sense", "Polar 360")
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("cadence", "contact time", "impact", "asymmetry")
LACKS = "no angular rate is read: no foot trajectory, so no speed, stride length or strike angle"
TIMING = Timing.STAMPED
_RATES_HZ = (25, 26, 50, 52, 100, 104, 200, 208, 416)
RATES_HZ: Sequence[float] | None = _RATES_HZ
RANGES_G: Sequence[float] | None = (2, 4, 8, 16)
SILENT_S = 5.0  # at 25 Hz a frame takes 1.5 s to fill
CLOCK_READ: Read | None = None
CONDITION_READ = sig.BATTERY_READ
backfill: AskAgain | None = None

SETTINGS, START, STOP = 0x01, 0x02, 0x03  # opcodes
ACCELERATION, SDK_MODE = 2, 9  # measurement types, and their bits among the features
RATE, RESOLUTION, RANGE, RANGE_MILLI, CHANNELS, FACTOR = 0, 1, 2, 3, 4, 5  # kinds of settings
_VALUE = {
    RATE: struct.Struct("<H"),
    RESOLUTION: struct.Struct("<H"),
    RANGE: struct.Struct("<H"),
    RANGE_MILLI: struct.Struct("<i"),
    CHANNELS: struct.Struct("<B"),
    FACTOR: struct.Struct("<f"),
}
ANSWER, HAS_FEATURES = 0xF0, 0x0F
_STOPPED = 0x01  # the sensor has ended a measurement by itself
_ALREADY = 6
_REFUSALS = {
    1: "does not know the request",
    2: "has no accelerometer",
    3: "does not support it",
    4: "finds the length wrong",
    5: "finds a parameter wrong",
    _ALREADY: "does it already",
    7: "has no such resolution",
    8: "has no such rate",
    9: "has no such range",
    10: "needs a larger MTU",
    11: "has no such number of channels",
    12: "cannot in its present state",
    13: "is in its charger",
}

_ANSWER = struct.Struct("<BBBB")
_FRAME = struct.Struct("<BQB")
_BLOCK = struct.Struct("<BB")
_DELTA, _KIND = 0x80, 0x7F
_NS_PER_US = 1000
_MILLI = 0.001  # plain values are in mg
_RAW = {0: "<i1", 1: "<i2"}
_I24_BYTES = 3
_REFERENCE_BYTES = 6
_WIDEST_DELTA = 17  # bits: the difference of two 16-bit values
_SMALLEST, _LARGEST = -(1 << 15), (1 << 15) - 1
_GOOD_RATE_HZ = 200.0  # the analysis needs no more than this; less blurs a landing


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    match channel:
        case "motion":
            return _frame(payload)
        case "control":
            return _answer(payload)
        case "asked":
            return _asked(payload)
        case "features":
            fields(_BLOCK, payload)
            return Answer(ok=payload[0] == HAS_FEATURES)
        case sig.BATTERY:
            return sig.battery(payload)
        case _:
            return None


def start(wish: Wish) -> Script:
    """Yield how the accelerometer is set and started; in SDK mode it can do what running needs."""
    features = yield Read(channel=FEATURES, uuid=CONTROL_UUID)
    yield from sig.battery_script()
    yield Subscribe(channel=CONTROL, uuid=CONTROL_UUID)
    yield Subscribe(channel=MOTION, uuid=DATA_UUID)
    if _can(features, SDK_MODE):
        yield _request(START, SDK_MODE)  # where it is refused, the settings say what there is
    offered = yield _request(SETTINGS, ACCELERATION)
    _check(offered, "to say its settings")
    chosen = _choice(settings_of(offered[_ANSWER.size + 1 :]), wish)
    begun = yield _request(START, ACCELERATION, chosen)
    if begun[_ANSWER.size - 1] == _ALREADY:
        yield _request(STOP, ACCELERATION)
        begun = yield _request(START, ACCELERATION, chosen)
    _check(begun, "to start")


def stop() -> Script:
    """Yield how the stream is ended and the sensor left as it was found."""
    yield Write(uuid=CONTROL_UUID, data=bytes([STOP, ACCELERATION]))
    yield Write(uuid=CONTROL_UUID, data=bytes([STOP, SDK_MODE]))


def settings_of(data: bytes) -> dict[int, list[float]]:
    """Return the values of every kind of setting; `PacketError` where they do not add up."""
    found: dict[int, list[float]] = {}
    at = 0
    while at < len(data):
        kind, count = fields(_BLOCK, data, at)
        at += _BLOCK.size
        if kind not in _VALUE:
            message = f"unknown kind of setting {kind}"
            raise PacketError(message)
        layout = _VALUE[kind]
        found[kind] = [fields(layout, data, at + i * layout.size)[0] for i in range(count)]
        at += count * layout.size
    return found


def settings_to_bytes(chosen: dict[int, float]) -> bytes:
    """Return one value of each kind as a request carries them."""
    return b"".join(
        _BLOCK.pack(kind, 1) + _VALUE[kind].pack(value if kind == FACTOR else int(value))
        for kind, value in chosen.items()
    )


def _request(code: int, kind: int, settings: bytes = b"") -> Ask:
    return Ask(
        uuid=CONTROL_UUID,
        data=bytes([code, kind]) + settings,
        channel=CONTROL,
        begins=bytes([ANSWER, code, kind]),
        told_as=ASKED if settings else None,
    )


def _choice(offered: dict[int, list[float]], wish: Wish) -> bytes:
    """Return the settings that come nearest to what is wished."""
    chosen = {kind: max(values) for kind, values in offered.items() if values}
    if RATE not in chosen:
        message = "the sensor offers no rate"
        raise RefusedError(message)
    chosen[RATE] = nearest_above(offered[RATE], wish.rate_hz or _GOOD_RATE_HZ)
    if RANGE in chosen and wish.range_g is not None:
        chosen[RANGE] = nearest_above(offered[RANGE], wish.range_g)
    chosen.pop(FACTOR, None)  # the sensor says it, nobody chooses it
    return settings_to_bytes(chosen)


def _can(features: bytes, kind: int) -> bool:
    return features[:1] == bytes([HAS_FEATURES]) and bool(
        int.from_bytes(features[1:], "little") >> kind & 1
    )


def _check(answer: bytes, what: str) -> None:
    if len(answer) < _ANSWER.size or answer[_ANSWER.size - 1]:
        code = answer[_ANSWER.size - 1] if len(answer) >= _ANSWER.size else None
        why = _REFUSALS.get(code or 0, f"says {code}")
        message = f"the sensor was asked {what} and {why}"
        raise RefusedError(message)


def _answer(payload: bytes) -> Packet:
    """Read an answer; the one to a start says by what the values are to be multiplied."""
    if payload[:1] == bytes([_STOPPED]):
        return Answer(ok=False)
    head, code, kind, status = fields(_ANSWER, payload)
    if head != ANSWER:
        message = f"no answer: {payload[:8].hex()}"
        raise PacketError(message)
    if (code, kind, status) != (START, ACCELERATION, 0):
        return Answer(ok=status == 0)
    factor = settings_of(payload[_ANSWER.size + 1 :]).get(FACTOR, [1.0])
    if len(factor) != 1 or not np.isfinite(factor[0]):
        message = f"no factor: {payload[:24].hex()}"
        raise PacketError(message)
    return Setup(step_g=factor[0])


def _asked(payload: bytes) -> Setup:
    if payload[:2] != bytes([START, ACCELERATION]):
        message = f"no start of the accelerometer: {payload[:8].hex()}"
        raise PacketError(message)
    chosen = settings_of(payload[2:])
    rate, span = chosen.get(RATE) or [0.0], chosen.get(RANGE) or [0.0]
    return Setup(rate_hz=float(rate[0]) or None, range_g=float(span[0]) or None)


def _frame(payload: bytes) -> Samples:
    kind, ns, form = fields(_FRAME, payload)
    if kind != ACCELERATION:
        message = f"measurement of type {kind}, wanted acceleration"
        raise PacketError(message)
    body = payload[_FRAME.size :]
    step_g: float | None = _MILLI
    if form & _DELTA and form & _KIND in (0, 1):
        accel = _differences(body).astype(np.float64)
        # Kind 0 counts steps of `factor` g, kind 1 steps of `factor` mg.
        accel, step_g = (accel * _MILLI if form & _KIND else accel), None
    elif form in _RAW:
        accel = vectors(body, _RAW[form])
    elif form == len(_RAW):
        accel = vectors(_widened(body), "<i4")
    else:
        message = f"unknown frame type {form:#04x}"
        raise PacketError(message)
    stamp = Stamp(us=ns / _NS_PER_US, sample=len(accel) - 1, wraps_us=np.inf)
    return Samples(accel=accel, step_g=step_g, stamp=stamp)


def _widened(body: bytes) -> bytes:
    """Return 24-bit numbers as 32-bit ones, sign kept."""
    if len(body) % _I24_BYTES:
        message = f"{len(body)} bytes hold no whole number of 24-bit values"
        raise PacketError(message)
    narrow = np.frombuffer(body, dtype=np.uint8).reshape(-1, _I24_BYTES)
    wide = np.zeros((len(narrow), 4), dtype=np.uint8)
    wide[:, 1:] = narrow
    return (wide.view("<i4") >> 8).astype("<i4").tobytes()


def _differences(body: bytes) -> NDArray[np.int64]:
    """Return the samples, shape (n, 3), of a first one and blocks of differences."""
    if len(body) < _REFERENCE_BYTES:
        message = f"frame of {len(body)} bytes has no first sample"
        raise PacketError(message)
    parts = [np.frombuffer(body, dtype="<i2", count=3).astype(np.int64).reshape(1, 3)]
    at = _REFERENCE_BYTES
    while at < len(body):
        width, count = fields(_BLOCK, body, at)
        at += _BLOCK.size
        size = (width * count * 3 + 7) // 8
        if not 1 <= width <= _WIDEST_DELTA or at + size > len(body):
            message = f"block of {count} differences of {width} bits in {len(body) - at} bytes"
            raise PacketError(message)
        parts.append(_unpacked(body[at : at + size], width, count))
        at += size
    samples: NDArray[np.int64] = np.concatenate(parts).cumsum(axis=0)
    if samples.min() < _SMALLEST or samples.max() > _LARGEST:
        message = "differences lead out of 16 bits"
        raise PacketError(message)
    return samples


def _unpacked(data: bytes, width: int, count: int) -> NDArray[np.int64]:
    """Return signed numbers of `width` bits, packed from the lowest bit up, shape (count, 3)."""
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8), bitorder="little")
    weights = 1 << np.arange(width, dtype=np.int64)
    weights[-1] = -weights[-1]  # two's complement
    values: NDArray[np.int64] = bits[: 3 * count * width].reshape(-1, width) @ weights
    return values.reshape(count, 3)
