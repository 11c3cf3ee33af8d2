"""The loop that looks at sensors' sockets together."""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from sensor_gateway.gathering import APART_S, GatheringSelector, run_gathering


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Scene:
    """A selector that serves one socket of packets and one stream."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.selector = GatheringSelector(self.clock)
        self.sensor, self.notified = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.page, self.asked = socket.socketpair()
        self.selector.register(self.notified, selectors.EVENT_READ, "notified")
        self.selector.register(self.asked, selectors.EVENT_READ, "asked")

    def ready(self) -> list[object]:
        """Return what is ready now."""
        return [key.data for key, _ in self.selector.select(0.0)]

    def drained(self) -> None:
        """Have a first packet found and read, and nothing behind it."""
        self.ready()
        self.sensor.send(b"one")
        assert self.ready() == ["notified"]
        self.notified.recv(10)
        assert self.ready() == []

    def close(self) -> None:
        """Close all."""
        for each in (self.selector, self.sensor, self.notified, self.page, self.asked):
            each.close()


@pytest.fixture
def scene() -> Iterator[Scene]:
    with closing(Scene()) as one:
        yield one


def test_a_packet_after_a_pause_is_taken_at_once(scene: Scene) -> None:
    scene.drained()
    scene.clock.now_s += APART_S
    assert scene.ready() == []
    scene.sensor.send(b"two")
    assert scene.ready() == ["notified"]


def test_what_follows_a_look_waits_for_the_next_one(scene: Scene) -> None:
    scene.drained()
    scene.sensor.send(b"two")
    scene.clock.now_s += 0.9 * APART_S
    assert scene.ready() == []
    scene.clock.now_s += 0.2 * APART_S
    assert scene.ready() == ["notified"]


def test_several_packets_of_one_sensor_are_taken_in_one_go(scene: Scene) -> None:
    scene.ready()
    for _ in range(3):
        scene.sensor.send(b"more")
    for _ in range(3):
        assert scene.ready() == ["notified"]
        scene.notified.recv(10)
    assert scene.ready() == []


def test_a_wait_is_no_longer_than_until_the_next_look(scene: Scene) -> None:
    scene.drained()
    scene.sensor.send(b"two")
    assert scene.selector.select(APART_S) == []  # by its own clock no time has passed
    scene.clock.now_s += APART_S
    assert [key.data for key, _ in scene.selector.select(None)] == ["notified"]


def test_streams_are_served_while_packets_wait(scene: Scene) -> None:
    scene.drained()
    scene.sensor.send(b"two")
    scene.page.send(b"GET /")
    assert scene.ready() == ["asked"]
    scene.clock.now_s += APART_S
    assert sorted(map(str, scene.ready())) == ["asked", "notified"]


def test_a_socket_of_packets_is_known_changed_and_let_go_like_any_other(scene: Scene) -> None:
    assert scene.selector.get_key(scene.notified).data == "notified"
    scene.selector.modify(scene.notified, selectors.EVENT_READ, "anew")
    scene.sensor.send(b"one")
    assert scene.ready() == ["anew"]
    scene.selector.unregister(scene.notified)
    assert scene.ready() == []
    with pytest.raises(KeyError):
        scene.selector.get_key(scene.notified)


def test_a_loop_that_gathers_brings_every_packet_once_and_in_order() -> None:
    async def main() -> list[bytes]:
        loop = asyncio.get_running_loop()
        sensor, notified = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        came: list[bytes] = []
        all_came = loop.create_future()

        def read() -> None:
            came.append(notified.recv(10))
            if len(came) == 20:
                all_came.set_result(None)

        with sensor, notified:
            loop.add_reader(notified.fileno(), read)
            for k in range(20):
                sensor.send(b"%d" % k)
                await asyncio.sleep(0.001 * (k % 5))
            await all_came
            assert loop.remove_reader(notified.fileno())
        return came

    assert run_gathering(main()) == [b"%d" % k for k in range(20)]
