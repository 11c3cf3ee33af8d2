"""Which advertisement is whose, and what settings may say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analytics.errors import SettingsError
from sensor_gateway.profiles.known import profile_of
from sensor_gateway.profiles.uuids import sig
from sensor_gateway.wire import SERVICE_UUID
from tests.sensor_gateway.signals import LEFT, WORN


def test_a_sensor_answers_to_its_name_or_better_to_its_address() -> None:
    assert LEFT.answers_to(address="AA", name="pod-1")
    assert not LEFT.answers_to(address="AA", name="pod-2")
    addressed = replace(LEFT, address="aa:bb")
    assert addressed.answers_to(address="AA:BB", name=None)
    assert not addressed.answers_to(address="CC:DD", name="pod-1")


def test_a_sensor_that_cannot_be_found_is_refused() -> None:
    with pytest.raises(SettingsError, match="stridecue scan"):
        replace(LEFT, name=None)


def test_a_sensor_labels_what_comes_from_it() -> None:
    assert LEFT.worn("s1") == WORN
    assert LEFT.key == "ann-left"


def test_a_profile_is_known_by_its_service_or_its_name() -> None:
    assert profile_of(["180f", SERVICE_UUID.upper()]) == "open_imu"
    assert profile_of(["180f"]) is None
    assert profile_of([sig(0x1814)], "Stryd") == "running_speed"
    assert profile_of([sig(0x180D)], "Polar H10 12345678") == "polar"
    assert profile_of([sig(0x180D), sig(0x1814)], "Polar RUN 1") == "running_speed"
    assert profile_of([], "Movella DOT") == "dot"
    assert profile_of([], "a kettle") is None
    assert profile_of([], None) is None


@pytest.mark.parametrize(
    ("profile", "wish", "line"),
    [
        ("polar", {"rate_hz": 333.0}, "333 cannot be had of polar; choose one of 25, 26"),
        (
            "metamotion",
            {"range_g": 32.0},
            "32 cannot be had of metamotion; choose one of 2, 4, 8",
        ),
        ("movesense", {"range_g": 8.0}, "range_g 8 cannot be had of movesense; leave range_g out"),
        (
            "running_speed",
            {"rate_hz": 1.0},
            "1 cannot be had of running_speed; leave rate_hz out",
        ),
        ("polaar", {}, "unknown profile 'polaar'.*dot, metamotion, movesense, open_imu, polar"),
    ],
)
def test_a_wish_that_cannot_be_had_is_one_clear_line(
    profile: str, wish: dict[str, float], line: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        replace(LEFT, profile=profile, **wish)  # type: ignore[arg-type]
    assert re.search(line, str(caught.value))
    assert "\n" not in str(caught.value)


def test_a_foot_pod_does_not_take_the_place_of_the_imu_on_its_leg() -> None:
    pod = replace(LEFT, profile="running_speed")
    assert pod.key != LEFT.key
    assert not pod.gives_motion
