"""A runner's Stop ends that run, whole and at once, and nobody else's."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from analytics.codec import Record
from analytics.records import Conditions, SessionEvent, SpeedReading, SpeedSource, Surface
from dashboards.wishes import PhoneSpeed, Quiet, StandStill, Stop, Wear
from sensor_gateway.events import RadioEvent, Told
from stridecue.conductor import Conductor, Emit, SideBySide
from stridecue.session import SESSION_END, SessionCore
from tests.stridecue.test_quiet import PLAN


class Silent:
    """A source that never ends."""

    zero_s: float | None = 0.0

    async def run(self, emit: Emit) -> None:
        del emit
        await asyncio.Event().wait()


def conductor(
    runner: str, told: list[Record], *, kept: list[RadioEvent] | None = None
) -> Conductor:
    plan = replace(PLAN, runner=runner)
    return Conductor(
        core=SessionCore(plan),
        source=Silent(),
        takers=[told.append],
        outboxes=[],
        keep=None if kept is None else kept.append,
    )


def ended(told: list[Record]) -> int:
    return sum(isinstance(r, SessionEvent) and r.kind == SESSION_END for r in told)


async def test_one_runners_stop_ends_that_run_at_once_and_only_once() -> None:
    mia: list[Record] = []
    noah: list[Record] = []
    one, other = conductor("mia", mia), conductor("noah", noah)
    both = SideBySide([one, other])
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(both.play(minutes=None))
        await asyncio.sleep(0)
        one.wish(Stop())
        async with asyncio.timeout(30.0):
            while not ended(mia):  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0)
        assert not ended(noah)
        assert one.wish(Quiet(on=True)) is None  # after the end there is nothing to wish
        other.wish(Stop())
        await playing
    both.finish()
    assert (ended(mia), ended(noah)) == (1, 1)


async def test_what_a_runner_says_before_the_run_is_in_the_recording() -> None:
    told: list[Record] = []
    kept: list[RadioEvent] = []
    one = conductor("mia", told, kept=kept)
    one.wish(Wear(shoe="blue", surface=Surface.GRASS))
    one.wish(PhoneSpeed(speed_mps=2.8))
    one.wish(StandStill())
    one.finish()
    items = [event.item for event in kept if isinstance(event, Told)]
    wear, speed, still = items
    assert isinstance(wear, Conditions)
    assert (wear.shoe, wear.surface) == ("blue", Surface.GRASS)
    assert isinstance(speed, SpeedReading)
    assert (speed.speed_mps, speed.source) == (2.8, SpeedSource.PHONE)
    assert isinstance(still, SessionEvent)
