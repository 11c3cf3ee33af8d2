"""The air repeats what was damaged, in order; only a faulty stack doubles, swaps or flips."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import pytest

from analytics.records import Side
from firmware_sim.channel import Channel
from firmware_sim.faults import (
    BitFlips,
    Duplicates,
    LinkFault,
    Overflow,
    PacketErrors,
    Reordering,
)
from firmware_sim.virtual_time import run_virtual

EVERY_S = 0.065


class Sent:
    """What became of packets sent regularly for some seconds."""

    def __init__(self, *faults: LinkFault, interval_s: float = 0.0, n: int = 400) -> None:
        self.arrived: list[tuple[float, int]] = []
        self.damaged = 0
        self.lost_s: list[float] = []
        self.n = n
        self.channel = Channel(
            interval_s=interval_s,
            faults=faults,
            deliver=self._take,
            lost=lambda: self.lost_s.append(asyncio.get_running_loop().time()),
            rng=random.Random(4),  # noqa: S311
        )
        run_virtual(self._send())

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.arrived]

    @property
    def delays_s(self) -> list[float]:
        return [at_s - self.starts_s - EVERY_S * number for at_s, number in self.arrived]

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        self.starts_s = self.channel.starts_s = loop.time()
        for number in range(self.n):
            await asyncio.sleep(self.starts_s + EVERY_S * number - loop.time())
            self.channel.send("motion", number.to_bytes(4, "big"))
        await asyncio.sleep(2.0)

    def _take(self, _: str, data: bytes) -> None:
        number = int.from_bytes(data, "big")
        self.damaged += number >= self.n
        self.arrived.append((asyncio.get_running_loop().time(), number))


def always(kind: type[LinkFault], share: float) -> LinkFault:
    return kind(side=Side.LEFT, at_s=0.0, lasts_s=1e6, share=share)


def test_without_interval_and_faults_packets_take_no_time() -> None:
    sent = Sent()
    assert sent.numbers == list(range(400))
    assert max(sent.delays_s) < 1e-6


def test_packets_wait_for_their_connection_event() -> None:
    sent = Sent(interval_s=0.05)
    assert sent.numbers == list(range(400))
    assert 0.0 <= min(sent.delays_s) < 0.005
    assert 0.045 < max(sent.delays_s) <= 0.05 + 1e-9
    events = {round(at_s / 0.05 % 1.0, 6) % 1.0 for at_s, _ in sent.arrived}
    assert len(events) == 1


def test_damaged_packets_come_again_later_and_in_order() -> None:
    sent = Sent(always(PacketErrors, 0.5), interval_s=0.03)
    assert sent.numbers == list(range(400))
    assert sent.channel.harmed["repeated"] > 200
    assert 0.1 < max(sent.delays_s) < 0.72
    assert sent.lost_s == []


def test_a_link_on_which_nothing_comes_through_is_lost_with_what_was_queued() -> None:
    storm = PacketErrors(side=Side.LEFT, at_s=3.0, lasts_s=2.0, share=0.99)
    sent = Sent(storm, interval_s=0.03, n=100)
    assert sent.lost_s
    assert 3.7 < sent.lost_s[0] - sent.starts_s < 4.5
    assert len(sent.numbers) < 100
    assert all(a < b for a, b in pairwise(sent.numbers))
    assert sent.numbers[-1] == 99


def test_a_faulty_stack_doubles_swaps_and_flips() -> None:
    doubled = Sent(always(Duplicates, 0.3))
    assert sorted(set(doubled.numbers)) == list(range(400))
    assert len(doubled.numbers) - 400 == doubled.channel.harmed["duplicated"] > 80
    swapped = Sent(always(Reordering, 0.3))
    assert sorted(swapped.numbers) == list(range(400))
    assert sum(a > b for a, b in pairwise(swapped.numbers)) > 60
    flipped = Sent(always(BitFlips, 0.3))
    assert len(flipped.numbers) == 400
    assert flipped.damaged > 80


def test_a_full_queue_is_told_to_the_sensor_and_only_while_it_lasts() -> None:
    async def asked() -> list[bool]:
        full = Overflow(side=Side.LEFT, at_s=0.0, lasts_s=10.0, share=0.4)
        channel = Channel(
            interval_s=0.0,
            faults=[full],
            deliver=lambda _, __: None,
            lost=lambda: None,
            rng=random.Random(1),  # noqa: S311
        )
        channel.starts_s = asyncio.get_running_loop().time()
        first = [channel.has_room() for _ in range(1000)]
        await asyncio.sleep(10.0)
        assert all(channel.has_room() for _ in range(100))
        return first

    assert run_virtual(asked()).count(False) == pytest.approx(400, abs=50)


def test_a_request_is_heard_at_a_connection_event_and_answered_at_the_next() -> None:
    channel = Sent(interval_s=0.05, n=1).channel

    async def ask() -> list[float]:
        loop, took_s = asyncio.get_running_loop(), []
        for pause_s in (0.01, 0.03, 0.02):
            await asyncio.sleep(pause_s)
            asked_s = loop.time()
            await asyncio.sleep(channel.heard_s() - asked_s)
            took_s.append(channel.answered_s() - loop.time())
            assert loop.time() - asked_s <= 0.05 + 1e-9
        return took_s

    assert run_virtual(ask()) == pytest.approx([0.05, 0.05, 0.05])


def test_a_damaged_request_is_repeated_at_later_events() -> None:
    channel = Sent(always(PacketErrors, 0.5), interval_s=0.03, n=1).channel

    async def ask() -> list[float]:
        now_s = asyncio.get_running_loop().time()
        return [channel.heard_s() - now_s for _ in range(200)]

    waits_s = run_virtual(ask())
    assert 0.3 < sum(wait_s <= 0.03 + 1e-9 for wait_s in waits_s) / 200 < 0.7
    assert max(waits_s) > 0.06


def test_without_interval_and_faults_a_request_takes_no_time() -> None:
    channel = Sent(n=1).channel

    async def ask() -> tuple[float, float]:
        now_s = asyncio.get_running_loop().time()
        return channel.heard_s() - now_s, channel.answered_s() - now_s

    assert run_virtual(ask()) == (0.0, 0.0)
