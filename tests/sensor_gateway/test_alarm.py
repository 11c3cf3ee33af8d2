"""The alarm: rings once, and nobody waits longer than said."""

from __future__ import annotations

import asyncio

import pytest

from firmware_sim.virtual_time import run_virtual
from sensor_gateway.alarm import Alarm


def waited_s(rings_after_s: float | None) -> tuple[float, bool]:
    """Return how long a wait of 3 s took, and whether the alarm had rung at its end."""

    async def wait() -> tuple[float, bool]:
        loop, alarm = asyncio.get_running_loop(), Alarm()
        if rings_after_s is not None:
            loop.call_later(rings_after_s, alarm.ring)
            loop.call_later(rings_after_s, alarm.ring)
        began_s = loop.time()
        await alarm.wait(3.0)
        return loop.time() - began_s, alarm.rung

    return run_virtual(wait())


@pytest.mark.parametrize(
    ("rings_after_s", "expected"), [(None, (3.0, False)), (1.0, (1.0, True)), (5.0, (3.0, False))]
)
def test_a_wait_ends_with_the_alarm_or_with_its_time(
    rings_after_s: float | None, expected: tuple[float, bool]
) -> None:
    assert waited_s(rings_after_s) == expected


def test_what_has_rung_is_not_waited_for() -> None:
    async def wait() -> float:
        loop, alarm = asyncio.get_running_loop(), Alarm()
        alarm.ring()
        began_s = loop.time()
        await alarm.wait(3.0)
        return loop.time() - began_s

    assert run_virtual(wait()) == 0.0


def test_a_wait_can_be_cancelled_and_taken_up_again() -> None:
    async def wait() -> bool:
        alarm = Alarm()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await alarm.wait(3.0)
        alarm.ring()
        await alarm.wait(3.0)
        return alarm.rung

    assert run_virtual(wait())
