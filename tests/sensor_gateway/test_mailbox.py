"""The mailbox: loop times in, session times out, bounded."""

from __future__ import annotations

import asyncio

import pytest

from analytics.records import LinkState
from firmware_sim.virtual_time import run_virtual
from sensor_gateway.events import LinkChange, Notification, RadioEvent, time_of
from sensor_gateway.mailbox import Mailbox


def link(at_s: float) -> LinkChange:
    return LinkChange(sensor="ann-left", at_s=at_s, state=LinkState.SEARCHING, detail="")


def note(arrival_s: float, channel: str = "motion", asked_s: float | None = None) -> Notification:
    return Notification(
        sensor="ann-left", arrival_s=arrival_s, channel=channel, payload=b"", asked_s=asked_s
    )


def batch_s(event: Notification) -> float | None:
    return 0.5 if event.channel == "motion" else None


async def emitted(events: list[RadioEvent]) -> list[RadioEvent]:
    mailbox = Mailbox(batch_duration_s=batch_s)
    for event in events:
        mailbox.put(event)
    out: list[RadioEvent] = []
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(mailbox.run(out.append))
        await asyncio.sleep(0.01)
        task.cancel()
    return out


async def test_the_session_begins_with_the_first_sample_of_the_first_motion() -> None:
    events: list[RadioEvent] = [
        link(10.0),
        note(10.5, "status", asked_s=10.25),
        note(12.0),
        note(13.0),
    ]
    assert await emitted(events) == [
        link(-1.5),
        note(-1.0, "status", asked_s=-1.25),
        note(0.5),
        note(1.5),
    ]


async def test_nothing_comes_out_before_the_session_begins() -> None:
    assert await emitted([link(10.0), note(10.5, "status")]) == []


async def test_a_mailbox_nobody_empties_stays_bounded_and_counts() -> None:
    mailbox = Mailbox(batch_duration_s=batch_s)
    for k in range(5000):
        mailbox.put(note(float(k)))
    assert mailbox.dropped == 5000 - 4096


async def test_what_fails_on_the_way_ends_the_run() -> None:
    def broken(_: RadioEvent) -> None:
        message = "the disk is gone"
        raise OSError(message)

    mailbox = Mailbox(batch_duration_s=batch_s)
    running = asyncio.create_task(mailbox.run(broken))
    await asyncio.sleep(0)
    mailbox.put(note(1.0))
    with pytest.raises(OSError, match="the disk is gone"):
        await running


async def test_events_that_come_meanwhile_keep_their_order() -> None:
    mailbox = Mailbox(batch_duration_s=batch_s)
    out: list[float] = []

    def take(event: RadioEvent) -> None:
        out.append(time_of(event))
        if len(out) == 1:
            mailbox.put(note(3.0))

    running = asyncio.create_task(mailbox.run(take))
    await asyncio.sleep(0)
    mailbox.put(note(1.0))
    mailbox.put(note(2.0))
    while len(out) < 3:  # noqa: ASYNC110 - the loop has to come round
        await asyncio.sleep(0)
    running.cancel()
    assert out == [0.5, 1.5, 2.5]


def handed_on_ms(every_ms: float, n: int) -> list[float]:
    """Return how long after its arrival each of n events was handed on, coming every so often."""

    async def main() -> list[float]:
        loop, mailbox = asyncio.get_running_loop(), Mailbox(batch_duration_s=batch_s)
        arrived_s: list[float] = []
        waited_ms: list[float] = []

        def take(_: RadioEvent) -> None:
            waited_ms.append(1000.0 * (loop.time() - arrived_s[len(waited_ms)]))

        running = asyncio.create_task(mailbox.run(take))
        for _ in range(n):
            await asyncio.sleep(every_ms / 1000.0)
            arrived_s.append(loop.time())
            mailbox.put(note(loop.time()))
        await asyncio.sleep(1.0)
        running.cancel()
        return waited_ms

    return run_virtual(main())


def test_what_follows_is_handed_on_together() -> None:
    assert handed_on_ms(2.5, 5) == pytest.approx([0.0, 7.5, 5.0, 2.5, 0.0], abs=0.01)


def test_nothing_waits_long_for_what_may_come_after() -> None:
    assert handed_on_ms(3, 4) == pytest.approx([0.0, 8.5, 5.5, 2.5], abs=0.01)
    assert handed_on_ms(50, 3) == pytest.approx([0.0] * 3, abs=0.01)


def test_what_comes_right_behind_the_first_goes_with_it() -> None:
    assert handed_on_ms(0.1, 2) == pytest.approx([0.0, 0.0], abs=0.01)


def test_what_waits_when_the_run_is_cancelled_is_handed_on() -> None:
    async def main() -> list[float]:
        mailbox = Mailbox(batch_duration_s=batch_s)
        out: list[float] = []
        running = asyncio.create_task(mailbox.run(lambda event: out.append(time_of(event))))
        await asyncio.sleep(0)
        mailbox.put(note(1.0))
        running.cancel()
        await asyncio.wait([running])
        return out

    assert run_virtual(main()) == [0.5]
