"""Which advertisement is whose, and what settings may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.errors import SettingsError
from sensor_gateway.profiles.known import profile_of
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


def test_a_profile_is_known_by_its_service() -> None:
    assert profile_of(["180f", SERVICE_UUID.upper()]) == "open_imu"
    assert profile_of(["180f"]) is None
