"""MbientLab MetaMotion sensors: packed acceleration, three samples a notification.

Commands begin with a module and a register; answers and data repeat them. The accelerometer is
module 3, and its registers differ between the two chips there are: the sensor says which it has.
Neither number nor time comes with the samples, so a loss cannot be seen.

References
----------
MetaWear-SDK-Cpp (github.com/mbientlab/MetaWear-SDK-Cpp): the commands and packets of its tests
test_accelerometer_bmi160.py and test_accelerometer_bmi270.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sensor_gateway.profiles import sig
from sensor_gateway.profiles.bits import vectors
from sensor_gateway.profiles.packets import Answer, Packet, Samples, Setup
from sensor_gateway.profiles.profile import (
    TEST_VECTORS,
    AskAgain,
    Timing,
    Wish,
    nearest_above,
)
from sensor_gateway.profiles.script import Ask, Read, RefusedError, Script, Subscribe, Write
from sensor_gateway.wire import FULL_SCALE_COUNTS, PacketError

SERVICE = "326a9000-85cb-9195-d9dd-464cfbbae75a"
COMMAND_UUID = "326a9001-85cb-9195-d9dd-464cfbbae75a"  # write
NOTIFY_UUID = "326a9006-85cb-9195-d9dd-464cfbbae75a"  # notify

MOTION = "motion"
ASKED = "asked"

DEVICES = "MbientLab MetaMotion R, RL, C, S"
SERVICES: Sequence[str] = (SERVICE,)
NAMES: Sequence[str] = ("MetaWear",)
TESTED_ON = TEST_VECTORS
METRICS: Sequence[str] = ("cadence", "contact time", "impact", "asymmetry")
LACKS = (
    "no angular rate is read: no foot trajectory, so no speed, stride length or strike angle; "
    "loss is unobservable, and times are known only from arrivals"
)
TIMING = Timing.NONE
_RATES_HZ: Sequence[float] = (12.5, 25, 50, 100, 200, 400, 800, 1600)
RATES_HZ: Sequence[float] | None = _RATES_HZ
_RANGES_G: Sequence[float] = (2, 4, 8, 16)
RANGES_G: Sequence[float] | None = _RANGES_G
SILENT_S = 3.0
CLOCK_READ: Read | None = None
CONDITION_READ = sig.BATTERY_READ
backfill: AskAgain | None = None

ACCELEROMETER = 3  # module
POWER, ENABLE, CONFIG, DATA, INFO = 0x01, 0x02, 0x03, 0x04, 0x80  # its registers
RATE_MASK = 0x0F
_RATE_CODES = {5 + i: rate_hz for i, rate_hz in enumerate(_RATES_HZ)}  # both chips number alike
_INFO_BYTES = 3
_CONFIG_BYTES = 4
_PACKED_BYTES = 18
_GOOD_RATE_HZ = 200.0  # the analysis needs no more than this; less blurs a landing


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One of the accelerometers.

    Attributes
    ----------
    number : int
        As the module's information gives it.
    filtering : int
        Upper half of the rate's byte: the chip's usual filter.
    ranges : mapping of int to float
        Code of a range, and the range in g.
    packed : int
        Register of three samples at once.
    """

    number: int
    filtering: int
    ranges: Mapping[int, float]
    packed: int


BMI160 = Chip(number=1, filtering=0x20, ranges={3: 2, 5: 4, 8: 8, 12: 16}, packed=0x1C)
BMI270 = Chip(number=4, filtering=0xA0, ranges={0: 2, 1: 4, 2: 8, 3: 16}, packed=0x05)
_CHIPS = (BMI160, BMI270)


def decode(channel: str, payload: bytes) -> Packet | None:
    """Return what came on a channel, None for a channel not ours; `PacketError` if damaged."""
    match channel:
        case "motion":
            return _notified(payload)
        case "asked":
            return _asked(payload)
        case sig.BATTERY:
            return sig.battery(payload)
        case _:
            return None


def start(wish: Wish) -> Script:
    """Yield how the chip is asked for, set and started."""
    yield from sig.battery_script()
    yield Subscribe(channel=MOTION, uuid=NOTIFY_UUID)
    info = bytes([ACCELEROMETER, INFO])
    answer = yield Ask(uuid=COMMAND_UUID, data=info, channel=MOTION, begins=info)
    chip = next((c for c in _CHIPS if answer[2:3] == bytes([c.number])), None)
    if chip is None:
        message = f"the sensor has an accelerometer we do not know ({answer.hex()})"
        raise RefusedError(message)
    rate_hz = nearest_above(_RATES_HZ, wish.rate_hz or _GOOD_RATE_HZ)
    range_g = nearest_above(_RANGES_G, wish.range_g or max(_RANGES_G))
    yield _write(*config(chip, rate_hz=rate_hz, range_g=range_g), told_as=ASKED)
    yield _write(chip.packed, 0x01)
    yield _write(ENABLE, 0x01, 0x00)
    yield _write(POWER, 0x01)


def stop() -> Script:
    """Yield how sampling is ended and both chips' packed data unsubscribed from."""
    yield _write(POWER, 0x00)
    yield _write(ENABLE, 0x00, 0x01)
    for chip in _CHIPS:
        yield _write(chip.packed, 0x00)


def config(chip: Chip, *, rate_hz: float, range_g: float) -> tuple[int, int, int]:
    """Return the register, and what to write to it, for a rate and a range the chip has."""
    rate = next(code for code, hz in _RATE_CODES.items() if hz == rate_hz)
    span = next(code for code, g in chip.ranges.items() if g == range_g)
    return CONFIG, chip.filtering | rate, span


def _write(*values: int, told_as: str | None = None) -> Write:
    return Write(uuid=COMMAND_UUID, data=bytes([ACCELEROMETER, *values]), told_as=told_as)


def _notified(payload: bytes) -> Packet:
    if payload[:1] != bytes([ACCELEROMETER]) or len(payload) < _INFO_BYTES:
        message = f"not of the accelerometer: {payload[:8].hex()}"
        raise PacketError(message)
    body = payload[2:]
    match payload[1]:
        case BMI160.packed | BMI270.packed if len(body) == _PACKED_BYTES:
            return Samples(accel=vectors(body, "<i2"), step_g=None)
        case code if code == INFO:
            return Answer(ok=body[0] in [chip.number for chip in _CHIPS])
        case _:
            message = f"register {payload[1]:#04x} with {len(body)} bytes"
            raise PacketError(message)


def _asked(payload: bytes) -> Setup:
    head, rate, span = payload[:2], payload[2:3], payload[3:4]
    if len(payload) == _CONFIG_BYTES and head == bytes([ACCELEROMETER, CONFIG]):
        for chip in _CHIPS:
            rate_hz = _RATE_CODES.get(rate[0] & RATE_MASK)
            range_g = chip.ranges.get(span[0])
            if rate[0] & ~RATE_MASK == chip.filtering and rate_hz and range_g:
                step_g = range_g / FULL_SCALE_COUNTS
                return Setup(rate_hz=float(rate_hz), range_g=float(range_g), step_g=step_g)
    message = f"no set-up of the accelerometer: {payload[:8].hex()}"
    raise PacketError(message)
