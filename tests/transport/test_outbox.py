from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from firmware_sim.virtual_time import run_virtual
from transport.backoff import Backoff
from transport.buffers import MemoryBuffer
from transport.outbox import Outbox, SinkUnavailable


class Sea:
    """A sink that can be away or slow, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.groups: list[int] = []
        self.away = False
        self.slow_s = 0.0
        self.tries = 0

    async def deliver(self, items: Sequence[int]) -> None:
        self.tries += 1
        if self.away:
            raise SinkUnavailable("nobody there")
        await asyncio.sleep(self.slow_s)
        self.got += items
        self.groups.append(len(items))


def outbox(sea: Sea, *, capacity: int = 100, first_s: float = 0.01, **more: float) -> Outbox[int]:
    return Outbox(
        name="sea",
        deliver=sea.deliver,
        buffer=MemoryBuffer(capacity=capacity),
        backoff=Backoff(rng=random.Random(1), first_s=first_s, longest_s=0.05),  # noqa: S311 - not for secrets
        gather_s=more.get("gather_s", 0.0),
        patience_s=more.get("patience_s"),
    )


@asynccontextmanager
async def at_work(*boxes: Outbox[int]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(box.run()) for box in boxes]
        yield
        for task in tasks:
            task.cancel()


async def test_everything_offered_arrives_once_and_in_order() -> None:
    sea = Sea()
    box = outbox(sea)
    async with at_work(box):
        for n in range(50):
            box.offer(n)
            if n % 7 == 0:
                await asyncio.sleep(0)
        assert await box.drain(within_s=1.0)
    assert sea.got == list(range(50))
    assert (box.delivered, box.dropped, box.waiting) == (50, 0, 0)


@pytest.mark.parametrize("trouble", ["away", "slow"])
def test_an_absent_database_never_delays_the_phone(trouble: str) -> None:
    async def story() -> None:
        database, phone = Sea(), Sea()
        database.away = trouble == "away"
        database.slow_s = 3600.0
        to_database, to_phone = outbox(database), outbox(phone)
        async with at_work(to_database, to_phone):
            for n in range(100):
                to_database.offer(n)
                to_phone.offer(n)
                await asyncio.sleep(0.001)
                assert phone.got == list(range(n + 1))
        assert not database.got
        assert to_database.waiting == 100

    run_virtual(story())  # in virtual time a millisecond is one, however busy the machine is


async def test_a_sink_that_comes_back_gets_what_waited_in_order() -> None:
    sea = Sea()
    sea.away = True
    box = outbox(sea)
    async with at_work(box):
        for n in range(20):
            box.offer(n)
        await asyncio.sleep(0.05)
        assert box.trouble == "nobody there"
        assert not await box.drain(within_s=0.01)
        sea.away = False
        assert await box.drain(within_s=1.0)
    assert sea.got == list(range(20))
    assert box.trouble is None
    assert box.failures > 0


async def test_a_full_outbox_drops_the_oldest_and_counts_them() -> None:
    sea = Sea()
    sea.away = True
    box = outbox(sea, capacity=10)
    async with at_work(box):
        for n in range(25):
            box.offer(n)
        await asyncio.sleep(0.02)
        sea.away = False
        assert await box.drain(within_s=1.0)
    assert sea.got == list(range(15, 25))
    assert box.dropped == 15


async def test_items_dropped_during_a_slow_delivery_are_not_taken_for_delivered_ones() -> None:
    sea = Sea()
    sea.slow_s = 0.05
    box = outbox(sea, capacity=4)
    async with at_work(box):
        for n in range(4):
            box.offer(n)
        await asyncio.sleep(0.02)  # 0..3 are on their way
        for n in range(4, 10):
            box.offer(n)  # pushes out 0..5, of which 4 and 5 were never delivered
        assert await box.drain(within_s=1.0)
    assert sea.got == [0, 1, 2, 3, 6, 7, 8, 9]


async def test_a_delivery_without_an_answer_is_tried_again() -> None:
    sea = Sea()
    sea.slow_s = 60.0
    box = outbox(sea, patience_s=0.02)
    async with at_work(box):
        box.offer(1)
        await asyncio.sleep(0.1)
        assert box.trouble == "no answer within 0.02 s"
        sea.slow_s = 0.0
        assert await box.drain(within_s=1.0)
    assert sea.got == [1]


async def test_gathering_makes_groups() -> None:
    sea = Sea()
    box = outbox(sea, gather_s=0.05)
    async with at_work(box):
        for n in range(20):
            box.offer(n)
            await asyncio.sleep(0.001)
        assert await box.drain(within_s=1.0)
    assert sea.groups[0] == 20


async def test_an_absent_sink_is_not_hammered() -> None:
    sea = Sea()
    sea.away = True
    box = outbox(sea, first_s=0.05)
    async with at_work(box):
        for n in range(100):
            box.offer(n)
            await asyncio.sleep(0.002)
    assert sea.tries < 50


async def test_after_a_success_the_waits_are_short_again() -> None:
    sea = Sea()
    backoff = Backoff(rng=random.Random(1), first_s=0.001)  # noqa: S311 - not for secrets
    box = Outbox(
        name="sea", deliver=sea.deliver, buffer=MemoryBuffer[int](capacity=9), backoff=backoff
    )
    async with at_work(box):
        sea.away = True
        box.offer(1)
        while sea.tries < 5:  # noqa: ASYNC110 - the sea has no event
            await asyncio.sleep(0.001)
        assert backoff.ceiling_s > 0.01
        sea.away = False
        assert await box.drain(within_s=5.0)
    assert backoff.ceiling_s == 0.001


async def test_an_error_that_is_no_absence_ends_the_worker() -> None:
    async def broken(_: Sequence[int]) -> None:
        message = "a programmer's mistake"
        raise LookupError(message)

    box = Outbox(
        name="broken",
        deliver=broken,
        buffer=MemoryBuffer[int](capacity=1),
        backoff=Backoff(rng=random.Random(1)),  # noqa: S311 - not for secrets
    )
    box.offer(1)
    with pytest.raises(LookupError):
        await box.run()


def test_a_buffer_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity 0"):
        MemoryBuffer[int](capacity=0)


async def test_a_cancellation_that_the_sink_takes_for_its_answer_ends_the_worker() -> None:
    begun = asyncio.Event()

    async def deliver(items: Sequence[int]) -> None:
        assert items == [1]
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    sea = Sea()
    sea.deliver = deliver  # type: ignore[method-assign]
    box = outbox(sea)
    box.offer(1)
    running = asyncio.ensure_future(box.run())
    await begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5.0)
    assert done == {running}
    assert running.cancelled()
