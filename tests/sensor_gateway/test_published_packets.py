"""Decoders against the bytes that makers and their users have published, with their values.

Where no published packet was found the test says "by hand": put together after the specification.
Polar's stand in test_polar.py.
"""

from __future__ import annotations

import math
import struct

import pytest

from analytics.records import STANDARD_GRAVITY_MPS2
from sensor_gateway.profiles import dot, metamotion, movesense, running_speed, sig
from sensor_gateway.profiles.metamotion import BMI160, BMI270
from sensor_gateway.profiles.packets import (
    Answer,
    Battery,
    FootPodReading,
    HeartRate,
    Maker,
    Samples,
    Setup,
)
from sensor_gateway.profiles.profile import Profile
from sensor_gateway.wire import PacketError

# movesense-py (github.com/sensein/movesense-py), tests/fixtures/validation/fixture.json: what a
# sensor sent on /Meas/Acc/52, after the two bytes of response code and reference.
MOVESENSE = bytes([2, 0x63]) + bytes.fromhex(
    "03de0100"
    "55ab8bbf69f78d4081dd0a41"
    "2b1387bf975a8d4020840b41"
    "e79190bf076d8e401bf10a41"
    "2b1387bf316e8d40b9660b41"
)
MOVESENSE_MPS2 = [
    [-1.0911661386489868, 4.436451435089111, 8.679078102111816],
    [-1.0552724599838257, 4.417308330535889, 8.719757080078125],
    [-1.1294525861740112, 4.450809001922607, 8.683863639831543],
    [-1.0552724599838257, 4.419701099395752, 8.712578773498535],
]
# MetaWear-SDK-Cpp, test_accelerometer_bmi160.py and _bmi270.py: packed data at +-8 g.
PACKED = "62b7530de9fd16d04d0e57028affa1050a01"
PACKED_G = [[-4.539, 0.833, -0.131], [-2.995, 0.894, 0.146], [-0.029, 0.352, 0.065]]


def samples(profile: Profile, data: bytes) -> Samples:
    found = profile.decode(profile.MOTION, data)
    assert isinstance(found, Samples)
    return found


def test_movesenses_recorded_packet() -> None:
    found = samples(movesense, MOVESENSE)
    assert found.accel.tolist() == MOVESENSE_MPS2
    assert found.step_g == 1.0 / STANDARD_GRAVITY_MPS2
    assert found.stamp is not None
    assert (found.stamp.us, found.stamp.sample) == (122_371_000.0, 0)


def test_movesenses_answers_and_what_was_asked() -> None:
    """By hand, after the protocol's response code 1 and a status as in HTTP."""
    assert movesense.decode("motion", struct.pack("<BBH", 1, 0x63, 200)) == Answer(ok=True)
    assert movesense.decode("motion", struct.pack("<BBH", 1, 0x63, 404)) == Answer(ok=False)
    config = struct.pack("<BBHB", 1, 0x64, 200, 8)
    assert movesense.decode("motion", config) == Setup(range_g=8.0)
    assert movesense.decode("asked", b"\x01\x63/Meas/Acc/208") == Setup(rate_hz=208.0)


@pytest.mark.parametrize("chip", [BMI160, BMI270])
def test_metawears_own_packed_data(chip: metamotion.Chip) -> None:
    found = samples(metamotion, bytes([3, chip.packed]) + bytes.fromhex(PACKED))
    in_g = found.accel * (8.0 / 32768)
    assert in_g.tolist() == [pytest.approx(row, abs=0.0006) for row in PACKED_G]
    assert (found.step_g, found.stamp, found.gyro_radps) == (None, None, None)


@pytest.mark.parametrize(
    ("chip", "rate_hz", "range_g", "command"),
    [
        (BMI270, 12.5, 8, "0303a502"),
        (BMI270, 1600, 8, "0303ac02"),
        (BMI270, 100, 16, "0303a803"),
        (BMI270, 200, 8, "0303a902"),
        (BMI160, 100, 16, "0303280c"),
        (BMI160, 200, 8, "03032908"),
        (BMI160, 12.5, 2, "03032503"),
        (BMI160, 1600, 2, "03032c03"),
    ],
)
def test_metawears_own_set_ups(
    chip: metamotion.Chip, rate_hz: float, range_g: float, command: str
) -> None:
    told = bytes([3, *metamotion.config(chip, rate_hz=rate_hz, range_g=range_g)])
    assert told.hex() == command
    setup = metamotion.decode("asked", told)
    assert setup == Setup(rate_hz=rate_hz, range_g=range_g, step_g=range_g / 32768)


def test_dots_rate_quantities() -> None:
    """By hand: the published packets are of other payloads; the fields' order is xdc's."""
    values = (1.0, -2.0, STANDARD_GRAVITY_MPS2, 180.0, -90.0, 0.0)
    data = struct.pack("<I6f", 1_143_080_408, *values)
    for filled in (data, data + bytes(4), data + bytes(12)):
        found = samples(dot, filled)
        assert found.accel.tolist() == [[1.0, -2.0, pytest.approx(STANDARD_GRAVITY_MPS2)]]
        assert found.gyro_radps is not None
        assert found.gyro_radps.tolist() == [[math.pi, -math.pi / 2, 0.0]]
        assert found.stamp is not None
        assert found.stamp.us == 1_143_080_408.0


def test_dots_device_control_says_the_rate() -> None:
    """By hand, after the specification: 32 bytes, the output rate at the 25th and 26th."""
    device = bytes(24) + bytes([60, 0]) + bytes(6)
    assert dot.decode("device", device) == Setup(rate_hz=60.0, range_g=16.0)
    assert dot.decode("battery", bytes([63, 0])) == Battery(pct=63)


def test_polars_own_foot_pod_measurements() -> None:
    """Polar BLE SDK, BleRscClientTest.kt: raw speed 4660, cadence 86, stride 1929, distance."""
    whole = running_speed.decode("speed", bytes.fromhex("07341256890704030201"))
    assert whole == FootPodReading(
        speed_mps=4660 / 256,
        cadence_spm=86,
        stride_length_m=19.29,
        distance_m=1_690_906.0,
        running=True,
    )
    least = running_speed.decode("speed", bytes.fromhex("000a0014"))
    assert least == FootPodReading(
        speed_mps=10 / 256, cadence_spm=20, stride_length_m=None, distance_m=None, running=False
    )


def test_what_else_a_foot_pod_says() -> None:
    """By hand, after the services' specifications."""
    assert running_speed.decode("feature", b"\x07\x00") == Answer(ok=True)
    assert running_speed.decode("maker", b"Stryd\x00") == Maker(text="Stryd")
    assert running_speed.decode("battery", b"\x64") == Battery(pct=100)
    assert running_speed.decode("heart", b"\x00\x48") == HeartRate(
        bpm=72, contact=None, energy_kj=None, rr_s=()
    )
    everything = bytes.fromhex("1f2c01e80300040002")
    assert running_speed.decode("heart", everything) == HeartRate(
        bpm=300, contact=True, energy_kj=1000, rr_s=(1.0, 0.5)
    )


@pytest.mark.parametrize(
    ("profile", "channel", "data"),
    [
        (movesense, "motion", MOVESENSE[:-1]),
        (movesense, "motion", b"\x03\x63" + MOVESENSE[2:]),  # second part of a longer packet
        (movesense, "motion", MOVESENSE[:2] + bytes(4) + b"\x00\x00\xc0\x7f" * 3),  # no numbers
        (movesense, "asked", b"\x01\x63/Meas/Acc/209"),
        (movesense, "asked", b"\x01\x63/Meas/Acc/" + b"9" * 5000),
        (metamotion, "motion", bytes([3, 5]) + bytes(17)),
        (metamotion, "motion", bytes([4, 5]) + bytes(18)),
        (metamotion, "asked", bytes.fromhex("0303a908")),  # a range of the other chip
        (dot, "motion", bytes(27)),
        (dot, "motion", bytes(41)),
        (dot, "device", bytes(31)),
        (dot, "battery", bytes([101, 0])),
        (running_speed, "speed", bytes.fromhex("010a0014")),
        (running_speed, "speed", bytes.fromhex("000a001400")),
        (running_speed, "heart", b"\x00\x48\x01"),
        (running_speed, "heart", b""),
        (running_speed, "battery", b"\x65"),
        (running_speed, "maker", b"\xff\xfe"),
    ],
)
def test_what_is_no_whole_packet_is_refused(profile: Profile, channel: str, data: bytes) -> None:
    with pytest.raises(PacketError):
        profile.decode(channel, data)


def test_channels_of_others_are_passed_over() -> None:
    for profile in (movesense, metamotion, dot, running_speed):
        assert profile.decode("nothing of ours", b"\x00") is None
    assert sig.battery(b"\x00") == Battery(pct=0)
