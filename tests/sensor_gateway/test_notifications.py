"""Which way notifications take through BlueZ."""

from __future__ import annotations

from typing import Any, cast

import pytest
from bleak import BleakClient

from sensor_gateway.bluetooth import Connection
from sensor_gateway.profiles import open_imu, polar
from sensor_gateway.profiles.profile import Profile, Wish
from sensor_gateway.profiles.script import Subscribe


class Client:
    """Notes how it is asked for notifications."""

    def __init__(self) -> None:
        self.asked: list[bool] = []

    async def start_notify(self, _: str, __: object, *, bluez: dict[str, Any]) -> None:
        self.asked.append(not bluez["use_start_notify"])


def by_socket(profile: Profile) -> list[bool]:
    """Return what the start script says of its subscriptions up to the first answer it needs."""
    steps = (step for step in profile.start(Wish()) if isinstance(step, Subscribe))
    return [step.by_socket for step, _ in zip(steps, range(2), strict=False)]


@pytest.mark.parametrize(
    ("radio", "family", "acquired"),
    [
        (None, True, True),
        (None, False, False),
        (False, True, False),
        (True, False, True),
    ],
)
async def test_the_family_decides_on_sockets_unless_the_radio_does(
    *, radio: bool | None, family: bool, acquired: bool
) -> None:
    client = Client()
    connection = Connection(client=cast("BleakClient", client), acquire_notify=radio)
    await connection.subscribe("2a53", lambda _: None, by_socket=family)
    assert client.asked == [acquired]


def test_our_own_sensors_bear_sockets_and_of_others_nobody_knows() -> None:
    assert by_socket(open_imu) == [True, True]
    assert by_socket(polar) == [False, False]
