"""Polar's sensors: their published bytes, negotiation, and a whole session on the radio.

The frames and answers marked so are those of the tests of the Polar BLE SDK
(github.com/polarofficial/polar-ble-sdk): AccDataTest.kt, PmdSettingTest.kt and
BlePmdClientControlPointResponseTest.kt. Others were put together by hand after its Measurement
Data Specification.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analytics.records import Gap, SampleBlock
from firmware_sim.devices.polar import PolarH10, VeritySense, differences_to_bytes
from sensor_gateway.profiles import polar
from sensor_gateway.profiles.packets import Answer, Battery, Samples, Setup
from sensor_gateway.profiles.profile import Wish
from sensor_gateway.profiles.script import Ask, RefusedError, Step, Subscribe
from sensor_gateway.wire import PacketError
from tests.sensor_gateway.families import Streamed, is_motion, replayed, stream_from, without
from tests.sensor_gateway.signals import LEFT

CONFIG = replace(LEFT, profile="polar")
TWO_SECONDS = "020094357700000000"  # type, 2 000 000 000 ns
# AccDataTest: raw frame of type 1; the file gives the first two samples and the last's time.
RAW = bytes.fromhex(
    TWO_SECONDS + "01"
    "F7FFFFFFE703F8FFFEFFE503F9FFFFFFE503FAFFFFFFE603FAFFFEFFE603F9FFFFFFE503F8FFFFFFE603"
)
# AccDataTest: compressed type 0, 56 differences of 10 bits, factor 2.44e-4, range 8 g.
COMPRESSED = bytes.fromhex(
    TWO_SECONDS + "80"
    "7107F06A9E8D0A38BE5CBEBA2F96B3EE4BE5ADFB42B9EBBE4CFEBA2F92BFEE4BE4B1FB12B9ECBD3C3EBB2F8FD3DE"
    "4BE3B5F7D2B8EDBD307E7B2F8BE3CE8BE2BAF7A2B8EEBC20BE7B2F88F3CECBE1BDEF52F8EFBC18FE3B2F8403BFCB"
    "E0C2EF32B8F0BB044EBC2E8113AF0BE0C6EFF2F7F1B9FC7DBC2E7D279F4BDFCAEBC2F7F2B8ECCD7C2E7B378F4BDE"
    "CEE392F7F3B8E00DFD2D774B7FCBDDD2DF6237F5B7D44DBD2D745B6FCBDCD7D73237F6B5C88D7D2D716B4F4BDCDC"
    "D3F236F7B4BCDDFD2C6F7B3F4BDBE0CFD236F8B2B02DBE2C6C8F1FCBDAE3C7A276F9"
)
# AccDataTest: compressed type 1, one difference of 6 bits.
COMPRESSED_MG = bytes.fromhex("02650000000000000081F1FF1400F00306017B0F08")


def frame(data: bytes) -> Samples:
    samples = polar.decode(polar.MOTION, data)
    assert isinstance(samples, Samples)
    return samples


def test_polars_own_raw_frame() -> None:
    samples = frame(RAW)
    assert samples.accel[:2].tolist() == [[-9.0, -1.0, 999.0], [-8.0, -2.0, 997.0]]
    assert samples.step_g == 0.001
    assert samples.stamp is not None
    assert (samples.stamp.us, samples.stamp.sample) == (2e6, len(samples) - 1)


def test_polars_own_compressed_frame() -> None:
    samples = frame(COMPRESSED)
    assert len(samples) == 57
    assert samples.accel[0].tolist() == [1905.0, 27376.0, -29282.0]
    assert samples.accel[1].tolist() == [1905.0 + 190, 27376.0 - 105, -29282.0 - 85]
    assert samples.step_g is None
    assert np.abs(samples.accel * 2.44e-4).max() <= 8.0


def test_polars_own_compressed_frame_in_mg() -> None:
    samples = frame(COMPRESSED_MG)
    in_mg = (samples.accel * 1000.0).round(6).tolist()
    assert in_mg == [[-15.0, 20.0, 1008.0], [-20.0, 17.0, 1008.0]]
    assert samples.stamp is not None
    assert samples.stamp.us == 0.101


def test_plain_frames_of_one_and_three_bytes() -> None:
    """By hand: no published frame of these types was found."""
    small = frame(bytes.fromhex(TWO_SECONDS + "007F80FF"))
    assert small.accel.tolist() == [[127.0, -128.0, -1.0]]
    wide = frame(bytes.fromhex(TWO_SECONDS + "02FFFF7F000080FFFFFF"))
    assert wide.accel.tolist() == [[8388607.0, -8388608.0, -1.0]]


def test_polars_own_settings() -> None:
    found = polar.settings_of(bytes.fromhex("000134000101100002 04F500F401E803D007 040103"))
    assert found == {0: [52], 1: [16], 2: [245, 500, 1000, 2000], 4: [3]}
    milli = polar.settings_of(bytes.fromhex("0302FFFFFFFFFF000000 01010E00"))
    assert milli == {3: [-1, 255], 1: [14]}


def test_polars_own_answers() -> None:
    assert polar.decode(polar.CONTROL, bytes.fromhex("F001020000FFFFFF")) == Answer(ok=True)
    assert polar.decode(polar.CONTROL, bytes.fromhex("F001060700")) == Answer(ok=False)


def test_the_answer_to_a_start_says_the_factor_and_the_request_the_rest() -> None:
    """By hand, after the specification's settings."""
    factor = polar.settings_to_bytes({polar.FACTOR: 0.25})
    answer = bytes.fromhex("F002020000") + factor
    assert polar.decode(polar.CONTROL, answer) == Setup(step_g=0.25)
    assert polar.decode(polar.CONTROL, answer[:5]) == Setup(step_g=1.0)
    asked = b"\x02\x02" + polar.settings_to_bytes({polar.RATE: 208, polar.RANGE: 16})
    assert polar.decode(polar.ASKED, asked) == Setup(rate_hz=208.0, range_g=16.0)
    assert polar.decode("battery", b"\x5a") == Battery(pct=90)
    assert polar.decode("something", b"") is None


@pytest.mark.parametrize(
    "data",
    [
        RAW[:-1],
        COMPRESSED[:-1],
        COMPRESSED[:16] + bytes([0]) + COMPRESSED[17:],
        COMPRESSED[:16] + bytes([18]) + COMPRESSED[17:],
        bytes([1]) + RAW[1:],
        RAW[:9] + bytes([3]) + RAW[10:],
        RAW[:10],
        b"",
        bytes.fromhex(TWO_SECONDS + "80FF7F00000000020115"),  # 32767 + 1
    ],
)
def test_what_is_no_whole_frame_is_refused(data: bytes) -> None:
    with pytest.raises(PacketError):
        polar.decode(polar.MOTION, data)


def test_differences_packed_by_the_simulated_sensor_are_read_back() -> None:
    rng = np.random.default_rng(1)
    for top in (1, 30, 32767):
        accel = rng.integers(-top, top + 1, (36, 3)).astype(np.int16)
        data = bytes.fromhex(TWO_SECONDS + "80") + differences_to_bytes(accel)
        assert len(data) <= 244
        assert frame(data).accel.tolist() == accel.astype(float).tolist()


def played(wish: Wish, *, features: str, settings: str, begins: str = "F002020000") -> list[Step]:
    """Play the sensor's part in a start script; return its steps."""
    script = polar.start(wish)
    steps = [next(script)]
    answers = {b"\x01\x02": settings, b"\x02\x02": begins, b"\x02\x09": "F002090000"}
    try:
        while True:
            step = steps[-1]
            answer = features if len(steps) == 1 else ""
            if isinstance(step, Ask):
                answer = answers[step.data[:2]]
            steps.append(script.send(bytes.fromhex(answer)))
    except StopIteration:
        return steps


def asked(wish: Wish, *, features: str, settings: str) -> list[Ask]:
    steps = played(wish, features=features, settings=settings)
    return [step for step in steps if isinstance(step, Ask)]


H10_SETTINGS = "F001020000 0004 1900 3200 6400 C800 0101 1000 0203 0200 0400 0800 040103"
VERITY_SETTINGS = "F001020000 0005 1A00 3400 6800 D000 A001 0101 1000 0204 0200 0400 0800 1000"


def test_the_rate_nearest_above_what_is_wished_is_asked_for_and_the_widest_range() -> None:
    asks = [
        s for s in played(Wish(), features="0F0400", settings=H10_SETTINGS) if isinstance(s, Ask)
    ]
    assert [ask.data[:2].hex() for ask in asks] == ["0102", "0202"]
    assert polar.settings_of(asks[-1].data[2:]) == {0: [200], 1: [16], 2: [8], 4: [3]}
    wish = Wish(rate_hz=60.0, range_g=4.0)
    asks = [
        s for s in played(wish, features="0F0402", settings=VERITY_SETTINGS) if isinstance(s, Ask)
    ]
    assert [ask.data[:2].hex() for ask in asks] == ["0209", "0102", "0202"]
    assert polar.settings_of(asks[-1].data[2:]) == {0: [104], 1: [16], 2: [4]}


def test_notifications_are_subscribed_to_before_anything_is_asked() -> None:
    steps = played(Wish(), features="0F0400", settings=H10_SETTINGS)
    asked = next(i for i, step in enumerate(steps) if isinstance(step, Ask))
    channels = {step.channel for step in steps[:asked] if isinstance(step, Subscribe)}
    assert channels == {polar.MOTION, polar.CONTROL, "battery"}


def test_a_refusal_says_what_and_why() -> None:
    with pytest.raises(RefusedError, match="asked to start and has no such rate"):
        played(Wish(), features="0F0400", settings=H10_SETTINGS, begins="F002020800")


@cache
def session(kind: str) -> Streamed:
    make, name = {"h10": (PolarH10, "Polar H10 1A2B3C"), "verity": (VeritySense, "Polar Sense 7")}[
        kind
    ]
    return stream_from(make, profile="polar", name=name, minutes=1.0)


def test_a_lost_frame_is_a_gap_of_its_size_and_a_repeated_one_is_dropped() -> None:
    events = session("h10").events
    items = replayed(without(events, "motion", [50, 51, 90]), CONFIG)
    gaps = [(i.first_index, i.n_samples, i.reason) for i in items if isinstance(i, Gap)]
    assert gaps == [
        (50 * 36, 72, "lost on the air or in the sensor"),
        (90 * 36, 36, "lost on the air or in the sensor"),
    ]
    doubled = [again for event in events for again in [event] * (1 + is_motion(event))]
    assert len(replayed(doubled, CONFIG)) == len(session("h10").items)


def test_frames_before_the_settings_are_known_are_passed_over() -> None:
    events = without(session("verity").events, "asked", [0])
    assert not any(isinstance(item, SampleBlock) for item in replayed(events, CONFIG))
